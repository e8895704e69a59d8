"""Many calls at once: items handed out one at a time, to tasks or to threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

T = TypeVar("T")


class Intake(Iterator[T]):
    """Items in their order, each handed out once. Threads may share it."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items: Iterator[T] = iter(items)
        self._lock = threading.Lock()
        self._closed = False

    def __next__(self) -> T:
        with self._lock:
            if self._closed:
                raise StopIteration
            try:
                return next(self._items)
            except StopIteration:
                raise
            except BaseException:
                # A generator that failed in one worker would look like one that has ended to the others.
                self._closed = True
                raise

    @property
    def closed(self) -> bool:
        """Whether it was closed, and does not only have no more items."""
        return self._closed

    def close(self) -> None:
        """Hands out nothing more."""
        self._closed = True


async def work_in_tasks(intake: Intake[T], work: Callable[[T], Awaitable[object]], workers: int) -> None:
    """Does the work on each item, so many at once. The first failure ends it all, as cancelling does.

    Args:
        intake: The items. Closed before they are all taken, what is under way is finished.
        work: Raises only what is to end it all.
        workers: How many at once.
    """

    async def worker() -> None:
        for item in intake:
            await work(item)

    tasks = [asyncio.ensure_future(worker()) for _ in range(workers)]
    try:
        await asyncio.gather(*tasks)
    finally:
        intake.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class WorkingThreads(Generic[T]):
    """The same on threads. They begin at once."""

    def __init__(self, intake: Intake[T], work: Callable[[T], object], workers: int) -> None:
        self._intake = intake
        self._work = work
        self._ends: list[Future[None]] = [Future() for _ in range(workers)]
        for at, end in enumerate(self._ends):
            threading.Thread(target=self._run, args=(end,), name=f"qianfan-{at}").start()

    def _run(self, end: Future[None]) -> None:
        try:
            for item in self._intake:
                self._work(item)
        except BaseException as error:
            self._intake.close()
            end.set_exception(error)
        else:
            end.set_result(None)

    def join(self) -> None:
        """Waits for the end. Raises the first failure. Interrupted, it waits for what is under way, and no more."""
        try:
            # Not `Thread.join`: once interrupted, Python up to 3.12 takes a thread that runs for one that has ended.
            wait(self._ends)
        finally:
            self._intake.close()
            wait(self._ends)
        for end in self._ends:
            end.result()
