"""Standard output: a report written to it, or why it cannot be."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from qianfan_typed.reports import formats
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.formats import ReportFormat
from qianfan_typed.reports.sarif import Describe
from qianfan_typed.reports.statistics import write_statistics

_PIPE_CLOSED = {errno.EPIPE, errno.EINVAL} if os.name == "nt" else {errno.EPIPE}
"""What a write to a pipe says that its reader closed. Windows calls it an invalid argument."""


class OutputError(Exception):
    """A report cannot be written, or made; the message says why."""


def write_report(
    findings: Iterable[Finding],
    form: ReportFormat,
    tally: Tally,
    most: int | None,
    *,
    to: Path | None = None,
    statistics: bool = False,
    describe: Describe | None = None,
) -> None:
    """Writes findings to standard output, or to a file.

    Args:
        findings: Are read to the end, also those that are not written.
        form: How to write them.
        tally: What they come to, once they are read.
        most: How many to write. None: all.
        to: The file. None: standard output.
        statistics: Whether to write how often each rule is broken, and no findings.
        describe: Says what rules are, for formats that list them.

    Raises:
        OutputError: It cannot be written.
        BrokenPipeError: Nobody reads it any more.
    """

    def write(out: TextIO) -> None:
        if statistics:
            write_statistics(_apart(findings), out, as_json=form == "json")
        else:
            formats.write(_apart(findings), form, out, tally, most=most, describe=describe)

    if to is not None:
        try:
            with to.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                write(file)
        except OSError as error:
            raise OutputError(f"{to}: {error.strerror or error}") from error
        return
    out = _standard_output()
    try:
        write(out)
        out.flush()
    except OSError as error:
        # What is left in its buffer cannot be written either, and would be tried again at the end.
        sys.stdout = io.StringIO()
        if error.errno in _PIPE_CLOSED:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from error
        raise OutputError(f"standard output: {error.strerror or error}") from error


def _apart(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings whose check, where it fails, is not taken for a fault of standard output."""
    try:
        yield from findings
    except OSError as error:
        raise OutputError(f"the check cannot go on: {error.strerror or error}") from error


def _standard_output() -> TextIO:
    """Standard output. Reports are UTF-8 whatever the machine's encoding; a terminal shows what it can."""
    # None where whoever started this closed it.
    out: TextIO | None = sys.stdout
    if out is None:
        raise OutputError("standard output is closed")
    wrapped: object = out
    if isinstance(wrapped, io.TextIOWrapper):
        wrapped.reconfigure(encoding=None if out.isatty() else "utf-8", errors="backslashreplace")
    return out
