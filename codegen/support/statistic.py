"""Statistics of a call, as the official SDK has them: how long it took, and how fast the answer came."""

from __future__ import annotations

from typing import Any, TypedDict

import attrs

from qianfan_api.reply import Reply


class Statistic(TypedDict):
    """How long a call took."""

    request_latency: float
    """Seconds from sending to the reply; of a stream's piece, since the piece before it."""
    first_token_latency: float
    """Seconds from sending to the first piece of a stream. 0 where there is no stream."""
    total_latency: float
    """Seconds from the call to this reply or piece: limits, retries and decoding included."""
    start_timestamp: float
    """When the request was sent, in milliseconds since the epoch."""
    avg_output_tokens_per_second: float
    """Tokens of the answer so far, by `total_latency`. 0 where the platform has not told them (yet)."""


@attrs.frozen(kw_only=True)
class CompletionStatistic:
    """`Statistic`, as attributes, where replies are objects: `completion.statistic.total_latency`."""

    first_token_latency: float
    request_latency: float
    total_latency: float
    start_timestamp: float
    avg_output_tokens_per_second: float


def statistic_of(reply: Reply) -> Statistic:
    """How long a reply took, or a piece of a stream. Raises AttributeError where it did not come by a call."""
    meta = reply.meta
    total = meta.total_latency
    return {
        "request_latency": meta.request_latency,
        "first_token_latency": meta.first_token_latency or 0.0,
        "total_latency": total,
        "start_timestamp": meta.started * 1000,
        "avg_output_tokens_per_second": _answered(reply) / total if total else 0.0,
    }


def _answered(reply: Reply) -> int:
    """Tokens of the answer. Of a stream's pieces only the totals are dependable."""
    usage: Any = getattr(reply, "usage", None)
    if usage is None or not (isinstance(usage.total_tokens, int) and isinstance(usage.prompt_tokens, int)):
        return 0
    return max(0, usage.total_tokens - usage.prompt_tokens)
