"""Commits: rows on their way to the disk. What comes while it is waited for the disk goes with the next wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from qianfan_typed.batch.journal import Journal
from qianfan_typed.batch.rows import ResultRow, line_of


class Commits:
    """Writes the rows of many tasks at once, and counts them when they are on the disk."""

    def __init__(self, journal: Journal, count: Callable[[Sequence[ResultRow]], None], most: int) -> None:
        """
        Args:
            journal: Where rows go.
            count: Is given rows that are on the disk.
            most: How many rows may be written and not on the disk. Who brings more waits.
        """
        self._journal = journal
        self._count = count
        self._most = most
        self._waiting: list[ResultRow] = []
        """Written, and not on the disk."""
        self._syncing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "qianfan-journal")

    async def commit(self, rows: Sequence[ResultRow]) -> None:
        """Writes rows. They are kept then whatever becomes of the process.

        Raises:
            UnwritableOutput: They, or rows before them, cannot be written.
        """
        self._journal.append([(row.index, row.status, line_of(row)) for row in rows])
        self._waiting += rows
        if self._syncing is None:
            self._syncing = asyncio.ensure_future(self._sync())
        elif self._syncing.done():
            self._syncing.result()  # The disk is broken: it raises.
        if len(self._waiting) > self._most:
            await asyncio.shield(self._syncing)

    async def _sync(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            rows, self._waiting = self._waiting, []
            taken = self._journal.take_unsynced()
            await loop.run_in_executor(self._thread, self._journal.flush)
            self._journal.count(taken)
            self._count(rows)
        self._syncing = None

    async def close(self) -> None:
        """Waits for what was written. Raises UnwritableOutput."""
        try:
            if self._syncing is not None:
                await self._syncing
        finally:
            self._thread.shutdown()
