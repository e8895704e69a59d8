"""Retirement: a model goes offline, and another is to be used. A warning: the service decides."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Projection, Schema, Spot
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Retired(Constraint):
    """A model that is retired, or will be."""

    kind = "retirement"
    code = "retired"
    looks_at: ClassVar[Projection] = "request"

    model: str
    on: datetime.date | None
    use: tuple[str, ...]

    def phrase(self) -> str:
        edition = self.basis.edition
        return retirement(self.on, self.use, announced=self.on is not None and self.on > edition.read)

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())  # the catalogue has it: `found.retired(model)`

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"on": self.on and self.on.isoformat(), "use": [*self.use]}


def retirement(on: datetime.date | None, use: tuple[str, ...], *, announced: bool) -> str:
    """`retired on 2026-01-27; use ernie-speed-pro-128k`. `announced`: the day came after the page that says so."""
    if on is None:
        when = say("retired")
    else:
        when = say("announced to end on {day}", day=on) if announced else say("retired on {day}", day=on)
    return say("{retired}; use {models}", retired=when, models=" or ".join(use)) if use else when
