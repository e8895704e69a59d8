"""Groups: which there are, which parameters they take, and what became of the rules on them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.diff.change import Part, shown, some
from codegen.diff.rules import Twins, paired, rule_parts, twins
from codegen.plan.constraints import KINDS, Constraint, ValueConstraint
from codegen.plan.docstrings import hint
from codegen.plan.members import Member
from codegen.plan.resolve import Group, Operation
from codegen.spec import language

_RULES = {word for kind in KINDS.values() if issubclass(kind, ValueConstraint) for word in kind.words}
_ELSEWHERE = {"type", "doc", "hints", "nullable", "sent", "elsewhere", "listed_by", "other_names", "level", "source"}
_FACTS = sorted(attrs.fields_dict(language.Field).keys() - _RULES - _ELSEWHERE)
"""Keys of a parameter or member that no kind of rule reads, and that have no words elsewhere."""


def group_pairs(old: Operation, new: Operation) -> dict[str, str]:
    """Old group → new group: of the same name, or the one that most of its models are in now under a new name."""
    before, after = groups_of(old), groups_of(new)
    pairs = {name: name for name in before if name in after}
    fresh = [group for name, group in after.items() if name not in before]
    for name, group in before.items():
        models = {model.name for model in group.models}
        for other in fresh:
            kept = models & {model.name for model in other.models}
            if name not in pairs and other.name not in pairs.values() and 2 * len(kept) > len(models):
                pairs[name] = other.name
    return pairs


def groups_of(operation: Operation) -> dict[str, Group]:
    """Its groups by name; where it has no models, what every request may have."""
    return {group.name: group for group in operation.groups or [operation.any_model]}


def name_parts(old: Operation, new: Operation, pairs: dict[str, str]) -> Iterator[tuple[str, Part]]:
    """Groups that came, went or are called otherwise: each is a class that user code may name."""
    for name in groups_of(old):
        if name not in pairs:
            yield name, Part("removed, and its classes with it", "breaking")
        elif pairs[name] != name:
            yield name, Part(f"renamed {pairs[name]}, and its classes with it", "breaking")
    for name in groups_of(new):
        if name not in pairs.values():
            yield name, Part("added", "notable")


@attrs.frozen
class Difference:
    """What two groups take, held against each other."""

    old: Group
    new: Group
    members: Twins[Member]
    rules: Twins[Constraint]

    @classmethod
    def of(cls, old: Group, new: Group) -> Difference:
        """Pairs what is in them."""
        members = twins(members_of(old), members_of(new), place_of, lambda one: one.path)
        return cls(old, new, members, paired(old.constraints, new.constraints))

    @property
    def places(self) -> set[str]:
        """The places in a request where either has something."""
        return {place_of(new or old) for old, new in self.members}

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Place in a request → what changed there."""
        # Where a parameter is taken, disputed or neither is told below, not as a rule.
        told = {*self.old.disputed, *self.new.disputed}
        told |= {one.place for one in self.old.unsupported} ^ {one.place for one in self.new.unsupported}
        for old, new in self.members:
            if old is None or new is None or old.field.sent != new.field.sent:
                told |= {place_of(one) for one in (old, new) if one is not None}
        for old, new in self.members:
            for part in self._member(old, new, told):
                yield place_of(new or old), part
        for name in sorted(self.old.disputed.keys() | self.new.disputed.keys()):
            if self.old.parameter(name) is None and self.new.parameter(name) is None:
                yield from ((name, part) for part in self._dispute(name))
        for before, after in self.rules:
            one = after or before
            if one is not None and one.place not in told and not _inside(one.place, told):
                yield from ((one.place, part) for part in rule_parts(before, after, self.new.models))

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """What rests on another page: its place, the old page, the new one."""
        changed = {place for place, _ in self.parts()}
        for old, new in self.rules:
            if old is not None and new is not None and old.level == new.level and new.place not in changed:
                pages = old.basis.edition.page, new.basis.edition.page
                if pages[0] != pages[1]:
                    yield new.place or "unknown names", *pages

    def in_one(self) -> Part:
        """All of it in one part: what it does to a model to be in the new group instead of the old one."""
        gained, lost, other = list[str](), list[str](), list[str]()
        parts = list(self.parts())
        for place, part in parts:
            taken = self.old.parameter(place) is not None, self.new.parameter(place) is not None
            if taken == (False, True):
                gained.append(place if part.mark != "breaking" else f"{place} (required)")
            elif taken == (True, False):
                lost.append(place)
            else:
                other.append(f"{place} {part.words}")
        texts = [f"no longer takes {some(lost, 40)}"] if lost else []
        texts += [f"takes {some(gained, 40)}"] if gained else []
        breaks = any(part.mark == "breaking" for _, part in parts)
        return Part("; ".join([*texts, *other]) or "it takes the same", "breaking" if breaks else "notable")

    def _member(self, old: Member | None, new: Member | None, told: set[str]) -> Iterator[Part]:
        if old is not None and new is not None:
            for word in _FACTS:
                was, now = getattr(old.field, word), getattr(new.field, word)
                if was != now:
                    yield Part(f"{word.replace('_', ' ')} {shown(was)} → {shown(now)}", "notable")
            if old.field.sent != new.field.sent:
                yield Part("now sent", "notable") if new.field.sent else Part("no longer sent", "breaking")
            return
        place = place_of(new or old)
        if place.endswith("[]") or _inside(place, told):
            return
        if new is not None:
            facts = ", ".join(filter(None, [new.field.type, hint(new)]))
            yield Part(f"added: {facts}", "breaking" if new.field.required else "notable")
        elif place in self.new.disputed:
            yield Part("disputed now: its keyword is gone, sending it warns", "breaking")
        else:
            yield Part("removed", "breaking")

    def _dispute(self, name: str) -> Iterator[Part]:
        before, after = self.old.disputed.get(name), self.new.disputed.get(name)
        ignored = any(one.place == name and one.level == "warning" for one in self.new.unsupported)
        if after is None:
            yield Part("disputed no longer: not a parameter", "breaking").softened(ignored)
        elif before is None:
            yield Part("disputed: sending it warns", "notable")
        elif {*before.models} != {*after.models}:
            known = [some(one.models) if one.models else "every model" for one in (before, after)]
            lost = bool(after.models) and (not before.models or not {*before.models} <= {*after.models})
            part = Part(f"disputed for {known[0]} → {known[1]}", "breaking" if lost else "notable")
            yield part.softened(ignored)


def members_of(group: Group) -> Iterator[Member]:
    """Parameters, and what is inside them."""
    inside = (member for shape in group.shapes.values() for member in shape.members.values())
    for one in (*group.parameters, *inside):
        yield from one.walk()


def place_of(one: Member | None) -> str:
    """Where a member stands in a request: `messages[].role`."""
    return "" if one is None else one.constraints[0].place


def _inside(place: str, others: set[str]) -> bool:
    return any(place.startswith((f"{one}.", f"{one}[")) for one in others)
