"""The command `python -m codegen audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codegen.audit.pages import UnknownPageError, audit
from codegen.audit.report import lines
from codegen.spec import Spec

Pages = Annotated[
    list[Path], typer.Argument(help="Pages of the documentation, as text or csv.", exists=True, dir_okay=False)
]
As = Annotated[
    str | None, typer.Option("--as", help="Which page of sources.yaml it is, where its first line does not say.")
]
ShowDecided = Annotated[bool, typer.Option("--decided", help="Also show the differences that the spec has decided.")]


def run(spec: Spec, pages: list[Path], stated: str | None, *, decided: bool) -> None:
    """Prints the report of all pages. Exit 1 where a difference is not decided, 2 where a page is not known."""
    try:
        reports = [audit(spec, page, stated) for page in pages]
    except UnknownPageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    for line in lines(reports, decided=decided):
        typer.echo(line)
    statements = sum(report.count for report in reports)
    undecided = sum(len(report.open) for report in reports)
    typer.echo(f"{len(reports)} pages, {statements} statements read, {undecided or 'nothing'} undecided")
    if undecided:
        typer.echo("Change the spec, or record what was decided: `covers` of a decision, `judged` of a page", err=True)
        raise typer.Exit(1)
