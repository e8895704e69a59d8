"""The commands `diff` and `changes`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codegen.diff.change import MARKS, Change, Mark
from codegen.diff.compare import compare
from codegen.diff.report import Format, changelog, report
from codegen.diff.revisions import RevisionError, last_release, spec_of

Old = Annotated[str, typer.Argument(metavar="OLD", help="A git revision, or a folder with a spec.")]
New = Annotated[str | None, typer.Argument(metavar="[NEW]", help="The same. Left out: the files as they stand.")]
Form = Annotated[Format, typer.Option("--format", help="How to say it.")]
FailOn = Annotated[
    Mark | None, typer.Option("--fail-on", help="Exit 1 if a change has this mark or a worse one.", show_default=False)
]


def diff(folder: Path, old: str, new: str | None, form: Format, fail_on: Mark | None) -> None:
    """Prints what changed between two specs."""
    changes = _compare(folder, old, str(folder) if new is None else new)
    text = report(changes, form)
    if text:
        typer.echo(text)
    if fail_on is not None and any(MARKS.index(change.mark) <= MARKS.index(fail_on) for change in changes):
        raise typer.Exit(1)


def changes(folder: Path) -> None:
    """Prints what changed since the last release, and a draft of the changelog's section."""
    try:
        base = last_release(folder.parent)
    except RevisionError as error:
        raise _told(error) from None
    found = _compare(folder, base, str(folder))
    if not found:
        typer.echo(f"the spec says what it said at {base}")
        return
    typer.echo(f"since {base}:\n\n{report(found, 'text')}\n\na draft for CHANGELOG.md:\n\n{changelog(found)}")


def _compare(folder: Path, old: str, new: str) -> list[Change]:
    try:
        return compare(spec_of(old, folder.parent), spec_of(new, folder.parent))
    except RevisionError as error:
        raise _told(error) from None


def _told(error: RevisionError) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(2)
