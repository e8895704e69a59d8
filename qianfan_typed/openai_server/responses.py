"""Responses: V2 has them as OpenAI does, for some models; what it says goes on as it came."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl

from qianfan_api.handles import OpenRequest, Target
from qianfan_api.operations import OPERATIONS
from qianfan_api.reply import BytesReply
from qianfan_typed.openai_server.drafts import Draft
from qianfan_typed.openai_server.exchange import UNCHECKED, Exchange, Handler, Pieces, Whole
from qianfan_typed.openai_server.fields import PAGES, taken
from qianfan_typed.openai_server.refusals import invalid
from qianfan_typed.runners.async_streams import AsyncReplyStream

_API = "v2.responses"
_TABLE = PAGES["/v1/responses"][_API]


async def create(exchange: Exchange) -> Whole | Pieces:
    """`POST /v1/responses`."""
    body = exchange.json()
    name = exchange.adapter.callees.responding(body.get("model"))
    exchange.served.model = str(body["model"])
    exchange.served.target = f"{_API} {name}"
    target = Target(operation=OPERATIONS[_API], name=name)
    draft = Draft(wire={"model": name})
    taken(body, _TABLE, draft, lenient=exchange.adapter.terms.lenient)
    stream = body.get("stream")
    if stream not in (None, True, False):
        raise invalid("stream", "must be true or false")
    request = exchange.judged(target, draft)
    runner = exchange.adapter.runner
    if stream is not True:
        reply = await runner.create(target, request, UNCHECKED)
        if reply.usage is not None:
            exchange.served.tokens = reply.usage.total_tokens
        return Whole(body=reply.raw, headers=exchange.passed_on(reply.meta))
    exchange.served.stream = True
    events = runner.stream(target, request, UNCHECKED)
    await events.open()
    return Pieces(events=_events(exchange, events), headers=exchange.passed_on(events.meta))


async def _events(exchange: Exchange, stream: AsyncReplyStream[Any, Any]) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in stream:
            if piece.response is not None and piece.response.usage is not None:
                exchange.served.tokens = piece.response.usage.total_tokens
            name = (piece.event or piece.type).encode()
            yield b"event: " + name + b"\ndata: " + piece.raw.replace(b"\n", b" ") + b"\n\n"
    finally:
        await stream.aclose()


def about(api: str) -> Handler:
    """What answers a question about a response that is kept: an operation of the platform that does."""
    operation = OPERATIONS[api]

    async def handle(exchange: Exchange) -> Whole:
        query = parse_qsl(exchange.scope["query_string"].decode("latin-1"))
        request = OpenRequest({**dict(query), **exchange.scope["path_params"]})
        target: Target[Any, Any] = Target(operation=operation, name=api)
        reply = await exchange.adapter.runner.create(target, request, UNCHECKED)
        body = reply.content if isinstance(reply, BytesReply) else reply.raw
        return Whole(body=body, headers=exchange.passed_on(reply.meta))

    return handle
