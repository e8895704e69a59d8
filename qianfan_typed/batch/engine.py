"""The engine: calls of a batch, so many at once, each counted once its rows are on the disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from qianfan_api.handles import Options
from qianfan_typed.batch.journal import Journal
from qianfan_typed.batch.rows import ResultRow, RowStatus, line_of
from qianfan_typed.batch.stages import Creates, Group, called
from qianfan_typed.batch.summary import BatchSummary
from qianfan_typed.runners.many import Intake, work_in_tasks

_PACE = 0.1
"""Seconds between two tellings of how far it is, and two looks for a file that says to stop."""
_PATIENCE = 50
"""Failures in a row, over all workers, after which something is wrong that goes on being wrong."""
_OF_THE_REQUEST = frozenset({"BadRequest", "UnsafeContent", "InvalidRequest", "DecodeError"})
"""Errors that say nothing of the requests to come."""

Line = tuple[int, RowStatus, bytes]


@attrs.frozen(kw_only=True)
class BatchProgress:
    """How far a batch is. Rows that are counted are on the disk."""

    total: int
    done: int
    failed: int
    begun: int
    """Rows that this run has written."""
    under_way: int
    """Calls."""
    seconds: float
    """Since this run began."""
    summary: BatchSummary
    """What the rows of this run come to."""

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.begun / self.seconds if self.seconds else 0.0


class Commits:
    """Rows on their way to the disk: what comes while some are written goes with the next write."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[tuple[list[Line], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "qianfan-journal")

    async def commit(self, rows: Sequence[ResultRow]) -> None:
        """Writes rows. They are on the disk when it returns, whoever is cancelled meanwhile.

        Raises:
            UnwritableOutput: They cannot be written.
        """
        lines: list[Line] = [(row.index, row.status, line_of(row)) for row in rows]
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((lines, written))
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write())
        await asyncio.shield(written)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            taken, self._waiting = self._waiting, []
            lines = [line for some, _ in taken for line in some]
            try:
                await loop.run_in_executor(self._thread, self._journal.append, lines)
            except OSError as error:
                for _, written in taken:
                    written.set_exception(error)
                    written.exception()  # Whoever waited for it may be gone.
            else:
                for _, written in taken:
                    written.set_result(None)
        self._writing = None

    async def close(self) -> None:
        """Waits for what is being written."""
        if self._writing is not None:
            await self._writing
        self._thread.shutdown()


class Engine:
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
        self.summary: BatchSummary = BatchSummary(journal.total)
        self.stopped: str | None = None
        """Why it ends before all is done. None: it does not."""
        self._create = create
        self._journal = journal
        self._workers = workers
        # What was found wrong was told before.
        self._options = Options(deadline=deadline, validate="off")
        self._on_progress = on_progress
        self._stop_file = stop_file
        self._intake: Intake[Group] = Intake(())
        self._tasks: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = time.monotonic()
        self._under_way = 0
        self._in_a_row = 0
        self._cancelled = False

    async def run(self, groups: Iterable[Group], unsent: Iterator[ResultRow]) -> None:
        """Carries calls out, to the end or until it is stopped. What is under way then is finished.

        Args:
            groups: The calls.
            unsent: Rows of requests that break rules: they are written first.

        Raises:
            AccountRefused: The platform refuses whoever asks. Of those requests there is no row.
            UnwritableOutput: The disk is full. What was counted is on it.
        """
        self._loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        commits = Commits(self._journal)
        ticking = asyncio.ensure_future(self._tick())
        try:
            for some in _by_hundreds(unsent):
                await commits.commit(some)
                self._count(some)
            self._intake = intake = Intake(groups)
            if self.stopped is not None:
                return
            self._tasks = asyncio.ensure_future(
                work_in_tasks(intake, lambda group: self._work(group, commits), self._workers)
            )
            try:
                await self._tasks
            except asyncio.CancelledError:
                if not self._cancelled:
                    raise
        finally:
            ticking.cancel()
            await commits.close()
            self._tell()

    async def _work(self, group: Group, commits: Commits) -> None:
        self._under_way += 1
        try:
            rows = await called(self._create, group, self._options)
            # Whoever made the call waits for the disk: so no more are to be repeated than were under way.
            await commits.commit(rows)
        finally:
            self._under_way -= 1
        self._count(rows)

    def _count(self, rows: Sequence[ResultRow]) -> None:
        for row in rows:
            self.summary.add(row)
            if row.status == "ok" or (row.error is not None and row.error.type in _OF_THE_REQUEST):
                self._in_a_row = 0
            elif row.error is not None:
                self._in_a_row += 1
                if self._in_a_row >= max(_PATIENCE, 3 * self._workers):
                    self.stop(f"{self._in_a_row} requests in a row failed; the last: {row.error.message}")

    # --- being stopped -----------------------------------------------------------------------------------------------

    def stop(self, why: str) -> None:
        """Begins no more calls. From any thread."""
        self.stopped = self.stopped or why
        self._intake.close()

    def stop_now(self) -> None:
        """Cancels what is under way. From any thread."""
        self.stop("stopped")
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        self._cancelled = True
        if self._tasks is not None:
            self._tasks.cancel()

    # --- being watched -----------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            self._tell()
            if self._stop_file is not None and self._stop_file.exists():
                self._stop_file.unlink(missing_ok=True)
                self.stop("batch cancel")
            await asyncio.sleep(_PACE)

    def _tell(self) -> None:
        if self._on_progress is None:
            return
        journal = self._journal
        self._on_progress(
            BatchProgress(
                total=journal.total,
                done=len(journal.done),
                failed=len(journal.failed),
                begun=self.summary.done,
                under_way=self._under_way,
                seconds=time.monotonic() - self._began,
                summary=self.summary,
            )
        )


def _by_hundreds(rows: Iterator[ResultRow]) -> Iterator[list[ResultRow]]:
    some: list[ResultRow] = []
    for row in rows:
        some.append(row)
        if len(some) == 100:
            yield some
            some = []
    if some:
        yield some
