"""The command `new-model`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codegen.new_model.hunk import NewModel, NewModelError, plan
from codegen.spec import SpecError

Name = Annotated[str, typer.Argument(help="The name that the platform gives it.")]
Like = Annotated[str, typer.Option("--like", help="A model that takes the same parameters.")]
ServicePath = Annotated[
    str | None, typer.Option("--path", help="V1: the path of its service. Left out: guessed, and marked so.")
]
Api = Annotated[str | None, typer.Option("--api", help="The operation, where several have the model it is like.")]
Aliases = Annotated[list[str] | None, typer.Option("--alias", help="Another name for it. May be given again.")]
Limits = Annotated[list[str] | None, typer.Option("--limit", help="A limit, as max_chars=24000. May be given again.")]
SourcePage = Annotated[
    str | None, typer.Option("--source", help="The page of sources.yaml that lists it. Left out: unverified.")
]
Unverified = Annotated[bool, typer.Option("--unverified", help="No page of the documentation lists it.")]


def run(folder: Path, model: NewModel) -> None:
    """Writes the hunk and shows it. Exit 1 where the model cannot be added."""
    try:
        hunk = plan(folder, model)
    except SpecError as error:
        raise _told(f"{error}\n{model.name} was not added") from None
    except NewModelError as error:
        raise _told(str(error)) from None
    hunk.file.write_bytes(hunk.content)
    typer.echo(f"{hunk.file.relative_to(folder.parent).as_posix()}:{hunk.line}, in {hunk.group}:")
    for line in hunk.lines:
        typer.echo(f"+{line}")
    for line in hunk.assumed:
        typer.echo(line)
    typer.echo("`make generate` carries it everywhere")


def numbers(limits: list[str]) -> dict[str, int]:
    """`max_chars=24000` as a name and a number."""
    found: dict[str, int] = {}
    for text in limits:
        name, _, value = text.partition("=")
        if not value.isdecimal():
            raise typer.BadParameter(f"{text!r}: expected a limit and a number, as max_chars=24000")
        found[name] = int(value)
    return found


def _told(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)
