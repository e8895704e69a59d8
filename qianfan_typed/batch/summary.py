"""Summaries: what rows come to, in memory that does not grow with them."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from qianfan_api.catalogue import Price
from qianfan_api.models import CATALOGUES
from qianfan_typed.batch.bits import Bits
from qianfan_typed.batch.journal import RowHead, Written, read_lines
from qianfan_typed.batch.rows import ResultRow, TokenCount
from qianfan_typed.facts.costs import cost

_STEP = 1.02
"""Each bucket of latencies is so much wider than the one before: a percentile is right to 1 %."""
_SHORTEST = 1e-4


@attrs.define
class Latencies:
    """Latencies, counted in buckets."""

    _buckets: Counter[int] = attrs.field(factory=Counter[int])
    longest: float = 0.0

    def add(self, seconds: float) -> None:
        """Counts one."""
        self._buckets[int(math.log(max(seconds, _SHORTEST) / _SHORTEST, _STEP))] += 1
        self.longest = max(self.longest, seconds)

    def percentile(self, share: float) -> float:
        """Seconds that this share of them took at most. 0: there are none."""
        left = share * self._buckets.total()
        for bucket, count in sorted(self._buckets.items()):
            left -= count
            if left <= 0:
                return min(float(_SHORTEST * _STEP ** (bucket + 0.5)), self.longest)
        return self.longest

    def histogram(self) -> list[tuple[float, int]]:
        """Seconds and how many took at most so long and more than half of it, from the shortest on."""
        found = Counter[int]()
        for bucket, count in self._buckets.items():
            found[math.ceil(math.log2(_SHORTEST * _STEP ** (bucket + 0.5)))] += count
        return [(2.0**power, found[power]) for power in range(min(found), max(found) + 1)] if found else []


@attrs.define
class ErrorCount:
    """An error: how often it came, and an example of it."""

    count: int
    custom_id: str
    message: str


@attrs.define
class BatchSummary:
    """What the rows of an output come to."""

    total: int
    """How many inputs there are."""
    ok: int = 0
    failed: int = 0
    invalid: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    yuan: float = 0.0
    """What the calls cost by the prices of the catalogue."""
    unpriced: set[str] = attrs.field(factory=set[str])
    """Models whose price is not known: what they cost is in no sum."""
    priced: str | None = None
    """The day of the oldest price that was reckoned with. None: none was."""
    errors: dict[str, ErrorCount] = attrs.field(factory=dict[str, ErrorCount])
    """Error, with its code → how often it came."""
    latencies: Latencies = attrs.field(factory=Latencies)

    @property
    def done(self) -> int:
        """How many inputs have a row."""
        return self.ok + self.failed + self.invalid

    def add(self, row: RowHead | ResultRow) -> None:
        """Counts a row."""
        if row.status == "ok":
            self.ok += 1
        elif row.status == "failed":
            self.failed += 1
        else:
            self.invalid += 1
        if row.latency is not None:
            self.latencies.add(row.latency)
        if row.error is not None:
            known = self.errors.setdefault(row.error.label, ErrorCount(0, row.custom_id, row.error.message))
            known.count += 1
        if row.usage is not None:
            self.spend(row.api, row.model, row.usage)

    def spend(self, api: str, model: str | None, used: TokenCount) -> None:
        """Counts tokens, and what they cost."""
        self.input_tokens += used.input
        self.output_tokens += used.output
        price = price_of(api, model)
        if price is None:
            self.unpriced.add(model or api)
            return
        self.yuan += cost(price, read=used.input, written=used.output, cached=used.cached)
        self.priced = min(self.priced or price.source.read, price.source.read)

    def ordered_errors(self) -> list[tuple[str, ErrorCount]]:
        """The errors, the most frequent first."""
        return sorted(self.errors.items(), key=lambda one: (-one[1].count, one[0]))


@functools.lru_cache(1024)
def price_of(api: str, model: str | None) -> Price | None:
    """What a model costs. None: it is not known."""
    known = None if model is None or api not in CATALOGUES else CATALOGUES[api].get(model)
    return None if known is None else known.price


def summary_of(heads: Iterable[RowHead], total: int) -> BatchSummary:
    """What rows come to."""
    summary = BatchSummary(total)
    for head in heads:
        summary.add(head)
    return summary


def last_rows(path: Path, total: int, *, doubled: bool) -> Iterator[Written]:
    """The rows of an output that count.

    Args:
        path: The output.
        total: How many inputs there are.
        doubled: Whether some may have two, as while a round of failed ones is under way: the last counts.
    """
    last: dict[int, int] = {}
    if doubled:
        seen = Bits(total)
        for found in _rows(path, total):
            if not seen.add(found.head.index):
                last[found.head.index] = found.offset
    for found in _rows(path, total):
        if last.get(found.head.index, found.offset) == found.offset:
            yield found


def _rows(path: Path, total: int) -> Iterator[Written]:
    with path.open("rb") as file:
        for found in read_lines(file, total):
            if not isinstance(found, int):
                yield found


def shares(counts: Mapping[str, int]) -> str:
    """Counts in words: `1,990 ok, 10 failed`."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
