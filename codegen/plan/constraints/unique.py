"""Names that stand once. It warns."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Beyond, Condition, Examples, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.python_source import steps
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Unique(ObjectConstraint):
    """Names of which no two are the same."""

    kind = "unique"
    code = "duplicate"

    name: str
    """Dotted path of the names: tools[].function.name."""

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for unique in site.rules.unique:
            member = unique.member.split("[")[0].split(".")[0]
            if member in site.known:
                common = site.common(f"{member}.names", cls.code, unique.source, "warning", place=member)
                yield cls(**common, name=unique.member)

    def phrase(self) -> str:
        return say("each {name} stands once", name=self.name)

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f"check_unique({at.rule}, {at.value}, {steps(self.name)}, found)")

    def json_schema(self) -> Beyond:
        return Beyond(f"that {self.phrase()}")

    def data(self) -> Schema:
        return {"name": self.name}

    def examples(self) -> Examples:
        member, _, rest = self.name.partition("[].")
        holder, _, name = rest.rpartition(".")
        one, other = ({"type": "function", holder: {name: word}} for word in "ab")
        return Examples(({member: [one, other]},), ({member: [one, one]},))
