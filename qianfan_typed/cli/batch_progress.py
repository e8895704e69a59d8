"""Progress of a batch: done, rate, time left, errors, tokens and cost, shown where someone watches."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from qianfan_typed.cli.terminal import say

if TYPE_CHECKING:
    from qianfan_typed.batch.work import BatchProgress

_ERRORS = 3
"""Kinds of errors that are named."""


class BatchBar:
    """A progress bar on a terminal. What it counts is on the disk."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._live: tuple[Progress, TaskID] | None = None

    def read(self, count: int) -> None:
        """So many requests were read."""
        if self._console.is_terminal:
            progress, task = self._begun()
            progress.update(task, description=f"reading {count:,}")

    def show(self, state: BatchProgress) -> None:
        """How far it is."""
        if not self._console.is_terminal:
            return
        progress, task = self._begun()
        progress.update(task, description="", total=state.total, completed=state.done, said=_said(state))

    def interrupted(self) -> None:
        """Ctrl-C was pressed once."""
        self.clear()
        say("finishing what is under way; Ctrl-C once more stops now")

    def clear(self) -> None:
        """Makes way for what is printed."""
        if self._live is not None:
            self._live[0].stop()
            self._live = None

    def _begun(self) -> tuple[Progress, TaskID]:
        if self._live is None:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=20),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[said]}"),
            )
            progress = Progress(*columns, console=self._console, transient=True, redirect_stdout=False)
            self._live = progress, progress.add_task("", total=None, said="")
            progress.start()
        return self._live

    def __enter__(self) -> BatchBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
        sys.stderr.flush()


def _said(state: BatchProgress) -> str:
    summary = state.summary
    parts = [f"{state.rate:,.1f}/s"]
    errors = summary.ordered_errors()
    parts += [f"[red]{count.count:,} {label}[/red]" for label, count in errors[:_ERRORS]]
    tokens = summary.input_tokens + summary.output_tokens
    if tokens:
        parts.append(f"{tokens:,} tokens")
    if summary.priced is not None:
        parts.append(f"{summary.yuan:,.4f} yuan")
    return " · ".join(parts)
