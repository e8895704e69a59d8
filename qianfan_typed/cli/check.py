"""`qianfan-typed check`: the rules on Python source. Needs the extra `cli`."""

from __future__ import annotations

from typing import Annotated

import typer

from qianfan_typed.cli.fixing import end_with_diff, write_fixes
from qianfan_typed.cli.options import CheckOptions, checking_command
from qianfan_typed.cli.reporting import report
from qianfan_typed.cli.selection import chosen, chosen_filter, exclusion, find_project, with_missing


@checking_command
def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders and patterns; - is standard input. Left out: source of pyproject.toml."),
    ] = None,
    *,
    options: CheckOptions,
) -> None:
    """Checks the requests in Python source and notebooks, without running them.

    Arguments of calls on clients, on handles, on the documents' classes, to the platform's address and of validate are
    held against the rules as far as the source shows them; what only the running code decides is left out. A comment
    "# qianfan: ignore" switches violations off on its line; with codes in square brackets, those alone.

    Exit code 0: all valid. 1: violations. 2: something cannot be read or is not Python; the rest is checked all the
    same.
    """
    # The rules take a moment to load: not for `--help`.
    from qianfan_typed.python_source.fixes.file_fixes import fixed_files
    from qianfan_typed.python_source.module_check import check_files
    from qianfan_typed.python_source.sources.python_files import python_files
    from qianfan_typed.reports.findings import Tally

    project = find_project()
    files, missing = python_files(chosen(paths, project, "source"), exclusion(project, options.exclude))
    counts, strict = chosen_filter(project, options)
    if options.diff:
        end_with_diff(fixed_files(files, counts, project.ignored_in))
    if options.fix:
        write_fixes(fixed_files(files, counts, project.ignored_in))
    tally = Tally(thing="call", strict=strict)
    findings = with_missing(missing, check_files(files, counts, tally, project.ignored_in), tally)
    report(findings, files, tally, project, options)
