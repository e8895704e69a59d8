"""Text that matches a simple regular expression.

Knows literals, escapes, classes, groups, alternatives, quantifiers and anchors. Look-arounds and back-references are
not among them: the caller checks what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPED = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t", "r": "\r"}
_EDGES = "bBAZ"
_CANDIDATES = "a0A-_ .@/+中" + "".join(map(chr, range(33, 127)))
_QUANTIFIER = re.compile(r"\{(\d+)(,?)(\d*)\}|[*+?]")


def matching_text(pattern: str, *, least: int = 0, most: int | None = None) -> str | None:
    """A string that the pattern is found in, with `least` to `most` characters. None: none was found."""
    for extra in range(max(least, 1) + 1):
        try:
            text = _Writer(pattern, extra).write()
        except (IndexError, ValueError, re.error):
            return None
        if len(text) >= least and (most is None or len(text) <= most) and re.search(pattern, text):
            return text
    return None


class _Writer:
    """Reads the pattern once from left to right and writes the shortest text for each part.

    `extra`: how often a part that may repeat is repeated beyond its least count.
    """

    def __init__(self, pattern: str, extra: int) -> None:
        self.pattern = pattern
        self.extra = extra
        self.at = 0

    def write(self) -> str:
        text = self._alternatives()
        if self.at < len(self.pattern):
            raise ValueError("a parenthesis that was never opened")
        return text

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _next(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def _alternatives(self) -> str:
        first = self._sequence()
        while self._peek() == "|":
            self.at += 1
            self._sequence()
        return first

    def _sequence(self) -> str:
        parts: list[str] = []
        while self._peek() not in ("", "|", ")"):
            part = self._part()
            least, most = self._repeats()
            parts.append(part * (least + self.extra if most is None else min(least + self.extra, most)))
        return "".join(parts)

    def _part(self) -> str:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char == ".":
            return "a"
        return "" if char in "^$" else char

    def _escape(self) -> str:
        char = self._next()
        if char in _EDGES:
            return ""
        if char == "u":
            self.at += 4
            return chr(int(self.pattern[self.at - 4 : self.at], 16))
        if char.isdigit():
            raise ValueError("a back-reference")
        return _ESCAPED.get(char, char)

    def _group(self) -> str:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.pattern.startswith("?P<", self.at) or re.match(r"\?<[A-Za-z_]", self.pattern[self.at :]):
            self.at = self.pattern.index(">", self.at) + 1
        elif self._peek() == "?":
            raise ValueError("a look-around or a flag")
        inner = self._alternatives()
        if self._next() != ")":
            raise ValueError("an open group")
        return inner

    def _class(self) -> str:
        start = self.at - 1
        if self._peek() == "^":
            self.at += 1
        if self._peek() == "]":
            self.at += 1
        while (char := self._next()) != "]":
            self.at += 1 if char == "\\" else 0
        one_of = re.compile(self.pattern[start : self.at])
        return next(char for char in self._tried(start) if one_of.fullmatch(char))

    def _tried(self, start: int) -> Iterator[str]:
        """Friendly characters first, then those that the class itself names."""
        yield from _CANDIDATES
        yield from self.pattern[start + 1 : self.at - 1]

    def _repeats(self) -> tuple[int, int | None]:
        found = _QUANTIFIER.match(self.pattern, self.at)
        if found is None:
            return 1, 1
        self.at = found.end()
        if self._peek() in ("?", "+"):
            self.at += 1
        if found[0] in "*+?":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[0]]
        least = int(found[1])
        if not found[2]:
            return least, least
        return least, int(found[3]) if found[3] else None
