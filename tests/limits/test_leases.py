"""Leases: many processes spend parts of one limit, and together never more than it."""

from __future__ import annotations

import heapq

from hypothesis import given
from hypothesis import strategies as st

from qianfan_typed.limits.leases import LIFE, Budget, LeaseHolder, LeaseWish, life_of
from qianfan_typed.limits.shared import Asked, Correction, Question

RPM = 60.05
"""Seconds: a window of a minute, as `Window` has it."""


class Clock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_call(limit: int, size: int = 1, period: float = RPM) -> Question:
    return Question((Asked("k", limit, period, size),), ())


def answer(budget: Budget, holder: LeaseHolder, clock: Clock, question: Question) -> list[int]:
    """What a call is told, and whether the budget was asked for it."""
    at_once = holder.take(question)
    if at_once is not None:
        return at_once
    wishes, corrections = holder.wishes(question)
    return holder.hear(question, wishes, budget.lease(clock(), wishes, corrections))


def spent(workers: int, limit: int, seconds: float, period: float, pace: float) -> tuple[list[float], int]:
    """When workers that never tire got a call through, one each `pace` seconds, and how often the budget was asked."""
    clock, budget = Clock(), Budget()
    holders = [LeaseHolder(clock) for _ in range(workers)]
    turns = [(pace * index / workers, index) for index in range(workers)]
    heapq.heapify(turns)
    passed: list[float] = []
    asked = 0
    while turns[0][0] < seconds:
        clock.now, index = heapq.heappop(turns)
        question = a_call(limit, period=period)
        found = holders[index].take(question)
        if found is None:
            asked += 1
            wishes, corrections = holders[index].wishes(question)
            found = holders[index].hear(question, wishes, budget.lease(clock(), wishes, corrections))
        if found[0]:
            heapq.heappush(turns, (clock.now + found[0] / 1e6, index))
        else:
            passed.append(clock.now)
            heapq.heappush(turns, (clock.now + pace, index))
    return passed, asked


def most_in(times: list[float], span: float) -> int:
    """The most in any span."""
    first, most = 0, 0
    for place, time in enumerate(times):
        while times[first] <= time - span:
            first += 1
        most = max(most, place - first + 1)
    return most


@given(st.integers(1, 12), st.integers(1, 300), st.sampled_from([1.05, RPM]), st.floats(0.005, 0.5))
def test_workers_together_never_spend_more_than_the_limit(workers: int, limit: int, period: float, pace: float) -> None:
    passed, _ = spent(workers, limit, 4 * period, period, pace)
    assert most_in(passed, period) <= limit
    assert passed


def test_the_limit_is_used_but_for_a_lease_s_life() -> None:
    turn = RPM + LIFE  # What goes out at its beginning goes out again at that of the next.
    passed, _ = spent(8, 600, 10 * turn, RPM, 0.05)
    assert len([time for time in passed if time >= 5 * turn]) / (5 * turn * 600 / 60) > 0.99


def test_what_a_call_costs_does_not_grow_with_the_workers() -> None:
    asked = {workers: spent(workers, 10**9, 10.0, RPM, 0.01) for workers in (1, 10, 100)}
    a_call_each = {workers: count / len(passed) for workers, (passed, count) in asked.items()}
    assert max(a_call_each.values()) < 0.06
    assert max(a_call_each.values()) - min(a_call_each.values()) < 0.01


def test_what_was_not_spent_comes_back() -> None:
    clock, budget = Clock(), Budget()
    holder = LeaseHolder(clock)
    for _ in range(7):  # leases of 1, 2, 4
        assert answer(budget, holder, clock, a_call(100))[0] == 0
    assert answer(budget, holder, clock, a_call(100))[0] == 0
    assert budget.counted(clock(), "k") == 15
    clock.now += LIFE
    assert answer(budget, holder, clock, a_call(100))[0] == 0
    assert budget.counted(clock(), "k") == 8 + 1


def test_what_a_reply_says_is_counted_instead_of_the_estimate() -> None:
    clock, budget = Clock(), Budget()
    holder = LeaseHolder(clock)
    part = answer(budget, holder, clock, a_call(10_000, size=900))[2]
    clock.now += LIFE
    told = Question(a_call(10_000, size=100).limits, (Correction("k", part, -700),))
    assert answer(budget, holder, clock, told)[0] == 0
    # 200 that the call took, and a lease as large as what was spent in the life of the last.
    assert budget.counted(clock(), "k") == 200 + 900


def test_who_gets_nothing_is_told_when_to_ask_again() -> None:
    clock, budget = Clock(), Budget()
    one, other = LeaseHolder(clock), LeaseHolder(clock)
    assert answer(budget, one, clock, a_call(1))[0] == 0
    clock.now = 1.0
    wait, blocking = answer(budget, other, clock, a_call(1))
    assert (blocking, round(wait / 1e6, 2)) == (1, round(RPM + LIFE - 1.0, 2))
    clock.now += wait / 1e6
    assert answer(budget, other, clock, a_call(1))[0] == 0


def test_a_call_larger_than_the_limit_goes_when_nothing_else_did() -> None:
    clock, budget = Clock(), Budget()
    assert answer(budget, LeaseHolder(clock), clock, a_call(10, size=30))[0] == 0
    assert budget.counted(clock(), "k") == 30


def test_nobody_gets_more_than_half_of_what_is_left() -> None:
    budget = Budget()
    wish = LeaseWish("k", 100, RPM, 1, 1000)
    sizes = [budget.lease(0.0, [wish], [])[0].size for _ in range(4)]
    assert sizes == [50, 25, 12, 6]


def test_a_lease_of_a_limit_a_second_lives_for_a_twentieth_of_it() -> None:
    assert (life_of(60.0), life_of(1.0)) == (0.5, 0.05)
