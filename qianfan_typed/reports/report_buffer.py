"""Report buffer: where the body of a report waits for its head, which says how many of something the body holds."""

from __future__ import annotations

import math
import tempfile
from types import TracebackType
from typing import BinaryIO, TextIO

_ROOM = 1 << 20
"""Characters that are kept in memory."""


class ReportBuffer:
    """A text that waits: in memory while it is short, where no folder for temporary files is needed; else in a file."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._room: float = _ROOM
        self._file: BinaryIO | None = None
        self._blocks: list[int] = []
        """Bytes of each block in the file."""

    def write(self, text: str) -> None:
        """Adds to the text."""
        self._parts.append(text)
        self._size += len(text)
        if self._size > self._room:
            self._store()

    def copy_to(self, out: TextIO) -> None:
        """Writes the whole text."""
        if self._file is not None:
            self._file.seek(0)
            for size in self._blocks:
                out.write(self._file.read(size).decode())
        out.writelines(self._parts)

    def _store(self) -> None:
        # Names of files and Python's texts may hold half a character, which UTF-8 has not. JSON has: as \udcff.
        block = "".join(self._parts).encode("utf-8", "backslashreplace")
        try:
            self._file = self._file or tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the buffer
            stored = self._file.write(block) == len(block)
        except OSError:
            stored = False
        if stored:
            self._blocks.append(len(block))
            self._parts, self._size = [], 0
        else:
            self._room = math.inf  # no such folder, or it is full

    def __enter__(self) -> ReportBuffer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
