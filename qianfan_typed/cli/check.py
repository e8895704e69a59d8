"""`qianfan-typed check`: the rules on Python source. Needs the extra `cli`."""

from __future__ import annotations

from typing import Annotated

import typer

from qianfan_typed.cli.options import (
    AsOutput,
    AtMost,
    Excluded,
    ExitZero,
    FormatOption,
    FromLevel,
    Ignored,
    Known,
    NewBaseline,
    Quiet,
    ShowUnchecked,
    Statistics,
    Strict,
    ToFile,
)
from qianfan_typed.cli.reporting import Reporting
from qianfan_typed.cli.selection import chosen, chosen_filter, exclusion, find_project, with_missing


def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders and patterns; - is standard input. Left out: source of pyproject.toml."),
    ] = None,
    output: AsOutput = FormatOption.text,
    level: FromLevel = None,
    ignore: Ignored = None,
    max_violations: AtMost = None,
    show_unchecked: ShowUnchecked = False,
    strict: Strict = False,
    exclude: Excluded = None,
    baseline: Known = None,
    write_baseline: NewBaseline = False,
    output_file: ToFile = None,
    statistics: Statistics = False,
    exit_zero: ExitZero = False,
    quiet: Quiet = False,
) -> None:
    """Checks the requests in Python source and notebooks, without running them.

    Arguments of calls on clients, on handles, on the documents' classes, to the platform's address and of validate are
    held against the rules as far as the source shows them; what only the running code decides is left out. A comment
    "# qianfan: ignore" switches violations off on its line; with codes in square brackets, those alone.

    Exit code 0: all valid. 1: violations. 2: something cannot be read or is not Python; the rest is checked all the
    same.
    """
    # The rules take a moment to load: not for `--help`.
    from qianfan_typed.python_source.module_check import check_files
    from qianfan_typed.python_source.sources.python_files import python_files
    from qianfan_typed.reports.findings import Tally

    project = find_project()
    files, missing = python_files(chosen(paths, project, "source"), exclusion(project, exclude))
    counts, strict = chosen_filter(project, level, ignore, strict=strict, show_unchecked=show_unchecked)
    tally = Tally(thing="call", strict=strict)
    findings = with_missing(missing, check_files(files, counts, tally, project.ignored_in), tally)
    reporting = Reporting(
        form=output.value,
        most=max_violations,
        baseline=baseline,
        write_baseline=write_baseline,
        to=output_file,
        statistics=statistics,
        exit_zero=exit_zero,
        quiet=quiet,
    )
    reporting.end(findings, files, tally, project)
