"""Where in a text a JSON pointer leads: looked for only where something is wrong.

Decoders do not say where a value stood, and one that does costs every valid line. So the text of the one request is
read again, with a scanner that skips what the pointer does not lead through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from mmap import mmap
from typing import Any, Protocol, cast

Text = bytes | mmap
OF_THE_NAME = frozenset({"unsupported", "unknown"})
"""Codes that find fault with a member's name: their place is the name's, not the value's."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]*")
_SPACE = re.compile(rb"[ \t\r\n]*")
BOM = b"\xef\xbb\xbf"
_CONTINUATION = bytes(range(0x80, 0xC0))
"""What follows the first byte of a character."""
_PIECE = 1 << 20
"""Bytes that are read at a time to count lines."""


class Malformed(ValueError):
    """A text that is no JSON, and where it stops being any."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset


def steps(pointer: str) -> list[str]:
    """The steps of a JSON pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def offset_of(text: Text, start: int, pointer: str, *, name: bool = False) -> int:
    """The offset to which a pointer leads from a value that begins at `start`.

    A place that is not there, as of a missing member, is that of the innermost value that is. `name`: the place of the
    member's name. Where a name stands twice, the last one counts, as it does for decoders.
    """
    at = _past_space(text, start)
    path = steps(pointer)
    for index, step in enumerate(path):
        found = _member(text, at, step) if _is(text, at, b"{") else _item(text, at, step)
        if found is None:
            break
        at = found[0] if name and index == len(path) - 1 else found[1]
    return at


def end_of(text: Text, at: int) -> int:
    """Where the value that begins at `at` ends. It is not checked."""
    if _is(text, at, b'"'):
        string = _STRING.match(text, at)
        return len(text) if string is None else string.end()
    if not (_is(text, at, b"{") or _is(text, at, b"[")):
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
    return len(text)


def items(text: Text, at: int) -> Iterator[tuple[int, int]]:
    """Where the items of a list begin and end. They are not checked.

    Raises:
        Malformed: It is not a list all the way to the end of the text.
    """
    at = _past_space(text, at + 1)
    if not _is(text, at, b"]"):
        while True:
            end = end_of(text, at)
            if end == at:
                raise Malformed(at, "a value is missing")
            yield at, end
            at = _past_space(text, end)
            if not _is(text, at, b","):
                break
            at = _past_space(text, at + 1)
    if not _is(text, at, b"]"):
        raise Malformed(at, "the list is cut off" if at == len(text) else "expected , or ]")
    at = _past_space(text, at + 1)
    if at != len(text):
        raise Malformed(at, "something stands after the list")


def _member(text: Text, at: int, step: str) -> tuple[int, int] | None:
    """Where a member's name and value begin."""
    found = None
    at = _past_space(text, at + 1)
    while _is(text, at, b'"'):
        end = end_of(text, at)
        value = _past_space(text, _past_space(text, end) + 1)
        if json.loads(text[at:end]) == step:
            found = at, value
        at = _past_space(text, end_of(text, value))
        at = _past_space(text, at + 1) if _is(text, at, b",") else len(text)
    return found


def _item(text: Text, at: int, step: str) -> tuple[int, int] | None:
    if not (_is(text, at, b"[") and step.isdecimal()):
        return None
    try:
        for index, (start, _) in enumerate(items(text, at)):
            if index == int(step):
                return start, start
    except Malformed:
        pass
    return None


def _is(text: Text, at: int, mark: bytes) -> bool:
    return text[at : at + 1] == mark


def _past_space(text: Text, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


class Lines:
    """Turns offsets into lines and columns. It goes on from the last one, so what is asked for in order is cheap."""

    def __init__(self, text: Text, line: int = 1) -> None:
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
        # In pieces: a mapped file is not to be copied whole.
        while self._offset < offset:
            self._on(min(offset, self._offset + _PIECE))
        return self._line, self._column

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


class Mark(Protocol):
    """A place in YAML, from 0."""

    line: int
    column: int


class Node(Protocol):
    """A value in YAML, as ruamel.yaml composes it."""

    id: str
    """`mapping`, `sequence` or `scalar`."""
    value: Any
    start_mark: Mark


def node_at(node: Node, pointer: str, *, name: bool = False) -> Node:
    """The YAML node to which a pointer leads, as `offset_of` finds it."""
    path = steps(pointer)
    for index, step in enumerate(path):
        found: Node | None = None
        if node.id == "mapping":
            pairs = cast("list[tuple[Node, Node]]", node.value)
            pair = next((pair for pair in pairs if str(pair[0].value) == step), None)
            if pair is not None:
                found = pair[0] if name and index == len(path) - 1 else pair[1]
        elif node.id == "sequence" and step.isdecimal():
            children = cast("list[Node]", node.value)
            found = children[int(step)] if int(step) < len(children) else None
        if found is None:
            break
        node = found
    return node
