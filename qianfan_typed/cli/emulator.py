"""`qianfan-typed emulator`: the platform on a port of this machine. Needs the extras `cli` and `server`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from typer.core import TyperCommand

from qianfan_typed.cli.listening import print_variables, until_told, wait_for, why_not
from qianfan_typed.cli.terminal import give_up

if TYPE_CHECKING:
    from qianfan_typed.emulator import Emulator


class EmulatorCommand(TyperCommand):
    """The command, whose help ends with what it serves."""

    @property
    def epilog(self) -> str:
        """The operations and their paths. They take a moment to load: only this help asks for them."""
        from qianfan_api.operations import OPERATIONS
        from qianfan_api.platform import ENDPOINTS

        tokens = [f"{name} tokens: {one.method} {one.path}" for name, one in ENDPOINTS.items()]
        served = [
            f"{name}: {one.method} {' or '.join((one.path, *one.also))}" for name, one in sorted(OPERATIONS.items())
        ]
        return "\n".join(["\b", "It serves", *tokens, *served])

    @epilog.setter
    def epilog(self, words: str | None) -> None:
        """There are no others."""


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


def _announce(running: Emulator) -> None:
    """Says where it listens, and how to point a client at it."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"listening on {running.url}", markup=False)
    print_variables(console, "IAM keys: V1 and V2", running.environment)
    print_variables(console, "or an application's keys: V1", {"QIANFAN_AK": running.ak, "QIANFAN_SK": running.sk})
    print_variables(console, "or a bearer token: V2", {"QIANFAN_BEARER_TOKEN": running.bearer_token})
    openai = {"OPENAI_BASE_URL": f"{running.url}/v2", "OPENAI_API_KEY": running.bearer_token}
    print_variables(console, "clients made for OpenAI", openai)
    console.print(
        f"\n# models, rules, a playground and the requests that come: {running.url}/", style="dim", markup=False
    )
