"""The engine of a cluster: actors carry a batch's calls out, and one process writes the rows, as the local one does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from qianfan_typed.batch.commits import Commits
from qianfan_typed.batch.engine import Engine
from qianfan_typed.batch.stages import AccountRefused, Group
from qianfan_typed.config import PREFIX, with_dot_env
from qianfan_typed.errors import ConfigurationError, QianfanError
from qianfan_typed.many import Intake
from qianfan_typed.ray.budgets import budget_actor
from qianfan_typed.ray.callers import CallerActor, Came
from qianfan_typed.ray.installed import require_ray

_AHEAD = 2
"""Calls that an actor has, for each that it may carry out at once: it need not wait for the next."""
_DEATHS = 5
"""Actors that may die one after the other, without a row between, before something is wrong."""


@attrs.frozen(kw_only=True)
class Cluster:
    """Where the calls of a batch are carried out."""

    address: str | None = None
    """`auto`: the cluster that is there. None: one is begun on this machine, and ended with the run."""
    actors: int | None = None
    """How many processes make calls. None: one for each CPU of the cluster."""
    given: Mapping[str, object] = attrs.field(factory=dict[str, object], repr=False)
    """Arguments of the client."""


class ClusterEngine(Engine):
    """An engine whose calls are carried out by actors. An actor that dies loses what it had under way, and no more."""

    def __init__(self, cluster: Cluster, *arguments: Any, deadline: float | None = None, **options: Any) -> None:
        """
        Args:
            cluster: Where.
            *arguments: What `Engine` takes.
            deadline: Seconds that a call may take.
            **options: What `Engine` takes.
        """
        super().__init__(*arguments, deadline=deadline, **options)
        self._cluster = cluster
        self._deadline = deadline
        self._numbers = 0

    async def call_all(self, intake: Intake[Group], commits: Commits) -> None:
        ray = require_ray()
        begun = not ray.is_initialized()
        if begun:
            await asyncio.to_thread(self._connect, ray)
        try:
            count = self._cluster.actors or max(1, int(ray.cluster_resources().get("CPU", 1)))
            count = min(count, self.workers)
            each, more = divmod(self.workers, count)
            begin = partial(self._actor, ray, budget_actor())
            talks = [
                asyncio.ensure_future(self._talk(ray, begin, intake, commits, each + (place < more)))
                for place in range(count)
            ]
            try:
                await asyncio.gather(*talks)
            finally:
                intake.close()
                for talk in talks:
                    talk.cancel()
                await asyncio.gather(*talks, return_exceptions=True)
        finally:
            self.add_under_way(-self.under_way)
            if begun:
                await asyncio.to_thread(ray.shutdown)

    def _connect(self, ray: Any) -> None:
        where = {} if self._cluster.address is None else {"address": self._cluster.address}
        try:
            ray.init(log_to_driver=False, logging_level="ERROR", include_dashboard=False, **where)
        except ConnectionError as error:
            message = f"address {self._cluster.address}: there is no cluster of Ray: {error}"
            raise ConfigurationError(message=message, setting="address") from None

    def _actor(self, ray: Any, budget: Any, workers: int) -> Any:
        return ray.remote(CallerActor).options(num_cpus=1).remote(workers, self._deadline, budget)

    def _who(self) -> tuple[dict[str, str], dict[str, object]]:
        """The variables and the arguments of the client: who calls, and where."""
        given = {name: value for name, value in self._cluster.given.items() if name != "env_file"}
        file = self._cluster.given.get("env_file")
        environ = with_dot_env(os.environ, file if isinstance(file, str) else None)
        return {name: value for name, value in environ.items() if name.startswith(PREFIX)}, given

    async def _talk(
        self, ray: Any, begin: Callable[[int], Any], intake: Intake[Group], commits: Commits, workers: int
    ) -> None:
        """Gives an actor calls and writes what comes, until there are no more. Another takes its place when it dies."""
        actor, held, deaths = None, dict[int, Group](), 0
        most = _AHEAD * workers
        new = self._taken(intake, most)
        try:
            while held or new:
                held.update(new)
                try:
                    if actor is None:
                        actor, new = begin(workers), dict(held)
                        await actor.open.remote(*self._who())
                    came: list[Came] = await actor.exchange.remote(new)
                except ray.exceptions.RayActorError as error:
                    deaths += 1
                    if deaths == _DEATHS:
                        message = f"{deaths} actors died one after the other; the last: {error}"
                        raise ConfigurationError(message=message, setting="engine") from None
                    actor = None
                    continue
                except ray.exceptions.RayTaskError as error:
                    raise error.cause from None  # As it would be without a cluster: not of Ray's own kind.
                deaths = 0
                for number, found in came:
                    if isinstance(found, QianfanError):
                        raise AccountRefused(found)
                    del held[number]
                    self.add_under_way(-1)
                    self.notice(found)
                    await commits.commit(found)
                new = self._taken(intake, most - len(held))
        finally:
            if actor is not None:
                ray.kill(actor)

    def _taken(self, intake: Intake[Group], most: int) -> dict[int, Group]:
        taken: dict[int, Group] = {}
        while len(taken) < most and (group := next(intake, None)) is not None:
            self._numbers += 1
            taken[self._numbers] = group
        self.add_under_way(len(taken))
        return taken
