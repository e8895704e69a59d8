"""`qianfan-typed token`: tokens made from keys, and which key serves what. Needs the extra `cli`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from qianfan_typed.cli.callees import Dialect
from qianfan_typed.cli.commands import platform_command
from qianfan_typed.cli.connection import Connection

app: typer.Typer = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


def create(
    connection: Connection,
    api: Annotated[
        Dialect | None,
        typer.Option("--api", help="v2: a bearer token from IAM keys; v1: an access token from an application's."),
    ] = None,
    expires: Annotated[
        int | None, typer.Option("--expires", help="Seconds that a bearer token is to last.", min=1, metavar="SECONDS")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: the token, and how long it lasts.")] = False,
) -> None:
    """Makes a token from your keys and prints it, whole: whoever has it can call at your cost."""
    from qianfan_typed.cli.credentials import make_token

    grant = make_token(connection, v1=None if api is None else api is Dialect.v1, expires=expires)
    if as_json:
        print(json.dumps({"token": grant.token, "seconds": grant.lifetime}))
    else:
        print(grant.token)


def show(connection: Connection) -> None:
    """Shows the keys and tokens at hand, masked: where each comes from, and what it serves."""
    from qianfan_typed.cli.credentials import found_keys
    from qianfan_typed.cli.tables import Column, print_table

    connection.settings()
    columns = (Column("key", last_to_go=True), Column("value"), Column("serves"), Column("from", folds=True))
    print_table(columns, [[key.name, key.shown, key.serves, key.origin] for key in found_keys(connection)])


@app.callback()
def token() -> None:
    """Makes tokens from keys, and shows which keys are at hand."""


app.command("create")(platform_command(create))
app.command("show")(platform_command(show))
