"""Disputes: parameters that some sources say a model takes, and others do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Projection, Schema, Spot
from codegen.plan.phrasing import one_line
from codegen.support.words import phrase, say


@attrs.frozen(kw_only=True)
class Disputed(Constraint):
    """A parameter that some sources say a model takes, and others do not. It warns."""

    kind = "dispute"
    code = "disputed"
    looks_at: ClassVar[Projection] = "request"

    because: str
    only: tuple[str, ...] = ()
    """Only these models of the group; the others do not take it. Empty: all."""

    def phrase(self) -> str:
        return say("sources disagree: {why}", why=phrase(one_line(self.because)))

    def sentences(self) -> Iterator[str]:
        yield from (self.phrase(), phrase(one_line(self.because)))

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"disputed": one_line(self.because)} | ({"only": [*self.only]} if self.only else {})
