"""Open documents: their text as an editor has it, and the places in it as the editor counts them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types

from qianfan_typed.reports.findings import Position

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
"""The protocol knows three line ends. `splitlines` knows eleven, some of which a JSON text may hold."""
_BOM = "\ufeff"


class OpenDocument:
    """A document that is open in an editor.

    Args:
        uri: Its address.
        text: Its text.
        language: What the editor takes it for: `json`, `python`, …
        encoding: What the editor counts columns in: `utf-8`, `utf-16` or `utf-32`.
    """

    def __init__(self, uri: str, text: str, *, language: str, encoding: str) -> None:
        self.uri: str = uri
        self.language: str = language
        self.version: int = 0
        self.encoding: str = encoding
        self.lines: list[str] = _lines(text)
        """Each with its end. There is a last one without, which may be empty."""

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.lines)

    def change(self, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """Changes the text. Only lines that are touched are made anew."""
        for one in changes:
            if isinstance(one, types.TextDocumentContentChangePartial):
                first, last = self._place(one.range.start), self._place(one.range.end)
                first, last = min(first, last), max(first, last)
                head = self.lines[first[0]][: first[1]]
                tail = self.lines[last[0]][last[1] :]
                # A line feed behind a carriage return belongs to its line.
                begin = first[0] - 1 if not first[1] and first[0] else first[0]
                head = head if begin == first[0] else self.lines[begin] + head
                more = last[0] + 1 < len(self.lines) and not tail
                tail += self.lines[last[0] + 1] if more else ""
                self.lines[begin : last[0] + 1 + more] = self._joined(head + one.text + tail, last[0] + 1 + more)
            else:
                self.lines = _lines(one.text)

    def _joined(self, text: str, behind: int) -> list[str]:
        lines = _lines(text)
        # Other lines follow: the empty one behind the last line end is theirs.
        return lines[:-1] if behind < len(self.lines) and not lines[-1] else lines

    def _place(self, position: types.Position) -> tuple[int, int]:
        """Line and character, from 0; what lies outside of the text is its nearest end."""
        if position.line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        line = self.lines[position.line]
        return position.line, _characters(line.rstrip("\r\n"), position.character, self.encoding)

    def offset(self, position: types.Position) -> int:
        """The characters before a place."""
        line, character = self._place(position)
        return sum(map(len, self.lines[:line])) + character

    def position(self, line: int, character: int) -> types.Position:
        """A place as the editor counts it; line and character from 0."""
        if line >= len(self.lines):
            line, character = len(self.lines) - 1, len(self.lines[-1])
        own = self.lines[line].rstrip("\r\n")
        return types.Position(line, _units(own[: max(character, 0)], self.encoding))

    def found_at(self, place: Position) -> types.Position:
        """The place of a finding: line and column from 1, and no byte order mark counted."""
        line, column = place
        mark = line == 1 and self.lines[0].startswith(_BOM)
        return self.position(line - 1, column - 1 + mark)

    def at_offset(self, offset: int) -> types.Position:
        """The place behind some characters."""
        for number, line in enumerate(self.lines):
            if offset < len(line) or number == len(self.lines) - 1:
                return self.position(number, offset)
            offset -= len(line)
        raise AssertionError("a document has a line")

    def ranges(self, spans: Sequence[tuple[int, int]]) -> list[types.Range]:
        """The ranges between offsets."""
        return [types.Range(self.at_offset(start), self.at_offset(end)) for start, end in spans]


def _lines(text: str) -> list[str]:
    lines = _LINE.findall(text)
    # At the end the pattern finds the empty text once more, except behind a line end.
    if len(lines) > 1 and not lines[-1] and not lines[-2].endswith(("\r", "\n")):
        lines.pop()
    return lines


def _units(text: str, encoding: str) -> int:
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(one > "\uffff" for one in text)


def _characters(line: str, units: int, encoding: str) -> int:
    """How many characters some units are; a place within a character is before it."""
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    for number, character in enumerate(line):
        units -= _units(character, encoding)
        if units < 0:
            return number
    return len(line)
