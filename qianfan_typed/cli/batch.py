"""`qianfan-typed batch`: the requests of a file, answered into another. Needs the extra `cli`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qianfan_typed.cli.commands import platform_command
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.outcome import REFUSED, STOPPED
from qianfan_typed.cli.terminal import say

if TYPE_CHECKING:
    from qianfan_typed.batch.engine import Engine
    from qianfan_typed.batch.run import BatchOrder

app: typer.Typer = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
_PANEL = "What makes requests"
_RAY = "On a cluster"


def run(
    connection: Connection,
    paths: Annotated[
        list[str],
        typer.Argument(
            help="The input, then the output. The input: files, folders, patterns, or - for standard input.",
            metavar="IN... OUT",
        ),
    ],
    api: Annotated[str, typer.Option(help="The operation of requests that do not say it.")] = "v2.chat",
    model: Annotated[str | None, typer.Option("--model", "-m", help="The model of requests that name none.")] = None,
    said: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="A parameter of requests that do not say it. May be repeated.", metavar="NAME=VALUE"
        ),
    ] = None,
    messages_from: Annotated[
        str | None,
        typer.Option(help="The column that is the user's message.", metavar="COLUMN", rich_help_panel=_PANEL),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", help="A parameter and the column that is it.", metavar="NAME=COLUMN", rich_help_panel=_PANEL
        ),
    ] = None,
    id_from: Annotated[
        str | None,
        typer.Option(help="The column that is the custom_id.", metavar="COLUMN", rich_help_panel=_PANEL),
    ] = None,
    system: Annotated[
        str | None, typer.Option(help="The system message of requests without one.", rich_help_panel=_PANEL)
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(help="A Jinja template of the user's message.", metavar="FILE", rich_help_panel=_PANEL),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", "-w", help="Calls at once.", min=1)] = 16,
    resume: Annotated[bool, typer.Option("--resume", help="Go on, and fail where nothing was begun.")] = False,
    only_failed: Annotated[bool, typer.Option("--only-failed", help="Send again what failed, and no more.")] = False,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Leave out what breaks rules, instead of sending nothing.")
    ] = False,
    limit_rpm: Annotated[float | None, typer.Option(help="Requests a minute at most.", min=0.001)] = None,
    limit_tpm: Annotated[float | None, typer.Option(help="Tokens a minute at most.", min=1)] = None,
    attempts: Annotated[int | None, typer.Option(help="How often a request is sent at most.", min=1)] = None,
    deadline: Annotated[float | None, typer.Option(help="Seconds that a call may take.", min=0.001)] = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="Have the platform's own batches answer: hours later, and cheaper.")
    ] = False,
    window: Annotated[str, typer.Option(help="How long they may take: 1h to 672h.", metavar="HOURS")] = "24h",
    interval: Annotated[float, typer.Option(help="Seconds between two questions how far they are.", min=0.0)] = 30.0,
    engine: Annotated[
        str,
        typer.Option(help="Who makes the calls: local, or ray, a cluster.", metavar="local|ray", rich_help_panel=_RAY),
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(
            help="The cluster: auto is the one that is there. Left out: one is begun here.", rich_help_panel=_RAY
        ),
    ] = None,
    actors: Annotated[
        int | None,
        typer.Option(help="Processes that share --workers. Left out: one a CPU.", min=1, rich_help_panel=_RAY),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check, say what it would cost, and send nothing.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write a report of HTML too.", metavar="FILE", show_default=False)
    ] = None,
) -> None:
    """Answers every request of the input into the output: a line for each, whatever happens in between.

    What is counted is on the disk. Killed at any moment, the same command goes on where it was. Ctrl-C finishes what is
    under way; a second one stops now.

    Exit code 1: requests failed, or break rules.
    """
    from qianfan_typed.batch.run import BatchOrder
    from qianfan_typed.cli.batch_cluster import engine_of, placed

    _require_both(paths)
    with placed(paths[:-1], paths[-1], engine, writes=not dry_run) as (inputs, output):
        order = BatchOrder(
            inputs=inputs,
            output=output,
            api=api,
            model=model,
            parameters=_parameters(api, said),
            messages_from=messages_from,
            columns=_pairs("--column", columns),
            id_from=id_from,
            system=system,
            template=template,
            workers=workers,
            resume=resume,
            only_failed=only_failed,
            skip_invalid=skip_invalid,
            deadline=deadline,
            remote=remote,
            window=window,
            interval=interval,
        )
        if dry_run:
            from qianfan_typed.cli.batch_plan import print_plan

            print_plan(order)
            return
        given = _given(connection, limit_rpm, limit_tpm, attempts)
        _run(order, given, engine_of(engine, address, actors, remote=remote, given=given), report)


def _run(order: BatchOrder, given: Mapping[str, object], engine: Callable[..., Engine], report: Path | None) -> None:
    from qianfan_typed.batch.blocking import INTERRUPTED, run_blocking
    from qianfan_typed.batch.run import BatchRun, StoppedEarly
    from qianfan_typed.cli.batch_progress import BatchBar
    from qianfan_typed.config import load

    with BatchBar() as bar:
        one = BatchRun(order, on_progress=bar.show, on_reading=bar.read, engine=engine)
        try:
            came = run_blocking(one, load(None, **given), workers=order.workers, on_interrupt=bar.interrupted)
        except StoppedEarly:
            raise KeyboardInterrupt from None
    print(came)
    if report is not None:
        from qianfan_typed.batch.pages import write_page

        write_page(came, report)
    if came.stopped is not None:
        say(f"stopped: {came.stopped}; {came.pending:,} are left: the same command goes on with them")
        raise SystemExit(STOPPED if came.stopped == INTERRUPTED else REFUSED)
    if came.summary.failed:
        say("the same command with --only-failed sends again what failed")
    if came.summary.failed or came.summary.invalid:
        raise SystemExit(REFUSED)


def _require_both(paths: list[str]) -> None:
    from qianfan_typed.errors import ConfigurationError

    if len(paths) < 2:
        raise ConfigurationError(message=f"{paths[0]}: say the input, then the output", setting="output")


def _parameters(api: str, said: list[str] | None) -> dict[str, object]:
    from qianfan_typed.cli.parameters import Given
    from qianfan_typed.facts.facts_file import facts

    pairs = _pairs("--set", said)
    # Of an operation that there is not, the order says so.
    return Given(pairs).of(api) if api in facts().operations else dict[str, object](pairs)


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    from qianfan_typed.errors import ConfigurationError

    found: dict[str, str] = {}
    for one in given or ():
        name, mark, value = one.partition("=")
        if not (name and mark):
            raise ConfigurationError(message=f"{option} {one}: say a name, = and what it is", setting=option)
        found[name] = value
    return found


def _given(
    connection: Connection, limit_rpm: float | None, limit_tpm: float | None, attempts: int | None
) -> dict[str, object]:
    """The client's arguments. With limits in any case: then a 429 holds up all calls of its model, not one by one."""
    import attrs

    from qianfan_typed.config import load
    from qianfan_typed.limits import Limits

    given: dict[str, object] = {**connection.given}
    if attempts is not None:
        given["max_attempts"] = attempts
    limits = load(None, **given).limits or Limits()
    if limit_rpm is not None:
        limits = attrs.evolve(limits, rpm=limit_rpm)
    if limit_tpm is not None:
        limits = attrs.evolve(limits, tpm=limit_tpm)
    return {**given, "limits": limits}


def status(
    output: Annotated[Path, typer.Argument(help="The output of a batch.", metavar="OUT")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Says how far a batch is: what is done, what failed, and whether somebody works on it."""
    from qianfan_typed.cli.batch_views import print_status

    print_status(output, as_json=as_json)


def failed(
    output: Annotated[Path, typer.Argument(help="The output of a batch.", metavar="OUT")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows, a line of JSON each.")] = False,
) -> None:
    """Lists what failed and what breaks rules: the id, the error and what it says."""
    from qianfan_typed.cli.batch_views import print_failed

    print_failed(output, as_json=as_json)


def cancel(
    connection: Connection, output: Annotated[Path, typer.Argument(help="The output of a batch.", metavar="OUT")]
) -> None:
    """Tells the run of an output to finish what is under way and end, and the platform's batches to stop."""
    from qianfan_typed.cli.batch_views import cancel_run

    cancel_run(connection, output)


def export(
    output: Annotated[Path, typer.Argument(help="The output of a batch.", metavar="OUT")],
    target: Annotated[Path, typer.Argument(help="Where to: .jsonl, .csv or .parquet.", metavar="FILE")],
) -> None:
    """Writes the rows to another file, in the order of the input."""
    from qianfan_typed.cli.batch_views import export_rows

    export_rows(output, target)


@app.callback()
def batch() -> None:
    """Answers the requests of a file into another: nothing is lost or done twice."""


app.command("run")(platform_command(run))
app.command("status")(platform_command(status))
app.command("failed")(platform_command(failed))
app.command("cancel")(platform_command(cancel))
app.command("export")(platform_command(export))
