"""Texts that wait for their head, which says how many of something they hold."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, TextIO, cast

_IN_MEMORY = 8 << 20
"""Bytes that wait in memory; more of them wait on disk."""


@contextmanager
def waiting() -> Generator[TextIO]:
    """A text that waits until its head is known."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        # Names of files and Python's texts may hold half a character, which UTF-8 has not. JSON has: as \udcff.
        body = io.TextIOWrapper(cast("IO[bytes]", file), encoding="utf-8", errors="backslashreplace", newline="")
        yield body
        body.detach()


def pour(body: TextIO, out: TextIO) -> None:
    """Copies a text that waited."""
    body.seek(0)
    while piece := body.read(1 << 16):
        out.write(piece)
