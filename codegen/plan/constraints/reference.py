"""Names that must exist at another place of the request."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import (
    Beyond,
    Condition,
    Examples,
    ObjectConstraint,
    ObjectSite,
    Schema,
    Spot,
    within,
)
from codegen.plan.python_source import steps
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Reference(ObjectConstraint):
    """A name that names something elsewhere."""

    kind = "refers"
    code = "reference"

    name: str
    """Dotted path of the name: tool_choice.function.name."""
    to: str
    """Dotted path of what it names: functions[].name."""

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for refers in site.rules.refers:
            member = refers.member.split(".")[0]
            if member in site.known:
                common = site.common(member, cls.code, refers.source, place=refers.member)
                yield cls(**common, name=refers.member, to=refers.to)

    def phrase(self) -> str:
        return say("{name} names one of {names}", name=self.name, names=self.to)

    def python(self, at: Spot) -> Iterator[Condition]:
        call = f"check_reference({at.rule}, {at.value}, {steps(self.name)}, {steps(self.to)}, found)"
        yield Condition(None, call)

    def json_schema(self) -> Beyond:
        return Beyond(f"that {self.phrase()}")

    def data(self) -> Schema:
        return {"name": self.name, "to": self.to}

    def examples(self) -> Examples:
        named = within(self.to, "a")
        return Examples(inside=({**within(self.name, "a"), **named},), outside=({**within(self.name, "b"), **named},))
