"""`qianfan-typed validate`: the rules on files of requests. Needs the extra `cli`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qianfan_typed.checking.findings import Finding, Shown, Tally
    from qianfan_typed.checking.progress import Bar
    from qianfan_typed.checking.readers import Source
    from qianfan_typed.checking.settings import Project


class Output(str, Enum):
    """How violations are printed."""

    text = "text"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    github = "github"


class Least(str, Enum):
    """The least level that counts."""

    error = "error"
    warning = "warning"


def validate(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders and patterns; - is standard input. Left out: paths of pyproject.toml."),
    ] = None,
    api: Annotated[
        str | None, typer.Option(help="The operation of requests that do not say it: v1.chat, v2.embedding, …")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model of requests that do not name one.")] = None,
    output: Annotated[Output, typer.Option("--format", help="How to print violations.")] = Output.text,
    level: Annotated[
        Least | None,
        typer.Option(help="error leaves warnings out.", show_default="warning, or what pyproject.toml says"),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="A rule or code to leave out. May be repeated.")] = None,
    max_violations: Annotated[
        int | None, typer.Option(help="How many violations to print. All of them count.", min=0)
    ] = None,
    jobs: Annotated[
        int, typer.Option(help="How many processes. 0: one for each core, where there is enough to do.", min=0)
    ] = 0,
) -> None:
    """Checks files of requests against the documented rules of each model.

    Reads JSON, JSON Lines and YAML. A document is a request body, a line of a batch file (custom_id, method, url,
    body), or an object with api, payload and perhaps model.

    Exit code 0: all valid. 1: violations. 2: something cannot be read or understood; the rest is checked all the same.
    """
    # The rules take a moment to load: not for `--help`.
    from qianfan_typed.checking.findings import Tally

    project = _project()
    sources, missing = _sources(project, files or list(project.settings.paths), api, model)
    shown = project.settings.shown(None if level is None else level.value, ignore or ())
    tally = Tally(unread=len(missing))
    _check(sources, shown, tally, output, max_violations, jobs)
    for problem in missing:
        _say(problem)
    _say(_summary(tally))
    raise typer.Exit(tally.exit_code)


def _project() -> Project:
    from pathlib import Path

    from qianfan_typed.checking.settings import SettingsError, find_project

    try:
        return find_project(Path.cwd())
    except SettingsError as error:
        _give_up(str(error))


def _sources(project: Project, paths: list[str], api: str | None, model: str | None) -> tuple[list[Source], list[str]]:
    """The files to check, and why paths lead to none."""
    from qianfan_api.validation import operation_name
    from qianfan_typed.checking.files import NothingThere, find
    from qianfan_typed.checking.readers import STDIN, SUFFIXES, Source

    if not paths:
        _give_up("nothing to check: name files, folders or -, or set paths in [tool.qianfan-typed] of pyproject.toml")
    try:
        api = None if api is None else operation_name(api)
    except ValueError as error:
        _give_up(f"--{error}")
    found = list(find(paths, SUFFIXES))
    files = [file for file in found if not isinstance(file, NothingThere)]
    sources = [
        Source(file=STDIN, api=api, model=model)
        if file == STDIN
        else Source(file=file, api=api or project.api_of(file), model=model or project.model_of(file))
        for file in files
    ]
    return sources, [str(file) for file in found if isinstance(file, NothingThere)]


def _check(sources: list[Source], shown: Shown, tally: Tally, output: Output, most: int | None, jobs: int) -> None:
    import sys

    from qianfan_typed.checking import formats
    from qianfan_typed.checking.progress import Bar
    from qianfan_typed.checking.run import check_sources, total_size

    out = _output()
    with Bar(sys.stderr, total_size(sources)) as bar:
        findings = check_sources(sources, shown, tally, jobs=jobs, tick=bar.tick)
        formats.write(_making_way(findings, bar), output.value, out, tally, most=most)
    out.flush()


def _output() -> TextIO:
    """Standard output. Reports are UTF-8 whatever the machine's encoding; a terminal shows what it can."""
    import io
    import sys

    out: TextIO = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding=None if out.isatty() else "utf-8", errors="backslashreplace")
    return sys.stdout


def _making_way(findings: Iterable[Finding], bar: Bar) -> Iterator[Finding]:
    for finding in findings:
        bar.clear()
        yield finding


def _summary(tally: Tally) -> str:
    found = "all valid" if tally.checked else "nothing was checked"
    if tally.invalid:
        kinds = [_count(number, thing) for number, thing in _kinds(tally) if number]
        found = f"{tally.invalid:,} invalid ({' and '.join(kinds)})"
    hidden = f"; {_count(tally.hidden, 'violation')} not shown" if tally.hidden else ""
    unread = f"; {_count(tally.unread, 'problem')} kept something from being checked" if tally.unread else ""
    return f"{_count(tally.checked, tally.thing)} in {_count(tally.files, 'file')}: {found}{hidden}{unread}"


def _kinds(tally: Tally) -> list[tuple[int, str]]:
    return [(tally.errors, "error"), (tally.warnings, "warning")]


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _say(words: str) -> None:
    import sys

    print(f"qianfan-typed: {words}", file=sys.stderr)


def _give_up(words: str) -> NoReturn:
    _say(words)
    raise typer.Exit(2)
