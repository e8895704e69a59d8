"""Streams: the typed pieces of a reply, as a runner reads them, blocking or awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Generic, Protocol, TypeAlias, TypeVar

from qianfan_api.reply import Meta, Reply
from qianfan_typed.core.steps import Steps
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.errors import TransportError

C = TypeVar("C", bound=Reply)
Self = TypeVar("Self")

Following: TypeAlias = Callable[[], "Steps[ChunkReader[C]] | None"]
"""Asks, at the end of a stream, for the steps to one that goes on with it. None: there is none."""


class Conversation(Protocol):
    """What a stream is read from."""

    def read(self) -> bytes: ...
    def carry(self, steps: Steps[ChunkReader[C]]) -> ChunkReader[C]: ...
    def close(self, *, reuse: bool) -> None: ...


class AsyncConversation(Protocol):
    """The same, awaited."""

    async def read(self) -> bytes: ...
    async def carry(self, steps: Steps[ChunkReader[C]]) -> ChunkReader[C]: ...
    def close(self, *, reuse: bool) -> None: ...


class _Pieces(Generic[C]):
    """What both streams know of their pieces."""

    _reader: ChunkReader[C] | None = None
    _following: Following[C] | None = None
    _failure: TransportError | None = None
    """What ended the stream before its end: to ask again must not look like the end."""

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        meta = self._reader.meta if self._reader is not None else None
        if meta is None:
            raise AttributeError("no piece has come yet: there is no meta")
        return meta

    @property
    def _received(self) -> int:
        return self._reader.received if self._reader is not None else 0

    def _next_steps(self) -> Steps[ChunkReader[C]] | None:
        return self._following() if self._following is not None else None


class ReplyStream(_Pieces[C]):
    """The pieces of a reply, as they come. Close it, or use it in a `with` block, if you stop reading early.

    The platform has begun to answer when you get it: what it refuses is raised by the call, and retried there. From
    the first piece on, nothing is retried. A stream that nobody holds any more closes itself.
    """

    def __init__(
        self, reader: ChunkReader[C], conversation: Conversation, following: Following[C] | None = None
    ) -> None:
        self._reader = reader
        self._conversation: Conversation | None = conversation
        self._following = following

    def __repr__(self) -> str:
        state = "closed" if self._conversation is None else "open"
        return f"<{type(self).__name__} {self._received} pieces, {state}>"

    def __iter__(self) -> Iterator[C]:
        return self

    def __next__(self) -> C:
        conversation, reader = self._conversation, self._reader
        if conversation is None or reader is None:
            raise self._failure or StopIteration
        try:
            while (piece := reader.take()) is None:
                if reader.finished:
                    reader = self._go_on(conversation)
                else:
                    reader.feed(conversation.read())
        except BaseException as error:
            if self._conversation is None:
                # Closed by another thread, while this one waited for bytes.
                raise StopIteration from None
            if isinstance(error, TransportError):
                self._failure = error
            if not isinstance(error, StopIteration):
                reader.failed(error)
            self.close()
            raise
        if reader.finished and self._following is None:
            self._end()
            reader.ended()
        return piece

    def _go_on(self, conversation: Conversation) -> ChunkReader[C]:
        """The stream that goes on with this one."""
        conversation.close(reuse=True)
        steps = self._next_steps()
        if steps is None:
            raise StopIteration
        self._reader = reader = conversation.carry(steps)
        return reader

    def _end(self) -> None:
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.close(reuse=True)

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Stops reading, in another thread too. The platform stops writing when it notices."""
        conversation, self._conversation = getattr(self, "_conversation", None), None
        if conversation is not None:
            conversation.close(reuse=False)
            if self._reader is not None:
                self._reader.ended()


class AsyncReplyStream(_Pieces[C]):
    """The pieces of a reply, as they come. The request is sent when the first piece is asked for.

    Close it, or use it in an `async with` block, if you stop reading early. From the first piece on, nothing is
    retried. A stream that nobody holds any more closes itself.
    """

    def __init__(
        self,
        opened: Callable[[], Awaitable[tuple[ChunkReader[C], AsyncConversation]]],
        following: Following[C] | None = None,
    ) -> None:
        self._opened: Callable[[], Awaitable[tuple[ChunkReader[C], AsyncConversation]]] | None = opened
        self._opening: asyncio.Future[tuple[ChunkReader[C], AsyncConversation]] | None = None
        self._conversation: AsyncConversation | None = None
        self._closed = False
        self._following = following

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

    async def __anext__(self) -> C:
        if self._opened is not None:
            await self._open(self._opened)
        conversation, reader = self._conversation, self._reader
        if conversation is None or reader is None:
            raise self._failure or StopAsyncIteration
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
            if isinstance(error, TransportError):
                self._failure = error
            self._close()
            ended = reader.ended() if isinstance(error, StopAsyncIteration) else reader.failed(error)
            for left in ended:
                await left
            raise
        if reader.finished and self._following is None:
            self._end()
            for left in reader.ended():
                await left
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
        except TransportError as error:
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

    async def __aenter__(self: Self) -> Self:
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
