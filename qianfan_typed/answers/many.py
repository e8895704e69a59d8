"""Many calls at once: results in order, failures as values, and one back-off that all of them share."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sized
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from qianfan_api.answers import Progress
from qianfan_api.reply import Reply
from qianfan_api.retry import Retry
from qianfan_typed.errors import ApiError, Overloaded, QianfanError, RateLimited

R = TypeVar("R", bound=Reply)

OnProgress = Callable[[Progress], object]

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_ATTEMPTS = 3
"""How often a request is sent that the platform breaks over."""
_ONCE = Retry(codes=(), statuses=())
"""A refusal is not sent again by the call itself, but by all of them together. What broke still is."""


class Batch(Generic[R]):
    """The state that the calls of a batch share. It waits for nothing; threads hold `lock` around it."""

    def __init__(self, requests: Iterable[Mapping[str, Any]], patience: float, on_progress: OnProgress | None) -> None:
        self.lock: threading.Lock = threading.Lock()
        self.results: list[R | Exception | None] = []
        self._total = len(requests) if isinstance(requests, Sized) else None
        self._requests: Iterator[Mapping[str, Any]] = iter(requests)
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
        self.stopped: bool = False

    def take(self) -> tuple[int, dict[str, Any]] | None:
        """The next request and its place. None: there is none."""
        if self.stopped:
            return None
        request = next(self._requests, None)
        if request is None:
            return None
        self.results.append(None)
        return len(self.results) - 1, {"retry": _ONCE, **request}

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
        if self.stopped or now - self._good >= self._patience:
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
    batch: Batch[R] = Batch(requests, patience, on_progress)

    def work() -> None:
        try:
            while True:
                with batch.lock:
                    taken = batch.take()
                if taken is None:
                    return
                again = True
                while again:
                    while (pause := batch.pause()) > 0 and not batch.stopped:
                        time.sleep(min(pause, 0.5))
                    sent = time.monotonic()
                    result: R | Exception
                    try:
                        result = create(**taken[1])
                    except QianfanError as error:
                        result = error
                    with batch.lock:
                        again = batch.came(taken[0], result, sent)
        except BaseException:
            batch.stopped = True
            raise

    with ThreadPoolExecutor(max_workers=workers) as threads:
        futures = [threads.submit(work) for _ in range(workers)]
        try:
            for future in futures:
                future.result()
        except BaseException:
            batch.stopped = True
            raise
    return batch.all()


async def create_many_async(
    create: Callable[..., Coroutine[Any, Any, R]],
    requests: Iterable[Mapping[str, Any]],
    workers: int,
    patience: float,
    on_progress: OnProgress | None,
) -> list[R | Exception]:
    """Makes the calls in tasks."""
    _require(workers)
    batch: Batch[R] = Batch(requests, patience, on_progress)

    async def work() -> None:
        while (taken := batch.take()) is not None:
            again = True
            while again:
                while (pause := batch.pause()) > 0:
                    await asyncio.sleep(pause)
                sent = time.monotonic()
                result: R | Exception
                try:
                    result = await create(**taken[1])
                except QianfanError as error:
                    result = error
                again = batch.came(taken[0], result, sent)

    tasks = [asyncio.ensure_future(work()) for _ in range(workers)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return batch.all()


def _require(workers: int) -> None:
    if workers < 1:
        raise ValueError(f"workers: {workers}: must be at least 1")
