"""Cuts what is to be checked into units: a file, or a range of lines of one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import attrs
import msgspec

from qianfan_typed.checking.places import BOM

Form = Literal["json", "lines", "yaml"]
SUFFIXES = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
STDIN = "-"
_FORMS: dict[str, Form] = {".jsonl": "lines", ".ndjson": "lines", ".yaml": "yaml", ".yml": "yaml"}
_RANGE = 1 << 20
"""Bytes of a range of lines: 10,000 chats, a fortieth of a second of work."""
_HEAD = 1 << 16
"""Bytes from which the form of a file is told."""
_decode = msgspec.json.Decoder().decode


@attrs.frozen(kw_only=True)
class Source:
    """A file to check."""

    file: str
    """Its name for findings; `-` is standard input."""
    api: str | None = None
    """The operation of documents that do not say it."""
    model: str | None = None


@attrs.frozen(kw_only=True)
class Unit:
    """A piece of work that needs no other."""

    source: Source
    form: Form
    start: int = 0
    end: int | None = None
    """Of the range. None: the whole file."""
    data: bytes | None = None
    """The text itself: of standard input."""
    problem: str | None = None
    """Why it cannot be read."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data) if self.data is not None else 0 if self.end is None else self.end - self.start

    def read(self) -> bytes:
        """Its text, for a range of lines."""
        if self.data is not None:
            return self.data
        with Path(self.source.file).open("rb") as file:
            file.seek(self.start)
            return file.read() if self.end is None else file.read(self.end - self.start)


def units(source: Source) -> Iterator[Unit]:
    """The work that a file is: ranges of JSON Lines, else the whole."""
    if source.file == STDIN:
        yield from _of_stdin(source)
        return
    try:
        yield from _of_file(source)
    except OSError as error:
        yield Unit(source=source, form="json", problem=error.strerror or str(error))


def _of_file(source: Source) -> Iterator[Unit]:
    path = Path(source.file)
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        form = _FORMS.get(path.suffix.lower()) or form_of(file.read(_HEAD), json=path.suffix.lower() == ".json")
        if form != "lines" or not size:
            yield Unit(source=source, form=form, end=size)
            return
        start = 0
        while start < size:
            file.seek(min(start + _RANGE, size))
            file.readline()
            end = file.tell()
            yield Unit(source=source, form=form, start=start, end=end)
            start = end


def _of_stdin(source: Source) -> Iterator[Unit]:
    stdin = sys.stdin.buffer
    data = stdin.read(_RANGE)
    form = form_of(data[:_HEAD], json=False)
    if form != "lines":
        yield Unit(source=source, form=form, data=data + stdin.read())
        return
    start = 0
    while True:
        data += stdin.readline()
        yield Unit(source=source, form=form, start=start, data=data)
        start += len(data)
        data = stdin.read(_RANGE)
        if not data:
            return


def form_of(head: bytes, *, json: bool) -> Form:
    """What the beginning of a text looks like. `json`: its name says JSON, which may be one value or one a line."""
    lines = [line for line in head.removeprefix(BOM).split(b"\n") if line.strip()]
    if not lines:
        return "json" if json else "lines"
    # The first line may be the broken one. The second line of one object begins with a name, never with an object.
    if any(_is_object(line) for line in lines[:2]) and len(lines) > 1:
        return "lines"
    return "json" if json or lines[0].lstrip()[:1] in (b"{", b"[") else "yaml"


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_decode(line), dict)
    except (ValueError, RecursionError):
        return False
