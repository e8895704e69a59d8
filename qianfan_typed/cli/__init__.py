"""The command line: `qianfan-typed`. Needs the extra `cli`."""

from __future__ import annotations

import errno
import shlex
import signal
import sys
import threading
from enum import Enum
from types import FrameType
from typing import TYPE_CHECKING, Annotated

from qianfan_typed.cli.terminal import give_up

_HEARTBEAT = 1.0 if sys.platform == "win32" else None
"""Seconds. Windows hands a signal over only when the main thread runs."""

try:
    import typer
    from rich.console import Console

    from qianfan_typed.cli.check import check as _check
    from qianfan_typed.cli.validate import validate as _validate
except ModuleNotFoundError as _missing:
    give_up(f'the command line needs {_missing.name}: pip install "qianfan-typed[cli]"')

if TYPE_CHECKING:
    from qianfan_typed.emulator import Emulator

app: typer.Typer = typer.Typer(
    name="qianfan-typed", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

app.command("validate")(_validate)
app.command("check")(_check)


def main() -> None:
    """Runs the command line. The entry point `qianfan-typed`."""
    app()


@app.callback()
def about() -> None:
    """A typed client for Baidu's Qianfan platform, and an emulator of it."""


@app.command()
def emulator(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port. 0 picks a free one.", min=0, max=65535)] = 8437,
    access_key: Annotated[str | None, typer.Option(help="The IAM access key to accept.")] = None,
    secret_key: Annotated[str | None, typer.Option(help="The IAM secret key to accept.")] = None,
    ak: Annotated[str | None, typer.Option(help="The application's API key to accept, for OAuth.")] = None,
    sk: Annotated[str | None, typer.Option(help="The application's secret key to accept, for OAuth.")] = None,
    bearer_token: Annotated[str | None, typer.Option(help="The bearer token to accept that never expires.")] = None,
    latency: Annotated[
        float, typer.Option(help="Milliseconds before each reply, and between the chunks of a stream.", min=0)
    ] = 0,
) -> None:
    """Serves the platform on a port of this machine, for tests and work without a network.

    V1 and V2 chat, OAuth access tokens, IAM signatures and bearer tokens. Keys that are not given are fixed test
    values, printed at the start. Ctrl-C ends it.
    """
    try:
        from qianfan_typed.emulator import Emulator, Keys
    except ModuleNotFoundError as error:
        give_up(str(error))
    given = {"access_key": access_key, "secret_key": secret_key, "ak": ak, "sk": sk, "bearer_token": bearer_token}
    keys = Keys(**{name: value for name, value in given.items() if value})
    told = _until_told()
    running = Emulator(host, port, keys=keys, latency=latency / 1000)
    try:
        running.start()
    except OSError as error:
        give_up(_why_not(host, port, error))
    with running:
        _announce(running)
        while not told.wait(_HEARTBEAT):
            pass


class Output(str, Enum):
    """How an explanation is printed."""

    text = "text"
    json = "json"


@app.command()
def schema(
    api: Annotated[str | None, typer.Argument(help="The operation: v1.chat, v2.embedding, …")] = None,
    model: Annotated[str | None, typer.Option(help="The model. Left out: what no model refuses.")] = None,
    openapi: Annotated[bool, typer.Option("--openapi", help="The OpenAPI document of every operation.")] = False,
) -> None:
    """Prints the JSON Schema of a request, for editors and other tools."""
    from qianfan_typed.cli.printed_facts import print_schema
    from qianfan_typed.facts.schemas import UnknownName

    try:
        print_schema(api, model, openapi=openapi)
    except UnknownName as error:
        give_up(str(error))


@app.command()
def explain(
    parameter: Annotated[str, typer.Argument(help="Operation and parameter: v1.chat.temperature.")],
    model: Annotated[str | None, typer.Option(help="What holds for this model.")] = None,
    all_models: Annotated[bool, typer.Option("--all-models", help="A table of every model.")] = False,
    output: Annotated[Output, typer.Option("--format", help="How to print it.")] = Output.text,
) -> None:
    """Says what a parameter means: its range, values and default, and the page that says so."""
    from qianfan_typed.cli.printed_facts import print_explanation
    from qianfan_typed.facts.schemas import UnknownName

    try:
        print_explanation(parameter, model, all_models=all_models, output=output.value)
    except UnknownName as error:
        give_up(str(error))


def _until_told() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)
    return stop


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with --port, or --port 0 for a free one"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def _announce(running: Emulator) -> None:
    """Says where it listens, and how to point a client at it."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"listening on {running.url}", markup=False)
    _variables(console, "IAM keys: V1 and V2", running.environment)
    _variables(console, "or an application's keys: V1", {"QIANFAN_AK": running.ak, "QIANFAN_SK": running.sk})
    _variables(console, "or a bearer token: V2", {"QIANFAN_BEARER_TOKEN": running.bearer_token})
    openai = {"OPENAI_BASE_URL": f"{running.url}/v2", "OPENAI_API_KEY": running.bearer_token}
    _variables(console, "clients made for OpenAI", openai)


def _variables(console: Console, title: str, variables: dict[str, str]) -> None:
    keyword = "set" if sys.platform == "win32" else "export"
    console.print(f"\n# {title}", style="dim", markup=False)
    for name, value in variables.items():
        console.print(f"{keyword} {name}={shlex.quote(value)}", markup=False)
