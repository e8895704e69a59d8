"""Replies that come in pieces: bytes into typed pieces without I/O, and the two streams that hand them out."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Generic, Protocol, TypeVar

import attrs

from qianfan_api.handles import Target
from qianfan_api.reply import Meta, Reply, attach
from qianfan_typed.core.encoding import read_piece
from qianfan_typed.core.error_bodies import Secrets, request_id
from qianfan_typed.core.events import EventDecoder
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import DecodeError, StreamCut

C = TypeVar("C", bound=Reply)
Self = TypeVar("Self")

_DONE = b"[DONE]"


class ChunkReader(Generic[C]):
    """Turns the bytes of a stream into typed pieces and knows where the stream ends.

    V1 streams carry no `[DONE]`; the last piece says `is_end`. V2 streams end with the line. Bytes that stop before
    that were cut.
    """

    def __init__(self, target: Target[Reply, C], answer: Answer, secrets: Secrets = tuple) -> None:
        kind = target.operation.chunk
        if kind is None:
            raise TypeError(f"{target.operation.name} has no stream")
        until = target.operation.until
        self.finished: bool = False
        """Whether the end has come."""
        self.received: int = 0
        """How many pieces have come."""
        self._kind = kind
        self._end_member = None if until is None or until.encode() == _DONE else until
        self._model = target.name
        self._answer = answer
        self._secrets = secrets
        self._decoder = EventDecoder()

    def feed(self, data: bytes) -> Iterator[tuple[C, bytes]]:
        """Takes the next bytes; yields the pieces that they complete, each with its JSON.

        Raises:
            ApiError: An event holds an error. The pieces before it are yielded first.
            DecodeError: An event holds something else than a JSON object.
        """
        return self._pieces(self._decoder.feed(data))

    def close(self, url: str) -> Iterator[tuple[C, bytes]]:
        """Takes the end of the bytes; yields the piece that it completes, if any.

        Raises:
            StreamCut: The stream had not said that it was finished.
        """
        try:
            yield from self._pieces(self._decoder.close())
        except DecodeError as error:
            raise self._cut(url) from error
        if not self.finished:
            raise self._cut(url)

    def _cut(self, url: str) -> StreamCut:
        end = f"a piece with {self._end_member}" if self._end_member else _DONE.decode()
        message = f"the stream ended after {self.received} pieces, before {end}"
        return StreamCut(message=message, url=url, received=self.received)

    def _pieces(self, payloads: list[bytes]) -> Iterator[tuple[C, bytes]]:
        for payload in payloads:
            if self.finished:
                return
            if payload.strip() == _DONE:
                self.finished = True
                return
            piece = read_piece(self._kind, self._answer, payload, self._model, self._secrets)
            self.received += 1
            if self._end_member and getattr(piece, self._end_member):
                self.finished = True
            yield piece, payload


@attrs.frozen(kw_only=True)
class Started:
    """When a call began and how often it was sent."""

    called: float
    """When it was called, on the clock of latencies."""
    sent: float
    """When it was last sent, on the same clock."""
    epoch: float
    """The same in seconds since the epoch."""
    attempts: int


class Pieces(Generic[C]):
    """What both streams share: the pieces that are ready, each with how it came about."""

    def __init__(self, reader: ChunkReader[C], answer: Answer, started: Started, url: str) -> None:
        self.url = url
        self.meta: Meta | None = None
        """Of the last piece."""
        self._reader = reader
        self._answer = answer
        self._started = started
        self._ready: Iterator[tuple[C, bytes]] = iter(())
        self._kept: C | None = None
        self._first_token: float | None = None
        self._last = started.sent
        self._request_id = request_id(answer)

    @property
    def finished(self) -> bool:
        """Whether the stream has said that it is finished."""
        return self._reader.finished

    @property
    def received(self) -> int:
        return self._reader.received

    def feed(self, data: bytes) -> None:
        """Takes the next bytes; none: the end."""
        self._ready = self._reader.feed(data) if data else self._reader.close(self.url)

    def keep(self, piece: C | None) -> None:
        """Puts a piece back: the next `take` hands it out."""
        self._kept = piece

    def take(self) -> C | None:
        """The next piece that is ready. None: it needs more bytes, or is finished."""
        if self._kept is not None:
            piece, self._kept = self._kept, None
            return piece
        ready = next(self._ready, None)
        if ready is None:
            return None
        piece, payload = ready
        now = time.perf_counter()
        started = self._started
        if self._first_token is None:
            self._first_token = now - started.sent
        self.meta = Meta(
            status=self._answer.status,
            headers=self._answer.headers,
            request_id=self._request_id or getattr(piece, "id", None) or None,
            started=started.epoch,
            request_latency=now - self._last,
            first_token_latency=self._first_token,
            total_latency=now - started.called,
            attempts=started.attempts,
        )
        self._last = now
        attach(piece, payload, self.meta)
        return piece


class Body(Protocol):
    """The body of a reply that a driver reads."""

    def read(self) -> bytes:
        """What has come; waits for some. Empty at the end."""
        ...

    def close(self, *, reuse: bool) -> None:
        """Gives the connection back, where the body was read to its end, or drops it."""
        ...


class AsyncBody(Protocol):
    """The same, awaited."""

    async def read(self) -> bytes: ...
    def close(self, *, reuse: bool) -> None: ...


class ReplyStream(Generic[C]):
    """The pieces of a reply, as they come. Close it, or use it in a `with` block, if you stop reading early.

    The platform has begun to answer when you get it: what it refuses is raised by the call, and retried there. From
    the first piece on, nothing is retried.
    """

    def __init__(self, pieces: Pieces[C], body: Body) -> None:
        self._pieces = pieces
        self._body: Body | None = body

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._pieces.received} pieces, {'closed' if self._body is None else 'open'}>"

    def __iter__(self) -> Iterator[C]:
        return self

    def __next__(self) -> C:
        if self._body is None:
            raise StopIteration
        try:
            while (piece := self._pieces.take()) is None:
                if self._pieces.finished:
                    self._drain(self._body)
                    raise StopIteration
                self._pieces.feed(self._body.read())
        except BaseException:
            self.close()
            raise
        return piece

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        return _meta(self._pieces.meta)

    def close(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        if self._body is not None:
            self._body.close(reuse=False)
            self._body = None

    def _drain(self, body: Body) -> None:
        # Without the bytes that end the body the connection cannot serve the next call.
        self._body = None
        try:
            while body.read():
                pass
        except Exception:
            body.close(reuse=False)
        else:
            body.close(reuse=True)


class AsyncReplyStream(Generic[C]):
    """The pieces of a reply, as they come. The request is sent when the first piece is asked for.

    Close it, or use it in an `async with` block, if you stop reading early. From the first piece on, nothing is
    retried.
    """

    def __init__(self, opened: Callable[[], Awaitable[tuple[Pieces[C], AsyncBody]]]) -> None:
        self._opened: Callable[[], Awaitable[tuple[Pieces[C], AsyncBody]]] | None = opened
        self._pieces: Pieces[C] | None = None
        self._body: AsyncBody | None = None

    def __repr__(self) -> str:
        state = "not sent" if self._opened is not None else "closed" if self._body is None else "open"
        return f"<{type(self).__name__} {self._pieces.received if self._pieces else 0} pieces, {state}>"

    def __aiter__(self: Self) -> Self:
        return self

    async def __anext__(self) -> C:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            self._pieces, self._body = await opened()
        if self._body is None or self._pieces is None:
            raise StopAsyncIteration
        try:
            while (piece := self._pieces.take()) is None:
                if self._pieces.finished:
                    await self._drain(self._body)
                    raise StopAsyncIteration
                self._pieces.feed(await self._body.read())
        except BaseException:
            await self.aclose()
            raise
        return piece

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        return _meta(self._pieces.meta if self._pieces else None)

    async def aclose(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        self._opened = None
        if self._body is not None:
            self._body.close(reuse=False)
            self._body = None

    async def _drain(self, body: AsyncBody) -> None:
        self._body = None
        try:
            while await body.read():
                pass
        except Exception:
            body.close(reuse=False)
        else:
            body.close(reuse=True)


def _meta(meta: Meta | None) -> Meta:
    if meta is None:
        raise AttributeError("no piece has come yet: there is no meta")
    return meta
