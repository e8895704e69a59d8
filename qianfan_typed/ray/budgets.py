"""Budgets of a cluster: an actor that leases parts of limits, and what a worker asks it through."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from qianfan_typed.core.calls import account_of
from qianfan_typed.limits.leases import LIFE, Budget, Lease, LeaseHolder, LeaseWish
from qianfan_typed.limits.shared import Correction, Question
from qianfan_typed.ray.installed import require_ray
from qianfan_typed.runners.async_runner import AsyncRunner

log: logging.Logger = logging.getLogger("qianfan_typed")

NAME = "qianfan-typed-budget"
"""By this name all stages of a job find the actor."""
_REST = 5.0
"""Seconds after which it is asked again when it was gone."""


class BudgetActor:
    """The budget of a cluster, by the clock of the machine that it is on."""

    def __init__(self, life: float = LIFE) -> None:
        self._budget = Budget(life)
        self._asked = 0

    def lease(self, wishes: Sequence[LeaseWish], corrections: Sequence[Correction]) -> list[Lease]:
        """What a worker gets."""
        self._asked += 1
        return self._budget.lease(time.monotonic(), wishes, corrections)

    def asked(self) -> int:
        """How often it was asked for leases."""
        return self._asked


def budget_actor(name: str = NAME, life: float = LIFE) -> Any:
    """The handle of the actor of that name, which is begun if there is none. It ends with the job.

    Args:
        name: One name, one budget, in the namespace of the job.
        life: Seconds that a lease is good for at the most.
    """
    ray = require_ray()
    options = {"name": name, "get_if_exists": True, "num_cpus": 0, "max_restarts": -1, "max_task_retries": -1}
    return ray.remote(BudgetActor).options(**options).remote(life)


class LeasedLimits:
    """What all workers that know the same actor keep to together. Threads may share it."""

    def __init__(self, actor: Any) -> None:
        """
        Args:
            actor: The handle of a `BudgetActor`.
        """
        self._actor = actor
        self._ray = require_ray()
        self._holder = LeaseHolder(time.monotonic)
        self._holding = threading.Lock()
        self._asking = threading.Lock()
        self._rests_until = 0.0

    def at_once(self, question: Question) -> list[int] | None:
        """The answer, where what is held is enough."""
        with self._holding:
            return self._holder.take(question)

    def ask(self, question: Question) -> list[int] | None:
        """The answer, after asking for more. None: the actor is gone."""
        with self._asking:  # One at a time: what the first gets is often enough for those that wait behind it.
            with self._holding:
                # What was to be corrected was noted when it was asked at once.
                question = Question(question.limits, ())
                found = self._holder.take(question)
                if found is not None:
                    return found
                wishes, corrections = self._holder.wishes(question)
            if time.monotonic() < self._rests_until:
                return None
            try:
                leases: list[Lease] = self._ray.get(self._actor.lease.remote(wishes, corrections))
            except self._ray.exceptions.RayError as error:
                log.warning("the budget is out of reach (%s): limits hold for this worker alone", type(error).__name__)
                self._rests_until = time.monotonic() + _REST
                return None
            with self._holding:
                return self._holder.hear(question, wishes, leases)

    def close(self) -> None:
        """Nothing is held that the budget would have to get back: it counts leases as spent."""


def keep_together(runner: AsyncRunner, actor: Any) -> None:
    """Has a runner's calls keep to its limits together with all others that ask the same actor.

    Args:
        runner: A runner with limits.
        actor: The handle of a `BudgetActor`.
    """
    limiter = runner.planner.limiter
    if limiter is None or limiter.prefix is not None:
        return  # Without limits, or with a Redis, there is nothing to lease.
    limiter.prefix = f"qianfan-typed:{account_of(runner.planner.settings)}"
    runner.shared = LeasedLimits(actor)
