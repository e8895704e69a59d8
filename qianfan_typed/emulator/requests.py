"""Requests as the emulator takes them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from qianfan_api.handles import Placed
from qianfan_typed.emulator.auth import Received
from qianfan_typed.emulator.exchange import AnyOperation
from qianfan_typed.emulator.lenient_json import Json
from qianfan_typed.emulator.platform import Recorded


def raw_path(request: Request) -> str:
    """The path as it came, percent-encoded."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return path.decode("latin-1")


def received(request: Request) -> Received:
    """What a signature covers of a request."""
    headers = tuple((name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.headers.raw)
    return Received(request.method, raw_path(request), request.url.query, headers)


async def recorded(request: Request, *, for_token: bool) -> Recorded:
    """What is remembered of a request."""
    return Recorded(
        for_token=for_token,
        method=request.method,
        path=str(request.scope["path"]),
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


async def form(request: Request) -> dict[str, str]:
    """The members of a form in the body; none where the body is something else."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def path_and_query(operation: AnyOperation, request: Request, path: Mapping[str, str]) -> Json:
    """The parameters in the path and the query. Without a body, whatever stands in the query is one."""
    has_body = operation.method not in ("GET", "DELETE")
    given = parse_qsl(request.url.query, keep_blank_values=True)
    placed = operation.placed
    in_query = {name for name, at in placed.items() if at.place == "query"}
    wanted = [(name, text) for name, text in given if name in in_query or not (has_body or name in _NOT_PARAMETERS)]
    return {name: _value(placed.get(name), text) for name, text in (*path.items(), *wanted)}


_NOT_PARAMETERS = {"access_token"}


async def form_of(operation: AnyOperation, request: Request) -> Json:
    """The members of a form with files. Raises ValueError where it is none."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise ValueError(f"Content-Type: {kind or 'missing'}: must be multipart/form-data")
    found: Json = {}
    for name, value in _members(operation, kind, await request.body()):
        known = found.get(name)
        if name not in found:
            found[name] = value
        else:
            found[name] = [*known, value] if isinstance(known, list) else [known, value]
    return found


def _members(operation: AnyOperation, kind: str, body: bytes) -> Iterator[tuple[str, object]]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    for part in message.iter_parts():
        name = str(part.get_param("name", "", "content-disposition"))
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        file = part.get_filename()
        at = operation.placed.get(name)
        yield name, _value(at, content.decode("utf-8", "replace")) if file is None else (file, content)


def _value(at: Placed | None, text: str) -> object:
    """A value that was written as text. One that cannot be read stays a text, which the rules find."""
    if at is None or at.written == "text":
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
