"""Ranges: a number lies in an interval, of which the upper end may be a limit of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import (
    Beyond,
    Condition,
    Constraint,
    Examples,
    Schema,
    Site,
    Spot,
    Turn,
    ValueConstraint,
)
from codegen.plan.phrasing import interval, limit
from codegen.plan.python_source import literal
from codegen.spec import language, types


@attrs.frozen(kw_only=True)
class NumberRange(ValueConstraint):
    """The interval of a number."""

    kind = "range"
    code = "range"
    words = ("range",)

    span: language.Range
    whole: bool
    shared: int | None = attrs.field(default=None, eq=False)
    """The number of the limit that the upper end names, where all models of the group share it."""

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        span = site.field.range
        if span is not None:
            shared = site.shared.get(span.high.value) if isinstance(span.high.value, str) else None
            common = site.common(cls.code)
            yield cls(**common, span=span, whole=not site.has("float"), shared=shared)

    @property
    def limit(self) -> str | None:
        """The limit of the model that its upper end names."""
        return self.span.high.value if isinstance(self.span.high.value, str) else None

    def applies(self, kind: types.Type) -> bool:
        return kind in (types.Plain("int"), types.Plain("float"))

    def phrase(self) -> str:
        return interval(self.span, limit(self.limit, self.shared) if self.limit else None)

    def _least(self) -> str:
        return interval(attrs.evolve(self.span, high=language.Bound(None, open=True)))

    def sentences(self) -> Iterator[str]:
        yield from (self.phrase(), self._least()) if self.limit else (self.phrase(),)

    def python(self, at: Spot) -> Iterator[Condition]:
        low, high = self.span.low, self.span.high
        below = f"value {'<=' if low.open else '<'} {low.value}"
        above = f"value {'>=' if high.open else '>'} {high.value}"
        if self.limit is not None:
            # A bound that is a limit of the model: one finding with the number that holds for this model.
            least = self._least()
            over = f'found.out_of_limit({at.rule}, {at.place}, value, {literal(least)}, "{self.limit}")'
            yield Condition(f'{below} or found.exceeds(value, "{self.limit}")', over)
            return
        test = f"not {low.value} {'<' if low.open else '<='} value {'<' if high.open else '<='} {high.value}"
        if high.value is None or low.value is None:
            test = below if high.value is None else above
        yield Condition(test, f"found.out_of_range({at.rule}, {at.place}, value, {literal(self.phrase())})")

    def json_schema(self) -> Schema | Beyond:
        schema: Schema = {}
        low, high = self.span.low, self.span.high
        if isinstance(low.value, int | float):
            schema["exclusiveMinimum" if low.open else "minimum"] = low.value
        if isinstance(high.value, int | float):
            schema["exclusiveMaximum" if high.open else "maximum"] = high.value
        elif high.value is not None:
            schema["x-maximum"] = high.value
        return schema

    def data(self) -> Schema:
        low, high = self.span.low, self.span.high
        return {
            "interval": self.span.text,
            "low": low.value,
            "high": None if self.limit else high.value,
            "open": [low.open, high.open],
            "limit": self.limit,
        }

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, NumberRange)
        yield from span_turn("range", old.span, self.span)

    def written(self) -> dict[str, Any]:
        return {"range": self.span}

    def widest(self, others: Sequence[Constraint]) -> Self | None:
        spans = [one.span for one in (self, *others) if isinstance(one, NumberRange)]
        return attrs.evolve(self, span=hull(spans), shared=None)

    def examples(self) -> Examples:
        step = 1 if self.whole else 1e-6
        inside: list[Any] = []
        outside: list[Any] = []
        ends = (
            (self.span.low, -1, self.span.low.value),
            (self.span.high, 1, self.shared if self.limit else self.span.high.value),
        )
        for bound, sign, value in ends:
            if isinstance(value, int | float):
                (outside if bound.open else inside).append(value)
                outside.append(value + sign * step)
                inside.append(value - sign * step)
        return Examples(tuple(filter(self.holds, inside)), tuple(outside))

    def holds(self, value: object) -> bool:
        assert isinstance(value, int | float)
        low = self.span.low.value
        high = self.shared if self.limit else self.span.high.value
        above = not isinstance(low, int | float) or (value > low if self.span.low.open else value >= low)
        below = not isinstance(high, int | float) or (value < high if self.span.high.open else value <= high)
        return above and below


def hull(spans: Sequence[language.Range]) -> language.Range:
    """The interval that holds several."""
    if len(set(spans)) == 1:
        return spans[0]
    low = _outer([one.low for one in spans], min)
    high = _outer([one.high for one in spans], max)
    left, right = "(" if low.open else "[", ")" if high.open else "]"
    text = f"{left}{'-inf' if low.value is None else low.value}, {'inf' if high.value is None else high.value}{right}"
    return language.Range(low, high, text)


def _outer(bounds: list[language.Bound], pick: Callable[[list[float]], float]) -> language.Bound:
    values = [bound.value for bound in bounds if isinstance(bound.value, int | float)]
    if len(values) < len(bounds):
        same = len({bound.value for bound in bounds}) == 1
        return bounds[0] if same else language.Bound(None, open=True)
    value = pick([*values])
    return language.Bound(value, all(bound.open for bound in bounds if bound.value == value))


def span_turn(word: str, old: language.Range, new: language.Range) -> Iterator[Turn]:
    """What became of an interval: `range (0, 1.0] → (0, 2.0], widened`."""
    if (old.low, old.high) == (new.low, new.high):
        return
    ways = {way for way in (_end(old.low, new.low, 1), _end(old.high, new.high, -1)) if way is not None}
    way = ways.pop() if len(ways) == 1 else "changed"
    if way == "widened":
        yield Turn(f"{word} {old.text} → {new.text}, widened", "widened")
    elif way == "narrowed":
        yield Turn(f"{word} {old.text} → {new.text}, narrowed", "narrowed")
    else:
        yield Turn(f"{word} {old.text} → {new.text}, changed", "changed")


def _end(old: language.Bound, new: language.Bound, sign: int) -> str | None:
    """What moving one end does. `sign` is 1 where a greater bound holds less."""
    if old.value is None and new.value is None:
        return None
    if old.value == new.value:
        return None if old.open == new.open else "narrowed" if new.open else "widened"
    if old.value is None or new.value is None:
        return "narrowed" if old.value is None else "widened"
    if isinstance(old.value, str) or isinstance(new.value, str):
        return "changed"
    return "narrowed" if (new.value - old.value) * sign > 0 else "widened"
