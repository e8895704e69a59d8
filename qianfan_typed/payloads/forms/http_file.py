"""`.http` files, which editors run: requests that `###` keeps apart, each a line, headers, an empty line and a body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from qianfan_typed.payloads.forms.held_request import HeldRequest, expand

_SEPARATOR = re.compile(r"^###.*$", re.MULTILINE)
_ASSIGNED = re.compile(r"^@([\w.-]+)\s*=\s*(.*?)\s*$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_REQUEST = re.compile(
    r"(?:(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]+)?(\S+(?:[ \t]*\n[ \t]+[?&]\S+)*)", re.IGNORECASE
)
_LEFT_OUT = re.compile(r"(?:[ \t]*(?:#|//|@).*)?\r?\n")
_END = re.compile(r"\r?\n[ \t]*\r?\n")
_HANDLER = re.compile(r"^(?:> |<> |>>).*\Z", re.MULTILINE | re.DOTALL)
"""What an editor does with the reply."""


def requests(text: str) -> Iterator[HeldRequest]:
    """The requests of a text. A body that is another file's is elsewhere."""
    values: dict[str, str] = dict(_ASSIGNED.findall(text))
    start = 0
    for separator in (*_SEPARATOR.finditer(text), None):
        end = len(text) if separator is None else separator.start()
        found = _request(text[start:end], start, values)
        if found is not None:
            yield found
        start = end if separator is None else min(separator.end() + 1, len(text))


def _request(block: str, start: int, values: Mapping[str, str]) -> HeldRequest | None:
    at = 0
    while (left_out := _LEFT_OUT.match(block, at)) is not None:
        at = left_out.end()
    line = _REQUEST.match(block, at)
    if line is None or line[2].startswith("#"):
        return None
    url = expand(re.sub(r"\s+", "", line[2]), values, _VARIABLE).text
    head = _END.search(block, line.end())
    begin = len(block) if head is None else head.end()
    body = _HANDLER.sub("", block[begin:]).rstrip()
    expanded = expand(body, values, _VARIABLE)
    other_file = body.startswith("<")

    def origin(offset: int) -> int:
        return start + begin + expanded.origin(offset) if body else start + at

    return HeldRequest(
        method=(line[1] or "GET").upper(),
        url=url,
        body=expanded.text,
        origin=origin,
        elsewhere=body.split("\n")[0] if other_file else expanded.unknown,
    )
