"""Progress of a long check, shown where someone watches."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_LONG = 1.0
"""Seconds from which on a check is long."""
_PACE = 0.1
"""Seconds between two looks at the bar."""


class ProgressBar:
    """A progress bar on a terminal. It appears when the work takes long, and makes way for what is printed."""

    def __init__(self, out: TextIO, total: int) -> None:
        self._console = Console(file=out)
        self._total = total
        self._done = 0
        self._due = time.monotonic() + _LONG
        self._live: tuple[Progress, TaskID] | None = None

    def tick(self, size: int) -> None:
        """Some bytes are done."""
        self._done += size
        now = time.monotonic()
        if now < self._due or not self._console.is_terminal:
            return
        self._due = now + _PACE
        if self._live is None:
            columns = (TextColumn("checking"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
            progress = Progress(*columns, console=self._console, transient=True, redirect_stdout=False)
            self._live = progress, progress.add_task("checking", total=self._total or None)
            progress.start()
        progress, task = self._live
        progress.update(task, completed=self._done)

    def clear(self) -> None:
        """Makes way for what is printed."""
        if self._live is not None:
            self._live[0].stop()
            self._live = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
