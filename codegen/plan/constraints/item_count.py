"""Sizes of lists and maps: how many items or members they may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Constraint, Examples, Schema, Site, Spot, Turn, ValueConstraint
from codegen.plan.phrasing import between
from codegen.plan.python_source import literal
from codegen.spec import types
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class ItemCount(ValueConstraint):
    """How many items a list, or members a map, may have."""

    kind = "items"
    code = "items"
    words = ("min_items", "max_items")

    least: int | None
    most: int | None
    maps: bool = False
    """Whether it is a map: its members are counted."""

    @property
    def ids(self) -> list[str]:
        """A list that may not be empty is found as such."""
        empty = [f"{self.api}.{self.path}.empty"] if self.least == 1 else []
        counted = (
            [f"{self.api}.{self.path}.{self.code}"] if self.least not in (None, 1) or self.most is not None else []
        )
        return [*empty, *counted]

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        least, most = site.field.min_items, site.field.max_items
        if least is not None or most is not None:
            maps = not any(isinstance(one, types.ListOf) for one in site.alternatives)
            yield cls(**site.common(cls.code), least=least, most=most, maps=maps)

    def applies(self, kind: types.Type) -> bool:
        return isinstance(kind, types.ListOf | types.MapOf)

    def phrase(self) -> str:
        if self.least == 1 and self.most is None:
            return say("not empty")
        bounds = self._bounds()
        if (self.most if self.most is not None else self.least) == 1:
            return say("{bounds} member", bounds=bounds) if self.maps else say("{bounds} item", bounds=bounds)
        return say("{bounds} members", bounds=bounds) if self.maps else say("{bounds} items", bounds=bounds)

    def sentences(self) -> Iterator[str]:
        yield self.phrase()
        bounds = (None if one is None else str(one) for one in (self.least, self.most))
        for low, high in ((next(bounds), None), (None, next(bounds))):
            if low is not None or high is not None:
                yield between(low, high)

    @property
    def _things(self) -> str:
        return "members" if self.maps else "items"

    def _bounds(self) -> str:
        if self.least == self.most:
            return say("exactly {count}", count=self.most)
        least = None if self.least is None else str(self.least)
        return between(least, None if self.most is None else str(self.most))

    def python(self, at: Spot) -> Iterator[Condition]:
        counted = f'found.counted({at.rule}, "items", {at.place}, len(value), "{self._things}"'
        if self.least == 1:
            yield Condition("not value", f"found.empty({at.rule}, {at.place})")
        elif self.least is not None:
            yield Condition(f"len(value) < {self.least}", f"{counted}, {literal(between(str(self.least), None))})")
        if self.most is not None:
            yield Condition(f"len(value) > {self.most}", f"{counted}, {literal(between(None, str(self.most)))})")

    def json_schema(self) -> Schema:
        what = "Properties" if self.maps else "Items"
        schema: Schema = {} if self.least is None else {f"min{what}": self.least}
        return schema | ({} if self.most is None else {f"max{what}": self.most})

    def data(self) -> Schema:
        return {"least": self.least, "most": self.most}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, ItemCount)
        for words, before, after, sign in (
            ("at least {} items", old.least, self.least, 1),
            ("at most {} items", old.most, self.most, -1),
        ):
            yield from bound_turn(words, before, after, sign)

    def written(self) -> dict[str, Any]:
        return {"min_items": self.least, "max_items": self.most}

    def widest(self, others: Sequence[Constraint]) -> Self | None:
        every = [one for one in (self, *others) if isinstance(one, ItemCount)]
        least = [one.least for one in every if one.least is not None]
        most = [one.most for one in every if one.most is not None]
        found = min(least) if len(least) == len(every) else None, max(most) if len(most) == len(every) else None
        return None if found == (None, None) else attrs.evolve(self, least=found[0], most=found[1])

    def holds(self, value: object) -> bool:
        """Of a count of items."""
        assert isinstance(value, int)
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def examples(self) -> Examples:
        """Counts of items, not values."""
        inside = [count for count in (self.least, self.most) if count is not None]
        below = [self.least - 1] if self.least else []
        return Examples(tuple(inside), (*below, *([self.most + 1] if self.most is not None else [])))


def bound_turn(words: str, old: int | str | None, new: int | str | None, sign: int) -> Iterator[Turn]:
    """What moving a bound does. `sign` is 1 where a greater bound holds less, -1 where it holds more."""
    if old == new:
        return
    before, after = ("any size" if bound is None else words.format(bound) for bound in (old, new))
    if old is None or new is None:
        narrowed = old is None
    elif isinstance(old, str) or isinstance(new, str):
        yield Turn(f"{before} → {after}, changed", "changed")
        return
    else:
        narrowed = (new - old) * sign > 0
    yield Turn(f"{before} → {after}, {'narrowed' if narrowed else 'widened'}", "narrowed" if narrowed else "widened")
