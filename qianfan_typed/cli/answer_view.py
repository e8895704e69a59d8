"""View of an answer while it comes, for programs: its text as it is."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol

from qianfan_typed.cli.answers import Kind

_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def harmless(text: str) -> str:
    """A text without what would move the cursor, set colours or the window's title: a model may say anything."""
    return text.translate(_CONTROLS)


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
        self._is_seen = sys.stdout.isatty()

    def show(self, kind: Kind, piece: str) -> None:
        """Writes text. Thinking is not part of the answer: nothing is written of it."""
        if kind == "text":
            sys.stdout.write(harmless(piece) if self._is_seen else piece)
            sys.stdout.flush()
            self._ends_line = piece.endswith("\n")

    def __enter__(self) -> PlainView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._ends_line:
            print(flush=True)
