"""`qianfan-typed emulator`: the platform on a port of this machine. Needs the extras `cli` and `server`."""

from __future__ import annotations

import errno
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qianfan_typed.cli.terminal import give_up

if TYPE_CHECKING:
    from qianfan_typed.emulator import Emulator

_WINDOWS = sys.platform == "win32"
_HEARTBEAT = 1.0 if _WINDOWS else None
"""Seconds. Windows hands a signal over only when the main thread runs."""


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
    vary: Annotated[
        int | None, typer.Option(help="A seed: replies take turns in the forms that the platform's samples show.")
    ] = None,
) -> None:
    """Serves the platform on a port of this machine, for tests and work without a network.

    Every operation of V1 and V2, OAuth access tokens, IAM signatures and bearer tokens; at / a page of models, rules
    and the requests that came. Keys that are not given are fixed test values, printed at the start. Ctrl-C ends it.
    """
    try:
        from qianfan_typed.emulator import Emulator, Keys
    except ModuleNotFoundError as error:
        give_up(str(error))
    given = {"access_key": access_key, "secret_key": secret_key, "ak": ak, "sk": sk, "bearer_token": bearer_token}
    keys = Keys(**{name: value for name, value in given.items() if value})
    told = until_told()
    running = Emulator(host, port, keys=keys, latency=latency / 1000, vary=vary)
    try:
        running.start()
    except OSError as error:
        give_up(why_not(host, port, error))
    with running:
        _announce(running)
        wait_for(told)


def wait_for(told: threading.Event) -> None:
    """Waits until an event is set."""
    while not told.wait(_HEARTBEAT):
        pass


def until_told() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)
    return stop


def why_not(host: str, port: int, error: OSError) -> str:
    """Why nobody can listen there."""
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
    console.print(
        f"\n# models, rules, a playground and the requests that come: {running.url}/", style="dim", markup=False
    )


def _variables(console: Console, title: str, variables: Mapping[str, str]) -> None:
    console.print(f"\n# {title}", style="dim", markup=False)
    for line in _assignments(variables):
        console.print(line, markup=False)


def _assignments(variables: Mapping[str, str]) -> Iterator[str]:
    """How a shell sets variables. On Windows the two have nothing in common: cmd, and PowerShell below it."""
    for name, value in variables.items():
        yield f'set "{name}={value}"' if _WINDOWS else f"export {name}={shlex.quote(value)}"
    for name, value in variables.items() if _WINDOWS else ():
        doubled = value.replace("'", "''")
        yield f"$env:{name} = '{doubled}'"
