"""Failures on demand: what goes wrong next, and how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

import attrs

from qianfan_typed.emulator.planned_answers import PlannedAnswer
from qianfan_typed.emulator.refusals import Refused

T = TypeVar("T")
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
class Queue(Generic[T]):
    """What waits for its request, in the order it was asked for. Thread-safe."""

    _waiting: list[T] = attrs.field(factory=list[T])
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def add(self, one: T, times: int) -> None:
        """Lets the next `times` requests meet it."""
        with self._lock:
            self._waiting.extend([one] * times)

    def take(self, meets: Callable[[T], bool] = lambda one: True) -> T | None:
        """The first that a request meets."""
        with self._lock:
            at = next((at for at, one in enumerate(self._waiting) if meets(one)), None)
            return None if at is None else self._waiting.pop(at)


@attrs.frozen
class PlannedFailures:
    """All that is planned for the requests to come, answers and flags included."""

    requests: Queue[Failure] = attrs.field(factory=Queue[Failure])
    streams: Queue[StreamFailure] = attrs.field(factory=Queue[StreamFailure])
    answers: Queue[PlannedAnswer] = attrs.field(factory=Queue[PlannedAnswer])
    flags: Queue[int] = attrs.field(factory=Queue[int])
