"""Holds two specs against each other by what they mean: order, layout and comments do not count."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.diff.change import MARKS, Change, Mark, Part, some, together, worst
from codegen.diff.fields import Side, field_parts, plain, texts_differ
from codegen.diff.groups import Difference, groups_of, name_parts, paired
from codegen.diff.models import Models
from codegen.diff.platform import error_changes, platform_changes, source_changes
from codegen.diff.rules import Levels, level_part, rule_parts, stated
from codegen.diff.wire import wire_parts
from codegen.plan.phrasing import row
from codegen.plan.resolve import Operation, level_of, resolve
from codegen.spec import Spec, language


def compare(old: Spec, new: Spec) -> list[Change]:
    """What changed, an operation after the other, the worst first."""
    before = {one.api: one for one in (resolve(old, operation) for operation in old.operations)}
    after = {one.api: one for one in (resolve(new, operation) for operation in new.operations)}
    changes: list[Change] = []
    for api in sorted({*before, *after}):
        if api not in after:
            changes.append(Change(api, "operation", "removed", "breaking"))
        elif api not in before:
            models = len(after[api].models)
            has = f", with {models} model{'s' * (models != 1)}" if models else ""
            changes.append(Change(api, "operation", f"added{has}", "notable"))
        else:
            found = Comparison(old, new, before[api], after[api]).changes()
            changes += sorted(found, key=_order)
    for rest in (platform_changes(old, new), error_changes(old, new), source_changes(old, new)):
        changes += sorted(rest, key=_order)
    return changes


def _order(change: Change) -> tuple[int, str, str]:
    return MARKS.index(change.mark), change.subject.casefold(), change.words


@attrs.frozen
class Comparison:
    """One operation, before and after."""

    old_spec: Spec
    new_spec: Spec
    old: Operation
    new: Operation

    def changes(self) -> Iterator[Change]:
        """Everything that changed about it, in any order."""
        pairs = paired(self.old, self.new)
        parameters = self.new.operation.parameters
        refused = frozenset(name for name, field in parameters.items() if field.elsewhere == "error")
        before, after = groups_of(self.old), groups_of(self.new)
        differences = [Difference(before[old], after[new], refused) for old, new in pairs.items()]
        models = Models(self.old, self.new, pairs, refused)
        for part in wire_parts(self.old, self.new):
            yield self._change("operation", part)
        for name, part in name_parts(self.old, self.new, pairs):
            yield self._change(f"group {name}", part)
        yield from self._in_groups(differences)
        yield from self._elsewhere()
        for part, names in together((part, name) for name, part in models.parts()):
            yield self._change(f"model{'s' * (len(names) > 1)} {some(names, 3)}", part)
        yield from self._rules()
        yield from self._shapes()
        yield from self._texts(differences, models)
        yield from self._sources(differences, models)

    def _change(self, subject: str, part: Part) -> Change:
        return Change(self.new.api, subject, part.words, part.mark)

    def _in_groups(self, differences: list[Difference]) -> Iterator[Change]:
        """What changed in groups: the same change in many of them once, with their names."""
        found: dict[tuple[str, Part], list[str]] = {}
        for difference in differences:
            named = [(f"parameter {name}", part) for name, part in difference.parts()]
            for subject, part in [*named, *(("order of roles", part) for part in difference.dialogue())]:
                found.setdefault((subject, part), []).append(difference.new.name)
        one = max(len(self.old.groups), len(self.new.groups)) <= 1
        for (subject, part), groups in found.items():
            where = "every group" if len(groups) == len(differences) > 1 else row(sorted(groups), "and")
            yield self._change(subject, part if one else attrs.evolve(part, words=f"{part.words} (in {where})"))

    def _elsewhere(self) -> Iterator[Change]:
        for name, before in self.old.operation.parameters.items():
            after = self.new.operation.parameters.get(name)
            if after is not None and before.elsewhere != after.elsewhere:
                refuse = after.elsewhere == "error"
                words = "models that do not take it refuse it now" if refuse else "models that do not take it only warn"
                yield self._change(f"parameter {name}", Part(words, "breaking" if refuse else "notable"))

    def _rules(self) -> Iterator[Change]:
        def of(spec: Spec, operation: language.OperationFile) -> Levels:
            return stated(operation.rules, operation.source, _levels(spec))

        rules = of(self.old_spec, self.old.operation), of(self.new_spec, self.new.operation)
        for words, part in rule_parts(*rules):
            yield self._change(f"rule “{words}”", part)

    def _shapes(self) -> Iterator[Change]:
        before, after = _used(self.old), _used(self.new)
        for name in sorted({*before, *after}):
            if name not in after:
                yield self._change(f"shape {name}", Part("removed", "breaking"))
            elif name not in before:
                yield self._change(f"shape {name}", Part("added", "notable"))
            else:
                sides = before[name] & after[name] or after[name]
                for subject, part in self._shape(name, sides):
                    yield self._change(f"shape {name}{subject}", part)

    def _shape(self, name: str, sides: set[Side]) -> Iterator[tuple[str, Part]]:
        old, new = self.old.shapes[name], self.new.shapes[name]
        page = self.new.shape_pages[name]
        for member in sorted({*old.fields, *new.fields}):
            if member not in new.fields:
                yield f".{member}", Part("removed", "breaking")
            elif member not in old.fields:
                field = new.fields[member]
                needed = field.required and "request" in sides
                yield (
                    f".{member}",
                    Part(f"added: {field.type}{', required' * needed}", "breaking" if needed else "notable"),
                )
            else:
                for part in self._member(name, member, sides):
                    yield f".{member}", part
        rules = (
            stated(old.rules, self.old.shape_pages[name], _levels(self.old_spec)),
            stated(new.rules, page, _levels(self.new_spec)),
        )
        for words, part in rule_parts(*rules):
            yield f": rule “{words}”", part
        if "request" in sides and old.extensible != new.extensible:
            yield "", _either(new.extensible, "further members pass", "further members pass no more")
        if old.base != new.base:
            yield (
                "",
                Part(f"methods of {old.base or 'none'} → {new.base or 'none'}", "breaking" if old.base else "notable"),
            )
        if old.typed_as != new.typed_as:
            yield "", Part(f"TypedDict {old.typed_as or name} → {new.typed_as or name}", "breaking")

    def _member(self, name: str, member: str, sides: set[Side]) -> Iterator[Part]:
        old, new = self.old.shapes[name].fields[member], self.new.shapes[name].fields[member]
        before = level_of(self.old_spec, old.source or self.old.shape_pages[name], old.level)
        after = level_of(self.new_spec, new.source or self.new.shape_pages[name], new.level)
        found: dict[str, list[Mark]] = {}
        for side in sides:
            for part in field_parts(old, new, side, soft=after == "warning"):
                found.setdefault(part.words, []).append(part.mark)
        for words, marks in found.items():
            yield Part(words, worst(marks))
        if "request" in sides and before != after:
            yield level_part(after)

    def _texts(self, differences: list[Difference], models: Models) -> Iterator[Change]:
        """The wording of docs: one line."""
        names = {name for difference in differences for name in difference.texts()} | {*models.texts()}
        if plain(self.old.operation.doc) != plain(self.new.operation.doc):
            names.add("the operation")
        for name in _used(self.old).keys() & _used(self.new).keys():
            old, new = self.old.shapes[name], self.new.shapes[name]
            if plain(old.doc) != plain(new.doc):
                names.add(name)
            for member in old.fields.keys() & new.fields.keys():
                if texts_differ(old.fields[member], new.fields[member]):
                    names.add(f"{name}.{member}")
        if names:
            yield self._change("wording", Part(f"of {some(names)}", "harmless"))
        before = {decision.subject: _decision(decision) for decision in self.old.operation.decisions}
        after = {decision.subject: _decision(decision) for decision in self.new.operation.decisions}
        decided = [subject for subject in {*before, *after} if before.get(subject) != after.get(subject)]
        if decided:
            yield self._change("decisions", Part(f"on “{'”, “'.join(sorted(decided))}”", "harmless"))

    def _sources(self, differences: list[Difference], models: Models) -> Iterator[Change]:
        """Facts that another page states now: one line for each pair of pages."""
        found: dict[tuple[str, str], set[str]] = {}
        moved = [one for difference in differences for one in difference.sources()]
        for name, old, new in [*moved, *models.sources()]:
            found.setdefault((old, new), set()).add(name)
        for (old, new), names in found.items():
            yield self._change("source", Part(f"{old} → {new}, of {some(names)}", "harmless"))


def _decision(decision: language.Decision) -> list[object]:
    says = sorted((page, plain(text)) for page, text in decision.says.items())
    return [says, plain(decision.decided), plain(decision.because)]


def _levels(spec: Spec) -> Levels:
    return {name: level_of(spec, name, None) for name in spec.pages}


def _used(operation: Operation) -> dict[str, set[Side]]:
    """Shape → whether requests, replies or both hold it."""
    sides: dict[str, set[Side]] = {}
    for name in operation.request_shapes:
        sides.setdefault(name, set()).add("request")
    for name in operation.reply_shapes:
        sides.setdefault(name, set()).add("reply")
    return sides


def _either(wider: bool, yes: str, no: str) -> Part:
    return Part(yes, "notable") if wider else Part(no, "breaking")
