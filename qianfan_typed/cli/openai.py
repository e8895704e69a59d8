"""`qianfan-typed openai`: OpenAI's API over the platform, on a port. Needs the extras `cli` and `server`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from qianfan_typed.cli.connection import Connection

_MIB = 1024 * 1024


def openai(
    connection: Connection,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", help="The port. 0 picks a free one.", min=0, max=65535)] = 8001,
    api_key: Annotated[
        str | None,
        typer.Option(
            envvar="QIANFAN_TYPED_OPENAI_KEY",
            help="The key that clients have to send. Left out: any. Others may see it on a command line, not in the "
            "variable.",
            metavar="KEY",
        ),
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="A name that programs ask for, and the model that it stands for; * is every unknown name. May be "
            "repeated.",
            metavar="NAME=MODEL",
        ),
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave out what a model does not take, and say so in a header.")
    ] = False,
    cors: Annotated[
        list[str] | None,
        typer.Option(help="A site whose pages may call, as https://app.example. May be repeated.", metavar="ORIGIN"),
    ] = None,
    max_body: Annotated[int, typer.Option(help="MiB that a request has at the most.", min=1, metavar="MIB")] = 64,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Go on in the background, and say how to stop it.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the one in the background that has this port.")] = False,
) -> None:
    """Serves OpenAI's API over the platform, for programs that were made for it.

    Chat, completions, embeddings, images, responses and models under /v1, by the models of V2 and of V1; the explorer
    with the live log of requests at /. What a model does not take is refused in OpenAI's words. Ctrl-C ends it.
    """
    if stop:
        from qianfan_typed.cli import background

        background.stop(port)
        return
    from qianfan_typed.cli.openai_service import Order, serve

    order = Order(
        host=host,
        port=port,
        api_key=api_key,
        aliases=_aliases(mapped or ()),
        lenient=lenient,
        origins=list(cors or ()),
        max_body=max_body * _MIB,
        given=dict(connection.given),
    )
    connection.settings()  # What is wrong with the keys is said before anything listens.
    if detach:
        from qianfan_typed.cli import background

        background.start(order)
    else:
        serve(order)


def _aliases(given: Sequence[str]) -> dict[str, str]:
    """The names of `--map`. Raises ConfigurationError."""
    found: dict[str, str] = {}
    for one in given:
        name, _, model = (part.strip() for part in one.partition("="))
        if not (name and model):
            from qianfan_typed.errors import ConfigurationError

            message = f"--map {one}: write it as gpt-4o=ernie-4.5-turbo-128k"
            raise ConfigurationError(message=message, setting="map")
        found[name] = model
    return found
