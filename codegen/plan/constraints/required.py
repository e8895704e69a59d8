"""Required members: a request without them is refused."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import GIVEN, Condition, Examples, Schema, Site, Spot, ValueConstraint
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Required(ValueConstraint):
    """A member that must be there."""

    kind = "required"
    code = "missing"
    looks_at = "object"
    words = ("required",)

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        if site.field.required:
            yield cls(**site.common(cls.code))

    @property
    def member(self) -> str:
        """Its name."""
        return self.path.rpartition(".")[2]

    def phrase(self) -> str:
        return say("required")

    def shown(self) -> str:
        return "required"

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(
            f'{at.value}.get("{self.member}") is None', f"found.missing({at.rule}, {at.member(self.member)})"
        )

    def json_schema(self) -> Schema:
        return {"required": [self.member]}

    def examples(self) -> Examples:
        return Examples(inside=({self.member: GIVEN},), outside=({},))
