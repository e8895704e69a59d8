"""Reads YAML 1.2 into events, in steps: what stands before a fault comes out before it is raised.

Of ruamel.yaml this takes the scanner and the parser, in Python: those in C read YAML 1.1, where `no` is false.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner

from qianfan_typed.payloads.yaml_source import BREAK, Fault, Place, Source

_PIECE = 1 << 16
"""Characters that the scanner gets at a time."""

Kind = Literal["document", "scalar", "alias", "list", "object", "end"]
_KINDS: dict[object, Kind] = {
    DocumentStartEvent: "document",
    ScalarEvent: "scalar",
    AliasEvent: "alias",
    SequenceStartEvent: "list",
    MappingStartEvent: "object",
    SequenceEndEvent: "end",
    MappingEndEvent: "end",
    DocumentEndEvent: "end",
}


class Event(NamedTuple):
    """A scalar, an alias, or where a document, a list or an object begins or ends."""

    kind: Kind
    place: Place
    anchor: str | None = None
    """Of an alias: the one it stands for."""
    tag: str | None = None
    """Spelt out. `!`: text, or a list or mapping as it is."""
    text: str = ""
    """Of a scalar, see `Source.restored`."""
    plain: bool = False
    """Whether a scalar has neither quotes nor a tag."""


def events(source: Source) -> Iterator[Event]:
    """What the text says, bit by bit.

    Raises:
        Fault: What follows is no YAML.
    """
    # ruamel.yaml's classes may be exchanged one by one; it says so, but types them as what it begins with.
    yaml = cast("Any", YAML(typ="safe", pure=True))
    yaml.Reader, yaml.Scanner, yaml.Parser = _Reader, _Scanner, _Parser
    place = (1, 1)
    try:
        for event in yaml.parse(source):
            place = event.start_mark.line + 1, event.start_mark.column + 1
            kind = _KINDS.get(cast("object", type(event)))
            if kind == "scalar":
                plain = event.ctag is None and event.implicit[0]
                yield Event(kind, place, event.anchor, event.tag, event.value, plain)
            elif kind in ("list", "object"):
                yield Event(kind, place, event.anchor, event.tag)
            elif kind is not None:
                yield Event(kind, place, getattr(event, "anchor", None))
    except Fault:
        raise
    except Exception as error:
        raise _fault(error, place) from None


def _fault(error: Exception, place: Place) -> Fault:
    """What ruamel.yaml raised. Not all of it is meant to be: an escape beyond Unicode is a ValueError of `chr`."""
    why = None
    if isinstance(error, MarkedYAMLError):
        fault = cast("Any", error)
        mark, why = fault.problem_mark or fault.context_mark, fault.problem or fault.context
        place = place if mark is None else (mark.line + 1, mark.column + 1)
    return Fault(place, f"not YAML: {why or str(error).partition(chr(10))[0] or type(error).__name__}")


class _Reader(Reader):
    """Reads a source no further than it must, and goes on by words instead of letters."""

    stream: Any
    buffer: str
    pointer: int
    index: int
    line: int
    column: int
    eof: bool

    def determine_encoding(self) -> None:
        self.update(1)

    def update(self, length: int) -> None:
        self.buffer = self.buffer[self.pointer :]
        self.pointer = 0
        while len(self.buffer) < length and not self.eof:
            piece = self.stream.read(_PIECE)
            self.eof = not piece
            self.buffer += piece or "\0"

    def forward(self, length: int = 1) -> None:
        # One more than is passed: whether a carriage return is a line break is up to what follows it.
        if self.pointer + length + 1 >= len(self.buffer):
            self.update(length + 1)
        passed = self.buffer[self.pointer : self.pointer + length]
        if "\n" in passed or "\r" in passed:
            following = self.buffer[self.pointer + length : self.pointer + length + 1]
            for one in BREAK.finditer(passed):
                if one[0] != "\r" or one.end() < length or following != "\n":
                    self.line += 1
                    self.column = -one.end()
        self.column += length
        self.pointer += length
        self.index += length


class _Scanner(Scanner):
    """Hands out the tokens before a fault, and asks once for each whether it is complete."""

    tokens: list[Any]
    tokens_taken: int
    done: bool
    _complete: int = -1
    _fault: Exception | None = None

    def check_token(self, *choices: Any) -> bool:
        if self._complete != self.tokens_taken:
            self._look_ahead()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def peek_token(self) -> Any:
        if self._complete != self.tokens_taken:
            self._look_ahead()
        return self.tokens[0] if self.tokens else None

    def get_token(self) -> Any:
        token = self.peek_token()
        if token is not None:
            self.tokens_taken += 1
            del self.tokens[0]
        return token

    def scan_yaml_directive_value(self, start_mark: Any) -> Any:
        # A processor of YAML 1.2 reads every 1.x as 1.2.
        major, _ = cast("Any", super()).scan_yaml_directive_value(start_mark)
        self.yaml_version = None
        return major, 2

    def _look_ahead(self) -> None:
        try:
            while self.need_more_tokens():
                cast("Any", self).fetch_more_tokens()
        except Exception as error:
            reader = cast("Any", self).reader
            place = (reader.line + 1, reader.column + 1)
            self._fault = error if isinstance(error, Fault) else _fault(error, place)
            self.done = True
        if not self.tokens and self._fault is not None:
            raise self._fault
        self._complete = self.tokens_taken


class _Parser(Parser):
    """Asks for its scanner often; what it extends looks twice whether there is one."""

    loader: Any

    @property
    def scanner(self) -> Any:
        return self.loader.scanner

    @property
    def resolver(self) -> Any:
        return self.loader.resolver
