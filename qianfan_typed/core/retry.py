"""Retries: whether a request is sent again, and after how long. Pure: the runners wait."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import attrs

from qianfan_typed.errors import ApiError, QianfanError, TransportError

if TYPE_CHECKING:
    from qianfan_typed.config import Settings


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """Exponential backoff with jitter; what the platform says of the wait comes first."""

    attempts: int = 3
    """How often a request is sent at most. 1: no retries."""
    backoff_factor: float = 1.0
    """Seconds before the first retry; each further one doubles them."""
    jitter: float = 1.0
    """The share of the wait that is left to chance: 1 from zero to the whole, 0 always the whole."""
    max_wait: float = 120.0
    """Seconds between two attempts at most. A platform that asks for more gets no retry: the caller should know."""
    random: Callable[[], float] = random.random
    """Gives numbers from 0 up to 1."""

    @classmethod
    def of(cls, settings: Settings) -> RetryPolicy:
        """The policy of a client."""
        return cls(
            attempts=settings.max_attempts,
            backoff_factor=settings.backoff_factor,
            jitter=settings.jitter,
            max_wait=settings.max_wait,
        )

    def wait(self, error: QianfanError, attempt: int) -> float | None:
        """Seconds to wait before the next attempt. None: do not try again.

        Args:
            error: What the attempt came to.
            attempt: Which one it was, from 1.
        """
        if attempt >= self.attempts or not may_succeed_later(error):
            return None
        if isinstance(error, ApiError) and error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.max_wait else None
        longest = min(self.max_wait, self.backoff_factor * 2.0 ** min(attempt - 1, 60))
        return longest * (1 - self.jitter * self.random())


def may_succeed_later(error: QianfanError) -> bool:
    """Whether the same request, sent again, may succeed and costs nothing twice."""
    return isinstance(error, (ApiError, TransportError)) and error.retryable


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number of them, or a date. None: nothing that can be read.

    Args:
        value: The header.
        now: Seconds since the epoch.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() - now
    # Not a number compares false with everything; endless is no answer either.
    return max(0.0, seconds) if seconds < float("inf") else None
