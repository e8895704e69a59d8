"""Documents that stand for requests in files of other tools, as lines of a batch file, and the place of each member."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import attrs

from qianfan_typed.payloads.forms import curl, http_file
from qianfan_typed.payloads.forms.held_request import HeldRequest, is_in_a_variable, platform_address
from qianfan_typed.payloads.json_places import Lines, Places
from qianfan_typed.payloads.json_text import NOT_JSON, decode, why_not_json
from qianfan_typed.reports.findings import Position, Span

Origin = Callable[[HeldRequest, int], Position]
"""Line and column of an offset in a request's body."""
_BODY = "/body"
_CHARACTER = re.compile(
    rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*", re.DOTALL
)
"""A character in the text of a JSON string."""


@attrs.frozen(kw_only=True)
class HeldDocument:
    """A request of another tool's file, as a line of a batch file would say it."""

    value: object
    request: HeldRequest
    origin: Origin
    problem: tuple[str, int] | None = None
    """Why its body is none, and at which offset."""

    def locate(self, pointer: str, of_name: bool) -> Span:
        """Where a pointer leads: within the body, or to where it begins."""
        if not pointer.startswith(_BODY) or not self.request.body:
            return self.origin(self.request, 0), None
        data = self.request.body.encode("utf-8", "surrogatepass")
        start, end = (
            len(data[:offset].decode("utf-8", "surrogatepass"))
            for offset in Places(data, 0).range_of(pointer[len(_BODY) :], name=of_name)
        )
        return self.origin(self.request, start), self.origin(self.request, end)


def held_documents(requests: Iterable[HeldRequest], origin: Origin) -> Iterator[HeldDocument]:
    """The requests that go to the platform. What goes elsewhere is none of them."""
    for request in requests:
        unknown, url = is_in_a_variable(request), platform_address(request)
        if not unknown and url is None:
            continue
        if unknown or request.elsewhere is not None:
            known = attrs.evolve(request, elsewhere=request.elsewhere or request.url)
            yield HeldDocument(value=None, request=known, origin=origin)
            continue
        line: dict[str, object] = {"method": request.method.upper(), "url": url}
        problem: tuple[str, int] | None = None
        if request.body.strip():
            data = request.body.encode("utf-8", "surrogatepass")
            try:
                line["body"] = decode(data)
            except NOT_JSON as error:
                why, offset = why_not_json(error, data)
                problem = why, len(data[:offset].decode("utf-8", "replace"))
        yield HeldDocument(value=line, request=request, origin=origin, problem=problem)


def in_json(text: bytes, lines: Lines) -> Origin:
    """Places in a JSON document whose strings hold the bodies."""
    places = Places(text, 0)

    def origin(request: HeldRequest, offset: int) -> Position:
        at = places.offset_of(request.pointer or "")
        if text[at : at + 1] == b'"':
            at += 1
            for _ in range(request.origin(offset)):
                character = _CHARACTER.match(text, at)
                if character is None or character[0] == b'"':
                    break
                at = character.end()
        return lines.at(at)

    return origin


def in_yaml(position: Callable[[str, bool], Span]) -> Origin:
    """Places in a YAML document: where the string begins, in whose text YAML may fold lines and leave out others."""
    return lambda request, offset: position(request.pointer or "", False)[0]


@attrs.frozen
class TextFile:
    """A file in whose own text requests stand: `.http`, or curl commands."""

    text: str

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def origin(self, request: HeldRequest, offset: int) -> Position:
        """Line and column of an offset in a request's body."""
        at = request.origin(offset)
        line = bisect.bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def documents(self, form: str) -> Iterator[HeldDocument]:
        """The requests in it."""
        read = curl.requests if form == "curl" else http_file.requests
        yield from held_documents(read(self.text), self.origin)
