"""Streams and whole answers of the documents' classes, with the rest of those that were cut."""

from __future__ import annotations

from typing import Generic, TypeVar

from qianfan_api.reply import Reply
from qianfan_api.responses import AsyncResponseStream, QfResponse, ResponseStream
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.core.steps import Steps
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.errors import InvalidRequest
from qianfan_typed.runners.streams import Following
from qianfan_typed.sdk.continuing import joined, text_in, was_cut
from qianfan_typed.sdk.functions_in_text import AsyncCallPieces, CallPieces, read
from qianfan_typed.sdk.prepared import PreparedCall, as_response
from qianfan_typed.sdk.runners import async_runner, sync_runner

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_MOST_PARTS = 64
"""Parts of an answer at most: a service that calls every part cut must not be asked for ever."""


class _Parts(Generic[R, C]):
    """The calls that an answer takes: one, or more where it is cut and its rest is wanted."""

    def __init__(self, call: PreparedCall[R, C], planner: CallPlanner) -> None:
        self._call = call
        self._planner = planner
        self._count = 1
        self._text: list[str] = []
        self._cut = False

    def note(self, piece: Reply) -> None:
        """Takes what came."""
        if self._call.continuation is not None:
            body = piece.to_dict()
            self._text.append(text_in(body))
            self._cut = was_cut(body)

    def follow(self) -> bool:
        """Turns to the call for the rest. False: the answer is whole, or there is nothing to go on from."""
        text, continuation = "".join(self._text), self._call.continuation
        if continuation is None or not self._cut or not text or self._count >= _MOST_PARTS:
            return False
        self._call = self._call.with_parameters(continuation.next_parameters(self._call.parameters, text))
        self._count += 1
        self._text, self._cut = [], False
        return True

    def reply(self) -> Steps[R]:
        """The steps to the reply of a part."""
        return (yield from self._planner.create(self._call.planned(self._planner, stream=False)))

    # A dialogue that has grown too long ends the continuation: what came so far was paid for.

    def answer(self) -> Steps[QfResponse[R]]:
        """The steps to the whole answer."""
        call, replies = self._call, [(yield from self.reply())]
        self.note(replies[-1])
        while self.follow():
            try:
                replies.append((yield from self.reply()))
            except InvalidRequest:
                break
            self.note(replies[-1])
        reply = joined(replies)
        return as_response(call, read(reply) if call.reads_calls else reply)

    def stream(self) -> Steps[ChunkReader[C]]:
        """The steps to the stream of a part."""
        return (yield from self._planner.stream(self._call.planned(self._planner, stream=True)))

    @property
    def following(self) -> Following[C] | None:
        """What gives the stream of the next part. None: no part is wanted but the first."""
        return self._following if self._call.continuation is not None else None

    def _following(self) -> Steps[ChunkReader[C]] | None:
        if not self.follow():
            return None
        try:
            self._planner.prepare(self._call.target, self._call.request, self._call.options, stream=True)
        except InvalidRequest:
            return None
        return self.stream()

    def response(self, piece: C) -> QfResponse[C]:
        """A piece of a stream, as it is handed out."""
        self.note(piece)
        return as_response(self._call, piece, stream=True)


def full_response(call: PreparedCall[R, C]) -> QfResponse[R]:
    """A whole answer, with the rest where it is wanted."""
    runner = sync_runner(call.settings, call.transport)
    return runner.carry(_Parts(call, runner.planner).answer(), call.deadline)


async def full_response_async(call: PreparedCall[R, C]) -> QfResponse[R]:
    """The same, awaited."""
    runner = async_runner(call.settings, call.transport)
    return await runner.carry(_Parts(call, runner.planner).answer(), call.deadline)


def response_stream(call: PreparedCall[R, C]) -> ResponseStream[C]:
    """The pieces of an answer, with the rest where it is wanted."""
    runner = sync_runner(call.settings, call.transport)
    parts = _Parts(call, runner.planner)
    pieces = runner.pieces(call.target, parts.stream(), call.deadline, parts.following)
    return ResponseStream(CallPieces(pieces) if call.reads_calls else pieces, parts.response)


async def response_stream_async(call: PreparedCall[R, C]) -> AsyncResponseStream[C]:
    """The same, awaited, once the platform has begun to answer: what it refuses is raised here."""
    runner = async_runner(call.settings, call.transport)
    parts = _Parts(call, runner.planner)
    pieces = runner.pieces(call.target, parts.stream(), call.deadline, parts.following)
    await pieces.open()
    return AsyncResponseStream(AsyncCallPieces(pieces) if call.reads_calls else pieces, parts.response)
