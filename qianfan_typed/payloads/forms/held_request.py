"""Requests as other tools keep them: a method, an address, and a body that is text within the file."""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import attrs

from qianfan_api.platform import HOSTS
from qianfan_api.routing import paths, route

VARIABLE = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}|\$\{(\w+)\}|\$(?=[A-Za-z_])(\w+)")
"""`{{name}}` of Postman and .http files, `${name}` and `$name` of a shell."""
_LEADING = re.compile(r"\{\{[^{}]*\}\}|\$\{?\w+\}?")
_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})
_NEAR = 0.9


def as_it_is(offset: int) -> int:
    """The offset of a text that stands in a file as it is."""
    return offset


@attrs.frozen(kw_only=True)
class HeldRequest:
    """A request in a file of another tool."""

    method: str
    url: str
    body: str
    """Its text. Empty: it has none."""
    pointer: str | None = None
    """Where the text is a string of a document: what leads to it. None: it stands in the file's own text."""
    origin: Callable[[int], int] = as_it_is
    """Offset in the body → offset in that string, or in the file's text; in characters."""
    elsewhere: str | None = None
    """Where its body or its address is, if not in this file: a variable, another file."""


@attrs.frozen
class Expansion:
    """A text whose variables have been replaced, and where its characters were before."""

    text: str
    unknown: str | None = None
    """The first variable that nothing says the value of, as it is written."""
    _begins: tuple[int, ...] = ()
    _origins: tuple[tuple[int, bool], ...] = ()
    """Of each piece: where it begins in this text, and where it was; and whether it is a variable's value."""

    def origin(self, offset: int) -> int:
        """Where a character was before: of a variable's value, the variable."""
        piece = bisect.bisect_right(self._begins, offset) - 1
        before, replaced = self._origins[piece]
        return before if replaced else before + offset - self._begins[piece]


def expand(text: str, values: Mapping[str, str], pattern: re.Pattern[str] = VARIABLE) -> Expansion:
    """A text with the values of its variables, which are not looked through for variables again."""
    pieces: list[str] = []
    begins, origins = [0], [(0, False)]
    size = done = 0
    unknown: str | None = None
    for found in pattern.finditer(text):
        value = values.get(next((name for name in found.groups() if name is not None), ""))
        if value is None:
            unknown = unknown or found[0]
            continue
        for piece, origin, replaced in ((text[done : found.start()], done, False), (value, found.start(), True)):
            pieces.append(piece)
            begins.append(size)
            origins.append((origin, replaced))
            size += len(piece)
        done = found.end()
    pieces.append(text[done:])
    begins.append(size)
    origins.append((done, False))
    return Expansion("".join(pieces), unknown, tuple(begins), tuple(origins))


def platform_address(request: HeldRequest) -> str | None:
    """Where a request goes, if that is an operation of the platform, or nearly one. None: it is none of ours."""
    begins = _LEADING.match(request.url)
    at = request.url if begins is None else request.url[begins.end() :]
    try:
        parts = urlsplit(at if "://" in at or at.startswith("/") else f"https://{at}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if begins is None and host not in _LOOPBACK | _hosts() and VARIABLE.search(host) is None:
        return None
    if route(parts.path) is not None:
        leads = bool(request.body) or (request.method != "GET" and route(parts.path, request.method) is not None)
        return at if leads else None
    near = difflib.get_close_matches(parts.path, paths(), 1, _NEAR)
    return at if near and begins is None else None


def is_in_a_variable(request: HeldRequest) -> bool:
    """Whether the address begins with a variable whose value is not known, and ends as one of an operation does."""
    begins = _LEADING.match(request.url)
    if begins is None:
        return False
    path = request.url[begins.end() :].partition("?")[0].rstrip("/")
    return not path or any(known.endswith(path) and known != path for known in paths())


def _hosts() -> frozenset[str]:
    return frozenset(urlsplit(host.url).hostname or "" for host in HOSTS.values())
