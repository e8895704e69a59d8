"""Members that are JSON Schemas themselves: any, or one of a function's arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Examples, Schema, Site, Spot, ValueConstraint
from codegen.plan.plain_types import TYPES
from codegen.spec import types
from codegen.support.words import phrase


@attrs.frozen(kw_only=True)
class NestedSchema(ValueConstraint):
    """An object that is a JSON Schema."""

    kind = "schema"
    code = "schema"
    """Of an object that is none. What stands inside has codes of its own."""

    name: str
    """Which of the plain types it is."""

    @property
    def ids(self) -> list[str]:
        codes = ["enum", "type"] if self.name == "json_schema" else [self.code, "missing", "enum", "type"]
        return [f"{self.api}.{self.path}.{code}" for code in codes]

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        for option in site.alternatives:
            if isinstance(option, types.Plain) and TYPES[option.name].check is not None:
                yield cls(**site.common(cls.code), name=option.name)

    def applies(self, kind: types.Type) -> bool:
        return kind == types.Plain(self.name)

    def phrase(self) -> str:
        return phrase(f"a {TYPES[self.name].name}")

    def shown(self) -> str:
        return ""

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f"{TYPES[self.name].check}({at.rule}, value, {at.place}, found)")

    def json_schema(self) -> Schema:
        return {}  # the type's own definition says it

    def data(self) -> Schema:
        return {"schema": self.name}

    def examples(self) -> Examples:
        right = TYPES[self.name].right
        wrong: list[Any] = [{**value, "type": "nonsense"} for value in right]
        wrong += [{**value, "properties": []} for value in right]
        if self.name == "object_schema":
            wrong += [{}, {"properties": {}}, {"type": "object"}]
        return Examples(right, tuple(wrong))
