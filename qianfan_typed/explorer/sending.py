"""Requests of the playground: where a payload goes, and its way to the emulator without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode

import attrs
from starlette.types import Message, Receive, Scope, Send

from qianfan_api.operations import OPERATIONS
from qianfan_api.routing import naming_members, recipient
from qianfan_typed.explorer.payload_text import Unreadable, object_in
from qianfan_typed.explorer.served import AnyOperation, Sandbox
from qianfan_typed.explorer.watched import FROM_PAGE


class NotSendable(ValueError):
    """A payload goes nowhere; the message says why."""


@attrs.frozen
class Outgoing:
    """A request as it goes over the wire."""

    operation: AnyOperation
    path: str
    """Percent-encoded, with its query."""
    body: bytes
    wire: Mapping[str, object]
    """What stands in the body."""


def outgoing(text: str, api: str, model: str | None) -> Outgoing:
    """The request that a payload's text amounts to.

    Args:
        text: JSON. It goes out as it is written where nothing of it belongs elsewhere.
        api: The operation.
        model: The model, where the payload does not name one.

    Raises:
        NotSendable: It is no JSON object, or names nobody that it could go to.
    """
    operation = OPERATIONS[api]
    try:
        wire = dict(object_in(text))
    except Unreadable as error:
        raise NotSendable(str(error)) from None
    if operation.multipart:
        raise NotSendable("a form with a file: the page sends JSON")
    path, query, kept = operation.path, list[tuple[str, str]](), dict(wire)
    if operation.model_in == "path":
        path = path.replace("{path}", _path_of_model(operation, wire, model))
        for name in naming_members(api):
            kept.pop(name, None)
    bodiless = operation.method in ("GET", "DELETE")
    for name, value in wire.items():
        at = operation.placed.get(name)
        if at is not None and at.place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
            kept.pop(name, None)
        elif bodiless or (at is not None and at.place == "query"):
            query.append((name, value if isinstance(value, str) else _json(value)))
            kept.pop(name, None)
    if "{" in path:
        raise NotSendable(f"{path[path.index('{') + 1 : path.index('}')]} is missing: it is a part of the path")
    body = b"" if bodiless else text.encode() if kept == wire else _json(kept).encode()
    return Outgoing(operation, f"{path}?{urlencode(query, quote_via=quote)}" if query else path, body, kept)


def _path_of_model(operation: AnyOperation, wire: Mapping[str, object], model: str | None) -> str:
    whom = recipient(operation.name, wire, None if any(one in wire for one in ("model", "endpoint")) else model)
    if whom.model is not None and whom.model.path:
        return quote(whom.model.path, safe="/-._~")
    if whom.name and operation.deployed_path:
        return operation.deployed_path.replace("{endpoint}", quote(whom.name, safe=""))
    raise NotSendable(f"{whom.name}: has no path" if whom.name else "model: name one, or an endpoint of your own")


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


async def forward(request: Outgoing, sandbox: Sandbox, scope: Scope, send: Send) -> None:
    """Hands a request to the sandbox, whose answer goes out as it comes."""
    operation = request.operation
    path, _, query = request.path.partition("?")
    host = next((value for name, value in scope["headers"] if name == b"host"), b"localhost")
    schemes = cast("Sequence[str]", operation.auth)
    named = host.decode("latin-1")
    headers = {
        "host": named,
        "content-type": "application/json",
        "content-length": str(len(request.body)),
        "user-agent": "qianfan-typed explorer",
    }
    headers.update(sandbox.credentials(operation.method, path, named, schemes))
    inner: dict[str, Any] = {
        **{
            name: scope[name]
            for name in ("type", "asgi", "http_version", "scheme", "client", "server")
            if name in scope
        },
        "root_path": "",
        "method": operation.method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        FROM_PAGE: True,
    }
    await sandbox.app(inner, _body(request.body), send)


def _body(body: bytes) -> Receive:
    """What the application receives: the body once. Whether the browser left, its stream says when it is written to."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            # Nothing more comes, and "disconnect" would say that nobody wants the answer.
            await asyncio.Event().wait()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
