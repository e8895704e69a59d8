"""Texts that wait for their head, which says how many of something they hold."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def waiting() -> Generator[TextIO]:
    """A text that waits in a file until its head is known."""
    # Names of files and Python's texts may hold half a character, which UTF-8 has not. JSON has: as \udcff.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace", newline="") as body:
        yield body


def pour(body: TextIO, out: TextIO) -> None:
    """Copies a text that waited."""
    body.seek(0)
    while piece := body.read(1 << 16):
        out.write(piece)
