"""Members of other names than an object has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Projection, Schema, Spot
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Unknown(Constraint):
    """Members that an object does not have. A member that is null counts as left out."""

    kind = "unknown"
    code = "unknown"
    looks_at: ClassVar[Projection] = "object"

    extensible: bool = False
    """Whether members of other names pass."""
    item: bool = False
    """Whether lists or maps hold it: what stands there may be no object at all."""

    @property
    def ids(self) -> list[str]:
        codes = [*([] if self.extensible else [self.code]), *(["type"] if self.item else [])]
        return [".".join(filter(None, [self.api, self.path, code])) for code in codes]

    def phrase(self) -> str:
        if self.extensible:
            return say("an object")
        return say("an object without members of other names") if self.item else say("no members of other names")

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())  # the table of its members says it

    def json_schema(self) -> Schema:
        return {} if self.extensible else {"additionalProperties": {"type": "null"}}
