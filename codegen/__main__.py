"""`python -m codegen`: generates the package from the spec, or checks that it is up to date."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from codegen import stale as stale_facts
from codegen.audit import command as audit_command
from codegen.diff import command as diff_command
from codegen.new_model import NewModel
from codegen.new_model import command as new_model_command
from codegen.output import differences, write
from codegen.render import ROOT, render
from codegen.spec import Spec, SpecError, load
from codegen.sync import command as sync_command
from codegen.watch import Watcher
from codegen.watch import watch as watch_files

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


@app.command()
def diff(
    old: diff_command.Old,
    new: diff_command.New = None,
    spec: SpecFolder = ROOT / "spec",
    form: diff_command.Form = "text",
    fail_on: diff_command.FailOn = None,
) -> None:
    """Say what changed between two specs, by what they mean. Git revisions or folders."""
    diff_command.diff(spec.resolve(), old, new, form, fail_on)


@app.command()
def changes(spec: SpecFolder = ROOT / "spec") -> None:
    """Say what changed since the last tag, and draft the changelog's section."""
    diff_command.changes(spec.resolve())


@app.command()
def new_model(
    name: new_model_command.Name,
    like: new_model_command.Like,
    path: new_model_command.ServicePath = None,
    api: new_model_command.Api = None,
    alias: new_model_command.Aliases = None,
    limit: new_model_command.Limits = None,
    source: new_model_command.SourcePage = None,
    unverified: new_model_command.Unverified = False,
    spec: SpecFolder = ROOT / "spec",
) -> None:
    """Add a model to the spec, beside one whose parameters it takes. No other line changes."""
    new_model_command.run(
        spec.resolve(),
        NewModel(
            name=name,
            like=like,
            path=path,
            api=api,
            aliases=alias or [],
            limits=new_model_command.numbers(limit or []),
            source=source,
            unverified=unverified,
        ),
    )


@app.command()
def watch(
    spec: SpecFolder = ROOT / "spec",
    out: OutFolder = ROOT / "generated",
    every: Annotated[float, typer.Option(help="Seconds between two looks.")] = 0.3,
) -> None:
    """Generate whenever the spec, a template or a support module changes, and say what that changes. Ctrl-C ends."""
    typer.echo(f"watching {spec.name}/, codegen/templates/ and codegen/support/; Ctrl-C ends")
    watch_files(Watcher(spec.resolve(), out.resolve()), typer.echo, every)


@app.command()
def audit(
    pages: audit_command.Pages,
    spec: SpecFolder = ROOT / "spec",
    stated: audit_command.As = None,
    decided: audit_command.ShowDecided = False,
) -> None:
    """Hold pages of the platform's documentation against the spec. Exit 1 on a difference that nobody decided."""
    audit_command.run(_load(spec), pages, stated, decided=decided)


@app.command()
def sync(
    spec: SpecFolder = ROOT / "spec",
    url: sync_command.Urls = None,
    like: sync_command.Like = None,
    write: sync_command.Write = False,
    day: sync_command.Day = None,
) -> None:
    """Ask the platform for its models, and say which the spec lacks, which are gone, and what it says of them."""
    sync_command.run(_load(spec), spec.resolve(), ROOT, url or [], like or [], writing=write, day=day)


@app.command()
def stale(
    spec: SpecFolder = ROOT / "spec",
    older_than: stale_facts.Than = 0,
    json: stale_facts.AsJson = False,
    day: stale_facts.Day = None,
) -> None:
    """List facts by the age of their page, and models that no living page names. Exit 1 if a page is --older-than."""
    stale_facts.run(_load(spec), older_than, as_json=json, day=day)


def main() -> None:
    """Runs a command. What a console cannot show is written as an escape: it would end the run otherwise."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
