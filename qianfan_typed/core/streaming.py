"""Streams: bytes into typed pieces. No I/O."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from qianfan_api.handles import Target
from qianfan_api.reply import Meta, Reply, comes_of, name_event
from qianfan_typed.config import without_traces
from qianfan_typed.core.bounds import Inflater, too_long
from qianfan_typed.core.decoding import a_telling_member, decoder_of, read_piece
from qianfan_typed.core.events import MOST, EventDecoder, EventTooLong, NamedPayload
from qianfan_typed.core.steps import Answer
from qianfan_typed.core.timing import Attempt
from qianfan_typed.errors import DecodeError, QianfanError, SentError, StreamCut
from qianfan_typed.hooks.watch import Waiting
from qianfan_typed.limits.estimates import used_tokens

C = TypeVar("C", bound=Reply)

_DONE = b"[DONE]"


class ChunkReader(Generic[C]):
    """Turns the bytes of a stream into typed pieces, each with how it came about, and knows where the stream ends.

    V1 streams carry no `[DONE]`; the last piece says `is_end`. V2 streams end with the line, or with an event of a
    certain name. Bytes that stop before that were cut.
    """

    def __init__(
        self, target: Target[Reply, C], answer: Answer, attempt: Attempt, url: str, *, max_event: int = MOST
    ) -> None:
        """
        Args:
            target: What was called.
            answer: The reply's head.
            attempt: The attempt that it answers.
            url: Where the request went, to be named where the stream is cut.
            max_event: Bytes of an event at most.

        Raises:
            DecodeError: It is compressed in a way that nothing here inflates.
        """
        kind = target.operation.chunk
        if kind is None:
            raise TypeError(f"{target.operation.name} has no stream")
        until = target.operation.until
        self.finished: bool = False
        """Whether the stream has said that it is finished."""
        self.received: int = 0
        """How many pieces have come."""
        self.payload: bytes = b""
        """The JSON of the piece that came last."""
        self._kind = kind
        self._end_events = target.operation.end_events
        self._end_member = None if until is None or until.encode() == _DONE else until
        self._model = target.name
        self._answer = answer
        self._attempt = attempt
        self._delivery = attempt.delivery(answer)
        self._heard = attempt.watch is not None or attempt.permit is not None
        self._url = url
        self._most = max_event
        self._decoder = EventDecoder(max_event)
        self._inflater = Inflater.of(answer) if "content-encoding" in answer.headers else None
        self._payloads: deque[bytes] = deque()
        """The events that have come and are not decoded: a piece that came before an error is handed out before it."""
        self._closed = False
        self._next: C | None = None
        self._given: C | None = None
        """The piece that came last."""
        self._given_at = attempt.sent
        self._decode = decoder_of(kind)
        self._telling = a_telling_member(kind)

    def feed(self, data: bytes) -> None:
        """Takes the next bytes, once `take` has nothing more; none: the end.

        Raises:
            DecodeError: An event goes over the bound, or the bytes cannot be inflated.
        """
        try:
            if not data:
                self._payloads.extend(self._decoder.close())
                self._closed = True
            elif self._inflater is None:
                self._payloads.extend(self._decoder.feed(data))
            else:
                for part in self._inflater.feed(data):
                    self._payloads.extend(self._decoder.feed(part))
        except EventTooLong:
            failure = too_long(self._answer, "an event of the stream", self._most, "max_event_bytes")
        except DecodeError as error:
            failure = without_traces(error)
        else:
            return
        # A traceback shows locals, and what came may hold secrets.
        data = part = b""
        raise failure

    def ready(self) -> bool:
        """Whether `take` needs no more bytes: there is a piece, or the stream is finished. Raises as `take`."""
        if self._next is None:
            self._next = self.take()
        return self._next is not None or self.finished

    @property
    def meta(self) -> Meta | None:
        """Of the last piece."""
        return None if self._given is None else self._given.meta

    def take(self) -> C | None:
        """The next piece. None: it needs more bytes, or is finished.

        Raises:
            ApiError: An event holds an error.
            DecodeError: An event holds something else than a JSON object.
            StreamCut: The bytes ended before the stream had said that it was finished.
        """
        piece = self._next
        if piece is not None:
            self._next = None
            return piece
        if not self._payloads or self.finished:
            return self._untraced()
        payload = self._payloads[0]
        # Almost every piece is as documented: this is all that happens to it.
        if type(payload) is bytes and b'"error' not in payload:
            try:
                piece = self._decode(payload)
            except (ValueError, RecursionError):
                piece = None  # No JSON, or none as documented: told below.
            if piece is not None and self._telling(piece):
                self._payloads.popleft()
                return self._noted(piece, payload)
        # A traceback shows locals, and what came may hold secrets.
        payload, piece = b"", None
        return self._untraced()

    def _untraced(self) -> C | None:
        """`_decoded`, whose errors come without its frames: those hold what came, before it was masked."""
        try:
            return self._decoded()
        except QianfanError as error:
            failure = without_traces(error)
        raise failure

    def _decoded(self) -> C | None:
        """The piece of any payload. None: there is none, or the stream is finished."""
        if self.finished:
            return None
        if not self._payloads:
            if self._closed:
                raise self._cut()
            return None
        payload = self._payloads.popleft()
        if payload.strip() == _DONE:
            if self._end_events:
                raise self._cut()
            self.finished = True
            return None
        event = payload.event if isinstance(payload, NamedPayload) else None
        try:
            piece = read_piece(self._kind, self._answer, payload, self._model, event)
        except DecodeError as error:
            if self._closed:
                raise self._cut() from error
            raise
        if event is not None:
            name_event(piece, event)
            self.finished = event in self._end_events
        return self._noted(piece, payload)

    def _noted(self, piece: C, payload: bytes) -> C:
        """A piece with its bytes and the way that it came."""
        now, before = self._attempt.tick(), self._given_at
        self._given, self._given_at, self.payload = piece, now, payload
        if not self.received:
            self._delivery.first_token = now - before
        self.received += 1
        if self._end_member is not None and getattr(piece, self._end_member):
            self.finished = True
        comes_of(piece, payload, self._delivery, now - before, now - self._attempt.called)
        if self._heard:
            self._tell(piece)
        return piece

    def _tell(self, piece: C) -> None:
        if self._attempt.watch is not None:
            self._attempt.watch.piece(piece)
        if self._attempt.permit is not None:
            self._attempt.permit.uses(used_tokens(piece))

    def failed(self, error: BaseException) -> Waiting:
        """Reading the stream came to an error. It learns which call it is of, hooks hear of it."""
        if isinstance(error, SentError):
            self._attempt.blame(error, self._answer)
        self.leave()
        watch = self._attempt.watch
        if watch is None:
            return ()
        if isinstance(error, SentError):
            return watch.failed(error)
        watch.interrupted(error)
        return ()

    def ended(self) -> Waiting:
        """The stream was read to its end, or was closed. Hooks hear of it."""
        self.leave()
        watch = self._attempt.watch
        return () if watch is None else watch.closed(complete=self.finished)

    def leave(self) -> None:
        """Nothing more is read: under limits, the call has ended."""
        if self._attempt.permit is not None:
            self._attempt.permit.end()

    def _cut(self) -> StreamCut:
        end = f"a piece with {self._end_member}" if self._end_member else _DONE.decode()
        if self._end_events:
            end = f"the event {' or '.join(self._end_events)}"
        message = f"the stream ended after {self.received} pieces, before {end}"
        return StreamCut(message=message, url=self._url, received=self.received)
