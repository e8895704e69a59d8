"""Responses: V2 has them as OpenAI does, for some models, and its word goes on as it came; others only chat."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast
from urllib.parse import parse_qsl

from qianfan_api.handles import OpenRequest, Target
from qianfan_api.operations import OPERATIONS
from qianfan_api.reply import BytesReply
from qianfan_typed.errors import NotFound
from qianfan_typed.openai_server.answers import Answers, answers_of, encode
from qianfan_typed.openai_server.chat import drafted_chat
from qianfan_typed.openai_server.drafts import Draft, Json
from qianfan_typed.openai_server.exchange import UNCHECKED, Exchange, Handler, Pieces, Whole, decode
from qianfan_typed.openai_server.fields import PAGES, taken
from qianfan_typed.openai_server.refusals import Refused, invalid
from qianfan_typed.openai_server.response_events import ResponseWriter
from qianfan_typed.openai_server.spoken_responses import in_own_words, spoken
from qianfan_typed.runners.async_streams import AsyncReplyStream

_API = "v2.responses"
_TABLE = PAGES["/v1/responses"][_API]


async def create(exchange: Exchange) -> Whole | Pieces:
    """`POST /v1/responses`."""
    body = exchange.json()
    asked = body.get("model")
    exchange.served.model = asked if isinstance(asked, str) else ""
    if body.get("stream") not in (None, True, False):
        raise invalid("stream", "must be true or false")
    target, only_chats = exchange.adapter.callees.answering(asked)
    if only_chats:
        return await _spoken(exchange, body, target)
    try:
        return await _own(exchange, body, target.name)
    except NotFound:
        if body.get("previous_response_id") is not None:
            raise
        answer = await _spoken(exchange, body, target)
        exchange.adapter.callees.note_only_chat(target)
        return answer


async def _own(exchange: Exchange, body: Json, name: str) -> Whole | Pieces:
    """The platform's own response."""
    exchange.served.target = f"{_API} {name}"
    target = Target(operation=OPERATIONS[_API], name=name)
    draft = Draft(wire={"model": name})
    taken(body, _TABLE, draft, lenient=exchange.adapter.terms.lenient)
    request = exchange.judged(target, draft)
    runner = exchange.adapter.runner
    if body.get("stream") is not True:
        reply = await runner.create(target, request, UNCHECKED)
        if reply.usage is not None:
            exchange.served.tokens = reply.usage.total_tokens
        return Whole(body=reply.raw, headers=exchange.passed_on(reply.meta))
    exchange.served.stream = True
    events = runner.stream(target, request, UNCHECKED)
    await events.open()
    return Pieces(events=_events(exchange, events), headers=exchange.passed_on(events.meta))


async def _spoken(exchange: Exchange, body: Json, target: Target[Any, Any]) -> Whole | Pieces:
    """A response made of an answer of chat."""
    lenient = exchange.adapter.terms.lenient
    exchange.served.target = f"{target.operation.name} {target.name}"
    asked = spoken(body, lenient=lenient)
    try:
        draft = drafted_chat(asked.body, target, lenient=lenient)
    except Refused as refused:
        raise in_own_words(refused) from None
    asked.back(draft)
    request = exchange.judged(target, draft)
    writer, answers = ResponseWriter(body, target.name), answers_of(target, usage=True)
    runner = exchange.adapter.runner
    if body.get("stream") is not True:
        reply = await runner.create(target, request, UNCHECKED)
        exchange.served.tokens = reply.usage.total_tokens
        writer.take(cast("Json", decode(answers.whole(reply))))
        writer.end()
        return Whole(body=encode(writer.whole()), headers=exchange.passed_on(reply.meta))
    exchange.served.stream = True
    pieces = runner.stream(target, request, UNCHECKED)
    await pieces.open()
    return Pieces(events=_made(exchange, pieces, answers, writer), headers=exchange.passed_on(pieces.meta))


async def _made(
    exchange: Exchange, stream: AsyncReplyStream[Any, Any], answers: Answers, writer: ResponseWriter
) -> AsyncGenerator[bytes, None]:
    """The events that the pieces of an answer of chat become."""
    try:
        async for piece in stream:
            for data in answers.pieces(piece):
                for event in writer.take(cast("Json", decode(data))):
                    yield _written(event)
            if piece.usage is not None:
                exchange.served.tokens = piece.usage.total_tokens or exchange.served.tokens
        for event in writer.end():
            yield _written(event)
    finally:
        await stream.aclose()


def _written(event: Json) -> bytes:
    return b"event: " + str(event["type"]).encode() + b"\ndata: " + encode(event) + b"\n\n"


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
