"""`qianfan-typed check`: the rules on Python source. Needs the extra `cli`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class Output(str, Enum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"


class Least(str, Enum):
    """The least level that counts."""

    error = "error"
    warning = "warning"


def check(
    paths: Annotated[list[str], typer.Argument(help="Files, folders and patterns.")],
    output: Annotated[Output, typer.Option("--format", help="How to print what is found.")] = Output.text,
    level: Annotated[Least, typer.Option(help="error leaves warnings out.")] = Least.warning,
    ignore: Annotated[list[str] | None, typer.Option(help="A rule or code to leave out. May be repeated.")] = None,
) -> None:
    """Checks the requests in Python source, without running it.

    Literal arguments of calls on clients, on handles, on the documents' classes and of validate are held against the
    rules; what only the running code decides is left out. A comment "# qianfan: ignore" switches findings off on its
    line; with codes in square brackets, those alone.

    Exit code 0: nothing was found. 1: something was. 2: a file cannot be read or is not Python; the others are checked.
    """
    # The rules take a moment to load: not for `--help`.
    from qianfan_typed.checking.findings import Shown
    from qianfan_typed.checking.source.report import check_paths, write

    report = check_paths(paths, Shown(level.value, frozenset(ignore or ())))
    write(report, output.value)
    raise typer.Exit(report.exit_code)
