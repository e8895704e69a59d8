"""`python -m codegen sync`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from codegen.new_model import NewModelError
from codegen.spec import Spec, SpecError
from codegen.sync.asking import NoAnswerError, ask
from codegen.sync.compare import Rule, changes
from codegen.sync.report import lines, told
from codegen.sync.writing import write

Urls = Annotated[
    list[str] | None,
    typer.Option("--url", help="Ask here instead: an address for all hosts, or HOST=ADDRESS as platform.yaml has it."),
]
Like = Annotated[
    list[str] | None,
    typer.Option(
        "--like", help="NAME*=MODEL: a new model of such a name goes into the group of MODEL. First fit wins."
    ),
]
Write = Annotated[
    bool,
    typer.Option(
        "--write",
        help="Write what the list says into the spec: new models, unverified, beside the model of a --like rule or the "
        "one whose name begins most like theirs; limits, prices and vision that the spec lacks or has from an "
        "earlier page.",
    ),
]
Day = Annotated[
    datetime.datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="The day of the list. Left out: today, in UTC."),
]


def run(
    spec: Spec,
    folder: Path,
    root: Path,
    urls: list[str],
    like: list[str],
    *,
    writing: bool,
    day: datetime.datetime | None = None,
) -> None:
    """Prints where the platform and the spec differ. Exit 1 where it cannot be asked or the spec not be written."""
    rules = [_rule(text) for text in like]
    try:
        answer = ask(root, _hosts(spec, urls))
        found = list(changes(spec, answer))
        for line in lines(answer, found):
            typer.echo(line)
        if writing:
            when = day or datetime.datetime.now(datetime.timezone.utc)
            written = write(folder, spec, answer, rules, when.date())
            for line in told(written, [change.name for change in found if change.kind == "new"]):
                typer.echo(line)
    except (NoAnswerError, NewModelError, SpecError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if answer.errors:
        raise typer.Exit(1)


def _rule(text: str) -> Rule:
    pattern, found, model = text.rpartition("=")
    if not (pattern and found and model):
        raise typer.BadParameter(
            f"{text!r}: expected NAME*=MODEL, a pattern and a model of the spec", param_hint="--like"
        )
    return Rule(pattern=pattern, model=model)


def _hosts(spec: Spec, urls: list[str]) -> dict[str, str]:
    """The environment variables that point a client at addresses."""
    found: dict[str, str] = {}
    for text in urls:
        name, stated, url = text.partition("=")
        if stated and name in spec.platform.hosts:
            found[spec.platform.hosts[name].setting] = url
        elif "://" in text:
            found |= {host.setting: text for host in spec.platform.hosts.values()}
        else:
            raise typer.BadParameter(f"{text!r}: expected an address, or one of {', '.join(spec.platform.hosts)}=…")
    return found
