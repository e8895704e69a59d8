"""Streams: the typed pieces of a reply, as a runner reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, Protocol, TypeAlias, TypeVar

from qianfan_api.handles import Target
from qianfan_api.reply import Meta, Reply
from qianfan_api.shapes import Message
from qianfan_typed.core.assembly import assembled
from qianfan_typed.core.steps import Steps
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.errors import SentError, StreamCut, TransportError

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
Self = TypeVar("Self")

Following: TypeAlias = Callable[[], "Steps[ChunkReader[C]] | None"]
"""Asks, at the end of a stream, for the steps to one that goes on with it. None: there is none."""


class Conversation(Protocol):
    """What a stream is read from."""

    def read(self) -> bytes: ...
    def carry(self, steps: Steps[ChunkReader[C]]) -> ChunkReader[C]: ...
    def close(self, *, reuse: bool) -> None: ...


class Pieces(Generic[C, R]):
    """What a stream knows of its pieces, whether they are awaited or not."""

    _reader: ChunkReader[C] | None = None
    _following: Following[C] | None = None
    _complete: bool = False
    """Whether all pieces were handed out."""
    _whole: R | None = None

    def __init__(self, target: Target[R, C], following: Following[C] | None) -> None:
        self._target = target
        self._following = following
        self._payloads: list[bytes] = []
        """The JSON of each piece so far."""

    _failure: SentError | None = None
    """What ended the stream before its end."""

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        meta = self._reader.meta if self._reader is not None else None
        if meta is None:
            raise AttributeError("no piece has come yet: there is no meta")
        return meta

    @property
    def _lost(self) -> TransportError | None:
        """What is raised again by who asks for another piece: it must not look like the end."""
        return self._failure if isinstance(self._failure, TransportError) else None

    @property
    def _received(self) -> int:
        return self._reader.received if self._reader is not None else 0

    def _note(self, error: BaseException) -> None:
        """Keeps in mind how reading came to its end."""
        if isinstance(error, SentError):
            self._failure = error
        elif isinstance(error, StopIteration | StopAsyncIteration):
            self._complete = True

    def _assembled(self) -> R:
        """The whole reply, once all was read. Raises what ended the stream before its end."""
        if self._whole is None:
            if self._failure is not None:
                raise self._failure
            if not self._complete:
                message = f"the stream was closed after {self._received} pieces, before its end"
                raise StreamCut(message=message, operation=self._target.operation.name, received=self._received)
            self._whole = assembled(self._target, self._payloads, self.meta)
            self._payloads.clear()
        return self._whole

    def _message(self, reply: R) -> Message:
        to_message: Callable[[], Message] | None = getattr(reply, "to_message", None)
        if to_message is None:
            raise TypeError(f"a reply of {self._target.operation.name} is no message of a conversation")
        return to_message()

    def _text_of(self, piece: C) -> str:
        text: object = getattr(piece, "text", None)
        if not isinstance(text, str):
            raise TypeError(f"a piece of {self._target.operation.name} has no text")
        return text

    def _next_steps(self) -> Steps[ChunkReader[C]] | None:
        return self._following() if self._following is not None else None


class ReplyStream(Pieces[C, R]):
    """The pieces of a reply, as they come. Close it, or use it in a `with` block, if you stop reading early.

    The platform has begun to answer when you get it: what it refuses is raised by the call, and retried there. From
    the first piece on, nothing is retried. A stream that nobody holds any more closes itself.
    """

    def __init__(
        self,
        target: Target[R, C],
        reader: ChunkReader[C],
        conversation: Conversation,
        following: Following[C] | None = None,
    ) -> None:
        super().__init__(target, following)
        self._reader = reader
        self._conversation: Conversation | None = conversation

    def __repr__(self) -> str:
        state = "closed" if self._conversation is None else "open"
        return f"<{type(self).__name__} {self._received} pieces, {state}>"

    def __iter__(self) -> Iterator[C]:
        return self

    def __next__(self) -> C:
        conversation, reader = self._conversation, self._reader
        if conversation is None or reader is None:
            raise self._lost or StopIteration
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
            self._note(error)
            if not isinstance(error, StopIteration):
                reader.failed(error)
            self.close()
            raise
        if reader.finished and self._following is None:
            self._complete = True
            self._end()
            reader.ended()
        self._payloads.append(reader.payload)
        return piece

    def text(self) -> Iterator[str]:
        """The answer's text, as it comes: of the pieces that are still to be read and have some."""
        for piece in self:
            if text := self._text_of(piece):
                yield text

    def reply(self) -> R:
        """The whole reply, as `create` would have given it: the rest is read, and the pieces are put together.

        Raises:
            SentError: What ended the stream before its end; StreamCut where it was closed early.
        """
        for _ in self:
            pass
        return self._assembled()

    def to_message(self) -> Message:
        """The whole answer as a message, to go on with the conversation. Raises as `reply`."""
        return self._message(self.reply())

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
