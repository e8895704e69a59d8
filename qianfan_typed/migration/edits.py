"""Edits: what is to change in a module, by the places of its syntax tree. Formatting and comments stay."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

Place = tuple[int, int, int, int]
"""First line, column, last line, column: lines from 1, columns from 0, in characters."""


@attrs.frozen
class CallEdit:
    """What becomes of a call."""

    steps: int = 0
    """How many attributes at the end of what is called go."""
    callee: tuple[str, ...] = ()
    """The attributes that come in their place."""
    called: str | None = None
    """A name that is called instead of all that was."""
    dropped: frozenset[int] = frozenset()
    """Arguments that go, counted from 0."""
    named: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """Arguments → what they are called now."""
    written: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """Arguments → their value now; `{}` stands for the one before."""
    spread: frozenset[int] = frozenset()
    """Arguments that are dicts, whose members become arguments."""
    after: tuple[str, ...] = ()
    """Attributes that follow the call."""


@attrs.frozen
class AttributeEdit:
    """What stands instead of an attribute's name, or of `["body"]`: `to_dict()`."""

    code: str


@attrs.frozen
class NameEdit:
    """What stands instead of a name, dotted or not."""

    code: str


@attrs.frozen
class FollowedEdit:
    """Attributes that follow an expression."""

    code: str


@attrs.frozen
class AwaitEdit:
    """`await` goes."""


@attrs.frozen
class ImportEdit:
    """What becomes of an import."""

    dropped: frozenset[str]
    """Names that it binds and that go."""
    added: tuple[str, ...]
    """Names of `qianfan_typed` that are imported below it, or in its place."""
    at_top: bool
    """Whether it stands in no block, which would have to hold something else."""


Edit = CallEdit | AttributeEdit | NameEdit | FollowedEdit | AwaitEdit | ImportEdit
Key = tuple[Place, Literal["expression", "import"]]
Edits = dict[Key, Edit]


class Places:
    """Where nodes of a module stand."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = [line.encode("utf-8", "surrogatepass") for line in lines]

    def of(self, node: ast.expr | ast.stmt) -> Place:
        """The place of a node."""
        end, end_offset = node.end_lineno or node.lineno, node.end_col_offset or 0
        return node.lineno, self._column(node.lineno, node.col_offset), end, self._column(end, end_offset)

    def _column(self, line: int, offset: int) -> int:
        # The tree counts bytes.
        return len(self._lines[line - 1][:offset].decode("utf-8", "surrogatepass"))
