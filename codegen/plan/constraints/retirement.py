"""Retirement: a model goes offline, and another is to be used. A warning: the service decides."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Projection, Schema, Spot


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
        return retirement(self.on, self.use)

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())  # the catalogue has it: `found.retired(model)`

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"on": self.on and self.on.isoformat(), "use": [*self.use]}


def retirement(on: datetime.date | None, use: tuple[str, ...]) -> str:
    """`retired on 2026-01-27; use ernie-speed-pro-128k`."""
    when = f"retired on {on}" if on else "retired"
    return f"{when}; use {' or '.join(use)}" if use else when
