"""Many calls at once: results in order, failures as values, and one back-off that all of them share."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sized
from typing import Any, Generic, TypeVar

from qianfan_api.answers import Progress
from qianfan_api.reply import Reply
from qianfan_api.retry import Retry
from qianfan_typed.errors import ApiError, Overloaded, QianfanError, RateLimited
from qianfan_typed.many import Intake, WorkingThreads, work_in_tasks

R = TypeVar("R", bound=Reply)

OnProgress = Callable[[Progress], object]

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_ATTEMPTS = 3
"""How often a request is sent that the platform breaks over."""
_ONCE = Retry(codes=(), statuses=())
"""A refusal is not sent again by the call itself, but by all of them together. What broke still is."""


class SharedState(Generic[R]):
    """What calls at once share: their results, and how long all of them wait. Threads hold `lock` around it."""

    def __init__(self, requests: Iterable[Mapping[str, Any]], patience: float, on_progress: OnProgress | None) -> None:
        self.lock: threading.Lock = threading.Lock()
        self.results: list[R | Exception | None] = []
        self._total = len(requests) if isinstance(requests, Sized) else None
        self.intake: Intake[tuple[int, dict[str, Any]]] = Intake(self._places(requests))
        """The requests, with their places."""
        self._patience = patience
        self._on_progress = on_progress
        self._until = 0.0
        """When the next call may be sent, on the monotonic clock."""
        self._wait = 0.0
        self._good = time.monotonic()
        """When a call last succeeded."""
        self._done = self._failed = self._refused = 0
        self._broken: Counter[int] = Counter()
        """Place → how often the platform broke over it."""

    def _places(self, requests: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
        for place, request in enumerate(requests):
            self.results.append(None)
            yield place, {"retry": _ONCE, **request}

    def pause(self) -> float:
        """Seconds to wait before a call is sent."""
        return max(self._until - time.monotonic(), 0.0)

    def came(self, place: int, result: R | Exception, sent: float) -> bool:
        """Notes what a call came to. Whether it is to be sent again.

        Args:
            place: The request's.
            result: Its reply or its error.
            sent: When it was sent, on the monotonic clock.
        """
        now = time.monotonic()
        if isinstance(result, ApiError) and self._may_try_again(place, result, now):
            self._back_off(result, sent, now)
            return True
        if not isinstance(result, Exception):
            self._good, self._wait = now, 0.0 if sent >= self._until else self._wait
        self.results[place] = result
        self._done += 1
        self._failed += isinstance(result, Exception)
        if self._on_progress is not None:
            wait, total = self.pause(), self._total
            self._on_progress(
                Progress(done=self._done, failed=self._failed, total=total, refused=self._refused, wait=wait)
            )
        return False

    def _may_try_again(self, place: int, error: ApiError, now: float) -> bool:
        if self.intake.closed or now - self._good >= self._patience:
            return False
        if isinstance(error, RateLimited | Overloaded):
            return True
        self._broken[place] += 1
        return error.retryable and self._broken[place] < _ATTEMPTS

    def _back_off(self, refusal: ApiError, sent: float, now: float) -> None:
        self._refused += 1
        if sent >= self._until:
            # Those that were under way when it began say nothing of whether the wait was long enough.
            self._wait = min(max(self._wait * 2, _FIRST_WAIT), _LONGEST_WAIT)
            self._until = now + self._wait
        if refusal.retry_after is not None:
            self._until = max(self._until, now + refusal.retry_after)

    def all(self) -> list[R | Exception]:
        """What all calls came to."""
        return [one for one in self.results if one is not None]


def create_many(
    create: Callable[..., R],
    requests: Iterable[Mapping[str, Any]],
    workers: int,
    patience: float,
    on_progress: OnProgress | None,
) -> list[R | Exception]:
    """Makes the calls in threads."""
    _require(workers)
    shared: SharedState[R] = SharedState(requests, patience, on_progress)

    def work(taken: tuple[int, dict[str, Any]]) -> None:
        place, request = taken
        again = True
        while again:
            while (pause := shared.pause()) > 0 and not shared.intake.closed:
                time.sleep(min(pause, 0.5))
            sent = time.monotonic()
            result: R | Exception
            try:
                result = create(**request)
            except QianfanError as error:
                result = error
            with shared.lock:
                again = shared.came(place, result, sent)

    WorkingThreads(shared.intake, work, workers).join()
    return shared.all()


async def create_many_async(
    create: Callable[..., Coroutine[Any, Any, R]],
    requests: Iterable[Mapping[str, Any]],
    workers: int,
    patience: float,
    on_progress: OnProgress | None,
) -> list[R | Exception]:
    """Makes the calls in tasks."""
    _require(workers)
    shared: SharedState[R] = SharedState(requests, patience, on_progress)

    async def work(taken: tuple[int, dict[str, Any]]) -> None:
        place, request = taken
        again = True
        while again:
            while (pause := shared.pause()) > 0:
                await asyncio.sleep(pause)
            sent = time.monotonic()
            result: R | Exception
            try:
                result = await create(**request)
            except QianfanError as error:
                result = error
            again = shared.came(place, result, sent)

    await work_in_tasks(shared.intake, work, workers)
    return shared.all()


def _require(workers: int) -> None:
    if workers < 1:
        raise ValueError(f"workers: {workers}: must be at least 1")
