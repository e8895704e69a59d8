"""Values of no use: whatever it is, a model does nothing with it. Advice: they warn."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Schema, Spot
from codegen.plan.phrasing import prose
from codegen.plan.python_source import literal


@attrs.frozen(kw_only=True)
class Idle(Constraint):
    """A value that is of no use to the models of a group, whatever it is."""

    kind = "idle"
    code = "effect"

    words: str

    def phrase(self) -> str:
        return prose(self.words)

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f'found.advise({at.rule}, "{self.code}", {at.place}, {literal(self.phrase())})')

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"idle": self.phrase()}
