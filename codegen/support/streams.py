"""Streams: what the pieces of a reply can do together, blocking and awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from types import TracebackType
from typing import Any, Protocol, TypeVar

from qianfan_api.reply import Meta, Reply
from qianfan_api.shapes import Message

R_co = TypeVar("R_co", bound=Reply, covariant=True)
C_co = TypeVar("C_co", bound=Reply, covariant=True)
Self = TypeVar("Self")


class Stream(Protocol[C_co, R_co]):
    """The pieces of a reply, as they come. Close it, or use it in a `with` block, if you stop reading early."""

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        ...

    def __iter__(self) -> Iterator[C_co]: ...
    def __next__(self) -> C_co: ...
    def __enter__(self: Self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def close(self) -> None: ...

    def text(self) -> Iterator[str]:
        """The answer's text, as it comes: of the pieces that are still to be read and have some."""
        ...

    def reply(self) -> R_co:
        """The whole reply, as `create` would have given it: the rest is read, and the pieces are put together.

        Raises:
            SentError: What ended the stream before its end; StreamCut where it was closed early.
        """
        ...

    def to_message(self) -> Message:
        """The whole answer as a message, to go on with the conversation. Raises as `reply`."""
        ...


class AsyncStream(Protocol[C_co, R_co]):
    """The pieces of a reply, as they come. `await` it, or enter it, to send the request before you ask for a piece.

    Awaited or entered with `async with`, it raises there what the platform refuses. Otherwise the request is sent when
    the first piece is asked for.
    """

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        ...

    def __await__(self: Self) -> Generator[Any, None, Self]: ...
    def __aiter__(self) -> AsyncIterator[C_co]: ...
    async def __anext__(self) -> C_co: ...
    async def __aenter__(self: Self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def aclose(self) -> None: ...

    def text(self) -> AsyncIterator[str]:
        """The answer's text, as it comes: of the pieces that are still to be read and have some."""
        ...

    async def reply(self) -> R_co:
        """The whole reply, as `create` would have given it: the rest is read, and the pieces are put together.

        Raises:
            SentError: What ended the stream before its end; StreamCut where it was closed early.
        """
        ...

    async def to_message(self) -> Message:
        """The whole answer as a message, to go on with the conversation. Raises as `reply`."""
        ...
