"""Models: which there are, where they are, what they allow."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.diff.change import Part, listed, shown, some
from codegen.diff.groups import Difference, groups_of
from codegen.diff.rules import Twins, twins
from codegen.plan import phrasing
from codegen.plan.resolve import Model, Operation
from codegen.spec import language

_SWITCHES = {
    "prebuilt": (Part("ready-made now", "notable"), Part("only deployed now", "breaking")),
    "deployable": (Part("can be deployed", "notable"), Part("can no longer be deployed", "breaking")),
    "unverified": (
        Part("unverified now: its rules only warn", "notable"),
        Part("verified: its rules reject now, they warned", "breaking"),
    ),
}
"""Key → what it is that it is true now, and that it is false."""


@attrs.frozen
class Models:
    """The models of an operation, before and after."""

    old: Operation
    new: Operation
    pairs: dict[str, str]
    """Old group → new group."""

    @property
    def twins(self) -> Twins[Model]:
        """Each model before and after: of the same name, or where one went and one came that is the same model."""
        names = [{model.name for model in one.models} for one in (self.old, self.new)]
        gone = [model for model in self.old.models if model.name not in names[1]]
        come = [model for model in self.new.models if model.name not in names[0]]
        was: dict[str, str] = {}
        for old in gone:
            same = [new for new in come if new.name not in was and self._same(old, new)]
            if len(same) == 1:
                was[same[0].name] = old.name
        return twins(self.old.models, self.new.models, lambda one: one.name, lambda one: was.get(one.name, one.name))

    @property
    def kept(self) -> list[tuple[Model, Model]]:
        """Models that there were and are, under whatever name."""
        return [(old, new) for old, new in self.twins if old is not None and new is not None]

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Model → what changed about it."""
        for old, new in self.twins:
            if old is not None and new is not None:
                if old.name != new.name:
                    yield old.name, _rename(old, new, self.old.version)
                yield from ((new.name, part) for part in self._both(old, new))
            elif new is not None:
                yield new.name, _added(new)
            elif old is not None:
                yield old.name, Part("removed", "breaking")

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """Models that another page lists: which, the old page, the new one."""
        return ((new.name, old.page, new.page) for old, new in self.kept if old.page != new.page)

    def _same(self, old: Model, new: Model) -> bool:
        if old.model.path is not None or new.model.path is not None:
            return old.model.path == new.model.path
        if old.name in new.model.aliases or old.handle == new.handle:
            return True
        group = self.pairs.get(old.group) == new.group and old.model.family == new.model.family
        return group and bool(old.model.limits) and old.limits == new.limits

    def _both(self, old: Model, new: Model) -> Iterator[Part]:
        if self.pairs.get(old.group) != new.group:
            part = Difference.of(groups_of(self.old)[old.group], groups_of(self.new)[new.group]).in_one()
            yield Part(f"moved from {old.group} to {new.group}: {part.words}", part.mark)
        own = {old.name, new.name}
        yield from _aliases({*old.model.aliases} - own, {*new.model.aliases} - own)
        if old.model.path != new.model.path:
            words = f"path {shown(old.model.path)} → {shown(new.model.path)}"
            yield Part(words, "notable" if new.model.path else "breaking")
        yield from _limits(old, new, new.model.unverified)
        yield from _standing(old, new)
        for (word, before), after in zip(_facts(old.model).items(), _facts(new.model).values(), strict=True):
            if before != after:
                yield Part(f"{word} {before} → {after}", "notable" if word == "abilities" else "harmless")


def _added(model: Model) -> Part:
    facts = [f"path {model.model.path}{' (guessed)' * model.model.path_guessed}"] if model.model.path else []
    facts += [f"{word} {limit}" for word, limit in sorted(model.limits.items())]
    facts += ["deployed only"] if not model.model.prebuilt else []
    facts += [model.retirement.phrase()] if model.retirement else []
    facts += ["unverified"] if model.model.unverified else []
    return Part(f"added to {model.group}{': ' if facts else ''}{', '.join(facts)}", "notable")


def _rename(old: Model, new: Model, version: str) -> Part:
    if old.name in new.model.aliases:
        return Part(f"renamed {new.name}; its old name is an alias", "notable")
    if version == "v1" and old.name.casefold() in {name.casefold() for name in new.names}:
        return Part(f"renamed {new.name}; V1 takes either", "breaking" if old.name not in new.names else "notable")
    return Part(f"renamed {new.name}", "breaking")


def _aliases(old: set[str], new: set[str]) -> Iterator[Part]:
    if new - old:
        yield Part(f"alias{'es' * (len(new - old) > 1)} {some(new - old)} added", "notable")
    if old - new:
        yield Part(f"alias{'es' * (len(old - new) > 1)} {some(old - new)} removed", "breaking")


def _limits(old: Model, new: Model, soft: bool) -> Iterator[Part]:
    for word in sorted({*old.limits, *new.limits}):
        before, after = old.limits.get(word), new.limits.get(word)
        warns = soft or word in new.soft_limits
        text = f"{word} {shown(before)} → {shown(after)}"
        if before == after:
            if (word in old.soft_limits) != (word in new.soft_limits) and not soft:
                hard = word in old.soft_limits
                yield Part(
                    f"{word} {after} {'rejects now, it warned' if hard else 'only warns now, it rejected'}",
                    "breaking" if hard else "notable",
                )
        elif word == "default_output_tokens":
            yield Part(text, "notable")
        elif after is None or (before is not None and after > before):
            yield Part(f"{text}, widened", "notable")
        else:
            yield Part(f"{text}, narrowed", "breaking").softened(warns)


def _standing(old: Model, new: Model) -> Iterator[Part]:
    before, after = old.model, new.model
    ends = [one.retirement.phrase() if one.retirement is not None else "no longer retired" for one in (old, new)]
    if ends[0] != ends[1]:
        yield Part(" → ".join(ends) if before.retired and after.retired else ends[1], "notable")
    for word, (now, gone) in _SWITCHES.items():
        if getattr(before, word) != getattr(after, word):
            yield now if getattr(after, word) else gone


def _facts(model: language.Model) -> dict[str, str]:
    """What is only told, in words."""
    return {
        "abilities": listed(model.abilities),
        "family": shown(model.family),
        "rates": "none" if model.rates is None else phrasing.rates(model.rates),
        "price": "none" if model.price is None else phrasing.price(model.price),
        "versions": listed(model.versions),
        "path guessed": shown(model.path_guessed),
    }
