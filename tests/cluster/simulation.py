"""Simulation of 10⁹ rows on up to 1,000 workers: a discrete-event model (simpy) under rate limits, stragglers and loss.

The leases are the real ones (`qianfan_typed.limits.leases`). A span of steady running is simulated call by call; the
rest of the rows takes as long in proportion.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import attrs
import simpy

from qianfan_typed.limits.leases import Budget, LeaseHolder, life_of
from qianfan_typed.limits.shared import Asked, Question

ROWS = 10**9
LATENCY = 2.0
"""Seconds of a call, median; log-normal, sigma 0.6."""
STRAGGLER, LONG = 0.01, 60.0
"""One call in a hundred takes a minute."""
SLOTS = 64
"""Calls at once of a worker."""
LOST_A_DAY = 0.1
"""Workers that are lost in a day, of each; another begins after a minute, and what was under way is done again."""
BEGINS = 60.0
ASKING = 0.002
"""Seconds of a question to the budget, on the way."""
PERIOD = 60.05
TURNS = (2, 2)
"""Turns that are simulated and not counted, and those that are. A turn is a window with the life of a lease: what goes
out at its beginning goes out again at that of the next, so that parts of turns would say too much or too little."""


@attrs.frozen(kw_only=True)
class Costs:
    """What was measured on this machine."""

    caller: float
    """Seconds of a worker's CPU for a row."""
    driver: float
    """Seconds of the one process that writes rows, for a row."""
    budget: float
    """Seconds that the budget works on a question."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of a run."""

    workers: int
    rate: float
    """Rows a second."""
    of_limit: float
    """Of the limit, 0 to 1, what was used."""
    most: float
    """Of the limit, what the fullest minute had: above 1, it does not hold."""
    asks: float
    """How often a second the budget was asked."""
    budget_busy: float
    """Of its time, how much the budget worked."""
    redone: float
    """Of the calls, how many were lost with a worker."""
    bottleneck: str


def simulate(
    workers: int, rpm: float, life: float, costs: Costs, *, engine: bool, turns: tuple[int, int] = TURNS, seed: int = 7
) -> Outcome:
    """A span of steady running.

    Args:
        workers: How many.
        rpm: The account's limit of requests a minute.
        life: Seconds that a lease is good for.
        costs: What rows cost.
        engine: Whether one process writes all rows, as `batch run --engine ray` has it. Else each worker its own.
        turns: Those that are not counted, and those that are.
        seed: Of what is by chance.
    """
    turn = PERIOD + life_of(PERIOD, life)
    warm, steady = (count * turn for count in turns)
    world = _World(simpy.Environment(), random.Random(seed), rpm, life, costs, engine, warm)
    for _ in range(workers):
        world.env.process(world.worker())
    world.env.run(until=warm + steady)
    return world.outcome(workers, steady)


@attrs.define(slots=False)
class _World:
    env: Any
    chance: random.Random
    rpm: float
    life: float
    costs: Costs
    engine: bool
    warm: float
    """Seconds that are not counted."""
    asked: int = 0
    redone: int = 0
    done: int = 0
    sent: list[float] = attrs.field(factory=list[float])

    def __attrs_post_init__(self) -> None:
        self.budget = Budget(self.life)
        self.desk = simpy.Resource(self.env, 1)
        self.writer = simpy.Resource(self.env, 1)
        self.busy = self.writing = self.calling = 0.0

    def worker(self) -> Generator[Any, Any, None]:
        while True:
            holder = LeaseHolder(lambda: self.env.now)
            cpu, asking = simpy.Resource(self.env, 1), simpy.Resource(self.env, 1)
            slots = [self.env.process(self.slot(holder, cpu, asking)) for _ in range(SLOTS)]
            yield self.env.timeout(self.chance.expovariate(LOST_A_DAY / 86400))
            for one in slots:
                one.interrupt()
            yield self.env.timeout(BEGINS)

    def slot(self, holder: LeaseHolder, cpu: Any, asking: Any) -> Generator[Any, Any, None]:
        question = Question((Asked("rpm", int(self.rpm), PERIOD, 1),), ())
        under_way = False
        try:
            yield self.env.timeout(self.chance.random())
            while True:
                while (found := holder.take(question)) is None or found[0]:
                    with asking.request() as turn:
                        yield turn
                        found = holder.take(question)
                        if found is None:
                            found = yield from self.lease(holder, question)
                    if not found[0]:
                        break
                    yield self.env.timeout(found[0] / 1e6)
                under_way = True
                self.sent.append(self.env.now)
                with cpu.request() as turn:
                    yield turn
                    yield self.env.timeout(self.costs.caller)
                slow = self.chance.random() < STRAGGLER
                yield self.env.timeout(LONG if slow else LATENCY * self.chance.lognormvariate(0.0, 0.6))
                if self.engine:
                    with self.writer.request() as turn:
                        yield turn
                        yield self.env.timeout(self.costs.driver)
                        self.writing += self.costs.driver * (self.env.now > self.warm)
                under_way = False
                self.done += self.env.now > self.warm
        except simpy.Interrupt:
            self.redone += under_way

    def lease(self, holder: LeaseHolder, question: Question) -> Generator[Any, Any, list[int]]:
        wishes, corrections = holder.wishes(question)
        yield self.env.timeout(ASKING / 2)
        with self.desk.request() as turn:
            yield turn
            yield self.env.timeout(self.costs.budget)
            counted = self.env.now > self.warm
            self.busy += self.costs.budget * counted
            self.asked += counted
            leases = self.budget.lease(self.env.now, wishes, corrections)
        yield self.env.timeout(ASKING / 2)
        return holder.hear(question, wishes, leases)

    def outcome(self, workers: int, counted: float) -> Outcome:
        rate = self.done / counted
        most, first = 0, 0
        for place, at in enumerate(self.sent):
            while self.sent[first] <= at - 60.0:
                first += 1
            most = max(most, place - first + 1)
        steady = sum(at > self.warm for at in self.sent)
        mean = LATENCY * 1.197 * (1 - STRAGGLER) + LONG * STRAGGLER
        loads = {
            "the account's limit": steady / counted / (self.rpm / 60),
            "the one that writes": self.writing / counted,
            "the budget": self.busy / counted,
            "the workers' CPUs": rate * self.costs.caller / workers,
            "calls at once": rate * mean / (workers * SLOTS),
        }
        return Outcome(
            workers=workers,
            rate=rate,
            of_limit=loads["the account's limit"],
            most=most / self.rpm,
            asks=self.asked / counted,
            budget_busy=loads["the budget"],
            redone=self.redone / max(1, self.done),
            bottleneck=max(loads, key=lambda one: loads[one]),
        )
