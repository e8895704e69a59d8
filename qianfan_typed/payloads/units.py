"""Units of work that a file of requests is cut into: a range of lines, a range of a list, or a whole file."""

from __future__ import annotations

import mmap
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import attrs

from qianfan_typed.payloads.json_array import ArrayPart, array_parts
from qianfan_typed.payloads.json_places import BOM, Text, past_space
from qianfan_typed.payloads.json_text import NOT_JSON, decode
from qianfan_typed.project.encodings import foreign_encoding
from qianfan_typed.reports.codes import SYNTAX, UNREADABLE

PayloadForm = Literal["json", "list", "lines", "yaml"]
SUFFIXES = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
STDIN = "-"
_FORMS: dict[str, PayloadForm] = {".jsonl": "lines", ".ndjson": "lines", ".yaml": "yaml", ".yml": "yaml"}
_RANGE = 1 << 20
"""Bytes of a range: 10,000 chats, a fortieth of a second of work."""
_HEAD = 1 << 16
"""Bytes from which the form of a file is told, if they are two lines."""


@attrs.frozen(kw_only=True)
class PayloadFile:
    """A file to check."""

    file: str
    """Its name for findings; `-` is standard input."""
    api: str | None = None
    """The operation of documents that do not say it."""
    model: str | None = None


@attrs.frozen(kw_only=True)
class Unit:
    """A piece of work that needs no other. The units of a file follow each other without a gap."""

    source: PayloadFile
    form: PayloadForm
    start: int = 0
    end: int | None = None
    """Of the range. None: the whole file."""
    data: bytes | None = None
    """The text itself, of what can be read only once."""
    parts: tuple[ArrayPart, ...] = ()
    """Of a list: what it holds, counted from the unit's beginning."""
    problem: str | None = None
    """Why it cannot be checked."""
    rule: str = UNREADABLE
    """The rule of the problem."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data) if self.data is not None else 0 if self.end is None else self.end - self.start

    def read(self) -> bytes:
        """Its text."""
        if self.data is not None:
            return self.data
        with Path(self.source.file).open("rb") as file:
            file.seek(self.start)
            return file.read() if self.end is None else file.read(self.end - self.start)


def most_units(file: PayloadFile) -> int:
    """How many units a file may come to, told by its size alone."""
    if file.file == STDIN:
        return sys.maxsize
    try:
        status = Path(file.file).stat()
    except OSError:
        return 1
    return status.st_size // _RANGE + 1 if stat.S_ISREG(status.st_mode) else sys.maxsize


def units(source: PayloadFile) -> Iterator[Unit]:
    """The work that a file is."""
    try:
        if source.file == STDIN:
            # None where whoever started this closed it.
            stdin = sys.stdin
            yield from (
                _of_stream(source, stdin.buffer)
                if stdin
                else [Unit(source=source, form="json", problem="standard input is closed")]
            )
            return
        with Path(source.file).open("rb") as file:
            status = os.fstat(file.fileno())
            yield from (
                _of_file(source, file, status.st_size) if stat.S_ISREG(status.st_mode) else _of_stream(source, file)
            )
    except OSError as error:
        yield Unit(source=source, form="json", problem=error.strerror or str(error))


def _of_file(source: PayloadFile, file: BinaryIO, size: int) -> Iterator[Unit]:
    head = _head(file)
    form = _form(source, head)
    foreign = _not_utf8(source, form, head)
    if foreign is not None:
        yield attrs.evolve(foreign, end=size)
    elif form == "lines" and _is_spread(head):
        yield Unit(source=source, form=form, end=size, problem=_SPREAD, rule=SYNTAX)
    elif not size or form in ("json", "yaml"):
        yield Unit(source=source, form=form, end=size)
    elif form == "list":
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            yield from _of_list(source, text, copied=False)
    else:
        start = 0
        while start < size:
            file.seek(min(start + _RANGE, size))
            file.readline()
            end = file.tell()
            yield Unit(source=source, form=form, start=start, end=end)
            start = end


def _of_stream(source: PayloadFile, stream: BinaryIO) -> Iterator[Unit]:
    """The work that standard input or a pipe is: it is read once."""
    data = _head(stream)
    form = _form(source, data)
    foreign = _not_utf8(source, form, data)
    if foreign is not None:
        yield foreign
        return
    if form in ("json", "yaml"):
        yield Unit(source=source, form=form, data=data + stream.read())
        return
    if form == "list":
        yield from _of_list(source, data + stream.read(), copied=True)
        return
    start = 0
    while data:
        data += stream.readline()
        yield Unit(source=source, form=form, start=start, data=data)
        start += len(data)
        data = stream.read(_RANGE)


def _not_utf8(source: PayloadFile, form: PayloadForm, head: bytes) -> Unit | None:
    """Says it once of the file: read as UTF-8, each line of it would be wrong."""
    encoding = foreign_encoding(head)
    problem = f"not UTF-8 but {encoding}: save it as UTF-8"
    return None if encoding is None else Unit(source=source, form=form, problem=problem, rule=SYNTAX)


def _of_list(source: PayloadFile, text: Text, *, copied: bool) -> Iterator[Unit]:
    """Ranges of a list. `copied`: with their text."""
    begun, waiting = 0, list[ArrayPart]()

    def unit(end: int) -> Unit:
        data = text[begun:end] if copied else None
        return Unit(source=source, form="list", start=begun, end=end, data=data, parts=tuple(waiting))

    for part in array_parts(text, past_space(text, len(BOM) if text[: len(BOM)] == BOM else 0)):
        if part.end - begun > _RANGE and waiting:
            end = waiting[-1].end + begun
            yield unit(end)
            begun, waiting = end, []
        waiting.append(ArrayPart(part.start - begun, part.end - begun, part.fault))
    yield unit(len(text))


def _form(source: PayloadFile, head: bytes) -> PayloadForm:
    suffix = Path(source.file).suffix.lower()
    return _FORMS.get(suffix) or form_of(head, json=suffix == ".json")


_SPREAD = "not JSON Lines: a value over several lines; JSON Lines have one on each, and JSON has the suffix .json"


def _is_spread(head: bytes) -> bool:
    """Whether the first line is the beginning of JSON that is laid out over several."""
    first, _, rest = head.removeprefix(BOM).lstrip().partition(b"\n")
    return first.rstrip() in (b"[", b"{") and bool(rest.strip())


def _head(file: BinaryIO) -> bytes:
    """The beginning of a text. It has the first two lines whole, where the first may hold a request."""
    head = file.read(_HEAD)
    if not _begins_list(head) and head.count(b"\n") < 2:
        head += file.readline()
        head += file.readline(_HEAD)
    return head


def _begins_list(head: bytes) -> bool:
    return head.removeprefix(BOM).lstrip()[:1] == b"["


def form_of(head: bytes, *, json: bool) -> PayloadForm:
    """What the beginning of a text looks like. `json`: its name says JSON, which may be one value or one a line."""
    if _begins_list(head):
        return "list"
    lines = [line for line in head.removeprefix(BOM).split(b"\n") if line.strip()]
    if not lines:
        return "json" if json else "lines"
    # The first line may be the broken one. The second line of one object begins with a name, never with an object.
    if any(_is_object(line) for line in lines[:2]) and len(lines) > 1:
        return "lines"
    return "json" if json or lines[0].lstrip()[:1] == b"{" else "yaml"


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(decode(line), dict)
    except NOT_JSON:
        return False
