"""Comparison: two specs held against each other by what they mean. Order, layout and comments do not count."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.diff.change import MARKS, Change, Part, some, together
from codegen.diff.foreign import foreign_parts
from codegen.diff.groups import Difference, group_pairs, groups_of, name_parts
from codegen.diff.levels import level_parts
from codegen.diff.models import Models
from codegen.diff.platform import error_changes, platform_changes, source_changes
from codegen.diff.shapes import shape_parts
from codegen.diff.texts import decided, reworded
from codegen.diff.wire import wire_parts
from codegen.plan.resolve import Operation, resolve
from codegen.spec import Spec


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
        pairs = group_pairs(self.old, self.new)
        before, after = groups_of(self.old), groups_of(self.new)
        differences = [Difference.of(before[old], after[new]) for old, new in pairs.items()]
        models = Models(self.old, self.new, pairs)
        found = [*(("operation", part) for part in wire_parts(self.old, self.new))]
        found += [(f"group {name}", part) for name, part in name_parts(self.old, self.new, pairs)]
        found += self._in_groups(differences)
        found += level_parts(differences, models.kept)
        for part, names in together((part, name) for name, part in models.parts()):
            found.append((f"model{'s' * (len(names) > 1)} {some(names, 3)}", part))
        found += shape_parts(self.old, self.new)
        found += foreign_parts((self.old_spec, self.old), (self.new_spec, self.new))
        found += self._texts()
        found += self._sources(differences, models)
        for subject, part in found:
            yield Change(self.new.api, subject, part.words, part.mark)

    def _in_groups(self, differences: list[Difference]) -> Iterator[tuple[str, Part]]:
        """What changed in groups: the same change in many of them once, with their names."""
        found: dict[tuple[str, Part], list[str]] = {}
        for difference in differences:
            for place, part in difference.parts():
                found.setdefault((place, part), []).append(difference.new.name)
        alone = max(len(self.old.groups), len(self.new.groups)) <= 1
        for (place, part), groups in found.items():
            inside = "." in place or "[" in place
            where = "every group" if len(groups) == len(differences) > 1 else some(groups)
            # What all groups share of an object needs no word.
            everywhere = alone or (inside and len(groups) == sum(place in one.places for one in differences))
            words = part.words if everywhere else f"{part.words} (in {where})"
            yield place if inside else f"parameter {place}", attrs.evolve(part, words=words)

    def _texts(self) -> Iterator[tuple[str, Part]]:
        """The wording of docs: one line."""
        names, subjects = reworded(self.old, self.new), decided(self.old, self.new)
        if names:
            yield "wording", Part(f"of {some(names)}", "harmless")
        if subjects:
            yield "decisions", Part(f"on “{'”, “'.join(subjects)}”", "harmless")

    def _sources(self, differences: list[Difference], models: Models) -> Iterator[tuple[str, Part]]:
        """Facts that another page states now: one line for each pair of pages."""
        found: dict[tuple[str, str], set[str]] = {}
        moved = [one for difference in differences for one in difference.sources()]
        for name, old, new in [*moved, *models.sources()]:
            found.setdefault((old, new), set()).add(name)
        for (old, new), names in found.items():
            yield "source", Part(f"{old} → {new}, of {some(names)}", "harmless")
