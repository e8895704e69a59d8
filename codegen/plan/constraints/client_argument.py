"""Arguments of the official SDK, which pages list among the parameters."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Schema, Spot
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class ClientArgument(Constraint):
    """An argument of the official SDK, which the page lists among the parameters. It warns."""

    kind = "client"
    code = "client"

    def phrase(self) -> str:
        return say("an argument of the official SDK: it never reaches the platform")

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f'found.advise({at.rule}, "{self.code}", {at.place}, "{self.phrase()}")')

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"sent": False}
