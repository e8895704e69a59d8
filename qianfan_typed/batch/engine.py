"""The engine: calls of a batch, so many at once, each counted once its rows are on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from qianfan_api.handles import Options
from qianfan_typed.batch.commits import Commits
from qianfan_typed.batch.journal import Journal
from qianfan_typed.batch.rows import ResultRow
from qianfan_typed.batch.stages import Creates, Group, called
from qianfan_typed.batch.work import BatchProgress, BatchWork
from qianfan_typed.many import Intake, work_in_tasks

_PATIENCE = 50
"""Failures in a row, over all workers, after which something is wrong that goes on being wrong."""
_UNSYNCED = 16
"""Rows for each worker that may be written and not on the disk: more than come meanwhile, unless calls are free."""
_OF_THE_REQUEST = frozenset({"BadRequest", "UnsafeContent", "InvalidRequest", "DecodeError"})
"""Errors that say nothing of the requests to come."""


class Engine(BatchWork):
    """Carries out the calls of a batch that are to be done."""

    def __init__(
        self,
        create: Creates,
        journal: Journal,
        *,
        workers: int,
        deadline: float | None = None,
        on_progress: Callable[[BatchProgress], object] | None = None,
        stop_file: Path | None = None,
    ) -> None:
        """
        Args:
            create: Carries a call out.
            journal: Where rows go.
            workers: How many calls at once.
            deadline: Seconds that a call may take. None: as the client is set.
            on_progress: Is told ten times a second how far it is.
            stop_file: What tells it to end, once it is there. It is removed then.
        """
        super().__init__(journal, on_progress, stop_file)
        self._create = create
        self.workers: int = workers
        # What was found wrong was told before.
        self._options = Options(deadline=deadline, validate="off")
        self._intake: Intake[Group] = Intake(())
        self._in_a_row = 0

    async def run(self, groups: Iterable[Group], unsent: Iterator[ResultRow]) -> None:
        """Carries calls out, to the end or until it is stopped. What is under way then is finished.

        Args:
            groups: The calls.
            unsent: Rows of requests that break rules: they are written first.

        Raises:
            AccountRefused: The platform refuses whoever asks. Of those requests there is no row.
            UnwritableOutput: The disk is full. What was counted is on it.
        """
        async with self.watched(_UNSYNCED * self.workers) as commits:
            for some in by_hundreds(unsent):
                await commits.commit(some)
            self._intake = intake = Intake(groups)
            if self.stopped is None:
                await self.carry(asyncio.ensure_future(self.call_all(intake, commits)))

    async def call_all(self, intake: Intake[Group], commits: Commits) -> None:
        """Has all calls carried out, and their rows written. Other engines do it elsewhere."""
        await work_in_tasks(intake, lambda group: self._work(group, commits), self.workers)

    async def _work(self, group: Group, commits: Commits) -> None:
        self.add_under_way(1)
        try:
            rows = await called(self._create, group, self._options)
            self.notice(rows)
            await commits.commit(rows)
        finally:
            self.add_under_way(-1)

    def notice(self, rows: Sequence[ResultRow]) -> None:
        """Ends it where everything fails."""
        for row in rows:
            if row.status == "ok" or (row.error is not None and row.error.type in _OF_THE_REQUEST):
                self._in_a_row = 0
            elif row.error is not None:
                self._in_a_row += 1
                if self._in_a_row >= max(_PATIENCE, 3 * self.workers):
                    self.stop(f"{self._in_a_row} requests in a row failed; the last: {row.error.message}")

    def stop(self, why: str) -> None:
        super().stop(why)
        self._intake.close()


def by_hundreds(rows: Iterator[ResultRow]) -> Iterator[list[ResultRow]]:
    """Rows, so many at a time."""
    some: list[ResultRow] = []
    for row in rows:
        some.append(row)
        if len(some) == 100:
            yield some
            some = []
    if some:
        yield some
