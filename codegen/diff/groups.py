"""What changed about groups: their names, the parameters they take, the order of roles."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.diff.change import Part, some, worst
from codegen.diff.fields import field_parts, plain, texts_differ
from codegen.diff.rules import dialogue_parts, level_part
from codegen.plan.docstrings import hint
from codegen.plan.members import Parameter
from codegen.plan.resolve import Group, Operation


def paired(old: Operation, new: Operation) -> dict[str, str]:
    """Old group → new group: of the same name, or the one that most of its models are in now under a new name."""
    before = {group.name: group for group in _groups(old)}
    after = {group.name: group for group in _groups(new)}
    pairs = {name: name for name in before if name in after}
    fresh = [group for name, group in after.items() if name not in before]
    for name, group in before.items():
        models = {model.name for model in group.models}
        for other in fresh:
            kept = models & {model.name for model in other.models}
            if name not in pairs and other.name not in pairs.values() and 2 * len(kept) > len(models):
                pairs[name] = other.name
    return pairs


def _groups(operation: Operation) -> list[Group]:
    return operation.groups or [operation.any_model]


def groups_of(operation: Operation) -> dict[str, Group]:
    """Its groups by name; where it has no models, what every request may have."""
    return {group.name: group for group in _groups(operation)}


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
    refused: frozenset[str]
    """Parameters that a model which does not take them refuses. For the others it warns."""

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Parameter → what changed about it."""
        for name in sorted(self._names()):
            before, after = self.old.parameter(name), self.new.parameter(name)
            if before is not None and after is not None:
                for part in _both(before, after):
                    yield name, part
            elif after is not None:
                yield name, _added(after)
            elif before is not None:
                yield name, self._removed(name)
            else:
                for part in self._dispute(name):
                    yield name, part

    def dialogue(self) -> Iterator[Part]:
        """What changed about the order of roles."""
        yield from dialogue_parts(self.old.dialogue, self.new.dialogue)

    def texts(self) -> Iterator[str]:
        """What reads differently."""
        if plain(self.old.doc) != plain(self.new.doc):
            yield self.new.name
        for before in self.old.parameters:
            after = self.new.parameter(before.name)
            if after is not None and texts_differ(before.field, after.field):
                yield before.name
        for name in self.old.disputed.keys() & self.new.disputed.keys():
            if plain(self.old.disputed[name].because) != plain(self.new.disputed[name].because):
                yield name
        dialogues = self.old.dialogue, self.new.dialogue
        if dialogues[0] and dialogues[1] and plain(dialogues[0].dialogue.doc) != plain(dialogues[1].dialogue.doc):
            yield dialogues[1].name

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """What else names another page: what, the old page, the new one."""
        changed = {name for name, _ in self.parts()}
        for before in self.old.parameters:
            after = self.new.parameter(before.name)
            if after is not None and before.page != after.page and before.name not in changed:
                yield before.name, before.page, after.page

    def in_one(self) -> Part:
        """All of it in one part: what it does to a model to be in the new group instead of the old one."""
        gained, lost, other = list[str](), list[str](), list[str]()
        parts = list(self.parts())
        for name, part in parts:
            taken = self.old.parameter(name) is not None, self.new.parameter(name) is not None
            if taken == (False, True):
                gained.append(name if part.mark != "breaking" else f"{name} (required)")
            elif taken == (True, False):
                lost.append(name)
            else:
                other.append(f"{name} {part.words}")
        turns = [Part(f"roles: {part.words}", part.mark) for part in self.dialogue()]
        texts = [f"no longer takes {some(lost, 40)}"] if lost else []
        texts += [f"takes {some(gained, 40)}"] if gained else []
        texts += [*other, *(part.words for part in turns)]
        mark = worst(part.mark for _, part in [*parts, *(("", part) for part in turns)])
        return Part("; ".join(texts) or "it takes the same", "notable" if mark == "harmless" else mark)

    def _names(self) -> set[str]:
        groups = self.old, self.new
        return {one.name for group in groups for one in group.parameters} | {
            name for group in groups for name in group.disputed
        }

    def _removed(self, name: str) -> Part:
        if name in self.new.disputed:
            return Part("disputed now: its keyword is gone, sending it warns", "breaking")
        return Part("removed", "breaking")

    def _dispute(self, name: str) -> Iterator[Part]:
        before, after = self.old.disputed.get(name), self.new.disputed.get(name)
        if after is None:
            yield Part("disputed no longer: not a parameter", "breaking").softened(name not in self.refused)
        elif before is None:
            yield Part("disputed: sending it warns", "notable")
        elif {*before.models} != {*after.models}:
            known = _of(before.models), _of(after.models)
            lost = bool(after.models) and (not before.models or not {*before.models} <= {*after.models})
            part = Part(f"disputed for {known[0]} → {known[1]}", "breaking" if lost else "notable")
            yield part.softened(name not in self.refused)


def _of(models: list[str]) -> str:
    return some(models) if models else "every model"


def _added(parameter: Parameter) -> Part:
    field = parameter.field
    facts = ", ".join(filter(None, [field.type, hint(parameter)]))
    return Part(f"added: {facts}", "breaking" if field.required else "notable")


def _both(before: Parameter, after: Parameter) -> Iterator[Part]:
    soft = after.range_level == "warning"
    yield from field_parts(before.field, after.field, "request", soft=soft)
    if before.level != after.level:
        yield level_part(after.level)
    ranges = before.field.range, after.field.range
    if None not in ranges and before.range_level != after.range_level and before.level == after.level:
        yield level_part(after.range_level, "its range ")
