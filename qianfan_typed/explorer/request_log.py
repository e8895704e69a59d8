"""Log of requests: what came in lately, what was answered, and how long it took. No header is kept, and no token."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Literal

import attrs

KEPT = 300
"""How many requests are remembered."""
MOST_BYTES = 1 << 20
"""Bytes of a body or a reply that are kept."""
_MOST_IN_ALL = 32 << 20
"""Bytes that all bodies and replies may have together: the oldest go."""

State = Literal["open", "done", "lost"]
"""open: it is being answered. done: its reply is whole. lost: the connection broke before."""


@attrs.define(eq=False)
class LoggedRequest:
    """A request and what came of it. Its server's thread writes it; readers see it as far as it is."""

    number: int
    """From 1."""
    at: float
    """When it came, in seconds since the epoch."""
    method: str
    path: str
    """Percent-encoded, without the query: that may hold a token."""
    from_page: bool = False
    """Whether the page itself sent it."""
    revision: int = 0
    """Grows with each change of any request: what is newer than the last that was seen is new."""
    state: State = "open"
    status: int | None = None
    first: float | None = None
    """Milliseconds until the first piece of the reply."""
    took: float | None = None
    """Milliseconds until its end."""
    pieces: int = 0
    media_type: str = ""
    body: bytes = b""
    size: int = 0
    """Bytes of the whole body; `body` may be cut."""
    reply: bytes = b""
    reply_size: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether the body is longer than what is kept of it."""
        return self.size > len(self.body)


class RequestLog:
    """The last requests. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[LoggedRequest] = deque(maxlen=KEPT)
        self._number = 0
        self._revision = 0
        self._born = time.time_ns()

    @property
    def id(self) -> str:
        """Changes when the log is emptied: numbers start anew."""
        return str(self._born)

    def begin(self, method: str, path: str, *, from_page: bool = False) -> LoggedRequest:
        """Notes a request that came."""
        with self._lock:
            self._number += 1
            self._revision += 1
            made = LoggedRequest(self._number, time.time(), method, path, from_page, self._revision)
            self._requests.append(made)
        return made

    def changed(self, request: LoggedRequest) -> None:
        """Notes that more is known of a request."""
        with self._lock:
            self._revision += 1
            request.revision = self._revision
            left = _MOST_IN_ALL
            for one in reversed(self._requests):
                left -= len(one.body) + len(one.reply)
                if left < 0:
                    one.body = one.reply = b""

    def since(self, revision: int) -> tuple[list[LoggedRequest], int]:
        """What is newer than a revision, oldest first, and the newest revision."""
        with self._lock:
            return [one for one in self._requests if one.revision > revision], self._revision

    def get(self, number: int) -> LoggedRequest | None:
        """A request by its number. None: it is too old."""
        with self._lock:
            return next((one for one in self._requests if one.number == number), None)

    def clear(self) -> None:
        """Forgets all of it."""
        with self._lock:
            self._requests.clear()
            self._number = self._revision = 0
            self._born = time.time_ns()
