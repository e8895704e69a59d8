"""Pacing: how many calls a second may go out."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable


class Pacer:
    """Spreads calls evenly: each gets the next free slot (the generic cell rate algorithm without bursts).

    It says how long to wait and does not wait itself, so threads and tasks can share it.
    """

    def __init__(self, interval: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.interval = interval
        """Seconds between two calls."""
        self._clock = clock
        self._lock = threading.Lock()
        self._free = 0.0

    def delay(self) -> float:
        """Seconds until the slot that this call now has."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._free)
            self._free = slot + self.interval
            return slot - now


def interval(per_second: float | None, per_minute: float | None) -> float:
    """Seconds between two calls that keep to both limits. 0: there is none."""
    return max(1 / per_second if per_second else 0.0, 60 / per_minute if per_minute else 0.0)


@functools.lru_cache(maxsize=256)
def shared_pacer(interval: float, account: tuple[str, ...]) -> Pacer:
    """The pacer of all objects that call with the same keys."""
    return Pacer(interval)
