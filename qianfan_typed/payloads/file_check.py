"""Check of files of requests, in as many processes as are wanted; the findings keep the order of the files."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from pathlib import Path

import attrs

from qianfan_typed.payloads.batch_lines import BatchFileCheck
from qianfan_typed.payloads.processes import MOST_PROCESSES, cores
from qianfan_typed.payloads.unit_check import Outcome, check_unit
from qianfan_typed.payloads.units import STDIN, PayloadFile, Unit, most_units, units
from qianfan_typed.reports.codes import UNDECIDED
from qianfan_typed.reports.findings import Finding, Tally, ViolationFilter

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
    # No more of them than there can be units.
    jobs = min(jobs, MOST_PROCESSES, sum(map(most_units, sources)))
    done = _in_turn(work, check) if jobs <= 1 else _in_processes(work, check, jobs)
    yield from _numbered(_with_file_rules(done, counts), tally, tick)


def total_size(sources: Iterable[PayloadFile]) -> int:
    """The bytes of files, as far as they can be known."""
    sizes = (Path(source.file) for source in sources if source.file != STDIN)
    return sum(path.stat().st_size for path in sizes if path.is_file())


Done = tuple[Unit, Outcome]


def _in_turn(work: Iterable[Unit], check: Callable[[Unit], Outcome]) -> Iterator[Done]:
    for unit in work:
        yield unit, check(unit)


def _in_processes(work: Iterable[Unit], check: Callable[[Unit], Outcome], jobs: int) -> Iterator[Done]:
    """Keeps a few units ahead of the one whose turn it is, not all of them: their findings take memory."""
    try:
        pool = ProcessPoolExecutor(jobs)
    except (OSError, NotImplementedError):
        # No shared memory or no semaphores, as in a container without /dev/shm.
        yield from _in_turn(work, check)
        return
    waiting: deque[tuple[Unit, Callable[[], Outcome]]] = deque()
    with pool:
        try:
            for unit in work:
                waiting.append((unit, _begun(pool, check, unit)))
                if len(waiting) > 2 * jobs:
                    unit, outcome = waiting.popleft()
                    yield unit, outcome()
            while waiting:
                unit, outcome = waiting.popleft()
                yield unit, outcome()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begun(pool: ProcessPoolExecutor, check: Callable[[Unit], Outcome], unit: Unit) -> Callable[[], Outcome]:
    """Gives a unit to a process; the outcome is of this one where no other can be started, or it ended."""
    here = functools.partial(check, unit)
    try:
        future = pool.submit(check, unit)
    except (OSError, BrokenProcessPool):
        return here

    def outcome() -> Outcome:
        try:
            return future.result()
        except BrokenProcessPool:
            return here()

    return outcome


def _with_file_rules(done: Iterable[Done], counts: ViolationFilter) -> Iterator[Done]:
    """Adds what is wrong with files as a whole: units know only their own lines."""
    source: PayloadFile | None = None
    check, lines = BatchFileCheck(), 0
    for unit, outcome in done:
        if unit.source is not source:
            source, check, lines = unit.source, BatchFileCheck(), 0
        added = [one for one in check.findings(unit, outcome.batch, lines) if counts(one)]
        if added:
            wrong = {one.record for one in outcome.findings}
            outcome.invalid += len({one.record for one in added} - wrong)
            outcome.findings = sorted([*outcome.findings, *added], key=lambda one: one.line)
        lines += outcome.lines
        yield unit, outcome


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
