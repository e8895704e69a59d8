"""Batches of the documents' classes: a future for each of their calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from typing import Generic, TypeVar

T = TypeVar("T")


class BatchRequestFuture(Generic[T]):
    """The calls of a batch, under way. Iterating gives a future for each, in the order of the input.

    Examples:
        >>> task = Completion().batch_do(["你好", "很高兴认识你"], worker_num=10)
        >>> for future in task:
        ...     print(future.result()["result"])
    """

    def __init__(self, futures: Sequence[Future[T]]) -> None:
        self._futures = futures

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
