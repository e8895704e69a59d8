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

from qianfan_api.words import say
from qianfan_typed.payloads.batch_lines import BatchFileCheck
from qianfan_typed.payloads.processes import MOST_PROCESSES, begin_worker, cores, end_workers, interrupts_wait
from qianfan_typed.payloads.unit_check import Outcome, check_unit
from qianfan_typed.payloads.units import STDIN, PayloadFile, Unit, most_units, units
from qianfan_typed.reports.codes import EMPTY, ONCE_A_FILE, STOPPED
from qianfan_typed.reports.findings import Finding, Position, Tally, ViolationFilter

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
    pool = _Pool(jobs, check)
    waiting: deque[tuple[Unit, Callable[[], Outcome]]] = deque()
    try:
        for unit in work:
            waiting.append((unit, pool.begin(unit)))
            if len(waiting) > 2 * jobs:
                unit, outcome = waiting.popleft()
                yield unit, outcome()
        while waiting:
            unit, outcome = waiting.popleft()
            yield unit, outcome()
    except BaseException:
        end_workers()
        raise
    finally:
        pool.close()


class _Pool:
    """Processes that check units. Where none can be started, this one checks."""

    def __init__(self, jobs: int, check: Callable[[Unit], Outcome]) -> None:
        self._jobs = jobs
        self._check = check
        self._renewals = _MOST_RENEWALS
        self._executor = self._started()

    def begin(self, unit: Unit) -> Callable[[], Outcome]:
        """Gives a unit to a process. What it gives back waits for the outcome."""
        here = functools.partial(self._check, unit)
        if self._executor is None:
            return here
        try:
            with interrupts_wait():
                future = self._executor.submit(self._check, unit)
        except OSError:
            return here
        except BrokenProcessPool:
            if not self._renewals:
                return functools.partial(_stopped, unit)
            self._renewals -= 1
            self.close()
            self._executor = self._started()
            return self.begin(unit)

        def outcome() -> Outcome:
            try:
                return future.result()
            except BrokenProcessPool:
                # It may be this unit that is too much for the machine: not a second time, and not here.
                return _stopped(unit)

        return outcome

    def close(self) -> None:
        """Waits for what is being done, and ends the processes."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor | None:
        try:
            return ProcessPoolExecutor(self._jobs, initializer=begin_worker)
        except (OSError, NotImplementedError):
            return None  # no shared memory or no semaphores, as in a container without /dev/shm


_MOST_RENEWALS = 3
"""How often new processes are started in the place of those that were ended."""


def _stopped(unit: Unit) -> Outcome:
    outcome = Outcome(unit.source.file)
    outcome.note(STOPPED, 1, 1, "the process that checked it was ended from outside, as where memory runs out")
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
    file: _FileCount | None = None
    for unit, outcome in done:
        if file is None or unit.source is not file.source:
            yield from _end(file, tally)
            file = _FileCount(unit.source)
        tally.checked += outcome.checked
        tally.unchecked += outcome.unchecked
        tally.accepted += outcome.accepted
        tally.invalid += outcome.invalid
        for finding in file.numbered(unit, outcome):
            tally.count(finding)
            yield finding
        tick(unit.size)
    yield from _end(file, tally)


@attrs.define
class _FileCount:
    """How far the units of a file have come."""

    source: PayloadFile
    lines: int = 0
    columns: int = 0
    records: int = 0
    found: int = 0
    unchecked: int = 0
    said: set[str] = attrs.field(factory=set[str])
    """Rules that are said once a file: whatever is the reason, it is so for all that follows."""

    def numbered(self, unit: Unit, outcome: Outcome) -> Iterator[Finding]:
        """The findings of its next unit."""
        for finding in outcome.findings:
            self.found += 1
            if finding.rule in ONCE_A_FILE:
                if finding.rule in self.said:
                    continue
                self.said.add(finding.rule)
            yield self._moved(finding) if unit.start else finding
        self.columns = outcome.columns + (0 if outcome.lines else self.columns)
        self.lines += outcome.lines
        self.records += outcome.records
        self.unchecked += outcome.unchecked.total()

    def _moved(self, finding: Finding) -> Finding:
        line, column = self._place(finding.line, finding.column)
        return attrs.evolve(
            finding,
            line=line,
            column=column,
            end=None if finding.end is None else self._place(*finding.end),
            record=None if finding.record is None else finding.record + self.records,
        )

    def _place(self, line: int, column: int) -> Position:
        return line + self.lines, column + (self.columns if line == 1 else 0)


def _end(file: _FileCount | None, tally: Tally) -> Iterator[Finding]:
    if file is None:
        return
    name = file.source.file
    if file.source.named and not (file.records or file.found):
        file.found = 1
        empty = Finding.of_file(EMPTY, name, say("there is no request in it"))
        tally.count(empty)
        yield empty
    tally.end_file(name, file.found, file.unchecked)
