"""Windows: how much went out in the last second or minute, and when there is room for more.

What goes out within a small part of the window is kept as one amount that leaves the window when the last of it does:
memory and work are bounded, whatever the limit, and in no window is there more than the limit.
"""

from __future__ import annotations

from collections import deque

import attrs

_PARTS = 64
"""Amounts that a window keeps at most, nearly: a burst leaves it up to 1/64 of its length late."""
_DELAY = 0.05
"""Seconds by which a request may reach the platform later than another that was sent with it."""


@attrs.define(eq=False)
class Amount:
    """What went out in a small part of a window."""

    first: float
    """When the first of it went out."""
    last: float
    size: int


class Window:
    """A limit on what goes out in any span of a certain length."""

    __slots__ = ("_amounts", "_foreign", "limit", "name", "period", "rate", "span", "used")

    def __init__(self, name: str, rate: float, span: float) -> None:
        """
        Args:
            name: The limit's name in `Limits`.
            rate: How much may go out.
            span: In how many seconds.
        """
        self.name: str = name
        self.rate: float = rate
        """As the limit was given."""
        self.limit: int = max(1, int(rate))
        self.span: float = span
        self.period: float = (span if rate >= 1 else span / rate) + _DELAY
        self.used: int = 0
        self._amounts: deque[Amount] = deque()
        self._foreign: tuple[int, float] = (0, 0.0)
        """What others used, and until when that counts."""

    def __len__(self) -> int:
        return len(self._amounts)

    def wait(self, now: float, size: int) -> float:
        """Seconds until there is room for so much. More than the limit goes out alone, at the least."""
        foreign, until = self._others(now)
        whole, rest = divmod(size - 1, self.limit) if size > 0 else (0, -1)
        over = self.used + foreign + rest + 1 - self.limit
        left = 0.0
        if over > 0:
            freed = 0
            for amount in self._amounts:
                freed += amount.size
                if freed >= over:
                    left = amount.last + self.period - now
                    break
            else:
                left = until - now if foreign else 0.0
        return left + whole * self.period

    def fits(self, now: float, size: int) -> float:
        """The same for one call: what is over the limit all by itself counts as the limit."""
        return self.wait(now, min(size, self.limit))

    def take(self, now: float, size: int) -> Amount:
        """So much goes out now. Gives the amount that it is part of."""
        self._forget(now)
        self.used += size
        if self._amounts and now - self._amounts[-1].first < self.period / _PARTS:
            amount = self._amounts[-1]
            amount.last = now
            amount.size += size
            return amount
        amount = Amount(now, now, size)
        self._amounts.append(amount)
        return amount

    def correct(self, now: float, amount: Amount, difference: int) -> None:
        """It was more, or less, than was taken."""
        self._forget(now)
        if amount.last + self.period > now:
            amount.size += difference
            self.used += difference

    def hear(self, now: float, left: int) -> None:
        """The platform says how much is left: what is missing beside our own, others have used."""
        self._forget(now)
        self._foreign = (max(0, self.limit - left - self.used), now + self.period)

    def counted(self, now: float) -> int:
        """What is used, by others too, as far as the platform said."""
        return self._others(now)[0] + self.used

    def _others(self, now: float) -> tuple[int, float]:
        """What others used, and until when that counts."""
        self._forget(now)
        if self._foreign[1] <= now:
            self._foreign = (0, 0.0)
        return self._foreign

    def _forget(self, now: float) -> None:
        amounts = self._amounts
        while amounts and amounts[0].last + self.period <= now:
            self.used -= amounts.popleft().size
