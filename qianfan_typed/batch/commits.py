"""Commits: rows on their way to the disk. What comes while some are written goes with the next write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from qianfan_typed.batch.journal import Journal
from qianfan_typed.batch.rows import ResultRow, RowStatus, line_of

Line = tuple[int, RowStatus, bytes]


class Commits:
    """Writes the rows of many tasks, on a thread of its own."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[tuple[list[Line], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "qianfan-journal")

    async def commit(self, rows: Sequence[ResultRow]) -> None:
        """Writes rows. They are on the disk when it returns, and come there if who waits is cancelled.

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
