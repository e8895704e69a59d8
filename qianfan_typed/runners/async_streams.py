"""Streams, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from types import TracebackType
from typing import Any, Protocol, TypeVar

from qianfan_api.handles import Target
from qianfan_api.reply import Reply
from qianfan_api.shapes import Message
from qianfan_typed.core.steps import Steps
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.errors import SentError
from qianfan_typed.runners.streams import Following, Pieces

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
Self = TypeVar("Self")


class AsyncConversation(Protocol):
    """What a stream is read from."""

    async def read(self) -> bytes: ...
    async def carry(self, steps: Steps[ChunkReader[C]]) -> ChunkReader[C]: ...
    def close(self, *, reuse: bool) -> None: ...


class AsyncReplyStream(Pieces[C, R]):
    """The pieces of a reply, as they come. `await` it, or enter it, to send the request before you ask for a piece.

    Awaited or entered with `async with`, it raises there what the platform refuses. Otherwise the request is sent when
    the first piece is asked for. Close it if you stop reading early. From the first piece on, nothing is retried. A
    stream that nobody holds any more closes itself.
    """

    def __init__(
        self,
        target: Target[R, C],
        opened: Callable[[], Awaitable[tuple[ChunkReader[C], AsyncConversation]]],
        following: Following[C] | None = None,
    ) -> None:
        super().__init__(target, following)
        self._opened: Callable[[], Awaitable[tuple[ChunkReader[C], AsyncConversation]]] | None = opened
        self._opening: asyncio.Future[tuple[ChunkReader[C], AsyncConversation]] | None = None
        self._conversation: AsyncConversation | None = None
        self._closed = False

    def __repr__(self) -> str:
        state = "not sent" if self._opened is not None else "closed" if self._conversation is None else "open"
        return f"<{type(self).__name__} {self._received} pieces, {state}>"

    def __aiter__(self: Self) -> Self:
        return self

    async def open(self) -> None:
        """Sends the request, if it was not sent, and waits until the platform begins to answer.

        Raises:
            QianfanError: As `create`: what the platform refuses, and what broke.
        """
        if self._opened is not None:
            await self._open(self._opened)

    def __await__(self) -> Generator[Any, None, AsyncReplyStream[C, R]]:
        yield from self.open().__await__()
        return self

    async def text(self) -> AsyncIterator[str]:
        """The answer's text, as it comes: of the pieces that are still to be read and have some."""
        async for piece in self:
            if text := self._text_of(piece):
                yield text

    async def reply(self) -> R:
        """The whole reply, as `create` would have given it: the rest is read, and the pieces are put together.

        Raises:
            SentError: What ended the stream before its end; StreamCut where it was closed early.
        """
        async for _ in self:
            pass
        return self._assembled()

    async def to_message(self) -> Message:
        """The whole answer as a message, to go on with the conversation. Raises as `reply`."""
        return self._message(await self.reply())

    async def __anext__(self) -> C:
        if self._opened is not None:
            await self._open(self._opened)
        conversation, reader = self._conversation, self._reader
        if conversation is None or reader is None:
            raise self._lost or StopAsyncIteration
        try:
            while (piece := reader.take()) is None:
                if reader.finished:
                    reader = await self._go_on(conversation)
                else:
                    reader.feed(await conversation.read())
        except BaseException as error:
            if self._conversation is None:
                # Closed by another task, while this one waited for bytes.
                raise StopAsyncIteration from None
            self._note(error)
            self._close()
            ended = reader.ended() if isinstance(error, StopAsyncIteration) else reader.failed(error)
            for left in ended:
                await left
            raise
        if reader.finished and self._following is None:
            self._complete = True
            self._end()
            for left in reader.ended():
                await left
        self._payloads.append(reader.payload)
        return piece

    async def _open(self, opened: Callable[[], Awaitable[tuple[ChunkReader[C], AsyncConversation]]]) -> None:
        self._opened = None
        # A task of its own: who closes the stream meanwhile ends the wait and not the task that waits.
        self._opening = opening = asyncio.ensure_future(opened())
        try:
            self._reader, self._conversation = await opening
        except asyncio.CancelledError:
            if self._closed:
                raise StopAsyncIteration from None
            raise
        except SentError as error:
            self._failure = error
            raise
        finally:
            self._opening = None

    async def _go_on(self, conversation: AsyncConversation) -> ChunkReader[C]:
        """The stream that goes on with this one."""
        conversation.close(reuse=True)
        steps = self._next_steps()
        if steps is None:
            raise StopAsyncIteration
        self._reader = reader = await conversation.carry(steps)
        return reader

    def _end(self) -> None:
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.close(reuse=True)

    async def __aenter__(self) -> AsyncReplyStream[C, R]:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        self._close()

    async def aclose(self) -> None:
        """Stops reading, and wakes a task that reads. The platform stops writing when it notices."""
        reader = self._reader if self._conversation is not None else None
        self._close()
        for left in reader.ended() if reader is not None else ():
            await left

    def _close(self) -> None:
        self._opened, self._closed = None, True
        opening, self._opening = getattr(self, "_opening", None), None
        if opening is not None:
            opening.cancel()
        conversation, self._conversation = getattr(self, "_conversation", None), None
        if conversation is not None:
            conversation.close(reuse=False)
            if self._reader is not None:
                self._reader.leave()
