"""Log of requests: what came in lately, what was answered, and how long it took. No header is kept, and no token."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Literal, Protocol

import attrs

KEPT = 300
"""How many requests are remembered."""
MOST_BYTES = 1 << 20
"""Bytes of a body or a reply that are kept."""
_MOST_IN_ALL = 32 << 20
"""Bytes that all bodies and replies may have together: the oldest go."""
_LONGEST_PATH = 2000
"""Characters of a path that are kept: whoever has no key can send one of 64 KiB too."""

State = Literal["open", "done", "lost"]
"""open: it is being answered. done: its reply is whole. lost: the connection broke before."""


class Notes(Protocol):
    """What a server knows of a request that its log does not read out of bodies."""

    @property
    def model(self) -> str:
        """The model that was asked for. Empty: none, or it is not known yet."""
        ...

    @property
    def target(self) -> str:
        """Who answers: `v2.chat ernie-4.5-turbo-128k`."""
        ...

    @property
    def verdict(self) -> str:
        """What there is to say of it."""
        ...

    @property
    def tokens(self) -> int | None:
        """Tokens of question and answer."""
        ...


class Kept:
    """The beginning of what passes in pieces, and how long all of it is."""

    def __init__(self) -> None:
        self.size: int = 0
        """Bytes of all of it."""
        self.kept: int = 0
        """Bytes that are kept."""
        self._pieces: list[bytes] = []

    def add(self, piece: bytes, *, keep: bool) -> None:
        """Notes a piece."""
        self.size += len(piece)
        if keep and self.kept < MOST_BYTES:
            piece = piece[: MOST_BYTES - self.kept]
            self._pieces.append(piece)
            self.kept += len(piece)

    def forget(self) -> None:
        """Keeps nothing of it any more."""
        self._pieces, self.kept = [], 0

    @property
    def is_cut(self) -> bool:
        """Whether it is longer than what is kept."""
        return self.size > self.kept

    @property
    def data(self) -> bytes:
        """What is kept."""
        return b"".join(self._pieces)


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
    sent: Kept = attrs.field(factory=Kept)
    """The body."""
    answered: Kept = attrs.field(factory=Kept)
    """The reply."""
    notes: Notes | None = None
    """What the server notes of it."""
    remembered: bool = True
    counted: int = 0
    """Bytes of both that the log has counted."""


class RequestLog:
    """The last requests. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[LoggedRequest] = deque()
        self._bytes = 0
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
            made = LoggedRequest(self._number, time.time(), method, path[:_LONGEST_PATH], from_page, self._revision)
            self._requests.append(made)
            if len(self._requests) > KEPT:
                gone = self._requests.popleft()
                gone.remembered = False
                self._bytes -= gone.counted
        return made

    def changed(self, request: LoggedRequest) -> None:
        """Notes that more is known of a request."""
        with self._lock:
            self._revision += 1
            request.revision = self._revision
            if request.remembered:
                self._count(request)
                self._leave_out()

    def _count(self, request: LoggedRequest) -> None:
        size = request.sent.kept + request.answered.kept
        self._bytes += size - request.counted
        request.counted = size

    def _leave_out(self) -> None:
        """Forgets bodies and replies of the oldest, until the others have room."""
        for one in self._requests:
            if self._bytes <= _MOST_IN_ALL:
                return
            one.sent.forget()
            one.answered.forget()
            self._count(one)

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
            for one in self._requests:
                one.remembered = False
            self._requests.clear()
            self._number = self._revision = self._bytes = 0
            self._born = time.time_ns()
