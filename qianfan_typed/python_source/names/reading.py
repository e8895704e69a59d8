"""Reading: what the parts that read values ask of one another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Protocol

from qianfan_typed.python_source.names.values import ObjectValue, Value

Elsewhere = Callable[[str, ast.AST], Value | None]
"""The value of a dotted name of another file, at a node of this one. None: no file of the run has it."""


class ValueReader(Protocol):
    """Reads values off expressions."""

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        """What an expression gives, as far as it can be seen."""
        ...

    def arguments(
        self, call: ast.Call, positions: tuple[str, ...], before: Sequence[ast.Call] = ()
    ) -> ObjectValue | None:
        """The arguments of a call by name. None: it has more than there are positions."""
        ...


def nowhere(origin: str, node: ast.AST) -> Value | None:
    """Knows no other file."""
    return None
