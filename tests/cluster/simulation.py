"""Simulation of 10⁹ rows on up to 1,000 workers: a discrete-event model (simpy) under rate limits, stragglers and loss.

The leases are the real ones (`qianfan_typed.limits.leases`). A span of steady running is simulated call by call, or in
shares where there are many calls; the rest of the rows takes as long in proportion.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import attrs
import simpy

from qianfan_typed.limits.leases import Budget, LeaseHolder
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
"""Seconds of a question to the budget, on the way; and those that it works on one."""
BUDGET_WORK = 0.0003
PERIOD = 60.05
STEADY = 240.0
"""Seconds that are simulated: the first two minutes are not counted."""
WARM = 120.0


@attrs.frozen(kw_only=True)
class Costs:
    """What was measured on this machine."""

    caller: float
    """Seconds of a worker's CPU for a row."""
    driver: float
    """Seconds of the one process that writes rows, for a row."""


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
    leases_a_call: float
    budget_busy: float
    """Of its time, how much the budget worked."""
    redone: float
    """Of the calls, how many were lost with a worker."""
    bottleneck: str


def simulate(workers: int, rpm: float, life: float, costs: Costs, *, engine: bool, seed: int = 7) -> Outcome:
    """A span of steady running.

    Args:
        workers: How many.
        rpm: The account's limit of requests a minute.
        life: Seconds that a lease is good for.
        costs: What rows cost.
        engine: Whether one process writes all rows, as `batch run --engine ray` has it. Else each worker its own.
        seed: Of what is by chance.
    """
    span = STEADY + WARM
    # So many calls stand for one event that a run has some ten thousand of them.
    mean = LATENCY * 1.197 * (1 - STRAGGLER) + LONG * STRAGGLER
    fluid = min(workers * SLOTS / mean, workers / costs.caller, rpm / 60 * 1.2)
    share = max(1, int(fluid * span / 40_000), int(workers * SLOTS * span / mean / 200_000))
    share = min(share, SLOTS)
    world = _World(simpy.Environment(), random.Random(seed), rpm, life, costs, share, engine)
    for _ in range(workers):
        world.env.process(world.worker())
    world.env.run(until=span)
    return world.outcome(workers, span, mean)


@attrs.define(slots=False)
class _World:
    env: Any
    chance: random.Random
    rpm: float
    life: float
    costs: Costs
    share: int
    engine: bool
    asked: int = 0
    redone: int = 0
    done: int = 0
    sent: list[tuple[float, int]] = attrs.field(factory=list[tuple[float, int]])

    def __attrs_post_init__(self) -> None:
        self.budget = Budget(self.life)
        self.desk = simpy.Resource(self.env, 1)
        self.writer = simpy.Resource(self.env, 1)
        self.busy = self.writing = self.calling = 0.0

    def worker(self) -> Generator[Any, Any, None]:
        while True:
            holder = LeaseHolder(lambda: self.env.now)
            cpu, asking = simpy.Resource(self.env, 1), simpy.Resource(self.env, 1)
            slots = [self.env.process(self.slot(holder, cpu, asking)) for _ in range(max(1, SLOTS // self.share))]
            yield self.env.timeout(self.chance.expovariate(LOST_A_DAY / 86400))
            for one in slots:
                one.interrupt()
            yield self.env.timeout(BEGINS)

    def slot(self, holder: LeaseHolder, cpu: Any, asking: Any) -> Generator[Any, Any, None]:
        question = Question((Asked("rpm", int(self.rpm), PERIOD, self.share),), ())
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
                self.sent.append((self.env.now, self.share))
                with cpu.request() as turn:
                    yield turn
                    yield self.env.timeout(self.costs.caller * self.share)
                slow = self.chance.random() < STRAGGLER
                yield self.env.timeout(LONG if slow else LATENCY * self.chance.lognormvariate(0.0, 0.6))
                if self.engine:
                    with self.writer.request() as turn:
                        yield turn
                        yield self.env.timeout(self.costs.driver * self.share)
                        self.writing += self.costs.driver * self.share * (self.env.now > WARM)
                under_way = False
                self.done += self.share * (self.env.now > WARM)
        except simpy.Interrupt:
            self.redone += self.share * under_way

    def lease(self, holder: LeaseHolder, question: Question) -> Generator[Any, Any, list[int]]:
        wishes, corrections = holder.wishes(question)
        yield self.env.timeout(ASKING / 2)
        with self.desk.request() as turn:
            yield turn
            yield self.env.timeout(BUDGET_WORK)
            counted = self.env.now > WARM
            self.busy += BUDGET_WORK * counted
            self.asked += counted
            leases = self.budget.lease(self.env.now, wishes, corrections)
        yield self.env.timeout(ASKING / 2)
        return holder.hear(question, wishes, leases)

    def outcome(self, workers: int, span: float, mean: float) -> Outcome:
        counted = span - WARM
        rate = self.done / counted
        most, inside, first = 0, 0, 0
        for at, size in self.sent:
            inside += size
            while self.sent[first][0] <= at - 60.0:
                inside -= self.sent[first][1]
                first += 1
            most = max(most, inside)
        steady = sum(size for at, size in self.sent if at > WARM)
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
            leases_a_call=self.asked / max(1, steady),
            budget_busy=loads["the budget"],
            redone=self.redone / max(1, self.done),
            bottleneck=max(loads, key=lambda one: loads[one]),
        )
