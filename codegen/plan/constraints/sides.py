"""Sizes as text, width and height in pixels: 1024x768."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Constraint, Examples, Schema, Site, Spot, Turn, ValueConstraint
from codegen.plan.constraints.number_range import span_turn
from codegen.plan.phrasing import interval
from codegen.spec import language, types
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Sides(ValueConstraint):
    """A size such as 1024x768."""

    kind = "sides"
    code = "range"
    codes = ("format",)
    words = ("sides",)

    sides: language.Range

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        if site.field.sides is not None and site.has("string"):
            yield cls(**site.common(cls.code), sides=site.field.sides)

    def applies(self, kind: types.Type) -> bool:
        return kind == types.Plain("string")

    def phrase(self) -> str:
        return say(
            "width and height in pixels, such as {example}: each side {bounds} pixels",
            example=self._at(self.sides.low),
            bounds=interval(self.sides),
        )

    def _at(self, bound: language.Bound) -> str:
        return f"{bound.value}x{self.sides.high.value}"

    def python(self, at: Spot) -> Iterator[Condition]:
        bounds = f"{self.sides.low.value}, {self.sides.high.value}"
        yield Condition(None, f"check_sides({at.rule}, value, {at.place}, found, {bounds})")

    def json_schema(self) -> Schema:
        # The form alone: JSON Schema cannot compare the numbers within a text.
        return {"pattern": "^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$", "x-sides": self.sides.text}

    def data(self) -> Schema:
        return {"sides": self.sides.text}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Sides)
        yield from span_turn("sides", old.sides, self.sides)

    def holds(self, value: object) -> bool:
        width, _, height = str(value).partition("x")
        low, high = self.sides.low.value, self.sides.high.value
        assert isinstance(low, int)
        assert isinstance(high, int)
        return all(side.isdecimal() and str(int(side)) == side and low <= int(side) <= high for side in (width, height))

    def examples(self) -> Examples:
        low, high = self.sides.low.value, self.sides.high.value
        assert isinstance(low, int)
        assert isinstance(high, int)
        return Examples((f"{low}x{high}",), (f"{low - 1}x{high}", f"{low}x{high + 1}", "big"))
