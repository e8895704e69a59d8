"""Recordings of traffic: HAR, which browsers and proxies write, and the cassettes of VCR and its like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from qianfan_typed.payloads.forms.held_request import HeldRequest

Fields = Mapping[str, object]


def is_har(document: object) -> bool:
    """Whether a document is an HTTP archive."""
    return isinstance(_fields(_fields(document).get("log")).get("entries"), list)


def har_requests(document: object) -> Iterator[HeldRequest]:
    """The requests of an HTTP archive."""
    entries = cast("list[object]", _fields(_fields(document).get("log")).get("entries"))
    for index, entry in enumerate(entries):
        request = _fields(_fields(entry).get("request"))
        text = _fields(request.get("postData")).get("text")
        yield _request(request, "url", text, f"/log/entries/{index}/request", "/postData/text")


def is_cassette(document: object) -> bool:
    """Whether a document is a cassette."""
    return isinstance(_fields(document).get("interactions"), list)


def cassette_requests(document: object) -> Iterator[HeldRequest]:
    """The requests of a cassette: of vcrpy (`uri`, a body that is text) or of betamax (`body: {string}`)."""
    for index, one in enumerate(cast("list[object]", _fields(document).get("interactions"))):
        request = _fields(_fields(one).get("request"))
        body = request.get("body")
        pointer = f"/interactions/{index}/request"
        inner = _fields(body).get("string")
        if inner is not None:
            yield _request(request, "uri", inner, pointer, "/body/string")
        else:
            yield _request(request, "uri", body, pointer, "/body")


def _request(request: Fields, address: str, text: object, pointer: str, below: str) -> HeldRequest:
    url, method = request.get(address), request.get("method")
    body = text if isinstance(text, str) else ""
    return HeldRequest(
        method=method if isinstance(method, str) else "GET",
        url=url if isinstance(url, str) else "",
        body=body,
        pointer=pointer + below if body else pointer,
    )


def _fields(value: object) -> Fields:
    return cast("Fields", value) if isinstance(value, dict) else {}
