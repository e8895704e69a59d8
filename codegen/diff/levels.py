"""Levels: rules that reject no more but warn, or the reverse, for which models and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import attrs

from codegen.diff.change import Part, some
from codegen.diff.groups import Difference
from codegen.plan.constraints import Constraint
from codegen.plan.resolve import Model


@attrs.frozen
class Verdict:
    """Whether a rule rejects for a model, before and after."""

    model: str
    before: bool
    after: bool
    rule: Constraint

    @property
    def reason(self) -> str:
        """Why it is otherwise now; empty where the spec just says so."""
        basis = self.rule.basis
        if self.after:
            return f"{basis.words}, says so" if basis.documented else ""
        if basis.dropped is not None:
            return basis.words
        if not basis.documented:
            return f"{basis.words}, is not the platform's documentation"
        return "" if self.rule.level == "warning" else f"{basis.words}, speaks of other models"


@attrs.frozen
class Fate:
    """What became of a rule's level."""

    rejects: bool
    reason: str
    models: tuple[str, ...]
    """Only for these. Empty: for all."""

    def part(self, several: bool) -> Part:
        """`only warn now for A and B, they rejected: …`."""
        it, s = ("they", "") if several else ("it", "s")
        whom = f" for {some(self.models)}" if self.models else ""
        why = f": {self.reason}" if self.reason else ""
        if self.rejects:
            return Part(f"reject{s} now{whom}, {it} warned{why}", "breaking")
        return Part(f"only warn{s} now{whom}, {it} rejected{why}", "notable")


def level_parts(differences: Iterable[Difference], models: list[tuple[Model, Model]]) -> Iterator[tuple[str, Part]]:
    """Rules by their ids without the operation → what became of their level: rules with the same fate together."""
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for difference in differences:
        for old, new in difference.rules:
            if old is not None and new is not None:
                verdicts[new.id.removeprefix(f"{new.api}.")] += _verdicts(difference, old, new, models)
    fates: dict[Fate, dict[str, set[str]]] = defaultdict(dict)
    for rule, found in verdicts.items():
        for fate, turned in _fates(found):
            fates[fate][rule] = {one.rule.phrase() for one in turned}
    for fate, rules in fates.items():
        yield _named(rules), fate.part(len(rules) > 1)


def _named(rules: dict[str, set[str]]) -> str:
    """`rule heat.range (above 0 and at most 1.0)`, `rules heat.range and heat.type`."""
    if len(rules) > 1:
        return f"rules {some(rules)}"
    ((rule, phrases),) = rules.items()
    return f"rule {rule} ({phrases.pop()})" if len(phrases) == 1 else f"rule {rule}"


def _verdicts(
    difference: Difference, old: Constraint, new: Constraint, models: list[tuple[Model, Model]]
) -> Iterator[Verdict]:
    if difference.old.is_any:
        yield Verdict("", old.level == "error", new.level == "error", new)
    for before, after in models:
        # That a model is verified or not is said of the model.
        here = (before.group, after.group) == (difference.old.name, difference.new.name)
        if here and before.model.unverified == after.model.unverified:
            yield Verdict(after.name, before.rejects(old), after.rejects(new), new)


def _fates(verdicts: list[Verdict]) -> Iterator[tuple[Fate, list[Verdict]]]:
    turned: dict[tuple[bool, str], list[Verdict]] = defaultdict(list)
    for one in verdicts:
        if one.before != one.after:
            turned[one.after, one.reason].append(one)
    whole = not any(one.before and one.after for one in verdicts) and len({one.after for one in verdicts}) == 1
    for (rejects, reason), found in turned.items():
        names = () if whole and len(turned) == 1 else tuple(dict.fromkeys(one.model for one in found))
        yield Fate(rejects, reason, names), found
