"""Timing: when a call was made and sent, the `Meta` of what came back, and what is known of an attempt that failed."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from qianfan_api.reply import FailedAttempt, Meta, Reply, attach
from qianfan_typed.core.error_bodies import request_id
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import ApiError, DecodeError, SentError, note
from qianfan_typed.hooks.watch import Watch
from qianfan_typed.limits.permits import Permit


# Not frozen: every call makes one, and freezing it would cost as much again as making it.
@attrs.define(kw_only=True)
class Attempt:
    """One sending of a call."""

    number: int
    """Which one it is, from 1."""
    called: float
    """When the call was made, on the clock of latencies."""
    sent: float
    """When it was sent, on the same clock."""
    epoch: float
    """The same in seconds since the epoch."""
    tick: Callable[[], float]
    """The clock of latencies."""
    failed: tuple[FailedAttempt, ...] = ()
    """Those before it."""
    operation: str | None = None
    url: str | None = None
    """Where it goes, without its query."""
    watch: Watch | None = None
    """Who hears of the call. None: nobody."""
    permit: Permit | None = None
    """The call's under limits. None: it has none."""

    def attach(
        self, reply: Reply, raw: bytes, answer: Answer, latency: float, first_token: float | None = None
    ) -> Meta:
        """Gives a reply, or a piece of one, its bytes and the way that it came.

        Args:
            reply: What was decoded.
            raw: The JSON that it was decoded from.
            answer: The answer's head.
            latency: Seconds that it was waited for.
            first_token: Of a piece: seconds from sending to the first one.
        """
        meta = Meta(
            status=answer.status,
            headers=answer.headers,
            request_id=request_id(answer, getattr(reply, "id", None)),
            started=self.epoch,
            request_latency=latency,
            first_token_latency=first_token,
            total_latency=self.tick() - self.called,
            attempts=self.number,
            failed=self.failed,
            waited=0.0 if self.permit is None else self.permit.waited,
        )
        attach(reply, raw, meta)
        return meta

    def failure(self, error: SentError, wait: float | None = None) -> FailedAttempt:
        """The record of this attempt, which came to an error. `wait`: seconds until the next."""
        return FailedAttempt(
            number=self.number,
            started=self.epoch,
            error=type(error).__name__,
            code=error.code if isinstance(error, ApiError) else None,
            status=error.status if isinstance(error, (ApiError, DecodeError)) else None,
            request_id=error.request_id,
            wait=wait,
        )

    def blame(self, error: SentError, head: Answer | None = None) -> None:
        """Tells an error which call it is of, what came before it, and the id that the reply's head had."""
        if error.request_id is None and head is not None:
            note(error, request_id=request_id(head))
        note(error, operation=error.operation or self.operation, url=error.url or self.url)
        note(error, attempts=(*self.failed, self.failure(error)))
