"""Prices as the platform lists them, for 1,000 tokens, and as the spec has them, for a million."""

from __future__ import annotations

from typing import Any

import attrs

_PRICES = ("price", "unit_price", "value")
_BOUNDS = ("max_prompt_tokens", "max_tokens", "max")
"""No page says which members a tier has: these are understood, anything else is told and left alone."""


@attrs.frozen(kw_only=True)
class Price:
    """Yuan for a million tokens."""

    input: float
    output: float
    tokens: int | None = None
    """Tokens of input above which others hold. None: the same for every request."""
    above: tuple[float, float] | None = None
    """Those: of input, of output."""

    def __str__(self) -> str:
        text = f"{self.input:g} in, {self.output:g} out"
        return text if self.above is None else f"{text}, above {self.tokens} {self.above[0]:g} and {self.above[1]:g}"


def priced(sent: object) -> Price | None:
    """The price of a model. None: none is listed, or in a form that is not understood."""
    if not isinstance(sent, dict):
        return None
    stated: dict[str, Any] = {**sent}
    tiers = [_tiers(stated.get(name)) for name in ("prompt", "completion")]
    if not all(tiers):
        return None
    (first, *more), (last, *rest) = tiers
    if not (more or rest):
        return Price(input=first[1], output=last[1])
    if len(more) != 1 or len(rest) != 1 or first[0] is None or first[0] != last[0]:
        return None
    return Price(input=first[1], output=last[1], tokens=first[0], above=(more[0][1], rest[0][1]))


Tier = tuple[int | None, float]
"""Tokens of input up to which it holds, and its price."""


def _tiers(sent: Any) -> list[Tier]:
    """A price, or the tiers of one, the lowest first. Empty: not understood."""
    if not isinstance(sent, list):
        one = _number(sent)
        return [] if one is None else [(None, one)]
    found: list[Tier] = []
    tiers: list[Any] = [*sent]
    for tier in tiers:
        stated: dict[str, Any] = {**tier} if isinstance(tier, dict) else {}
        price = next((one for name in _PRICES if (one := _number(stated.get(name))) is not None), None)
        bound: int | None = next((stated[name] for name in _BOUNDS if isinstance(stated.get(name), int)), None)
        if price is None:
            return []
        found.append((bound, price))
    return sorted(found, key=lambda tier: (tier[0] is None, tier[0] or 0))


def _number(sent: Any) -> float | None:
    """Yuan for a million; a price may be sent as a text."""
    try:
        price = float(sent) if isinstance(sent, str | int | float) and not isinstance(sent, bool) else None
    except ValueError:
        return None
    return None if price is None or not 0 < price < float("inf") else round(price * 1000, 6)
