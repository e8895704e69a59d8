"""Units of work that a file of requests is cut into: a range of lines, a range of a list, or a whole file."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import attrs

from qianfan_api.words import say, wording
from qianfan_typed.payloads.forms.curl import begins_with_curl
from qianfan_typed.payloads.forms.recognition import kind_of_file
from qianfan_typed.payloads.json_array import ArrayPart, ArrayScanner
from qianfan_typed.payloads.json_places import BOM
from qianfan_typed.payloads.json_text import NOT_JSON, decode
from qianfan_typed.payloads.packed import PACKED, NotPacked, inner_name, is_packed, unpacked
from qianfan_typed.project.encodings import foreign_encoding, looks_like_gbk
from qianfan_typed.project.limits import internal_error
from qianfan_typed.reports.codes import INTERNAL, KIND, LIMIT, SYNTAX, UNREADABLE

PayloadForm = Literal["json", "list", "lines", "yaml", "postman", "har", "vcr", "http", "curl"]
_KINDS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
SUFFIXES = (*_KINDS, *(kind + packing for kind in _KINDS for packing in PACKED), ".har", ".http", ".rest", ".curl")
"""How files end that a folder stands for."""
STDIN = "-"
_FORMS: dict[str, PayloadForm] = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".http": "http",
    ".rest": "http",
    ".curl": "curl",
}
_JSON = (".json", ".har")
_WHOLE: frozenset[PayloadForm] = frozenset({"json", "yaml", "postman", "har", "vcr", "http", "curl"})
"""Forms that are read whole."""
_RANGE = 1 << 20
"""Bytes of a range: 10,000 chats, a fortieth of a second of work."""
_HEAD = 1 << 16
"""Bytes from which the form of a file is told, if they are two lines."""
MOST_BYTES = 100_000_000
"""Of a record. Images and films in a request are smaller, or have an address."""
_TOO_LARGE = say("a record of more than {most} bytes", most=f"{MOST_BYTES:,}")


class FileChanged(Exception):
    """A file is not what it was when its check began."""


Stamp = tuple[int, int, int, int]
"""Device, inode, size and time of a file: whether it is still the same."""


@attrs.frozen(kw_only=True)
class PayloadFile:
    """A file to check."""

    file: str
    """Its name for findings; `-` is standard input."""
    api: str | None = None
    """The operation of documents that do not say it."""
    model: str | None = None
    form: PayloadForm | None = None
    """What it is. None: as its name and its beginning say."""
    ignore: frozenset[str] = frozenset()
    """Rules and codes to leave out of it."""
    named: bool = False
    """Whether it was named itself, not come by in a folder: it has to have requests."""


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
    stamp: Stamp | None = None
    """Of the file when its check began. None: what can be read only once."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data) if self.data is not None else 0 if self.end is None else self.end - self.start

    def read(self) -> bytes:
        """Its text.

        Raises:
            FileChanged: The file is no longer what it was.
            OSError: It cannot be read.
        """
        if self.data is not None:
            return self.data
        with Path(self.source.file).open("rb") as file:
            file.seek(self.start)
            data = file.read() if self.end is None else file.read(self.end - self.start)
            # Behind the reading: whatever was changed before or meanwhile shows.
            if self.stamp is not None and _stamp(os.fstat(file.fileno())) != self.stamp:
                raise FileChanged
        return data


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def most_units(file: PayloadFile) -> int:
    """How many units a file may come to, told by its size alone."""
    if file.file == STDIN or is_packed(file.file):
        return sys.maxsize
    try:
        status = Path(file.file).stat()
    except OSError:
        return 1
    return status.st_size // _RANGE + 1 if stat.S_ISREG(status.st_mode) else sys.maxsize


def units(source: PayloadFile) -> Iterator[Unit]:
    """The work that a file is."""
    kind = None if source.form else kind_of_file(source.file)
    if kind is not None and _has_text(source.file):
        yield Unit(source=source, form="json", problem=kind, rule=KIND)
        return
    try:
        if source.file == STDIN:
            # None where whoever started this closed it.
            stdin = sys.stdin
            yield from (
                _of_stream(source, stdin.buffer)
                if stdin
                else [Unit(source=source, form="json", problem=say("standard input is closed"))]
            )
            return
        with Path(source.file).open("rb") as file:
            status = os.fstat(file.fileno())
            if is_packed(source.file):
                yield from _of_stream(source, unpacked(source.file, file, status.st_size))
                return
            if not stat.S_ISREG(status.st_mode):
                yield from _of_stream(source, file)
                return
            for unit in _of_file(source, file, status.st_size):
                yield attrs.evolve(unit, stamp=_stamp(status))
    except NotPacked as error:
        yield Unit(source=source, form="json", problem=wording(error), rule=SYNTAX)
    except OSError as error:
        yield Unit(source=source, form="json", problem=error.strerror or str(error))
    except Exception as error:
        yield Unit(source=source, form="json", problem=internal_error(error), rule=INTERNAL)


def units_of_text(source: PayloadFile, data: bytes) -> Iterator[Unit]:
    """The work that a text is which a file will have."""
    return _of_stream(source, io.BytesIO(data))


def _has_text(file: str) -> bool:
    try:
        return Path(file).stat().st_size > 0
    except OSError:
        return False  # which is said where it is opened


def _of_file(source: PayloadFile, file: BinaryIO, size: int) -> Iterator[Unit]:
    head = _head(file)
    form = _form(source, head)
    foreign = _not_utf8(source, form, head)
    if foreign is not None:
        yield attrs.evolve(foreign, end=size)
    elif form == "lines" and _is_spread(head):
        yield Unit(source=source, form=form, end=size, problem=_SPREAD, rule=SYNTAX)
    elif form in _WHOLE and form != "yaml" and size > MOST_BYTES:
        yield Unit(source=source, form=form, end=size, problem=_TOO_LARGE, rule=LIMIT)
    elif not size or form in _WHOLE:
        yield Unit(source=source, form=form, end=size)
    elif form == "list":
        file.seek(0)
        for unit in _of_list(source, file.read):
            yield attrs.evolve(unit, data=None)
    else:
        yield from _of_lines(source, file, size)


def _of_lines(source: PayloadFile, file: BinaryIO, size: int) -> Iterator[Unit]:
    start = 0
    while start < size:
        file.seek(min(start + _RANGE, size))
        if not _past_line(file):
            yield _cut_off(source, "lines", start, size)
            return
        end = min(file.tell(), size)
        yield Unit(source=source, form="lines", start=start, end=end)
        start = end


def _past_line(file: BinaryIO) -> bool:
    """Goes on to the end of a line. False: it is too long."""
    line = file.readline(MOST_BYTES)
    return len(line) < MOST_BYTES


def _cut_off(source: PayloadFile, form: PayloadForm, start: int, end: int) -> Unit:
    """What is left of a file behind a record that is too large."""
    return Unit(source=source, form=form, start=start, end=end, problem=_TOO_LARGE, rule=LIMIT)


def _of_stream(source: PayloadFile, stream: BinaryIO) -> Iterator[Unit]:
    """The work that standard input or a pipe is: it is read once."""
    data = _head(stream)
    form = _form(source, data)
    foreign = _not_utf8(source, form, data)
    if foreign is not None:
        yield foreign
        return
    if form in _WHOLE:
        data += stream.read(MOST_BYTES + 1 - len(data))
        too_large = len(data) > MOST_BYTES
        yield _cut_off(source, form, 0, 0) if too_large else Unit(source=source, form=form, data=data)
        return
    if form == "list":
        yield from _of_list(source, stream.read, data)
        return
    start = 0
    while data:
        line = stream.readline(MOST_BYTES)
        if len(line) == MOST_BYTES:
            yield _cut_off(source, form, start, start)
            return
        data += line
        yield Unit(source=source, form=form, start=start, data=data)
        start += len(data)
        data = stream.read(_RANGE)


def _not_utf8(source: PayloadFile, form: PayloadForm, head: bytes) -> Unit | None:
    """Says it once of the file: read as UTF-8, each line of it would be wrong."""
    encoding = foreign_encoding(head) or ("GBK, as it looks" if looks_like_gbk(head) else None)
    problem = say("not UTF-8 but {encoding}: save it as UTF-8", encoding=encoding)
    return None if encoding is None else Unit(source=source, form=form, problem=problem, rule=SYNTAX)


def _of_list(source: PayloadFile, read: Callable[[int], bytes], data: bytes = b"") -> Iterator[Unit]:
    """Ranges of a list, with their text.

    Args:
        source: The file.
        read: Gives what follows in it.
        data: What was read of it.
    """
    kept = data or read(_RANGE)
    skipped = len(BOM) if kept.startswith(BOM) else 0
    scanner, waiting, begun, text = ArrayScanner(skipped), list[ArrayPart](), 0, kept[skipped:]

    def unit(end: int) -> Unit:
        parts = tuple(ArrayPart(one.start - begun, one.end - begun, one.fault) for one in waiting)
        return Unit(source=source, form="list", start=begun, end=end, data=kept[: end - begun], parts=parts)

    while text:
        more = read(max(_RANGE, len(scanner.waiting)))
        for part in scanner.feed(text, last=not more):
            if part.end - begun > _RANGE and waiting:
                end = waiting[-1].end
                yield unit(end)
                kept, begun, waiting = kept[end - begun :], end, []
            waiting.append(part)
        if len(scanner.waiting) > MOST_BYTES:
            end = begun + len(kept) - len(scanner.waiting)
            yield unit(end)
            yield _cut_off(source, "list", end, end)
            return
        text = more
        kept += more
    yield unit(begun + len(kept))


def form_of_file(source: PayloadFile, text: bytes) -> PayloadForm:
    """What a file is, by its name and its text."""
    head = text[:_HEAD]
    if not _begins_list(head) and head.count(b"\n") < 2:
        head = b"\n".join(text.split(b"\n", 2)[:2])
    return _form(source, head)


def _form(source: PayloadFile, head: bytes) -> PayloadForm:
    suffix = Path(inner_name(source.file)).suffix.lower()
    return source.form or _FORMS.get(suffix) or form_of(head, json=suffix in _JSON)


_SPREAD = say("not JSON Lines: a value over several lines; JSON Lines have one on each, and JSON has the suffix .json")


def _is_spread(head: bytes) -> bool:
    """Whether the first line is the beginning of JSON that is laid out over several."""
    first, _, rest = head.removeprefix(BOM).lstrip().partition(b"\n")
    return first.rstrip() in (b"[", b"{") and bool(rest.strip())


def _head(file: BinaryIO) -> bytes:
    """The beginning of a text. It has the first two lines whole, where the first may hold a request."""
    head = file.read(_HEAD)
    if not _begins_list(head) and head.count(b"\n") < 2:
        head += file.readline(MOST_BYTES)
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
    if begins_with_curl(head.decode("utf-8", "replace")):
        return "curl"
    return "json" if json or lines[0].lstrip()[:1] == b"{" else "yaml"


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(decode(line), dict)
    except NOT_JSON:
        return False
