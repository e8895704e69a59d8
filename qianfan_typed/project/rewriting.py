"""Rewriting of files: what a diff shows of it, and how a file gets its new text, as a whole or not at all."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import attrs

from qianfan_typed.reports.printable import printable, printable_path

_LINE_END = re.compile(r"\r\n|\r|\n")
_LAST_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class NotWritten(Exception):
    """A file cannot be rewritten; the message says why."""


@attrs.frozen
class RewrittenFile:
    """A file, and what is to stand in it."""

    file: str
    before: bytes
    after: bytes
    encoding: str = "utf-8"
    fixes: int = 0
    """How many violations are gone."""

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff: printable."""
        old, new = (data.decode(self.encoding, "replace") for data in (self.before, self.after))
        return unified_diff(self.file, old, new)

    def write(self) -> None:
        """Puts the text in the place of the old one, at once: a reader meets the one or the other.

        Raises:
            NotWritten: The file changed meanwhile, is read-only, or its folder cannot be written to.
        """
        path = Path(os.path.realpath(self.file))
        try:
            # Another file can take its place all the same: who made it so did not mean that.
            if not path.stat().st_mode & _WRITABLE:
                raise NotWritten("it is read-only: nothing was written")
            if path.read_bytes() != self.before:
                raise NotWritten("it changed meanwhile: nothing was written")
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
                try:
                    file.write(self.after)
                    file.flush()
                    os.fsync(file.fileno())
                    shutil.copymode(path, file.name)
                    Path(file.name).replace(path)
                except BaseException:
                    with contextlib.suppress(OSError):
                        Path(file.name).unlink()
                    raise
        except OSError as error:
            raise NotWritten(f"cannot be written: {error.strerror or error}") from error


def unified_diff(file: str, before: str, after: str) -> Iterator[str]:
    """The lines of a unified diff of a file's text: printable, without their ends."""
    name = printable_path(file)
    old, new = (_LINE_END.split(_LAST_LINE_END.sub("", text)) for text in (before, after))
    for line in difflib.unified_diff(old, new, name, name, lineterm=""):
        # A tab is no harm, and belongs to the line.
        yield "\t".join(map(printable, line.split("\t")))
