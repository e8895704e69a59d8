"""Support: which models take a parameter. Sent to another one, it is refused or ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Projection, Schema, Spot
from codegen.plan.phrasing import row
from codegen.spec import language
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Unsupported(Constraint):
    """A parameter that the models of a group do not take."""

    kind = "support"
    code = "unsupported"
    looks_at: ClassVar[Projection] = "request"

    takers: tuple[str, ...] = attrs.field(eq=False)
    """The models that take it: those in service that a page of the documentation lists."""
    only: tuple[str, ...] = ()
    """The models of the group that it is said of, where another page says it of the others. Empty: all."""
    neutral: language.Scalar | None = None
    """A value that asks for nothing: it only warns."""

    def phrase(self) -> str:
        if not self.takers:
            return say("not a parameter of any model for sure")
        if len(self.takers) <= 3:
            return say("only for {models}", models=row([*self.takers], "and"))
        models = say("{names} and {more} more", names=", ".join(self.takers[:2]), more=len(self.takers) - 2)
        return say("only for {models}", models=models)

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())  # the table of what each group takes says it

    def json_schema(self) -> Schema:
        return {"type": "null"} if self.neutral is None else {"enum": [None, self.neutral]}

    def data(self) -> Schema:
        stated: Schema = {"taken": False, "neutral": self.neutral, "only": [*self.only]}
        return {name: value for name, value in stated.items() if value not in (None, [])}
