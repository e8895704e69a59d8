"""Work of a batch: what every way to answer requests has in common. It is watched and stopped the same way."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

import attrs

from qianfan_typed.batch.commits import Commits
from qianfan_typed.batch.journal import Journal
from qianfan_typed.batch.rows import ResultRow
from qianfan_typed.batch.summary import BatchSummary

_PACE = 0.1
"""Seconds between two tellings of how far it is, and two looks for a file that says to stop."""


@attrs.frozen(kw_only=True)
class BatchProgress:
    """How far a batch is. Rows that are counted are on the disk."""

    total: int
    done: int
    failed: int
    begun: int
    """Rows that this run has written."""
    under_way: int
    """Calls; of the platform's batches, requests that are not fetched yet."""
    seconds: float
    """Since this run began."""
    summary: BatchSummary
    """What the rows of this run come to."""

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.begun / self.seconds if self.seconds else 0.0


class BatchWork:
    """What a run does: it writes rows, tells how far it is, and may be stopped from any thread."""

    def __init__(
        self, journal: Journal, on_progress: Callable[[BatchProgress], object] | None, stop_file: Path | None
    ) -> None:
        """
        Args:
            journal: Where rows go.
            on_progress: Is told ten times a second how far it is.
            stop_file: What tells it to end, once it is there. It is removed then.
        """
        self.summary: BatchSummary = BatchSummary(journal.total)
        """What the rows of this run come to."""
        self.stopped: str | None = None
        """Why it ends before all is done. None: it does not."""
        self.journal: Journal = journal
        self.under_way: int = 0
        """Calls, or requests that are not fetched yet."""
        self._on_progress = on_progress
        self._stop_file = stop_file
        self._began = time.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Future[None] | None = None
        self._cancelled = False

    @contextlib.asynccontextmanager
    async def watched(self, unsynced: int) -> AsyncGenerator[Commits]:
        """Tells how far it is while it works. `unsynced`: rows that may be written and not on the disk."""
        self._loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        commits = Commits(self.journal, self.count, unsynced)
        ticking = asyncio.ensure_future(self._tick())
        try:
            yield commits
        finally:
            ticking.cancel()
            try:
                await commits.close()
            finally:
                self._tell()

    async def carry(self, work: asyncio.Future[None]) -> None:
        """Waits for the work, which `stop_now` cancels."""
        self._task = work
        try:
            await work
        except asyncio.CancelledError:
            if not self._cancelled:
                raise

    def count(self, rows: Sequence[ResultRow]) -> None:
        """Counts rows that are on the disk."""
        for row in rows:
            self.summary.add(row)

    def add_under_way(self, change: int) -> None:
        """More calls are under way, or fewer."""
        self.under_way += change

    def stop(self, why: str) -> None:
        """Begins nothing more. From any thread."""
        self.stopped = self.stopped or why

    def stop_now(self) -> None:
        """Cancels what is under way. From any thread."""
        self.stop("stopped")
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        self._cancelled = True
        if self._task is not None:
            self._task.cancel()

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
        self._on_progress(
            BatchProgress(
                total=self.journal.total,
                done=len(self.journal.done),
                failed=len(self.journal.failed),
                begun=self.summary.done,
                under_way=self.under_way,
                seconds=time.monotonic() - self._began,
                summary=self.summary,
            )
        )
