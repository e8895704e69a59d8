"""Reports of a batch: what its output comes to, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from qianfan_typed.batch.rows import ResultRow, row_of
from qianfan_typed.batch.summary import BatchSummary, last_rows, shares
from qianfan_typed.reports.printable import printable

_EXAMPLES = 10
"""Errors that the words have an example of."""
_LONG = 160
"""Characters of an example."""


@attrs.frozen(kw_only=True)
class BatchReport:
    """What a run of a batch came to, read from the disk."""

    output: Path
    results: Path
    """The lines: the output, or of Parquet what it is made of."""
    summary: BatchSummary
    begun: int = 0
    """Rows that this run has written."""
    seconds: float = 0.0
    """That this run took, without reading its input."""
    stopped: str | None = None
    """Why it ended before all was done. None: all is done."""
    mended: int = 0
    """Lines of the output that a crash had left half, or something else had broken: their requests were done again."""
    warnings: int = 0
    """How much the rules advise against in the input; `validate` says what."""

    def rows(self) -> Iterator[ResultRow]:
        """The rows, in the order in which they were written. Raises OSError."""
        return (row_of(found.line) for found in last_rows(self.results, self.summary.total, doubled=True))

    @property
    def pending(self) -> int:
        """Inputs without a row."""
        return self.summary.total - self.summary.done

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        summary = self.summary
        counts = {"ok": summary.ok, "failed": summary.failed, "invalid": summary.invalid}
        yield f"{self.output}: {summary.done:,} of {summary.total:,} done: {shares(counts) or 'nothing'}"
        if self.mended:
            yield f"  mended   {self.mended:,} lines that were half or no rows; their requests were done again"
        if self.begun and self.seconds:
            yield f"  this run {self.begun:,} in {self.seconds:,.1f} s, {self.begun / self.seconds:,.1f} a second"
        latencies = summary.latencies
        if latencies.longest:
            found = [f"{name} {latencies.percentile(share):.3g} s" for name, share in PERCENTILES]
            yield f"  latency  {', '.join(found)}, longest {latencies.longest:.3g} s"
        if summary.input_tokens or summary.output_tokens:
            yield f"  tokens   {summary.input_tokens:,} in, {summary.output_tokens:,} out"
        yield from (f"  cost     {words}" for words in cost_in_words(summary))
        for label, error in summary.ordered_errors()[:_EXAMPLES]:
            first = error.message.strip().splitlines()[0] if error.message.strip() else ""
            first, name = printable(first), printable(error.custom_id)
            short = first if len(first) <= _LONG else f"{first[: _LONG - 1]}…"
            yield f"  {error.count:,} × {label}, as {name}: {short}"


PERCENTILES = (("half", 0.5), ("90 %", 0.9), ("99 %", 0.99))


def cost_in_words(summary: BatchSummary) -> Iterator[str]:
    """What the calls cost, and of which models that is not known."""
    if summary.priced is not None:
        yield f"{summary.yuan:,.4f} yuan by the prices of {summary.priced}"
    if summary.unpriced:
        yield f"not known of {', '.join(sorted(summary.unpriced))}: no price is at hand"
