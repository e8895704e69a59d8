"""Latencies of paced streams: from the server's write to the caller's hands, in milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

STREAMS = 200


def note(taken: list[float], written: str | None) -> None:
    """Notes a piece that has come: its text is the instant at which it was written."""
    if written:
        taken.append((time.monotonic_ns() - int(written)) / 1e6)


def of(stream: Callable[[list[float]], Awaitable[None]]) -> dict[str, float]:
    """Reads many streams at once; the median and the 99th of a hundred."""
    taken: list[float] = []

    async def all_streams() -> None:
        await asyncio.gather(*[stream(taken) for _ in range(STREAMS)])

    asyncio.run(all_streams())
    taken.sort()
    return {"p50": taken[len(taken) // 2], "p99": taken[len(taken) * 99 // 100]}
