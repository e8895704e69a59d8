"""Streams and whole answers of the documents' classes, with the rest of those that were cut."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Generic, TypeVar

from qianfan_api.reply import Reply
from qianfan_typed.core.streaming import AsyncReplyStream
from qianfan_typed.errors import InvalidRequest
from qianfan_typed.sdk.continuing import joined, text_in, was_cut
from qianfan_typed.sdk.prepared import (
    PreparedCall,
    as_response,
    open_stream,
    open_stream_async,
    pace,
    pace_async,
    send,
    send_async,
)
from qianfan_typed.sdk.response import QfResponse

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
Self = TypeVar("Self")

_MOST_PARTS = 64
"""Parts of an answer at most: a service that calls every part cut must not be asked for ever."""


class _Continued(Generic[R, C]):
    """The calls that an answer takes: one, or more where it is cut and its rest is wanted."""

    def __init__(self, call: PreparedCall[R, C]) -> None:
        self.call = call
        self._count = 1
        self._text: list[str] = []
        self._cut = False

    def note(self, piece: Reply) -> None:
        """Takes what came."""
        if self.call.continuation is not None:
            body = piece.to_dict()
            self._text.append(text_in(body))
            self._cut = was_cut(body)

    def follow(self) -> PreparedCall[R, C] | None:
        """The call for the rest. None: the answer is whole, or there is nothing to go on from."""
        text = "".join(self._text)
        if self.call.continuation is None or not self._cut or not text or self._count >= _MOST_PARTS:
            return None
        self.call = self.call.with_parameters(self.call.continuation.next_parameters(self.call.parameters, text))
        self._count += 1
        self._text, self._cut = [], False
        return self.call


# A dialogue that has grown too long ends the continuation: what came so far was paid for.


def full_response(call: PreparedCall[R, C]) -> QfResponse[R]:
    """A whole answer, with the rest where it is wanted."""
    response = send(call)
    parts, replies = _Continued(call), [response.reply]
    parts.note(response.reply)
    while (following := parts.follow()) is not None:
        try:
            replies.append(send(following).reply)
        except InvalidRequest:
            break
        parts.note(replies[-1])
    return response if len(replies) == 1 else as_response(call, joined(replies), response.waited)


async def full_response_async(call: PreparedCall[R, C]) -> QfResponse[R]:
    """The same, awaited."""
    response = await send_async(call)
    parts, replies = _Continued(call), [response.reply]
    parts.note(response.reply)
    while (following := parts.follow()) is not None:
        try:
            replies.append((await send_async(following)).reply)
        except InvalidRequest:
            break
        parts.note(replies[-1])
    return response if len(replies) == 1 else as_response(call, joined(replies), response.waited)


class ResponseStream(Iterator[QfResponse[C]], Generic[C]):
    """The pieces of an answer, as they come. Close it, or use it in a `with` block, if you stop reading early."""

    def __init__(self, call: PreparedCall[Reply, C]) -> None:
        self._parts = _Continued(call)
        self._waited = pace(call)
        self._stream = open_stream(call)

    def __next__(self) -> QfResponse[C]:
        while True:
            for piece in self._stream:
                self._parts.note(piece)
                return as_response(self._parts.call, piece, self._waited, stream=True)
            following = self._parts.follow()
            if following is None:
                raise StopIteration
            try:
                self._waited = pace(following)
                self._stream = open_stream(following)
            except InvalidRequest:
                raise StopIteration from None

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        self._stream.close()


class AsyncResponseStream(AsyncIterator[QfResponse[C]], Generic[C]):
    """The same, awaited."""

    def __init__(
        self, call: PreparedCall[Reply, C], waited: float, stream: AsyncReplyStream[C], first: C | None
    ) -> None:
        self._parts = _Continued(call)
        self._waited = waited
        self._stream = stream
        self._first = first

    async def __anext__(self) -> QfResponse[C]:
        while True:
            first, self._first = self._first, None
            piece = first if first is not None else await anext(self._stream, None)
            if piece is not None:
                self._parts.note(piece)
                return as_response(self._parts.call, piece, self._waited, stream=True)
            following = self._parts.follow()
            if following is None:
                raise StopAsyncIteration
            try:
                self._waited = await pace_async(following)
                self._stream = await open_stream_async(following)
            except InvalidRequest:
                raise StopAsyncIteration from None

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        await self._stream.aclose()


async def started_stream(call: PreparedCall[R, C]) -> AsyncResponseStream[C]:
    """The stream, once the platform has begun to answer: what it refuses is raised here."""
    waited = await pace_async(call)
    stream = await open_stream_async(call)
    return AsyncResponseStream(call, waited, stream, await anext(stream, None))
