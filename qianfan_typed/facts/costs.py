"""Costs: what tokens come to by the prices of the catalogue."""

from __future__ import annotations

from qianfan_api.catalogue import Price


def cost(price: Price, *, read: int, written: int, cached: int = 0) -> float:
    """Yuan that a request cost.

    Args:
        price: The model's.
        read: Tokens of its input.
        written: Tokens of its output.
        cached: Those of the input that came from the cache.
    """
    cached = cached if price.cached is not None else 0
    long = price.above if price.above is not None and read > price.above.tokens else None
    input_, output = (price.input, price.output) if long is None else (long.input, long.output)
    return float(((read - cached) * input_ + cached * (price.cached or 0.0) + written * output) / 1_000_000)
