"""Responses on their way out: JSON, streams of events, and lost connections."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import msgspec.json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from qianfan_typed.emulator.connections import Connections
from qianfan_typed.emulator.platform import Recorded

REQUEST_ID = "X-Bce-Request-Id"
"""The header that names a request, in every reply."""


class JsonResponse(Response):
    """JSON in UTF-8; Chinese stays readable."""

    media_type = "application/json;charset=utf-8"

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


@attrs.frozen
class LostConnection:
    """No answer: the connection closes."""

    connections: Connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.connections.close(scope, receive)


@attrs.frozen(kw_only=True)
class EventStream:
    """Server-sent events, one after the other, each on its way before the next is made."""

    events: Iterable[bytes]
    headers: Mapping[str, str]
    latency: float
    """Seconds between two events."""
    lost: LostConnection | None = None
    """What happens after the last event. None: the body ends as it should."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        headers += [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            for number, event in enumerate(self.events):
                # Without a pause the events would leave as one write.
                await asyncio.sleep(self.latency if number else 0)
                await send({"type": "http.response.body", "body": event, "more_body": True})
            if self.lost is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            return  # The client has gone; there is nobody to tell.
        if self.lost is not None:
            await self.lost(scope, receive, send)


@attrs.frozen
class Watched:
    """A reply that tells its request's record how far it came."""

    reply: Response | EventStream | LostConnection
    request: Request
    seen: Recorded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            # uvicorn drops what is sent to nobody without a word.
            if await self.request.is_disconnected():
                self.seen.client_left = True
                raise ConnectionResetError("the client has gone")
            if message["type"] == "http.response.start":
                self.seen.status = int(message["status"])
            await send(message)

        try:
            await self.reply(scope, receive, noting)
        except ConnectionResetError:
            return
