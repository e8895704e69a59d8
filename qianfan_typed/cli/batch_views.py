"""Views of a batch's output: how far it is, what failed, and its rows in another form."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from qianfan_typed.batch.exports import export
from qianfan_typed.batch.job import Job, JobFolder
from qianfan_typed.batch.remote import RemoteFolder
from qianfan_typed.batch.reports import BatchReport
from qianfan_typed.batch.rows import row_of
from qianfan_typed.batch.summary import last_rows, summary_of
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.tables import Column, print_table
from qianfan_typed.cli.terminal import say
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.reports.printable import printable


def _known(output: Path) -> tuple[JobFolder, Job]:
    folder = JobFolder(output)
    job = folder.read()
    if job is None:
        message = f"{output}: is no output of a batch: there is no {folder.job_file}"
        raise ConfigurationError(message=message, setting="output")
    return folder, job


def print_status(output: Path, *, as_json: bool) -> None:
    """Prints how far a batch is."""
    folder, job = _known(output)
    total = job.input.requests
    summary = summary_of((one.head for one in last_rows(folder.results, total, doubled=True)), total)
    report = BatchReport(output=output, results=folder.results, summary=summary)
    holder = folder.holder()
    remote = sum(len(part.indexes) for part in RemoteFolder(folder.path).parts())
    if as_json:
        said = {
            "total": total,
            "done": summary.done,
            "ok": summary.ok,
            "failed": summary.failed,
            "invalid": summary.invalid,
            "pending": report.pending,
            "running": holder,
            "remote": remote,
            "errors": {label: error.count for label, error in summary.ordered_errors()},
            "input_tokens": summary.input_tokens,
            "output_tokens": summary.output_tokens,
            "yuan": round(summary.yuan, 6) if summary.priced is not None else None,
        }
        print(json.dumps(said, ensure_ascii=False))
        return
    print(report)
    if remote:
        print(f"  remote   {remote:,} are with the platform's batches: --remote fetches them")
    print(f"  run      {f'by {holder}' if holder else 'by nobody now'}")


def print_failed(output: Path, *, as_json: bool) -> None:
    """Prints what failed."""
    folder, job = _known(output)
    rows: list[list[str]] = []
    for found in last_rows(folder.results, job.input.requests, doubled=True):
        if found.head.status == "ok":
            continue
        if as_json:
            sys.stdout.write(found.line.decode("utf-8", "replace"))
            continue
        row = row_of(found.line)
        error = row.error
        words = ["", ""] if error is None else [error.label, " ".join(error.message.split())]
        rows.append([printable(row.custom_id), row.status, *map(printable, words)])
    if not as_json:
        print_table((Column("custom_id"), Column("status"), Column("error"), Column("message", last_to_go=True)), rows)


def cancel_run(connection: Connection, output: Path) -> None:
    """Tells the run of an output to end, and the platform's batches to stop."""
    folder, _ = _known(output)
    holder = folder.holder()
    if holder is not None:
        folder.stop_file.touch()
        say(f"{output}: told {holder} to finish what is under way, and end")
    parts = [part for part in RemoteFolder(folder.path).parts() if part.batch is not None]
    for part in parts:
        asyncio.run(_cancelled(connection, str(part.batch)))
        say(f"{output}: told the platform to stop its batch {part.batch}; the same command fetches what it has")
    if holder is None and not parts:
        say(f"{output}: nobody writes it now")


async def _cancelled(connection: Connection, batch: str) -> None:
    from qianfan_api.v2 import AsyncV2
    from qianfan_typed.runners.async_runner import AsyncRunner

    runner = AsyncRunner(connection.settings())
    try:
        await AsyncV2(runner).batches.cancel(batch)
    finally:
        await runner.aclose()


def export_rows(output: Path, target: Path) -> None:
    """Writes the rows to another file."""
    folder, job = _known(output)
    count = export(folder.results, job.input.requests, target)
    say(f"{target}: {count:,} rows of {job.input.requests:,} inputs")
