"""Check of files of requests, in as many processes as are wanted; the findings keep the order of the files."""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain
from pathlib import Path

import attrs

from qianfan_typed.payloads.unit_check import Outcome, check_unit
from qianfan_typed.payloads.units import STDIN, PayloadFile, Unit, units
from qianfan_typed.reports.findings import UNDECIDED, Finding, Tally, ViolationFilter

_WORTH_PROCESSES = 32 << 20
"""Bytes from which on a process a core is faster than one: each takes half a second to start."""

Tick = Callable[[int], None]
"""Is told how many bytes were done."""


def check_payload_files(
    sources: Iterable[PayloadFile],
    counts: ViolationFilter,
    tally: Tally,
    *,
    jobs: int = 1,
    tick: Tick = lambda size: None,
) -> Iterator[Finding]:
    """The findings of files, in order. Memory does not grow with the files.

    Args:
        sources: The files.
        counts: Which violations count.
        tally: Is counted up meanwhile.
        jobs: How many processes. 0: one for each core, where there is enough to do.
        tick: Is told how many bytes were done.
    """
    sources = list(sources)
    work = chain.from_iterable(map(units, sources))
    check = functools.partial(check_unit, counts=counts)
    jobs = jobs or (cores() if total_size(sources) > _WORTH_PROCESSES else 1)
    done = _in_turn(work, check) if jobs == 1 else _in_processes(work, check, jobs)
    yield from _numbered(done, tally, tick)


def total_size(sources: Iterable[PayloadFile]) -> int:
    """The bytes of files, as far as they can be known."""
    sizes = (Path(source.file) for source in sources if source.file != STDIN)
    return sum(path.stat().st_size for path in sizes if path.is_file())


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


Done = tuple[Unit, Outcome]


def _in_turn(work: Iterable[Unit], check: Callable[[Unit], Outcome]) -> Iterator[Done]:
    for unit in work:
        yield unit, check(unit)


def _in_processes(work: Iterable[Unit], check: Callable[[Unit], Outcome], jobs: int) -> Iterator[Done]:
    """Keeps a few units ahead of the one whose turn it is, not all of them: their findings take memory."""
    waiting: deque[tuple[Unit, Future[Outcome]]] = deque()
    with ProcessPoolExecutor(jobs) as pool:
        try:
            for unit in work:
                waiting.append((unit, pool.submit(check, unit)))
                if len(waiting) > 2 * jobs:
                    unit, future = waiting.popleft()
                    yield unit, future.result()
            while waiting:
                unit, future = waiting.popleft()
                yield unit, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _numbered(done: Iterable[Done], tally: Tally, tick: Tick) -> Iterator[Finding]:
    """Units count lines and records from their own beginning; findings count from the file's."""
    source: PayloadFile | None = None
    lines = columns = records = found = 0
    undecided = False
    for unit, outcome in done:
        if unit.source is not source:
            _end(source, found, tally)
            source, lines, columns, records, found, undecided = unit.source, 0, 0, 0, 0, False
            tally.files += 1
        tally.checked += outcome.checked
        tally.invalid += outcome.invalid
        for finding in outcome.findings:
            found += 1
            # Once a file: whatever decides it, decides it for all of them.
            if finding.rule == UNDECIDED:
                if undecided:
                    continue
                undecided = True
            tally.count(finding)
            yield _moved(finding, lines, columns, records) if unit.start else finding
        columns = outcome.columns + (0 if outcome.lines else columns)
        lines += outcome.lines
        records += outcome.records
        tick(unit.size)
    _end(source, found, tally)


def _moved(finding: Finding, lines: int, columns: int, records: int) -> Finding:
    return attrs.evolve(
        finding,
        line=finding.line + lines,
        column=finding.column + (columns if finding.line == 1 else 0),
        record=None if finding.record is None else finding.record + records,
    )


def _end(source: PayloadFile | None, found: int, tally: Tally) -> None:
    if source is not None and not found:
        tally.clean.append(source.file)
