"""Failures on demand: what goes wrong next, and how often."""

from __future__ import annotations

import threading
from collections import deque
from typing import Literal

import attrs

from qianfan_typed.emulator.refusals import Refused

Where = Literal["model", "token", "any"]
"""Which requests a failure waits for: calls of models, requests for tokens, or whatever comes."""


@attrs.frozen(kw_only=True)
class Failure:
    """The next request fails: with a platform code, with an HTTP status, or by a lost connection."""

    code: int | str | None = None
    status: int | None = None
    retry_after: float | None = None
    message: str = ""
    body: bytes | None = None
    drop: bool = False
    where: Where = "model"


@attrs.frozen(kw_only=True)
class StreamFailure:
    """The next stream goes wrong after some chunks: an error comes, the body ends, or the connection is lost."""

    after: int
    refusal: Refused | None = None
    spread: bool = False
    """V1: the error's JSON takes several lines."""
    abrupt: bool = False
    """Whether the connection is lost. Otherwise the body ends as a whole one does."""


@attrs.define
class PlannedFailures:
    """What is waiting, in the order they were asked for. Thread-safe."""

    latency: float = 0.0
    """Seconds before a reply, and between the chunks of a stream."""
    _failures: list[Failure] = attrs.field(factory=list[Failure])
    _streams: deque[StreamFailure] = attrs.field(factory=deque[StreamFailure])
    _texts: deque[str] = attrs.field(factory=deque[str])
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def add(self, failure: Failure, times: int) -> None:
        """Lets the next `times` requests fail."""
        with self._lock:
            self._failures.extend([failure] * times)

    def add_to_stream(self, failure: StreamFailure, times: int) -> None:
        """Lets the next `times` streams go wrong."""
        with self._lock:
            self._streams.extend([failure] * times)

    def add_text(self, text: str, times: int) -> None:
        """Lets the next `times` answers have this text."""
        with self._lock:
            self._texts.extend([text] * times)

    def take(self, where: Where) -> Failure | None:
        """The failure that this request meets."""
        with self._lock:
            for at, failure in enumerate(self._failures):
                if failure.where in (where, "any"):
                    return self._failures.pop(at)
        return None

    def take_for_stream(self) -> StreamFailure | None:
        """The failure that this stream meets."""
        with self._lock:
            return self._streams.popleft() if self._streams else None

    def take_text(self) -> str | None:
        """The text that this answer must have."""
        with self._lock:
            return self._texts.popleft() if self._texts else None

    def clear(self, latency: float) -> None:
        """Forgets them all."""
        with self._lock:
            self._failures.clear()
            self._streams.clear()
            self._texts.clear()
            self.latency = latency
