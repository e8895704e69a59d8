"""Callers: actors that carry a batch's calls out, and hand over what came of them when they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from qianfan_api.handles import Options
from qianfan_typed.batch.rows import ResultRow
from qianfan_typed.batch.stages import AccountRefused, Group, called
from qianfan_typed.config import load
from qianfan_typed.errors import QianfanError
from qianfan_typed.ray.budgets import keep_together
from qianfan_typed.runners.async_runner import AsyncRunner

_LINGER = 0.005
"""Seconds that the first row waits for more: an exchange costs as much as several calls."""
Came = tuple[int, list[ResultRow] | QianfanError]
"""The number of a call, and its rows; or why the platform refuses whoever asks."""


class CallerActor:
    """Carries calls out on a machine of the cluster. It keeps nothing that is lost with it: who gave the calls does."""

    def __init__(self, workers: int, deadline: float | None, budget: Any) -> None:
        """
        Args:
            workers: Calls at once.
            deadline: Seconds that a call may take.
            budget: The handle of a `BudgetActor`.
        """
        self._budget = budget
        self._options = Options(deadline=deadline, validate="off")
        self._room = asyncio.Semaphore(workers)
        self._came: list[Came] = []
        self._some = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, environ: Mapping[str, str], given: Mapping[str, object]) -> None:
        """Makes the client. What an actor is begun with is kept by Ray's control service, and in its Redis if it has
        one. The arguments of a method, and so the keys, go from process to process, and nobody else has them.

        Args:
            environ: The variables that say who calls, and where.
            given: Arguments of the client.

        Raises:
            ConfigurationError: They make no client on this machine.
        """
        self._runner = AsyncRunner(load(environ, **given))
        keep_together(self._runner, self._budget)

    async def exchange(self, calls: Mapping[int, Group]) -> list[Came]:
        """Takes calls, and gives what came of those that have ended. It waits for one, if none has.

        Args:
            calls: By number.
        """
        for number, group in calls.items():
            self._tasks.add(asyncio.ensure_future(self._carry(number, group)))
        await self._some.wait()
        await asyncio.sleep(_LINGER)
        self._some.clear()
        for task in [one for one in self._tasks if one.done()]:
            self._tasks.discard(task)
            task.result()  # What is nobody's row ends the run, as it does without a cluster.
        came, self._came = self._came, []
        return came

    async def _carry(self, number: int, group: Group) -> None:
        try:
            async with self._room:
                try:
                    came: list[ResultRow] | QianfanError = await called(self._runner.create, group, self._options)
                except AccountRefused as refused:
                    came = refused.error
            self._came.append((number, came))
        finally:
            self._some.set()
