"""Exchanges: a request of OpenAI's as the endpoints get it, and the answer that they give."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, cast

import attrs
import msgspec
from starlette.types import Message, Receive, Scope, Send

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.reply import Meta
from qianfan_typed.errors import QianfanError
from qianfan_typed.explorer.request_log import LoggedRequest, Notes
from qianfan_typed.explorer.watched import LOGGED
from qianfan_typed.openai_server.adapter import Adapter
from qianfan_typed.openai_server.drafts import Draft, Json, is_object
from qianfan_typed.openai_server.guard import Headers, headers_of, require_entry
from qianfan_typed.openai_server.judging import FINE, Judgement, judge
from qianfan_typed.openai_server.refusals import Refused, of_error
from qianfan_typed.openai_server.request_log import Served

log: logging.Logger = logging.getLogger("qianfan_typed")

UNCHECKED = Options(validate="off")
"""The endpoints judge for themselves."""
_GONE = 499
"""Status of a request whose client did not wait, as nginx has it."""
decode: Callable[[bytes], object] = msgspec.json.Decoder().decode


@attrs.frozen(kw_only=True)
class Whole:
    """An answer that is there."""

    body: bytes
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])


@attrs.frozen(kw_only=True)
class Pieces:
    """An answer that comes in events."""

    events: AsyncGenerator[bytes, None]
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])


@attrs.define(kw_only=True)
class Exchange:
    """A request that has come in."""

    adapter: Adapter
    scope: Scope
    headers: Headers
    body: bytes
    served: Served
    judgement: Judgement = FINE

    def json(self) -> Json:
        """The request's JSON object. Raises Refused where it is none."""
        try:
            found: object = decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(message=f"the body is no JSON: {error}", code="invalid_json") from None
        if not is_object(found):
            raise Refused(message="the body must be a JSON object", code="invalid_json")
        return found

    def callee(self, apis: tuple[str, ...], body: Json) -> Target[Any, Any]:
        """Whom a request is for. Raises Refused."""
        asked = body.get("model")
        self.served.model = asked if isinstance(asked, str) else ""
        target = self.adapter.callees.find(apis, asked)
        self.served.target = f"{target.operation.name} {target.name}"
        return target

    def judged(self, target: Target[Any, Any], draft: Draft) -> OpenRequest:
        """The request that a draft is, once its model's rules have passed it. Raises Refused."""
        judgement = judge(target, draft, lenient=self.adapter.terms.lenient)
        if judgement is not FINE:
            self.judgement = judgement
        return OpenRequest(draft.wire)

    def passed_on(self, meta: Meta | None) -> dict[str, str]:
        """The headers of an answer: what the platform said, and what was judged."""
        made = dict[str, str]()
        if meta is not None:
            made = {name: value for name, value in meta.headers.items() if name.startswith("x-ratelimit-")}
            if meta.request_id is not None:
                made["x-request-id"] = self.served.request_id = meta.request_id
        judgement = self.judgement
        if judgement is not FINE:
            if judgement.dropped:
                made["x-qianfan-dropped"] = _header(judgement.dropped)
            if judgement.warnings:
                made["x-qianfan-warnings"] = _header(judgement.warnings)
            told = (("dropped", judgement.dropped), ("warned", judgement.warnings))
            self.served.verdict = "; ".join(f"{word} {', '.join(names)}" for word, names in told if names)
        return made


def _header(words: tuple[str, ...]) -> str:
    """Words as a header can carry them: a field's name may be anything."""
    text = ", ".join(words)
    return "".join(one if " " <= one <= "~" else "?" for one in text)[:1000]


Handler = Callable[[Exchange], Awaitable[Whole | Pieces]]


class Endpoint:
    """A path: takes a request in, has it handled, and sends what comes of it. A client that goes ends its call."""

    def __init__(self, adapter: Adapter, handle: Handler, *, logged: bool = True, open_to_all: bool = False) -> None:
        """
        Args:
            adapter: What it shares with the others.
            handle: What answers.
            logged: Whether its requests stand in the log.
            open_to_all: Whether it asks nobody for a key.
        """
        self._open_to_all = open_to_all
        self._adapter = adapter
        self._handle = handle
        self._logged = logged

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = self._begun(scope)
        started = time.perf_counter()
        sending = _Sending(send, started)
        watch: asyncio.Task[None] | None = None
        try:
            headers = headers_of(scope)
            if not self._open_to_all:
                require_entry(headers, self._adapter.terms)
            body = await _body(receive, headers, self._adapter.terms.max_body)
            if body is None:
                sending.gone = True
                raise asyncio.CancelledError
            exchange = Exchange(adapter=self._adapter, scope=scope, headers=headers, body=body, served=served)
            # There is one: this is a coroutine that a server runs.
            task = asyncio.current_task()
            if task is not None:
                watch = asyncio.ensure_future(_cancel_with_client(receive, task, sending))
            answer = await self._handle(exchange)
            if isinstance(answer, Whole):
                await sending.whole(answer)
            else:
                await sending.pieces(answer)
        except asyncio.CancelledError:
            if not sending.gone:
                raise
            sending.status, served.verdict = _GONE, "the client has gone"
        except Exception as error:
            refusal = _refusal(error)
            served.verdict = refusal.code or refusal.kind
            if refusal.param:
                served.verdict = f"{refusal.param}: {served.verdict}"
            served.request_id = refusal.request_id or served.request_id
            await sending.refusal(refusal)
        finally:
            if watch is not None:
                watch.cancel()
            served.status = sending.status
            served.ms = (time.perf_counter() - started) * 1e3
            if self._logged:
                self._adapter.log.end(served)

    def _begun(self, scope: Scope) -> Served:
        if not self._logged:
            return Served(number=0, at=0.0, method=scope["method"], path=scope["path"])
        served = self._adapter.log.begin(scope["method"], scope["path"])
        line: LoggedRequest | None = scope.get(LOGGED)
        if line is not None:
            # Pyright does not take an attribute with a converter for the text that it is.
            line.notes = cast("Notes", served)
        return served


def _refusal(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, QianfanError):
        return of_error(error)
    log.error("a request failed unexpectedly: %s", type(error).__name__, exc_info=error)
    return Refused(message="something broke inside this server: its log says what", status=500, kind="server_error")


async def _body(receive: Receive, headers: Headers, most: int) -> bytes | None:
    """A request's body. None: the client went. Raises Refused where it is too long."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise _too_long(most)
    parts = list[bytes]()
    held = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        held += len(part)
        if held > most:
            raise _too_long(most)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_long(most: int) -> Refused:
    return Refused(message=f"the body is longer than {most:,} bytes", status=413, code="request_too_large")


async def _cancel_with_client(receive: Receive, task: asyncio.Task[Any], sending: _Sending) -> None:
    """Cancels a task when the client goes before it has its answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
    if not sending.done:
        sending.gone = True
        task.cancel()


class _Sending:
    """The way out of an answer."""

    def __init__(self, send: Send, started: float) -> None:
        self._send = send
        self._started = started
        self.status: int = 0
        self.done: bool = False
        """Whether the last of it has been handed over."""
        self.gone: bool = False
        """Whether nobody waits for it any more."""

    async def whole(self, answer: Whole) -> None:
        headers = [(b"content-length", b"%d" % len(answer.body))]
        await self._start(answer.status, answer.media_type, answer.headers, headers)
        await self._end(answer.body)

    async def pieces(self, answer: Pieces) -> None:
        await self._start(200, "text/event-stream; charset=utf-8", answer.headers, [(b"cache-control", b"no-cache")])
        message: Message
        async with contextlib.aclosing(answer.events) as events:
            async for event in events:
                message = {"type": "http.response.body", "body": event, "more_body": True}
                await self._send(message)
        await self._end(b"")

    async def refusal(self, refusal: Refused) -> None:
        """Sends an error, as the answer or as its last event."""
        body = refusal.body()
        if self.status:
            with contextlib.suppress(OSError):
                await self._end(b"data: " + body + b"\n\n")
            return
        headers = dict(refusal.headers)
        if refusal.request_id is not None:
            headers["x-request-id"] = refusal.request_id
        await self.whole(Whole(body=body, status=refusal.status, headers=headers))

    async def _start(
        self, status: int, media_type: str, headers: Mapping[str, str], more: list[tuple[bytes, bytes]]
    ) -> None:
        self.status = status
        taken = int((time.perf_counter() - self._started) * 1e3)
        sent = [(b"content-type", media_type.encode()), (b"openai-processing-ms", b"%d" % taken), *more]
        sent += [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": sent})

    async def _end(self, body: bytes) -> None:
        self.done = True
        await self._send({"type": "http.response.body", "body": body, "more_body": False})
