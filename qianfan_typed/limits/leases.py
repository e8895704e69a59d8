"""Leases: parts of a limit that one budget hands out to many processes, so that none has to ask for each call. No I/O.

Whoever has a lease may spend it for a short while. The budget counts it as spent when that while is over, at the latest
moment: its window is longer by a lease's life, so that in no window is there more than the limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import attrs

from qianfan_typed.limits.shared import Asked, Correction, Question
from qianfan_typed.limits.windows import Amount, Window

LIFE = 0.5
"""Seconds that a lease of a limit a minute is good for: 0.8 % of the window, which is what the limit loses by it."""
_SHARE = 20
"""Leases of shorter windows live for so small a part of them: at a limit a second, a twentieth of it goes unused."""
_MORE = 2
"""How many times as much is asked for when a lease was spent before its time."""


def life_of(period: float, life: float = LIFE) -> float:
    """Seconds that a lease is good for. `period`: those of the limit's window."""
    return min(life, period / _SHARE)


@attrs.frozen
class LeaseWish:
    """What a process would have of a limit."""

    key: str
    limit: int
    period: float
    """Seconds."""
    least: int
    """What the call takes that waits for it."""
    most: int
    """What it would spend within a lease's life."""


@attrs.frozen
class Lease:
    """What it gets."""

    number: int
    """By which corrections name it."""
    size: int
    """0: nothing now."""
    seconds: float
    """How long it may be spent; of nothing, when to ask again."""


class Budget:
    """What all processes may spend together."""

    def __init__(self, life: float = LIFE) -> None:
        """
        Args:
            life: Seconds that a lease is good for at the most.
        """
        self.life = life
        self._windows: dict[str, Window] = {}
        self._leased: dict[str, deque[tuple[int, Amount]]] = {}
        self._numbers = 0

    def lease(self, now: float, wishes: Sequence[LeaseWish], corrections: Sequence[Correction]) -> list[Lease]:
        """Hands out what there is, by the order of asking. Who asks gets at most half of what is left.

        Args:
            now: Seconds, by one clock.
            wishes: What is asked for.
            corrections: What calls took more, or less, than was leased for them; by the number of the lease.
        """
        for one in corrections:
            self._correct(now, one)
        return [self._lease(now, wish) for wish in wishes]

    def counted(self, now: float, key: str) -> int:
        """What of a limit is leased or spent."""
        window = self._windows.get(key)
        return 0 if window is None else window.counted(now)

    def _lease(self, now: float, wish: LeaseWish) -> Lease:
        life = life_of(wish.period, self.life)
        window = self._windows.get(wish.key)
        if window is None or window.limit != wish.limit:
            window = self._windows[wish.key] = Window(wish.key, wish.limit, wish.period)
            window.period = wish.period + life
            self._leased[wish.key] = deque()
        least = min(wish.least, window.limit)
        wait = window.fits(now, least)
        if wait > 0:
            return Lease(0, 0, max(wait, life))
        left = window.limit - window.counted(now)
        size = max(wish.least, min(wish.most, left // 2))
        self._numbers += 1
        leased = self._leased[wish.key]
        leased.append((self._numbers, window.take(now, size)))
        while leased[0][1].last + window.period <= now:
            leased.popleft()
        return Lease(self._numbers, size, life)

    def _correct(self, now: float, correction: Correction) -> None:
        for number, amount in reversed(self._leased.get(correction.key, ())):
            if number == correction.part:
                self._windows[correction.key].correct(now, amount, correction.difference)
                return


@attrs.define
class _Purse:
    """What a process holds of a limit."""

    number: int = 0
    left: int = 0
    until: float = 0.0
    size: int = 0
    """Of the last lease."""


class LeaseHolder:
    """What one process has been leased. It answers for the budget, as long as that lasts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """
        Args:
            clock: Seconds that never go back.
        """
        self._clock = clock
        self._purses: dict[str, _Purse] = {}
        self._corrections: dict[tuple[str, int], int] = {}

    def take(self, question: Question) -> list[int] | None:
        """What a call takes, from what is held: the answer that `Permit.hear` takes. None: it is not enough."""
        for told in question.corrections:
            self._correct(told.key, told.part, told.difference)
        now = self._clock()
        purses = [self._purses.setdefault(one.key, _Purse()) for one in question.limits]
        for one, purse in zip(question.limits, purses, strict=True):
            if not self._suffices(now, one, purse):
                return None
        for one, purse in zip(question.limits, purses, strict=True):
            purse.left -= one.size
        return [0, 0, *(purse.number for purse in purses)]

    def wishes(self, question: Question) -> tuple[list[LeaseWish], list[Correction]]:
        """What to ask the budget for, and what to tell it."""
        now = self._clock()
        wishes: list[LeaseWish] = []
        for one in question.limits:
            purse = self._purses.setdefault(one.key, _Purse())
            if self._suffices(now, one, purse):
                continue
            early = now < purse.until
            most = purse.size * _MORE if early else purse.size - purse.left
            if purse.left:
                self._correct(one.key, purse.number, -purse.left)
                purse.left = 0
            wishes.append(LeaseWish(one.key, one.limit, one.period, one.size, max(one.size, most)))
        corrections = [Correction(key, part, difference) for (key, part), difference in self._corrections.items()]
        self._corrections = {}
        return wishes, corrections

    def hear(self, question: Question, wishes: Sequence[LeaseWish], leases: Sequence[Lease]) -> list[int]:
        """Takes what the budget gave. The answer of the call that waits, as `Permit.hear` takes it."""
        now = self._clock()
        longest, blocking = 0.0, ""
        for wish, lease in zip(wishes, leases, strict=True):
            if not lease.size:
                if lease.seconds > longest:
                    longest, blocking = lease.seconds, wish.key
                continue
            self._purses[wish.key] = _Purse(lease.number, lease.size, now + lease.seconds, lease.size)
        if longest:
            place = next(place for place, one in enumerate(question.limits, 1) if one.key == blocking)
            return [int(longest * 1e6) + 1, place]
        return self.take(attrs.evolve(question, corrections=())) or [1000, 1]

    def _suffices(self, now: float, asked: Asked, purse: _Purse) -> bool:
        return not asked.size or (purse.left >= asked.size and now < purse.until)

    def _correct(self, key: str, part: int, difference: int) -> None:
        self._corrections[key, part] = self._corrections.get((key, part), 0) + difference
