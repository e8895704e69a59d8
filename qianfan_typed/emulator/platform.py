"""State of an emulated platform: keys, planned failures, the record of requests, and its counters."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

import attrs
import msgspec.json

from qianfan_typed.emulator import text
from qianfan_typed.emulator.auth import Guard, Keys
from qianfan_typed.emulator.planned_failures import PlannedFailures

KEPT = 10000
"""How many requests are remembered."""


@attrs.frozen(kw_only=True)
class Recorded:
    """A request as it came."""

    method: str
    path: str
    """Decoded, without the query."""
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> object:
        """The body, read as JSON. Raises msgspec.DecodeError."""
        return msgspec.json.decode(self.body)


@attrs.frozen(kw_only=True)
class Limits:
    """How much the platform takes, of all models together. The rate-limit headers say it."""

    requests: int = 3000
    """A minute."""
    tokens: int = 300000
    """A minute."""
    enforced: bool = False
    """Whether what goes over is refused with 429."""
    seconds: float = 60.0
    """How long the minute is."""


@attrs.define(kw_only=True)
class Platform:
    """What all requests share. Thread-safe."""

    keys: Keys
    latency: float
    """Seconds."""
    clock: Callable[[], float] = time.time
    """Gives `created`, in seconds since the epoch."""
    limits: Limits = attrs.field(factory=Limits)
    failures: PlannedFailures = attrs.field(init=False, factory=PlannedFailures)
    guard: Guard = attrs.field(init=False)
    _usual_latency: float = attrs.field(init=False, default=0.0)
    _recorded: deque[Recorded] = attrs.field(init=False, factory=lambda: deque[Recorded](maxlen=KEPT))
    _spent: deque[tuple[float, int]] = attrs.field(init=False, factory=deque[tuple[float, int]])
    _replies: int = attrs.field(init=False, default=0)
    _lock: threading.Lock = attrs.field(init=False, factory=threading.Lock)

    def __attrs_post_init__(self) -> None:
        self._usual_latency = self.latency
        self.guard = Guard(self.keys)

    def record(self, request: Recorded) -> None:
        """Keeps a request."""
        with self._lock:
            self._recorded.append(request)

    def recorded(self) -> list[Recorded]:
        """The requests since the last reset, oldest first; the last `KEPT`."""
        with self._lock:
            return list(self._recorded)

    def next_id(self) -> str:
        """The id of the next reply."""
        with self._lock:
            self._replies += 1
            return text.identifier(self._replies)

    def spend(self, tokens: int) -> dict[str, str]:
        """Counts a request and its tokens; gives the rate-limit headers of its reply."""
        with self._lock:
            requests, total = self._used()
            self._spent.append((time.monotonic(), tokens))
        return {
            "X-Ratelimit-Limit-Requests": str(self.limits.requests),
            "X-Ratelimit-Limit-Tokens": str(self.limits.tokens),
            "X-Ratelimit-Remaining-Requests": str(max(self.limits.requests - requests - 1, 0)),
            "X-Ratelimit-Remaining-Tokens": str(max(self.limits.tokens - total - tokens, 0)),
        }

    def over(self) -> Literal["requests", "tokens"] | None:
        """What leaves no room for one more request. None: there is room."""
        if not self.limits.enforced:
            return None
        with self._lock:
            requests, tokens = self._used()
        if requests >= self.limits.requests:
            return "requests"
        return "tokens" if tokens >= self.limits.tokens else None

    def _used(self) -> tuple[int, int]:
        """Requests and tokens of the last minute."""
        since = time.monotonic() - self.limits.seconds
        while self._spent and self._spent[0][0] < since:
            self._spent.popleft()
        return len(self._spent), sum(count for _, count in self._spent)

    def reset(self) -> None:
        """Forgets requests, planned failures and tokens; ids start anew."""
        with self._lock:
            self._recorded.clear()
            self._spent.clear()
            self._replies = 0
        self.failures = PlannedFailures()
        self.latency = self._usual_latency
        self.guard.clear()
