"""Enumerations: a value is one of those that the page lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Constraint, Examples, Schema, Site, Spot, Turn, ValueConstraint
from codegen.plan.phrasing import plain, value
from codegen.plan.python_source import literal, literals
from codegen.spec import language, types
from codegen.support.words import phrase, say


@attrs.frozen(kw_only=True)
class AllowedValues(ValueConstraint):
    """The values that a member may have."""

    kind = "enum"
    code = "enum"
    words = ("enum", "hints")

    values: tuple[language.Scalar, ...]
    hints: tuple[tuple[str, str], ...] = ()
    """A value that people take for one of them, and what to do instead."""

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        if site.field.enum is not None:
            common = site.common(cls.code)
            yield cls(**common, values=tuple(site.field.enum), hints=tuple(site.field.hints.items()))

    def applies(self, kind: types.Type) -> bool:
        return kind in (types.Plain("string"), types.Plain("int"))

    def phrase(self) -> str:
        words = [value(one) for one in self.values]
        return words[0] if len(words) == 1 else say("one of {values}", values=", ".join(words))

    def sentences(self) -> Iterator[str]:
        yield self.phrase()
        yield from (phrase(hint) for _, hint in self.hints)

    def python(self, at: Spot) -> Iterator[Condition]:
        allowed = literals(self.values)
        for confused, hint in self.hints:
            finding = f"found.not_one_of({at.rule}, {at.place}, value, {allowed}, {literal(hint)})"
            yield Condition(f"value == {literal(confused)}", finding)
        yield Condition(f"value not in {allowed}", f"found.not_one_of({at.rule}, {at.place}, value, {allowed})")

    def json_schema(self) -> Schema:
        return {"enum": [*self.values]}

    def data(self) -> Schema:
        return {"values": [*self.values]} | ({"hints": dict(self.hints)} if self.hints else {})

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, AllowedValues)
        gone = [one for one in old.values if one not in self.values]
        come = [one for one in self.values if one not in old.values]
        if gone:
            yield Turn(f"value{'s' * (len(gone) > 1)} {in_row(gone)} removed", "narrowed")
        if come:
            yield Turn(f"value{'s' * (len(come) > 1)} {in_row(come)} added", "widened")

    def written(self) -> dict[str, Any]:
        return {"enum": [*self.values]}

    def widest(self, others: Sequence[Constraint]) -> Self | None:
        every = dict.fromkeys(
            value for one in (self, *others) if isinstance(one, AllowedValues) for value in one.values
        )
        return attrs.evolve(self, values=tuple(every))

    def holds(self, value: object) -> bool:
        return value in self.values

    def examples(self) -> Examples:
        texts = any(isinstance(one, str) for one in self.values)
        others = [f"{one}x" for one in self.values] if texts else [-1, 99]
        return Examples(self.values, (*others, *(confused for confused, _ in self.hints)))


def in_row(of: list[language.Scalar]) -> str:
    """Values in a row, the same whatever their order in the file."""
    return ", ".join(sorted(map(plain, of)))
