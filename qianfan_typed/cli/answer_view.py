"""View of an answer while it comes, for programs: its text as it is."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol

from qianfan_typed.cli.answers import Kind


class View(Protocol):
    """Shows an answer."""

    def show(self, kind: Kind, piece: str) -> None: ...
    def __enter__(self) -> View: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class PlainView:
    """The text alone, as it comes, to standard output."""

    def __init__(self) -> None:
        self._ends_line = True

    def show(self, kind: Kind, piece: str) -> None:
        """Writes text. Thinking is not part of the answer: nothing is written of it."""
        if kind == "text":
            sys.stdout.write(piece)
            sys.stdout.flush()
            self._ends_line = piece.endswith("\n")

    def __enter__(self) -> PlainView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._ends_line:
            print(flush=True)
