"""`python -m codegen`: generates the package from the spec, or checks that it is up to date."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from codegen.output import differences, write
from codegen.render import ROOT, render
from codegen.spec import Spec, SpecError, load

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

SpecFolder = Annotated[Path, typer.Option("--spec", help="The folder of the spec.", file_okay=False)]
OutFolder = Annotated[Path, typer.Option("--out", help="The folder that is generated.", file_okay=False)]


def _load(folder: Path) -> Spec:
    try:
        return load(folder.resolve())
    except SpecError as error:
        typer.echo(str(error), err=True)
        count = len(error.problems)
        typer.echo(f"{count} problem{'s' if count > 1 else ''} in the spec; nothing was written", err=True)
        raise typer.Exit(1) from None


@app.command()
def generate(spec: SpecFolder = ROOT / "spec", out: OutFolder = ROOT / "generated") -> None:
    """Write everything that the spec gives, and remove what it does not."""
    start = time.perf_counter()
    files = render(_load(spec))
    changed = write(out, files)
    for path in changed:
        typer.echo(f"  {out.name}/{path}")
    what = f"{len(changed)} changed" if changed else "nothing changed"
    typer.echo(f"{len(files)} files from {spec.name}/, {what}, {time.perf_counter() - start:.1f} s")


@app.command()
def check(spec: SpecFolder = ROOT / "spec", out: OutFolder = ROOT / "generated") -> None:
    """Compare every byte and the set of files with what the spec gives. Exit 1 where they differ."""
    lines = list(differences(out, render(_load(spec))))
    for line in lines:
        typer.echo(line)
    if lines:
        typer.echo("generated/ is not what spec/ gives: run `make generate` and commit what it writes", err=True)
        raise typer.Exit(1)
    typer.echo("generated/ is what spec/ gives")


@app.command()
def lint(spec: SpecFolder = ROOT / "spec") -> None:
    """Read the spec and say everything that is wrong with it."""
    loaded = _load(spec)
    models = sum(len(group.models) for operation in loaded.operations for group in operation.groups.values())
    typer.echo(f"{len(loaded.operations)} operations, {models} models: nothing is wrong")


if __name__ == "__main__":
    app()
