"""Log of requests: the last of them, for the page at `/`. No content, no key."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import attrs

_KEPT = 500
_LONGEST = 200
"""Characters of what a caller wrote that are kept: a name of a model or of a field may be as long as a body."""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@attrs.define(kw_only=True)
class Served:
    """A request, and what became of it."""

    number: int
    """Which one it is since the start, from 1."""
    at: float
    """When it came, in seconds since the epoch."""
    method: str
    path: str = attrs.field(converter=_cut)
    model: str = attrs.field(default="", converter=_cut)
    """The model that was asked for."""
    target: str = attrs.field(default="", converter=_cut)
    """Who answered: `v2.chat ernie-4.5-turbo-128k`."""
    stream: bool = False
    status: int = 0
    """The HTTP status. 0: it is under way. 499: the client has gone."""
    verdict: str = attrs.field(default="", converter=_cut)
    """What there is to say of it: the field that was refused, what was dropped, the platform's code."""
    ms: float = 0.0
    """Milliseconds until the answer was whole."""
    tokens: int | None = None
    """Tokens of question and answer. None: the reply does not say."""
    request_id: str = ""
    """The platform's id."""


class RequestLog:
    """The last requests, the newest last."""

    def __init__(self, kept: int = _KEPT) -> None:
        """
        Args:
            kept: How many are remembered.
        """
        self._kept: deque[Served] = deque(maxlen=kept)
        self.count: int = 0
        """How many there have been."""
        self.hooks: list[Callable[[Served], None]] = []
        """Who hears of each request when it has ended."""

    def begin(self, method: str, path: str) -> Served:
        """Notes a request that has come."""
        self.count += 1
        served = Served(number=self.count, at=time.time(), method=method, path=path)
        self._kept.append(served)
        return served

    def end(self, served: Served) -> None:
        """Notes that a request has ended."""
        for hook in self.hooks:
            hook(served)

    def recent(self) -> list[Served]:
        """The last requests, the newest last."""
        return list(self._kept)
