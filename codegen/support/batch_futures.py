"""Batches of the documents' classes: a future for each of their calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_WORKERS = 1000
"""Calls at once where the caller does not say how many, as the guide has it."""


class BatchRequestFuture(Generic[T]):
    """The calls of a batch, under way. Iterating gives a future for each, in the order of the input.

    Examples:
        >>> task = Completion().batch_do(["你好", "很高兴认识你"], worker_num=10)
        >>> for future in task:
        ...     print(future.result()["result"])
    """

    def __init__(self, calls: Sequence[Callable[[], T]], worker_num: int | None = None) -> None:
        require_workers(worker_num)
        self._futures: list[Future[T]] = []
        if not calls:
            return
        executor = ThreadPoolExecutor(worker_num or min(len(calls), MOST_WORKERS), "qianfan-batch")
        self._futures = [executor.submit(call) for call in calls]
        # What was submitted still runs; the threads end with the last of it.
        executor.shutdown(wait=False)

    def wait(self) -> None:
        """Waits until every call has ended."""
        wait_for(self._futures)

    def results(self) -> list[T | Exception]:
        """What every call came to, in the order of the input: its reply, or the exception that it raised."""
        results: list[T | Exception] = []
        for future in self._futures:
            try:
                results.append(future.result())
            except Exception as error:
                results.append(error)
        return results

    def finished_count(self) -> int:
        """How many calls have ended, well or not."""
        return sum(future.done() for future in self._futures)

    def total_count(self) -> int:
        """How many calls there are."""
        return len(self._futures)

    task_count = total_count

    def __iter__(self) -> Iterator[Future[T]]:
        return iter(self._futures)

    def __len__(self) -> int:
        return len(self._futures)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.finished_count()}/{self.total_count()}>"


def require_workers(worker_num: int | None) -> None:
    """Raises ValueError where there are no workers."""
    if worker_num is not None and worker_num < 1:
        raise ValueError(f"worker_num: {worker_num} must be at least 1")
