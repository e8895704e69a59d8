"""Names that stand twice in an object of a JSON text: decoders keep the last of them, and say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

import attrs
import msgspec

from qianfan_typed.payloads.json_text import decode

_TOKENS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
_ESCAPED_COLON = b"\\u003"
_encode: Callable[[object], bytes] = msgspec.json.Encoder().encode


def may_have_duplicates(text: bytes, document: object) -> bool:
    """Whether a name may stand twice in a text. False: surely none does.

    Written anew, a document has as many colons as its text, unless a name of the text got lost: this is what it costs
    where nothing is wrong, a third of the decoding.
    """
    return text.count(b":") != _encode(document).count(b":") or _ESCAPED_COLON in text


@attrs.frozen
class DuplicateName:
    """A name that its object has already."""

    pointer: str
    offset: int
    """Where it stands."""


@attrs.define
class _Container:
    """An object or a list that is being read."""

    names: set[str] | None
    """Of an object. None: a list."""
    step: str = "0"
    """The member or the index that is being read."""
    due: bool = True
    """Whether a name comes next, in an object."""


def duplicate_names(text: bytes, start: int, end: int) -> Iterator[DuplicateName]:
    """The names of a value that stand twice, each time that one comes again.

    Args:
        text: It is JSON between the offsets.
        start: Where the value begins, or white space before it.
        end: Where it ends.
    """
    stack: list[_Container] = []
    for token in _TOKENS.finditer(text, start, end):
        mark = token[0]
        inner = stack[-1] if stack else None
        if mark == b"{":
            stack.append(_Container(set()))
        elif mark == b"[":
            stack.append(_Container(None))
        elif mark in (b"}", b"]"):
            stack.pop()
        elif inner is None or mark == b":":
            continue
        elif mark == b",":
            inner.due = True
            if inner.names is None:
                inner.step = str(int(inner.step) + 1)
        elif inner.names is not None and inner.due:
            inner.due = False
            inner.step = name = cast("str", decode(mark))
            if name in inner.names:
                yield DuplicateName(_pointer(stack), token.start())
            inner.names.add(name)


def _pointer(stack: list[_Container]) -> str:
    return "".join("/" + one.step.replace("~", "~0").replace("/", "~1") for one in stack)
