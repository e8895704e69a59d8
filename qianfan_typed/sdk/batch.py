"""Batches: what their items look like, and those that are awaited, as tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar, cast

from qianfan_api.batch_futures import MOST_WORKERS, require_workers

T = TypeVar("T")


async def gathered(calls: Sequence[Callable[[], Awaitable[T]]], worker_num: int | None) -> list[T | Exception]:
    """What every call came to, in the order of the input: its reply, or the exception that it raised."""
    require_workers(worker_num)
    slots = asyncio.Semaphore(worker_num or min(max(len(calls), 1), MOST_WORKERS))

    async def one(call: Callable[[], Awaitable[T]]) -> T | Exception:
        async with slots:
            try:
                return await call()
            except Exception as error:
                return error

    return await asyncio.gather(*(one(call) for call in calls))


def require_items(owner: str, items: object, subjects: Sequence[str]) -> None:
    """Raises TypeError where the items of a batch are no list, or one is not of the form that a call takes."""
    if not isinstance(items, (list, tuple)):
        raise TypeError(f"{owner}: {subjects[0]}_list: must be a list, not {type(items).__name__}")
    if len(subjects) == 1:
        return
    for index, item in enumerate(cast("Sequence[object]", items)):
        if not isinstance(item, (list, tuple)) or len(cast("Sequence[object]", item)) != len(subjects):
            raise TypeError(f"{owner}: item {index}: {item!r} must be a tuple ({', '.join(subjects)})")
