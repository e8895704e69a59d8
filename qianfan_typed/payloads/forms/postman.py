"""Postman: collections of requests, in folders of folders, with the collection's variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from qianfan_typed.payloads.forms.held_request import HeldRequest, expand

Fields = Mapping[str, object]


def is_collection(document: object) -> bool:
    """Whether a document is a collection of Postman's, version 2."""
    fields = _fields(document)
    return isinstance(fields.get("info"), dict) and isinstance(fields.get("item"), list)


def requests(document: object) -> Iterator[HeldRequest]:
    """The requests of a collection. What is no text, as a form with files, is left out."""
    collection = _fields(document)
    values = {
        key: value
        for one in map(_fields, _items(collection.get("variable")))
        if isinstance(key := one.get("key"), str) and isinstance(value := one.get("value"), str)
    }
    waiting = [(f"/item/{index}", item) for index, item in enumerate(_items(collection.get("item")))]
    while waiting:
        pointer, item = waiting.pop(0)
        fields = _fields(item)
        inner = [(f"{pointer}/item/{index}", one) for index, one in enumerate(_items(fields.get("item")))]
        waiting = [*inner, *waiting]
        request = _fields(fields.get("request"))
        if request:
            yield _request(request, f"{pointer}/request", values)


def _request(request: Fields, pointer: str, values: Mapping[str, str]) -> HeldRequest:
    url = request.get("url")
    address = url if isinstance(url, str) else _fields(url).get("raw")
    body = _fields(request.get("body"))
    raw = body.get("raw") if body.get("mode", "raw") == "raw" else ""
    text = expand(raw if isinstance(raw, str) else "", values)
    method = request.get("method")
    return HeldRequest(
        method=method if isinstance(method, str) else "GET",
        url=expand(address if isinstance(address, str) else "", values).text,
        body=text.text,
        pointer=f"{pointer}/body/raw" if isinstance(raw, str) and raw else pointer,
        origin=text.origin,
        elsewhere=text.unknown,
    )


def _fields(value: object) -> Fields:
    return cast("Fields", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
