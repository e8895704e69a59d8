"""`qianfan-typed validate`: the rules on files of requests. Needs the extra `cli`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from qianfan_typed.cli.fixing import end_with_diff, write_fixes
from qianfan_typed.cli.options import CheckOptions, FormOption, checking_command
from qianfan_typed.cli.reporting import report
from qianfan_typed.cli.selection import chosen, chosen_filter, exclusion, find_project, with_missing
from qianfan_typed.cli.terminal import give_up

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from qianfan_typed.cli.progress import ProgressBar
    from qianfan_typed.payloads.units import PayloadFile
    from qianfan_typed.project.settings import Project
    from qianfan_typed.reports.findings import Finding


@checking_command
def validate(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders and patterns; - is standard input. Left out: paths of pyproject.toml."),
    ] = None,
    api: Annotated[
        str | None, typer.Option(help="The operation of requests that do not say it: v1.chat, v2.embedding, …")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model of requests that do not name one.")] = None,
    form: Annotated[
        FormOption | None,
        typer.Option(
            "--from", help="What the files are. Left out: as their names and beginnings say.", show_default=""
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(help="How many processes. 0: one for each core, where there is enough to do.", min=0)
    ] = 0,
    *,
    options: CheckOptions,
) -> None:
    """Checks files of requests against the documented rules of each model.

    Reads JSON, JSON Lines, YAML, Postman collections, HAR, VCR cassettes, .http files and curl commands, also packed as
    .gz or .zst. A document is a request body, a line of a batch file (custom_id, method, url, body), or an object with
    api, payload and perhaps model.

    Exit code 0: nothing is wrong. 1: violations. 2: something cannot be read or understood; the rest is checked all the
    same. Requests to unknown models and endpoints are held only against what holds for every model, and counted apart.
    """
    # The rules take a moment to load: not for `--help`.
    import attrs

    from qianfan_typed.cli.progress import ProgressBar
    from qianfan_typed.payloads.file_check import check_payload_files, total_size
    from qianfan_typed.payloads.fixing import fixed_files
    from qianfan_typed.payloads.units import SUFFIXES
    from qianfan_typed.project.paths import find, with_slashes
    from qianfan_typed.reports.findings import Tally

    project = find_project()
    paths = chosen(files, project, "paths")
    api = None if api is None else _operation(api)
    found, missing = find(paths, SUFFIXES, excluded=exclusion(project, options.exclude))
    sources = _sources(project, found, {with_slashes(path) for path in paths}, api, model)
    if form is not None:
        sources = [attrs.evolve(one, form=form.value) for one in sources]
    counts, strict = chosen_filter(project, options)
    if options.diff:
        end_with_diff(fixed_files(sources, counts))
    if options.fix:
        write_fixes(fixed_files(sources, counts))
    tally = Tally(strict=strict)
    with ProgressBar(sys.stderr, total_size(sources)) as bar:
        checked = check_payload_files(sources, counts, tally, jobs=jobs, tick=bar.tick)
        findings = _making_way(with_missing(missing, checked, tally), bar)
        report(findings, found, tally, project, options)


def _operation(name: str) -> str:
    from qianfan_api.validation import operation_name

    try:
        return operation_name(name)
    except ValueError as error:
        give_up(f"--{error}")


def _sources(
    project: Project, files: Sequence[str], named: Collection[str], api: str | None, model: str | None
) -> list[PayloadFile]:
    from qianfan_typed.payloads.units import STDIN, PayloadFile

    return [
        PayloadFile(file=STDIN, api=api, model=model, named=True)
        if file == STDIN
        else PayloadFile(
            file=file,
            api=api or project.api_of(file),
            model=model or project.model_of(file),
            ignore=project.ignored_in(file),
            named=file in named,
        )
        for file in files
    ]


def _making_way(findings: Iterable[Finding], bar: ProgressBar) -> Iterator[Finding]:
    # Where what is printed goes elsewhere, nothing is in the way.
    together = sys.stdout is not None and sys.stdout.isatty()
    for finding in findings:
        if together:
            bar.clear()
        yield finding
