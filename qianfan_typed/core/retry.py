"""Retries: whether a request is sent again, and after how long. Pure: the runners wait."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import attrs

from qianfan_api.retry import Retry
from qianfan_typed.errors import ApiError, ConnectionLost, QianfanError, TransportError

if TYPE_CHECKING:
    from qianfan_typed.config import Settings

_RETRY, _SUCCESS = 10, 1
"""What a retry costs, and what a call that succeeds gives back: over time, a retry to ten calls, as gRPC has it."""


class RetryBudget:
    """The retries that the calls of a client may still make, so that an outage is not multiplied.

    It needs no lock, which a forked child could find held for ever: a race loses a part of one retry.
    """

    __slots__ = ("_left", "_size")

    def __init__(self, size: float = 100.0) -> None:
        self._left = self._size = int(size * _RETRY)

    @property
    def left(self) -> float:
        """How many retries are left."""
        return self._left / _RETRY

    def take(self) -> bool:
        """Takes a retry. False: none is left."""
        if self._left < _RETRY:
            return False
        self._left -= _RETRY
        return True

    def succeeded(self) -> None:
        """A call succeeded."""
        if self._left < self._size:
            self._left += _SUCCESS


@attrs.frozen
class Verdict:
    """What becomes of a call after an attempt that failed."""

    wait: float | None = None
    """Seconds before the next attempt. None: there is none."""
    reason: str | None = None
    """Why there is none, where the error alone would allow one."""
    free: bool = False
    """Whether the next one costs no attempt."""


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """Exponential backoff with jitter; what the platform asks for comes first. `Retry` says what each part is."""

    attempts: int = 3
    backoff: float = 1.0
    jitter: float = 1.0
    max_wait: float = 120.0
    codes: frozenset[int | str] | None = None
    statuses: frozenset[int] | None = None
    unsent: bool = True
    lost: bool = False
    budget: RetryBudget | None = attrs.field(factory=RetryBudget)
    """None: calls are not bound by one."""
    random: Callable[[], float] = random.random
    """Gives numbers from 0 up to 1."""

    @classmethod
    def of(cls, settings: Settings) -> RetryPolicy:
        """The policy of a client, with a budget of its own."""
        given = settings.retry or Retry()
        found = cls(
            attempts=settings.max_attempts,
            backoff=settings.backoff_factor,
            jitter=settings.jitter,
            max_wait=settings.max_wait,
            budget=RetryBudget() if given.budget is None else _budget(given.budget),
        )
        return found.with_parts(attrs.evolve(given, budget=None))

    def with_parts(self, given: Retry) -> RetryPolicy:
        """The policy with the parts that are given in the place of its own; the budget stays the client's."""
        parts = {name: value for name in _PARTS if (value := getattr(given, name)) is not None}
        if given.budget is not None:
            parts["budget"] = _budget(given.budget)
        return attrs.evolve(self, **parts) if parts else self

    def after(self, error: QianfanError, attempt: int) -> Verdict:
        """What becomes of the call.

        Args:
            error: What the attempt came to.
            attempt: Which one it was, from 1.
        """
        if isinstance(error, ConnectionLost) and error.kept:
            return Verdict(wait=0.0, free=True)
        if not self.may_succeed_later(error):
            return Verdict()
        if attempt >= self.attempts:
            return Verdict()
        asked = error.retry_after if isinstance(error, ApiError) else None
        if asked is not None and asked > self.max_wait:
            return Verdict(reason=f"the platform asks to wait {asked:,.0f} s, and max_wait is {self.max_wait:,.0f} s")
        if self.budget is not None and not self.budget.take():
            return Verdict(reason="too many calls of this client failed of late: its budget of retries is used up")
        longest = min(self.max_wait, self.backoff * 2.0 ** min(attempt - 1, 60))
        if asked:
            return Verdict(wait=asked + longest * self.jitter * self.random())
        # No wait is asked for; or "none", or one that is over, by a server that every client will come back to at once.
        return Verdict(wait=longest * (1 - self.jitter * self.random()))

    def may_succeed_later(self, error: QianfanError) -> bool:
        """Whether the same request, sent again, may succeed, and costs nothing twice unless it was asked for."""
        if isinstance(error, TransportError):
            if error.retryable:
                return self.unsent
            return self.lost and isinstance(error, ConnectionLost) and error.unanswered
        if not isinstance(error, ApiError):
            return False
        if self.codes is not None and error.code in self.codes:
            return True
        if error.meaning is not None:  # a code that the documentation lists
            return self.codes is None and error.retryable
        return error.retryable if self.statuses is None else error.status in self.statuses

    def succeeded(self) -> None:
        """A call succeeded: the budget grows."""
        if self.budget is not None:
            self.budget.succeeded()


_PARTS = tuple(field.name for field in attrs.fields(Retry) if field.name != "budget")


def _budget(size: float) -> RetryBudget | None:
    return None if size == float("inf") else RetryBudget(size)


_SECONDS = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]*)?|[+-]?\.[0-9]+", re.ASCII)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number of them, or a date. None: nothing that can be read.

    What is negative or past is 0: the wait is over.

    Args:
        value: The header.
        now: Seconds since the epoch: the platform's `Date`, else ours.
    """
    value = (value or "").strip()
    if _SECONDS.fullmatch(value):
        return max(0.0, float(value))
    moment = http_date(value)
    return None if moment is None else max(0.0, moment - now)


def http_date(value: str | None) -> float | None:
    """A date of a header, in seconds since the epoch. None: it is none."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
