"""JSON that is not whole yet: the value that it has so far."""

from __future__ import annotations

from typing import Any

from qianfan_api.reply import read_json


class PartialJson:
    """Takes a JSON text in pieces, cut wherever they are; gives the value so far.

    What stands before the first bracket is passed over. A text that is not finished has what came of it; a number, a
    name or a literal counts once it is sure to be whole.
    """

    def __init__(self) -> None:
        self._text = ""
        self._closers: list[str] = []
        """What would close the brackets that are open, the outermost first."""
        self._safe = 0
        """Up to where the text can be closed as it is."""
        self._safe_closers = ""
        self._in_text = False
        self._in_name = False
        self._names = False
        """Whether the next text is a member's name."""
        self._escape = 0
        """How many characters of an escape are still to come."""
        self._escape_at = 0
        self.whole: bool = False
        """Whether the outermost bracket is closed: what comes after it is left."""

    def feed(self, piece: str) -> bool:
        """Takes the next piece. Whether the value may have changed."""
        before = (self._safe, len(self._text))
        for character in piece:
            if self.whole or not (self._closers or character in "{["):
                continue
            self._text += character
            if self._in_text:
                self._within(character)
            else:
                self._between(character)
        growing = self._in_text and not self._in_name and len(self._text) > before[1]
        return growing or self._safe != before[0]

    def _within(self, character: str) -> None:
        """A character of a text."""
        if self._escape:
            self._escape -= 1
            if character == "u" and len(self._text) - self._escape_at == 2:
                self._escape = 4
        elif character == "\\":
            self._escape, self._escape_at = 1, len(self._text) - 1
        elif character == '"':
            self._in_text = False
            if not self._in_name:
                self._mark()

    def _between(self, character: str) -> None:
        if character == '"':
            self._in_text, self._in_name = True, self._names
        elif character in "{[":
            self._closers.append("}" if character == "{" else "]")
            self._names = character == "{"
            self._mark()
        elif character in "}]":
            self._closers.pop()
            self._names = False
            self._mark()
            self.whole = not self._closers
        elif character == ",":
            self._mark(1)
            self._names = self._closers[-1] == "}"
        elif character == ":":
            self._names = False

    def _mark(self, back: int = 0) -> None:
        self._safe = len(self._text) - back
        self._safe_closers = "".join(reversed(self._closers))

    def value(self) -> Any:
        """The value so far. None: nothing has come yet.

        Raises:
            ValueError: What came is no JSON.
        """
        if not self._safe:
            return None
        if self._in_text and not self._in_name:
            end = self._escape_at if self._escape else len(self._text)
            return read_json((self._text[:end] + '"' + "".join(reversed(self._closers))).encode("utf-8", "replace"))
        return read_json((self._text[: self._safe] + self._safe_closers).encode("utf-8", "replace"))
