"""Models: which there are, where they are, what they allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import attrs

from codegen.diff.change import Part, some
from codegen.diff.groups import Difference, groups_of
from codegen.plan.phrasing import one_line
from codegen.plan.resolve import Model, Operation


@attrs.frozen
class Models:
    """The models of an operation, before and after."""

    old: Operation
    new: Operation
    pairs: dict[str, str]
    """Old group → new group."""

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Model → what changed about it."""
        renamed = self._renamed()
        before, after = _by_name(self.old), _by_name(self.new)
        for name, model in before.items():
            if name in after:
                for part in self._both(model, after[name]):
                    yield name, part
            elif name in renamed:
                yield name, _rename(model, after[renamed[name]], self.old.version)
                for part in self._both(model, after[renamed[name]], {name, renamed[name]}):
                    yield renamed[name], part
            else:
                yield name, Part("removed", "breaking")
        for name, model in after.items():
            if name not in before and name not in renamed.values():
                yield name, _added(model)

    def texts(self) -> Iterator[str]:
        """Models whose note reads differently."""
        for before, after in self.kept():
            if one_line(before.model.note or "") != one_line(after.model.note or ""):
                yield after.name

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """Models that another page lists: which, the old page, the new one."""
        for before, after in self.kept():
            if before.page != after.page:
                yield after.name, before.page, after.page

    def kept(self) -> Iterator[tuple[Model, Model]]:
        """Models that there were and are, under whatever name."""
        renamed, after = self._renamed(), _by_name(self.new)
        for name, model in _by_name(self.old).items():
            other = after.get(renamed.get(name, name))
            if other is not None:
                yield model, other

    def _renamed(self) -> dict[str, str]:
        """Old name → new name, where one went and one came that is the same model."""
        before, after = _by_name(self.old), _by_name(self.new)
        come = {name: model for name, model in after.items() if name not in before}
        found: dict[str, str] = {}
        for name, model in before.items():
            if name not in after:
                same = [
                    other for other in come.values() if other.name not in found.values() and self._same(model, other)
                ]
                if len(same) == 1:
                    found[name] = same[0].name
        return found

    def _same(self, old: Model, new: Model) -> bool:
        if old.model.path is not None or new.model.path is not None:
            return old.model.path == new.model.path
        if old.name in new.model.aliases or old.handle == new.handle:
            return True
        group = self.pairs.get(old.group) == new.group and old.model.family == new.model.family
        return group and bool(old.model.limits) and old.limits == new.limits

    def _both(self, old: Model, new: Model, own: set[str] | None = None) -> Iterator[Part]:
        soft = new.model.unverified
        if self.pairs.get(old.group) != new.group:
            groups = groups_of(self.old)[old.group], groups_of(self.new)[new.group]
            part = Difference.of(*groups).in_one()
            words = f"moved from {old.group} to {new.group}: {part.words}"
            yield Part(words, part.mark)
        yield from _aliases({*old.model.aliases} - (own or set()), {*new.model.aliases} - (own or set()))
        if old.model.path != new.model.path:
            paths = old.model.path or "none", new.model.path or "none"
            yield Part(f"path {paths[0]} → {paths[1]}", "notable" if new.model.path else "breaking")
        yield from _limits(old, new, soft)
        yield from _standing(old, new)
        if {*old.model.abilities} != {*new.model.abilities}:
            lists = (", ".join(sorted(one.model.abilities)) or "none" for one in (old, new))
            yield Part(f"abilities {' → '.join(lists)}", "notable")
        for word in ("family", "versions", "path_guessed"):
            texts = [_fact(getattr(one.model, word)) for one in (old, new)]
            if texts[0] != texts[1]:
                yield Part(f"{word.replace('_', ' ')} {' → '.join(texts)}", "harmless")


def _by_name(operation: Operation) -> dict[str, Model]:
    return {model.name: model for model in operation.models}


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
        text = f"{word} {'none' if before is None else before} → {'none' if after is None else after}"
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
    if before.prebuilt != after.prebuilt:
        yield Part("ready-made now", "notable") if after.prebuilt else Part("only deployed now", "breaking")
    if before.deployable != after.deployable:
        yield Part("can be deployed", "notable") if after.deployable else Part("can no longer be deployed", "breaking")
    if before.unverified != after.unverified:
        if after.unverified:
            yield Part("unverified now: its rules only warn", "notable")
        else:
            yield Part("verified: its rules reject now, they warned", "breaking")


def _fact(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(sorted(map(str, cast("list[object]", value)))) or "none"
        case _:
            return str(value)
