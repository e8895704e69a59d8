"""Support: which models take a parameter. Sent to another one, it is refused or ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs

from codegen.plan.constraints.base import Condition, Constraint, Projection, Schema, Spot
from codegen.plan.phrasing import one_line, row
from codegen.plan.python_source import literal
from codegen.spec import language


@attrs.frozen(kw_only=True)
class Unsupported(Constraint):
    """A parameter that the models of a group do not take."""

    kind = "support"
    code = "unsupported"
    looks_at: ClassVar[Projection] = "request"

    takers: tuple[str, ...] = attrs.field(eq=False)
    """The models that take it: those in service that a page of the documentation lists."""
    neutral: language.Scalar | None = None
    """A value that asks for nothing: it only warns."""

    def phrase(self) -> str:
        if not self.takers:
            return "not a parameter of any model for sure"
        names = [*self.takers] if len(self.takers) <= 3 else [*self.takers[:2], f"{len(self.takers) - 2} more"]
        return f"only for {row([*names], 'and')}"

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())  # the table of what each group takes says it

    def json_schema(self) -> Schema:
        return {"type": "null"} if self.neutral is None else {"enum": [None, self.neutral]}

    def data(self) -> Schema:
        return {"taken": False} if self.neutral is None else {"taken": False, "neutral": self.neutral}


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
        return f"sources disagree: {one_line(self.because)}"

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"disputed": one_line(self.because)} | ({"only": [*self.only]} if self.only else {})


@attrs.frozen(kw_only=True)
class ClientArgument(Constraint):
    """An argument of the official SDK, which the page lists among the parameters. It warns."""

    kind = "client"
    code = "client"

    def phrase(self) -> str:
        return "an argument of the official SDK: it never reaches the platform"

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f'found.advise({at.rule}, "{self.code}", {at.place}, "{self.phrase()}")')

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"sent": False}


@attrs.frozen(kw_only=True)
class Idle(Constraint):
    """A value that is of no use to the models of a group, whatever it is. It warns."""

    kind = "idle"
    code = "effect"

    words: str

    def phrase(self) -> str:
        return one_line(self.words).rstrip(".")

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f'found.advise({at.rule}, "{self.code}", {at.place}, {literal(self.phrase())})')

    def json_schema(self) -> Schema:
        return {}

    def data(self) -> Schema:
        return {"idle": self.phrase()}


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
        return "an object" if self.extensible else "no members of other names"

    def python(self, at: Spot) -> Iterator[Condition]:
        return iter(())  # the table of its members says it

    def json_schema(self) -> Schema:
        return {} if self.extensible else {"additionalProperties": {"type": "null"}}
