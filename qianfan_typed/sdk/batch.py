"""Batches: what their items look like, and the calls of one, in threads or as tasks. One's failure is its result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar, cast

from qianfan_api.batch_futures import BatchRequestFuture
from qianfan_typed.many import Intake, WorkingThreads, work_in_tasks

T = TypeVar("T")

_MOST_WORKERS = 1000
"""Calls at once where the caller does not say how many, as the guide has it."""


def begun(calls: Sequence[Callable[[], T]], worker_num: int | None) -> BatchRequestFuture[T]:
    """The calls, under way in threads."""
    workers = _workers(calls, worker_num)
    futures: list[Future[T]] = [Future() for _ in calls]
    # What was begun runs on, whoever waits: the threads end with the last of it.
    WorkingThreads(Intake(zip(calls, futures, strict=True)), _fulfil, workers)
    return BatchRequestFuture(futures)


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
    workers = _workers(calls, worker_num)
    results: dict[int, T | Exception] = {}

    async def one(item: tuple[int, Callable[[], Awaitable[T]]]) -> None:
        place, call = item
        try:
            results[place] = await call()
        except Exception as error:
            results[place] = error

    await work_in_tasks(Intake(enumerate(calls)), one, workers)
    return [results[place] for place in range(len(calls))]


def _workers(calls: Sequence[object], worker_num: int | None) -> int:
    """How many work at once. Raises ValueError where there would be none."""
    if worker_num is not None and worker_num < 1:
        raise ValueError(f"worker_num: {worker_num} must be at least 1")
    return min(len(calls), worker_num or _MOST_WORKERS)


def require_items(owner: str, items: object, subjects: Sequence[str]) -> None:
    """Raises TypeError where the items of a batch are no list, or one is not of the form that a call takes."""
    if not isinstance(items, (list, tuple)):
        raise TypeError(f"{owner}: {subjects[0]}_list: must be a list, not {type(items).__name__}")
    if len(subjects) == 1:
        return
    for index, item in enumerate(cast("Sequence[object]", items)):
        if not isinstance(item, (list, tuple)) or len(cast("Sequence[object]", item)) != len(subjects):
            raise TypeError(f"{owner}: item {index}: {item!r} must be a tuple ({', '.join(subjects)})")
