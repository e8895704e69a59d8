"""Runs of a batch: an input read and judged, an output begun or gone on with, and the engine over what is left."""

from __future__ import annotations

import asyncio
import filecmp
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import attrs

from qianfan_api.validation import operation_name
from qianfan_typed.batch.bits import Bits
from qianfan_typed.batch.engine import Engine
from qianfan_typed.batch.exports import export
from qianfan_typed.batch.inputs import STDIN, input_files, spool
from qianfan_typed.batch.job import Job, JobFolder, described
from qianfan_typed.batch.journal import Journal
from qianfan_typed.batch.plans import BatchPlan, plan_of
from qianfan_typed.batch.recipes import Recipe, read_template
from qianfan_typed.batch.remote import RemoteFolder, RemoteWork, url_of
from qianfan_typed.batch.reports import BatchReport
from qianfan_typed.batch.requests import RequestReader, UnfitRequest
from qianfan_typed.batch.rows import ResultRow, invalid
from qianfan_typed.batch.stages import AccountRefused, grouped
from qianfan_typed.batch.summary import BatchSummary, last_rows, summary_of
from qianfan_typed.batch.work import BatchProgress, BatchWork
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.runners.async_runner import AsyncRunner

Paths = str | PathLike[str] | Sequence[str | PathLike[str]]


def _names(inputs: Paths) -> list[str]:
    return [fspath(one) for one in ([inputs] if isinstance(inputs, str | PathLike) else inputs)]


def _operation(api: str) -> str:
    try:
        return operation_name(api)
    except ValueError as error:
        raise ConfigurationError(message=str(error), setting="api") from None


def _recipe_of(order: BatchOrder) -> Recipe:
    return Recipe(
        api=order.api,
        model=order.model,
        parameters=order.parameters or {},
        messages_from=order.messages_from,
        columns=order.columns or {},
        id_from=order.id_from,
        system=order.system,
        template=None if order.template is None else read_template(Path(order.template)),
    )


@attrs.frozen(kw_only=True)
class BatchOrder:
    """What is asked of a run.

    Raises:
        ConfigurationError: There is no such operation, or what makes requests does not go together.
        OSError: The template cannot be read.
    """

    inputs: list[str] = attrs.field(converter=_names)
    """Files, folders and patterns; `-` is standard input."""
    output: Path = attrs.field(converter=Path)
    """JSON Lines, or Parquet where its name ends so."""
    api: str = attrs.field(default="v2.chat", converter=_operation)
    """The operation of requests that do not say it."""
    model: str | None = None
    parameters: Mapping[str, Any] | None = None
    messages_from: str | None = None
    columns: Mapping[str, str] | None = None
    id_from: str | None = None
    system: str | None = None
    template: str | PathLike[str] | None = None
    """A file."""
    recipe: Recipe = attrs.field(init=False, default=attrs.Factory(_recipe_of, takes_self=True))
    """What makes requests of records: all of these, from `api` on."""
    workers: int = 16
    """Calls at once."""
    resume: bool = False
    """Whether it is an error where nothing was begun."""
    only_failed: bool = False
    """Whether the requests that failed are sent again, and no others."""
    skip_invalid: bool = False
    """Whether requests that break rules are left out, with a row that says so. Otherwise nothing is sent."""
    deadline: float | None = None
    """Seconds that a call may take. None: as the client is set."""
    remote: bool = False
    """Whether the platform's own batches answer the requests."""
    window: str = "24h"
    """How long they may take."""
    interval: float = 30.0
    """Seconds between two questions of how far they are."""


class StoppedEarly(Exception):
    """The run was told to end before anything was sent."""


class BatchRun:
    """One run of a batch. It may be stopped from any thread."""

    def __init__(
        self,
        order: BatchOrder,
        *,
        on_progress: Callable[[BatchProgress], object] | None = None,
        on_reading: Callable[[int], object] | None = None,
        engine: Callable[..., Engine] = Engine,
    ) -> None:
        """
        Args:
            order: What is asked of it.
            on_progress: Is told ten times a second how far it is.
            on_reading: Is told, while the input is read, how many requests were.
            engine: Makes what carries calls out, of what `Engine` takes.

        Raises:
            ConfigurationError: What is asked cannot be.
        """
        if order.workers < 1:
            raise ConfigurationError(message=f"workers: {order.workers}: must be at least 1", setting="workers")
        self._order = order
        self._on_progress = on_progress
        self._on_reading = on_reading
        self._make_engine = engine
        self._engine: BatchWork | None = None
        self._stopped: str | None = None
        self._folder = JobFolder(order.output)

    def stop(self, why: str = "stopped") -> None:
        """Begins no more calls; those under way are finished and saved."""
        self._stopped = self._stopped or why
        if self._engine is not None:
            self._engine.stop(why)

    def stop_now(self) -> None:
        """Cancels what is under way. What was counted is on the disk."""
        self.stop()
        if self._engine is not None:
            self._engine.stop_now()

    def plan(self, spooled: Path) -> tuple[BatchPlan, RequestReader]:
        """What it is to do. Nothing is sent and nothing written.

        Args:
            spooled: A file with what came by standard input.

        Raises:
            ConfigurationError: There is no such input, or no request in it.
            OSError: The input cannot be read.
            StoppedEarly: It was stopped meanwhile.
        """
        files = input_files(self._order.inputs, spooled)
        reader = RequestReader(files, self._order.recipe, remote=self._order.remote)

        def tick(count: int) -> None:
            if self._stopped is not None:
                raise StoppedEarly
            if self._on_reading is not None:
                self._on_reading(count)

        plan = plan_of(files, reader, tick)
        if self._order.remote:
            for api, _ in plan.models:
                url_of(api)
        return plan, reader

    async def run(self, runner: AsyncRunner) -> BatchReport:
        """Runs to the end, or until it is stopped.

        Args:
            runner: Carries calls out.

        Raises:
            InvalidBatch: Requests break rules, and are not to be left out. Nothing was sent.
            ConfigurationError: Another run writes the output, or it belongs to another input or other parameters.
            QianfanError: The platform refuses whoever asks: keys, permission, quota.
            OSError: Something cannot be read or written. What was counted is on the disk.
        """
        order, folder = self._order, self._folder
        order.output.parent.mkdir(parents=True, exist_ok=True)
        with folder.locked():
            if STDIN in order.inputs:
                await asyncio.to_thread(self._spool)
            plan, reader = await asyncio.to_thread(self.plan, folder.input_file)
            if not order.skip_invalid:
                plan.require_valid()
            job = self._job(plan)
            folder.write(job)
            journal = Journal(folder.results, plan.requests, job.again_from)
            try:
                return await self._carried_out(runner, plan, reader, job, journal)
            finally:
                journal.close()

    def _spool(self) -> None:
        """Keeps what comes by standard input. Of a batch that was begun, what it began with stays."""
        place = self._folder.input_file
        begun = self._folder.read() is not None and place.exists()
        if begun and (sys.stdin is None or sys.stdin.isatty()):
            return  # It goes on with what was read the first time.
        if not begun:
            spool(place)
            return
        other = place.with_name("input.other.jsonl")
        try:
            spool(other)
            if other.stat().st_size and not filecmp.cmp(other, place, shallow=False):
                message = f"{self._order.output}: belongs to another batch: standard input has other bytes than then"
                raise ConfigurationError(
                    message=f"{message}\nname another output, or give what it began with", setting="output"
                )
        finally:
            other.unlink(missing_ok=True)

    def _job(self, plan: BatchPlan) -> Job:
        """What the output belongs to, once it is known to belong to it. Raises ConfigurationError."""
        order, known = self._order, self._folder.read()
        parameters = described({**order.recipe.described(), "skip_invalid": order.skip_invalid or None})
        job = Job(input=plan.input, parameters=parameters)
        output = order.output
        if known is None:
            if order.resume or order.only_failed:
                message = f"{output}: nothing was begun there; leave out --resume and --only-failed"
                raise ConfigurationError(message=message, setting="output")
            if output.exists() and output.stat().st_size:
                message = f"{output}: is there, and no batch wrote it: name another, or move it away"
                raise ConfigurationError(message=message, setting="output")
            return job
        differences = list(known.differences(job))
        if differences:
            lines = "".join(f"\n  {one}" for one in differences)
            message = f"{output}: belongs to another batch:{lines}\nname another output, or give what it began with"
            raise ConfigurationError(message=message, setting="output")
        return known

    async def _carried_out(
        self, runner: AsyncRunner, plan: BatchPlan, reader: RequestReader, job: Job, journal: Journal
    ) -> BatchReport:
        order, folder = self._order, self._folder
        if order.only_failed and journal.again_from is None:
            job = attrs.evolve(job, again_from=journal.begin_round())
            folder.write(job)
        todo = journal.todo(only_failed=order.only_failed)
        unsent = self._unsent(reader, plan, todo)
        wanted = without(todo, plan.invalid)
        began = time.monotonic()
        if order.remote:
            engine = await self._remotely(runner, reader, wanted, unsent, job, journal)
        else:
            engine = await self._locally(runner, reader, wanted, unsent, journal)
        seconds = time.monotonic() - began
        if job.again_from is not None and not journal.todo(only_failed=True):
            # First that there is no round any more: a crash between the two leaves rows of which the later counts.
            folder.write(attrs.evolve(job, again_from=None))
            await asyncio.to_thread(journal.end_round)
        if folder.results != order.output and len(journal.done) == journal.total:
            await asyncio.to_thread(export, folder.results, journal.total, order.output)
        doubled = journal.again_from is not None
        summary = await asyncio.to_thread(_summary, folder.results, plan.requests, doubled)
        return BatchReport(
            output=order.output,
            results=folder.results,
            summary=summary,
            begun=engine.summary.done,
            seconds=seconds,
            stopped=engine.stopped,
            mended=journal.mended,
            warnings=plan.warnings,
        )

    async def _locally(
        self, runner: AsyncRunner, reader: RequestReader, wanted: Bits, unsent: Iterator[ResultRow], journal: Journal
    ) -> BatchWork:
        order, folder = self._order, self._folder
        waiting = sum(len(part.indexes) for part in RemoteFolder(folder.path).parts())
        if waiting:
            message = (
                f"{order.output}: {waiting:,} of its requests are with the platform's batches: --remote fetches them"
            )
            raise ConfigurationError(message=message, setting="remote")
        engine = self._make_engine(
            runner.create,
            journal,
            workers=order.workers,
            deadline=order.deadline,
            on_progress=self._on_progress,
            stop_file=folder.stop_file,
        )
        self._watch(engine)
        try:
            await engine.run(grouped(reader.requests(wanted)), unsent)
        except AccountRefused as error:
            raise error.error from None
        return engine

    async def _remotely(
        self,
        runner: AsyncRunner,
        reader: RequestReader,
        wanted: Bits,
        unsent: Iterator[ResultRow],
        job: Job,
        journal: Journal,
    ) -> BatchWork:
        order, remote = self._order, RemoteFolder(self._folder.path)
        there = Bits(journal.total)
        for part in remote.parts():
            for index in part.indexes:
                there.add(index)
        await asyncio.to_thread(remote.split, reader.requests(without(wanted, there)))
        work = RemoteWork(
            runner,
            journal,
            remote,
            mark=job.mark,
            window=order.window,
            interval=order.interval,
            on_progress=self._on_progress,
            stop_file=self._folder.stop_file,
        )
        self._watch(work)
        await work.run(unsent)
        return work

    def _watch(self, engine: BatchWork) -> None:
        self._engine = engine
        if self._stopped is not None:
            engine.stop(self._stopped)

    @staticmethod
    def _unsent(reader: RequestReader, plan: BatchPlan, todo: Bits) -> Iterator[ResultRow]:
        """Rows of the requests that may not be sent."""
        if not any(index in todo for index in plan.invalid):
            return
        for judged in reader.judged():
            one = judged.outcome
            if isinstance(one, UnfitRequest) and one.index in todo:
                yield invalid(one.index, one.custom_id, one.api, one.model, one.violations)


def _summary(results: Path, total: int, doubled: bool) -> BatchSummary:
    return summary_of((found.head for found in last_rows(results, total, doubled=doubled)), total)


def without(some: Bits, others: Bits) -> Bits:
    """Numbers without others."""
    left = some.copy()
    for index in others:
        left.remove(index)
    return left
