"""State of an emulated platform: keys, planned failures, the record of requests, and its counters."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Literal

import attrs
import msgspec.json

from qianfan_typed.emulator import text
from qianfan_typed.emulator.auth import Guard, Keys
from qianfan_typed.emulator.exchange import tokens_of
from qianfan_typed.emulator.lenient_json import Json
from qianfan_typed.emulator.planned_failures import PlannedFailures
from qianfan_typed.emulator.refusals import Dialect
from qianfan_typed.emulator.storage import Storage
from qianfan_typed.emulator.tasks import Tasks

KEPT = 10000
"""How many requests are remembered."""


@attrs.define(kw_only=True)
class Recorded:
    """A request as it came, and what became of it."""

    method: str
    path: str
    """Decoded, without the query."""
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    for_token: bool = False
    """Whether it asks for an access token or a bearer token."""
    status: int | None = None
    """The HTTP status of its reply. None: none has been sent."""
    client_left: bool = False
    """Whether the client closed the connection before the reply was whole. It is seen when the next chunk is due."""

    def json(self) -> dict[str, Any]:
        """The body, read as a JSON object. Raises msgspec.DecodeError."""
        return msgspec.json.decode(self.body, type=dict[str, Any])


@attrs.frozen(kw_only=True)
class Limits:
    """How much the platform takes, of all models together. The rate-limit headers say it."""

    requests: int = 3000
    """A minute."""
    tokens: int = 300000
    """A minute, on V1."""
    input_tokens: int = 300000
    """A minute, on V2."""
    output_tokens: int = 300000
    """A minute, on V2."""
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
    seed: int | None = None
    """Draws the forms of replies. None: the usual ones."""
    videos: Tasks[Json] = attrs.field(init=False, factory=Tasks[Json])
    """The requests for videos."""
    failures: PlannedFailures = attrs.field(init=False, factory=PlannedFailures)
    guard: Guard = attrs.field(init=False)
    storage: Storage = attrs.field(init=False, factory=Storage)
    _usual_latency: float = attrs.field(init=False, default=0.0)
    _recorded: deque[Recorded] = attrs.field(init=False, factory=lambda: deque[Recorded](maxlen=KEPT))
    _spent: deque[tuple[float, int, int]] = attrs.field(init=False, factory=deque[tuple[float, int, int]])
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

    def spend(self, dialect: Dialect, reply: object) -> dict[str, str]:
        """Counts a request and the tokens of its reply; gives the reply's rate-limit headers."""
        with self._lock:
            self._spent.append((time.monotonic(), *tokens_of(reply)))
            requests, read, written = self._used()
        spent = {"Requests": (self.limits.requests, requests)}
        if dialect == "v1":
            spent["Tokens"] = (self.limits.tokens, read + written)
        else:
            spent["Input-Tokens"] = (self.limits.input_tokens, read)
            spent["Output-Tokens"] = (self.limits.output_tokens, written)
        return {
            **{f"X-Ratelimit-Limit-{name}": str(limit) for name, (limit, _) in spent.items()},
            **{f"X-Ratelimit-Remaining-{name}": str(max(limit - used, 0)) for name, (limit, used) in spent.items()},
        }

    def over(self, dialect: Dialect) -> Literal["requests", "tokens"] | None:
        """What leaves no room for one more request. None: there is room."""
        limits = self.limits
        if not limits.enforced:
            return None
        with self._lock:
            requests, read, written = self._used()
        if requests >= limits.requests:
            return "requests"
        full = read >= limits.input_tokens or written >= limits.output_tokens
        return "tokens" if read + written >= limits.tokens or (dialect == "v2" and full) else None

    def _used(self) -> tuple[int, int, int]:
        """Requests, tokens read and tokens written of the last minute."""
        since = time.monotonic() - self.limits.seconds
        while self._spent and self._spent[0][0] < since:
            self._spent.popleft()
        return len(self._spent), sum(one[1] for one in self._spent), sum(one[2] for one in self._spent)

    def reset(self) -> None:
        """Forgets requests, planned failures, tokens, files, batches and responses; ids start anew."""
        with self._lock:
            self._recorded.clear()
            self._spent.clear()
            self._replies = 0
        self.failures = PlannedFailures()
        self.storage = Storage()
        self.videos.reset()
        self.latency = self._usual_latency
        self.guard.clear()
