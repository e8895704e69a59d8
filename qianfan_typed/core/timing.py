"""Timing: when a call was made and sent, and the `Meta` of what came back."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from qianfan_api.reply import Meta, Reply, attach
from qianfan_typed.core.error_bodies import request_id
from qianfan_typed.core.steps import Answer


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
        )
        attach(reply, raw, meta)
        return meta
