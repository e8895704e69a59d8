"""Outlines: what a text holds and where, as far as it is written; nothing of it has to be finished."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

import attrs

_TOKEN = re.compile(r'"(?:[^"\\\r\n]|\\.)*"?|[\[\]{}:,]|[^\s\[\]{}:,"]+')
MOST_NESTED = 100
"""How deep values may lie in each other: what is deeper is left out."""


@attrs.define(eq=False)
class Outline:
    """A value, as far as it is there."""

    kind: Literal["object", "list", "scalar"]
    start: int
    end: int = 0
    """Behind it. Of what is not closed, where what is around it ends."""
    closed: bool = True
    scalar: object = None
    members: list[Member] = attrs.field(factory=list["Member"])
    items: list[Outline] = attrs.field(factory=list["Outline"])

    def value(self) -> object:
        """The value. What is missing in it is None."""
        if self.kind == "object":
            return {one.name: None if one.value is None else one.value.value() for one in self.members}
        return [one.value() for one in self.items] if self.kind == "list" else self.scalar

    def find(self, path: tuple[str, ...]) -> tuple[Outline | None, Member | None]:
        """The value at a path of names and indexes, and the member that has it. None: it is not there."""
        found, member = self, None
        for step in path:
            if found.kind == "object":
                member = next((one for one in reversed(found.members) if one.name == step), None)
                if member is None or member.value is None:
                    return None, None
                found = member.value
            elif found.kind == "list" and step.isdecimal() and int(step) < len(found.items):
                found, member = found.items[int(step)], None
            else:
                return None, None
        return found, member


@attrs.define(eq=False)
class Member:
    """A member of an object, as far as it is there."""

    name: str
    start: int
    """Where its name begins."""
    name_end: int
    colon: int | None = None
    """Behind the colon. None: it is not there yet."""
    value: Outline | None = None
    stop: int = 0
    """Where it ends: at the comma behind it, or at the end of what is around it."""


def json_outline(text: str, start: int = 0, end: int | None = None, *, words: bool = False) -> Outline | None:
    """The value of a piece of JSON. None: there is none.

    Args:
        text: The text that offsets are of.
        start: Where the piece begins.
        end: Where it ends. None: with the text.
        words: Whether bare words are texts, as in YAML.
    """
    return _Reader(text, start, len(text) if end is None else end, words).value(0)


class _Reader:
    def __init__(self, text: str, start: int, end: int, words: bool) -> None:
        self._tokens: list[re.Match[str]] = list(_TOKEN.finditer(text, start, end))
        self._end = end
        self._next = 0
        self._words = words
        self._open: list[str] = []

    def _mark(self, ahead: int = 0) -> str:
        place = self._next + ahead
        return self._tokens[place][0] if place < len(self._tokens) else ""

    def _at(self) -> int:
        return self._tokens[self._next].start() if self._next < len(self._tokens) else self._end

    def value(self, depth: int) -> Outline | None:
        mark = self._mark()
        if not mark:
            return None
        token = self._tokens[self._next]
        self._next += 1
        if mark in "{[" and depth < MOST_NESTED:
            self._open.append("}" if mark == "{" else "]")
            found = Outline("object" if mark == "{" else "list", token.start())
            read = self._members if mark == "{" else self._items
            read(found, depth + 1)
            self._open.pop()
            return found
        if mark in "{[]}:,":
            return None
        return Outline("scalar", token.start(), token.end(), scalar=self._scalar(mark))

    def _scalar(self, mark: str) -> object:
        try:
            return json.loads(mark)
        except ValueError:
            return mark[1:] if mark[0] == '"' else mark.strip("'") if self._words else None

    def _close(self, found: Outline, mark: str) -> bool:
        """Whether what is read ends here. The bracket of what is around it ends it too."""
        if not mark or mark == self._open[-1]:
            found.closed = bool(mark)
            found.end = self._tokens[self._next].end() if mark else self._end
            self._next += 1
            return True
        if mark in "}]" and mark in self._open:
            found.closed, found.end = False, self._at()
            return True
        return False

    def _members(self, found: Outline, depth: int) -> None:
        while not self._close(found, mark := self._mark()):
            if mark in ",:]":
                self._next += 1
            elif mark in "{[":
                self.value(depth)
            else:
                found.members.append(self._member(depth))

    def _member(self, depth: int) -> Member:
        token = self._tokens[self._next]
        self._next += 1
        name = self._scalar(token[0])
        member = Member(name if isinstance(name, str) else token[0], token.start(), token.end())
        if self._mark() == ":":
            member.colon = self._tokens[self._next].end()
            self._next += 1
            # A text with a colon behind it is the name of the next member: the value of this one is still to come.
            if self._mark() and self._mark() not in ",}]:" and self._mark(1) != ":":
                member.value = self.value(depth)
        member.stop = self._at()
        return member

    def _items(self, found: Outline, depth: int) -> None:
        while not self._close(found, mark := self._mark()):
            if mark in ",:}":
                self._next += 1
                continue
            item = self.value(depth)
            if item is not None:
                found.items.append(item)


# --- YAML ------------------------------------------------------------------------------------------------------------

_PAIR = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#'"\[\]{},&*!|>%@`-][^:#\n]*?|-[^\s:#]+)\s*:(?=\s|$)""")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")
_COMMENT = re.compile(r"\s+#.*$")


def yaml_outlines(text: str) -> Iterator[Outline]:
    """The values of a YAML text, by the lines of its block style: a document each. Anchors are not followed."""
    lines: list[tuple[int, str]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.startswith(("---", "...")):
            yield from _document(lines, offset)
            lines = [(offset + 4, line[4:])] if line[3:].strip() else []
        else:
            lines.append((offset, line))
        offset += len(line)
    yield from _document(lines, offset)


def _document(lines: list[tuple[int, str]], end: int) -> Iterator[Outline]:
    reader = _Lines(end)
    for offset, line in lines:
        reader.read(offset, line)
    root = reader.root()
    if root is not None:
        yield root


@attrs.define
class _Level:
    """A list or an object whose lines are being read."""

    indent: int
    found: Outline


class _Lines:
    def __init__(self, end: int) -> None:
        self._end = end
        self._levels: list[_Level] = []
        self._first: Outline | None = None
        self._block: int | None = None
        """How far the owner of a text over several lines is indented."""

    def root(self) -> Outline | None:
        self._leave(-1, self._end)
        return self._first

    def _leave(self, indent: int, offset: int, *, of_list: bool = False) -> None:
        """Ends what is indented further, and at the same place a list where no item of it follows."""
        while self._levels:
            level = self._levels[-1]
            same = level.indent == indent and level.found.kind == "list" and not of_list and len(self._levels) > 1
            if level.indent <= indent and not same:
                break
            level.found.end = offset
            for member in level.found.members[-1:]:
                member.stop = max(member.stop, offset)
            self._levels.pop()

    def read(self, offset: int, line: str) -> None:
        body = line.rstrip("\r\n")
        indent = len(body) - len(body.lstrip(" "))
        if self._block is not None:
            if not body.strip() or indent > self._block:
                return
            self._block = None
        if not body.strip() or body.lstrip().startswith("#"):
            return
        at = indent
        while body[at : at + 2] in ("- ", "-"):
            self._leave(at, offset + at, of_list=True)
            self._into("list", at, offset + at)
            rest = body[at + 1 :]
            at += 1 + len(rest) - len(rest.lstrip(" "))
            if at >= len(body):
                return
        self._leave(at, offset + at)
        if len(self._levels) <= MOST_NESTED:
            self._line(offset, body, at)

    def _line(self, offset: int, body: str, at: int) -> None:
        pair = _PAIR.match(body, at)
        text = _COMMENT.sub("", body[at:]).rstrip()
        if pair is None and body[at] in "[{\"'":
            self._add(json_outline(body, at, words=True), offset)
            return
        name = text if pair is None else pair[1]
        owner = self._into("object", at, offset + at)
        member = Member(name.strip("\"'"), offset + at, offset + at + len(name), stop=offset + len(body))
        owner.members.append(member)
        if pair is None:
            return
        member.colon = offset + pair.end()
        rest = _COMMENT.sub("", body[pair.end() :]).strip()
        begin = pair.end() + len(body[pair.end() :]) - len(body[pair.end() :].lstrip())
        if _BLOCK.match(rest):
            self._block = at
        elif rest and rest[0] in "[{":
            member.value = _moved(json_outline(body, begin, words=True), offset)
        elif rest:
            member.value = Outline("scalar", offset + begin, offset + begin + len(rest), scalar=_plain(rest))

    def _into(self, kind: Literal["object", "list"], indent: int, start: int) -> Outline:
        level = self._levels[-1] if self._levels else None
        if level is not None and level.indent == indent and level.found.kind == kind:
            return level.found
        found = Outline(kind, start, closed=False)
        self._add(found, 0)
        self._levels.append(_Level(indent, found))
        return found

    def _add(self, found: Outline | None, offset: int) -> None:
        if found is None:
            return
        _moved(found, offset)
        level = self._levels[-1].found if self._levels else None
        if level is None:
            self._first = self._first or found
        elif level.kind == "list":
            level.items.append(found)
        elif level.members and level.members[-1].value is None:
            level.members[-1].value = found


def _moved(found: Outline | None, by: int) -> Outline | None:
    if found is None:
        return None
    found.start += by
    found.end += by
    for member in found.members:
        member.start += by
        member.name_end += by
        member.stop += by
        member.colon = None if member.colon is None else member.colon + by
        _moved(member.value, by)
    for item in found.items:
        _moved(item, by)
    return found


def _plain(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip("\"'")
