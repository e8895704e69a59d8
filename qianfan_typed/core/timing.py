"""Timing: when a call was made and sent, the `Meta` of what came back, and what is known of an attempt that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from qianfan_api.reply import FailedAttempt, Meta, Reply, comes_of
from qianfan_typed.core.error_bodies import id_in, request_id
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import ApiError, DecodeError, SentError, note
from qianfan_typed.hooks.watch import Watch
from qianfan_typed.limits.permits import Permit


# Neither is frozen: every call makes one, and freezing it would cost as much again as making it.
@attrs.define(kw_only=True)
class Delivery:
    """How an answer came: what its reply, or all pieces of it, have in common. Nothing secret is in it."""

    status: int
    headers: Mapping[str, str]
    epoch: float
    attempts: int
    failed: tuple[FailedAttempt, ...]
    waited: float
    first_token: float | None = None
    """Of a stream: seconds from sending to the first piece."""

    def meta(self, reply: Reply, latency: float, total: float) -> Meta:
        """The meta of the reply, or of a piece: see `qianfan_api.reply.Origin`."""
        return Meta(
            status=self.status,
            headers=self.headers,
            request_id=id_in(self.headers, getattr(reply, "id", None)),
            started=self.epoch,
            request_latency=latency,
            first_token_latency=self.first_token,
            total_latency=total,
            attempts=self.attempts,
            failed=self.failed,
            waited=self.waited,
        )


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

    def delivery(self, answer: Answer) -> Delivery:
        """How an answer to it came."""
        return Delivery(
            status=answer.status,
            headers=answer.headers,
            epoch=self.epoch,
            attempts=self.number,
            failed=self.failed,
            waited=0.0 if self.permit is None else self.permit.waited,
        )

    def attach(self, reply: Reply, answer: Answer) -> None:
        """Gives a whole reply its bytes and the way that it came."""
        total = self.tick() - self.called
        comes_of(reply, answer.body, self.delivery(answer), answer.at - self.sent, total)

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
