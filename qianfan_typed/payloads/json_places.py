"""Places in a JSON text that pointers lead to: looked for only where something is wrong.

Decoders do not say where a value stood, and one that does costs every valid line. So the text of the one request is
read again, with a scanner that skips what no pointer leads through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import attrs

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}"]', re.DOTALL)
"""A lone quote is a string that is cut off. It ends the search, which would begin anew at each quote in it."""
_SCALAR = re.compile(rb"[^\s,\]}]*")
_SPACE = re.compile(rb"[ \t\r\n]*")
BOM = b"\xef\xbb\xbf"
_CONTINUATION = bytes(range(0x80, 0xC0))
"""What follows the first byte of a character."""
_PIECE = 1 << 20
"""Bytes that are looked at a time to count lines."""


def steps(pointer: str) -> list[str]:
    """The steps of a JSON pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


@attrs.frozen
class Places:
    """Where the members of a value begin. Each object and list on the way is read once, however much is asked for."""

    text: bytes
    start: int
    """Where the value begins, or white space before it."""
    _members: dict[int, Mapping[str, tuple[int, int]]] = attrs.field(
        factory=dict[int, Mapping[str, tuple[int, int]]], init=False, eq=False, repr=False
    )
    """Offset of an object or list → name or index → where the name and the value begin."""

    def offset_of(self, pointer: str, *, name: bool = False) -> int:
        """The offset to which a pointer leads.

        A place that is not there, as of a missing member, is that of the innermost value that is. `name`: the place of
        the member's name. Where a name stands twice, the last one counts, as it does for decoders.
        """
        at = past_space(self.text, self.start)
        path = steps(pointer)
        for index, step in enumerate(path):
            found = self._below(at).get(step)
            if found is None:
                break
            at = found[0] if name and index == len(path) - 1 else found[1]
        return at

    def range_of(self, pointer: str, *, name: bool = False) -> tuple[int, int]:
        """The offset to which a pointer leads, and the one behind the end of what is there."""
        at = self.offset_of(pointer, name=name)
        return at, end_of(self.text, at)

    def _below(self, at: int) -> Mapping[str, tuple[int, int]]:
        known = self._members.get(at)
        if known is None:
            read = {b"{": _members, b"[": _items}.get(self.text[at : at + 1])
            known = self._members[at] = {} if read is None else dict(read(self.text, at))
        return known


def _members(text: bytes, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The members of an object: each name, and where it and the value begin."""
    at = past_space(text, at + 1)
    while text[at : at + 1] == b'"':
        end = end_of(text, at)
        value = past_space(text, past_space(text, end) + 1)
        yield json.loads(text[at:end]), (at, value)
        at = past_space(text, end_of(text, value))
        at = past_space(text, at + 1) if text[at : at + 1] == b"," else len(text)


def _items(text: bytes, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The items of a list: each index, and twice where it begins."""
    at = past_space(text, at + 1)
    index = 0
    while text[at : at + 1] not in (b"]", b""):
        yield str(index), (at, at)
        at = past_space(text, end_of(text, at))
        at = past_space(text, at + 1) if text[at : at + 1] == b"," else len(text)
        index += 1


def end_of(text: bytes, at: int) -> int:
    """Where the value that begins at `at` ends; the end of the text, where it is cut off. It is not checked."""
    end = closed_end(text, at)
    return len(text) if end is None else end


def closed_end(text: bytes, at: int) -> int | None:
    """Where the value that begins at `at` ends. None: it is cut off. It is not checked."""
    mark = text[at : at + 1]
    if mark == b'"':
        string = _STRING.match(text, at)
        return None if string is None else string.end()
    if mark not in (b"{", b"["):
        scalar = _SCALAR.match(text, at)
        return at if scalar is None else scalar.end()
    depth = 0
    for token in _STRUCTURE.finditer(text, at):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return token.end()
        elif mark == b'"':
            return None
    return None


def past_space(text: bytes, at: int) -> int:
    """Where the white space that may be at `at` ends."""
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


class Lines:
    """Turns offsets into lines and columns. It goes on from the last one, so what is asked for in order is cheap."""

    def __init__(self, text: bytes, line: int = 1) -> None:
        self._text = text
        self._begin = len(BOM) if text[: len(BOM)] == BOM else 0
        self._offset = self._begin
        self._line = line
        self._column = 1

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1; columns count characters, and no byte order mark."""
        offset = max(offset, self._begin)
        if offset < self._offset:
            self._back(offset)
        # In pieces: a large text is not to be copied whole.
        while self._offset < offset:
            self._on(min(offset, self._offset + _PIECE))
        return self._line, self._column

    def over(self, start: int, end: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Lines and columns of two offsets."""
        return self.at(start), self.at(end)

    def _on(self, offset: int) -> None:
        between = self._text[self._offset : offset]
        breaks = between.count(b"\n")
        if breaks:
            self._line += breaks
            self._column = 1
            between = between[between.rindex(b"\n") + 1 :]
        self._column += _characters(between)
        self._offset = offset

    def _back(self, offset: int) -> None:
        between = self._text[offset : self._offset]
        breaks = between.count(b"\n")
        if breaks:
            self._line -= breaks
            start = self._text.rfind(b"\n", 0, offset) + 1
            self._column = 1 + _characters(self._text[max(start, self._begin) : offset])
        else:
            self._column -= _characters(between)
        self._offset = offset


def _characters(text: bytes) -> int:
    """The characters of UTF-8, also of a piece that begins or ends within one."""
    return len(text.translate(None, _CONTINUATION))
