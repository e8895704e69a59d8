"""`qianfan-typed schema`: the JSON Schema of requests. Needs the extra `cli`."""

from __future__ import annotations

from typing import Annotated

import typer

from qianfan_typed.cli.terminal import give_up


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
