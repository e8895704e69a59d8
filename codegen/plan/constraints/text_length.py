"""Lengths of texts: how many characters a text may have; the most may be a limit of the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Constraint, Examples, Schema, Site, Spot, Turn, ValueConstraint
from codegen.plan.constraints.item_count import bound_turn
from codegen.plan.phrasing import limit
from codegen.plan.python_source import literal
from codegen.spec import types
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class TextLength(ValueConstraint):
    """How many characters a text may have."""

    kind = "length"
    code = "length"
    words = ("max_length",)

    most: int | str
    """A number, or the name of a limit of the model."""
    shared: int | None = attrs.field(default=None, eq=False)

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        most = site.field.max_length
        if most is not None and site.has("string"):
            shared = site.shared.get(most) if isinstance(most, str) else None
            yield cls(**site.common(cls.code), most=most, shared=shared)

    @property
    def limit(self) -> str | None:
        """The limit of the model that it names."""
        return self.most if isinstance(self.most, str) else None

    def applies(self, kind: types.Type) -> bool:
        return kind == types.Plain("string")

    def phrase(self) -> str:
        most = limit(self.limit, self.shared) if self.limit else self.most
        return say("at most {most} characters", most=most)

    def sentences(self) -> Iterator[str]:
        yield from (self.phrase(),) if self.limit else (self.phrase(), self._most())

    def _most(self) -> str:
        return say("at most {high}", high=self.most)

    def python(self, at: Spot) -> Iterator[Condition]:
        if self.limit is not None:
            finding = f'found.too_long_for({at.rule}, {at.place}, len(value), "{self.limit}")'
            yield Condition(f'found.exceeds(len(value), "{self.limit}")', finding)
            return
        most = literal(self._most())
        finding = f'found.counted({at.rule}, "length", {at.place}, len(value), "characters", {most})'
        yield Condition(f"len(value) > {self.most}", finding)

    def json_schema(self) -> Schema:
        return {"x-max-length": self.limit} if self.limit else {"maxLength": self.most}

    def data(self) -> Schema:
        return {"most": None if self.limit else self.most, "limit": self.limit}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, TextLength)
        yield from bound_turn("at most {} characters", old.most, self.most, -1)

    def written(self) -> dict[str, Any]:
        return {"max_length": self.most}

    def widest(self, others: Sequence[Constraint]) -> Self | None:
        limits = [one.most for one in (self, *others) if isinstance(one, TextLength)]
        numbers = [limit for limit in limits if isinstance(limit, int)]
        if len(numbers) == len(limits):
            return attrs.evolve(self, most=max(numbers))
        return attrs.evolve(self, shared=None) if len(set(limits)) == 1 else None

    def holds(self, value: object) -> bool:
        assert isinstance(value, str)
        most = self.shared if self.limit else self.most
        return not isinstance(most, int) or len(value) <= most

    def examples(self) -> Examples:
        most = self.shared if self.limit else self.most
        return Examples(("x" * most,), ("x" * (most + 1),)) if isinstance(most, int) else Examples()
