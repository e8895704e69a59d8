"""Batches: many calls at once, on threads, with a future for each, or as tasks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from typing import Generic, TypeVar

from qianfan_typed.many import Intake, WorkingThreads, work_in_tasks

T = TypeVar("T")

_MOST_WORKERS = 1000
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
        self._futures: list[Future[T]] = [Future() for _ in calls]
        # What was begun runs on, whoever waits: the threads end with the last of it.
        WorkingThreads(Intake(zip(calls, self._futures, strict=True)), _fulfil, _workers(calls, worker_num))

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


def _fulfil(one: tuple[Callable[[], T], Future[T]]) -> None:
    call, future = one
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


async def gathered(calls: Sequence[Callable[[], Awaitable[T]]], worker_num: int | None) -> list[T | Exception]:
    """What every call came to, in the order of the input: its reply, or the exception that it raised."""
    require_workers(worker_num)
    results: dict[int, T | Exception] = {}

    async def one(item: tuple[int, Callable[[], Awaitable[T]]]) -> None:
        place, call = item
        try:
            results[place] = await call()
        except Exception as error:
            results[place] = error

    await work_in_tasks(Intake(enumerate(calls)), one, _workers(calls, worker_num))
    return [results[place] for place in range(len(calls))]


def _workers(calls: Sequence[object], worker_num: int | None) -> int:
    return min(len(calls), worker_num or _MOST_WORKERS)


def require_workers(worker_num: int | None) -> None:
    """Raises ValueError where there are no workers."""
    if worker_num is not None and worker_num < 1:
        raise ValueError(f"worker_num: {worker_num} must be at least 1")
