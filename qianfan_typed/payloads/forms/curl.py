"""curl: the commands in a file of a shell's, as documentation and browsers give them, with their data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

import attrs

from qianfan_typed.payloads.forms.held_request import HeldRequest, expand

_NAME = re.compile(r"(?:^|[\s;&|(`])(curl)(?=\s)")
_SPACE = re.compile(r"(?:[ \t]|\\\r?\n)+")
_BARE = re.compile(r"(?:[^\s\\'\"|;&<>()]|\\[^\r\n])+")
_SINGLE = re.compile(r"'([^']*)'")
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SHELL_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(?=[A-Za-z_])(\w+)")
_ASSIGNED = re.compile(
    r"""^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`;]*))\s*$""", re.MULTILINE
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})
_METHOD = frozenset({"-X", "--request"})
_WITH_VALUE = re.compile(
    r"-[A-Za-z]*[AbceFHhKmoPruUwxyYzCDEIQtT]|--(?:header|output|user|user-agent|proxy|max-time|connect-timeout|retry|cookie|cookie-jar|form|write-out|cacert|cert|key|resolve|referer|config|limit-rate)"
)
"""Options that something follows, which is no address."""
Quote = Literal["bare", "single", "double"]


@attrs.frozen
class _Word:
    """A word of a command, and where each of its characters stood."""

    text: str
    origins: tuple[int, ...]
    """A character more than the text has: where the word ends."""
    expandable: bool
    """Whether a shell puts values in the place of its variables."""


def begins_with_curl(text: str) -> bool:
    """Whether the first command of a text is curl."""
    for line in text.splitlines():
        words = line.strip()
        if words and not words.startswith(("#", "$ ")):
            return words.startswith("curl ")
        if words.startswith("$ curl "):
            return True
    return False


def requests(text: str) -> Iterator[HeldRequest]:
    """The requests of the curl commands in a text."""
    values = {found[1]: found[2] or found[3] or found[4] or "" for found in _ASSIGNED.finditer(text)}
    at = 0
    while (found := _NAME.search(text, at)) is not None:
        line = text[text.rfind("\n", 0, found.start(1)) + 1 : found.start(1)]
        words, at = _words(text, found.end(1))
        if not line.lstrip().startswith("#"):
            yield _request(words, found.start(1), values)


def _request(words: list[_Word], start: int, values: Mapping[str, str]) -> HeldRequest:
    method, url, data = "", "", list[_Word]()
    rest = iter(words)
    for word in rest:
        name, joined, value = word.text.partition("=")
        if word.text in _METHOD:
            method = _next(rest)
        elif word.text.startswith("-X") and len(word.text) > 2:
            method = word.text[2:]
        elif word.text == "--url":
            url = _expanded(next(rest, None), values)
        elif word.text in _DATA:
            data += [one] if (one := next(rest, None)) is not None else []
        elif joined and name in _DATA:
            data.append(_Word(value, word.origins[len(name) + 1 :], word.expandable))
        elif word.text.startswith("-"):
            if _WITH_VALUE.fullmatch(word.text):
                next(rest, None)
        else:
            url = url or _expanded(word, values)
    if not data:
        return HeldRequest(method=method or "GET", url=url, body="", origin=lambda offset: start)
    word = data[0]
    expanded = expand(word.text, values if word.expandable else {}, _SHELL_VARIABLE)
    elsewhere = word.text.split("\n")[0] if word.text.startswith("@") else None
    return HeldRequest(
        method=method or "POST",
        url=url,
        body=expanded.text,
        origin=lambda offset: word.origins[min(expanded.origin(offset), len(word.origins) - 1)],
        elsewhere=elsewhere or (expanded.unknown if word.expandable else None),
    )


def _next(words: Iterator[_Word]) -> str:
    word = next(words, None)
    return "" if word is None else word.text


def _expanded(word: _Word | None, values: Mapping[str, str]) -> str:
    if word is None:
        return ""
    return expand(word.text, values, _SHELL_VARIABLE).text if word.expandable else word.text


def _words(text: str, at: int) -> tuple[list[_Word], int]:
    """The words of a command up to its end, and where that is."""
    words: list[_Word] = []
    while True:
        space = _SPACE.match(text, at)
        at = at if space is None else space.end()
        word, end = _word(text, at)
        if end == at:
            return words, at
        words.append(word)
        at = end


def _word(text: str, at: int) -> tuple[_Word, int]:
    characters: list[str] = []
    origins: list[int] = []
    expandable = False

    def add(value: str, offset: int, *, escapes: Quote = "bare") -> None:
        index = 0
        while index < len(value):
            begin = index
            one = value[index]
            if one == "\\" and index + 1 < len(value) and (escapes != "double" or value[index + 1] in '"\\$`\n'):
                index += 1
                one = value[index]
                if one == "\n" and escapes == "double":
                    index += 1
                    continue
                one = _ESCAPES.get(one, one) if escapes == "single" else one
            characters.append(one)
            origins.append(offset + begin)
            index += 1

    while True:
        if (found := _ANSI.match(text, at)) is not None:
            add(found[1], found.start(1), escapes="single")
        elif (found := _SINGLE.match(text, at)) is not None:
            characters += found[1]
            origins += range(found.start(1), found.end(1))
        elif (found := _DOUBLE.match(text, at)) is not None:
            expandable = True
            add(found[1], found.start(1), escapes="double")
        elif (found := _BARE.match(text, at)) is not None:
            expandable = True
            add(found[0], found.start())
        else:
            return _Word("".join(characters), (*origins, at), expandable), at
        at = found.end()
