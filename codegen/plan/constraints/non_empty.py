"""Texts that may not be empty."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Examples, Schema, Site, Spot, ValueConstraint
from codegen.spec import types
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class NonEmpty(ValueConstraint):
    """A text that may not be empty."""

    kind = "non_empty"
    code = "empty"
    words = ("non_empty",)

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        if site.field.non_empty and site.has("string"):
            yield cls(**site.common(cls.code))

    def applies(self, kind: types.Type) -> bool:
        return kind == types.Plain("string")

    def phrase(self) -> str:
        return say("not empty")

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition("not value", f"found.empty({at.rule}, {at.place})")

    def json_schema(self) -> Schema:
        return {"minLength": 1}

    def holds(self, value: object) -> bool:
        return value != ""

    def examples(self) -> Examples:
        return Examples(("x",), ("",))
