"""`qianfan-typed search`: what the platform's engine finds. Needs the extra `cli`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qianfan_typed.cli.callees import ListModels
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

API = "v2.ai_search.web_search"


def search(
    connection: Connection,
    parameters: Given,
    query: Annotated[str | None, typer.Argument(help="What to look for. Left out: what is piped in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The platform's reply as JSON.")] = False,
    list_model: ListModels = False,
) -> None:
    """Searches the web (V2).

    Piped, a line for each result, with tabs between the cells.
    """
    if list_model:
        from qianfan_typed.cli.terminal import say

        say("search asks no model; those of chat that search the web: qianfan-typed models --takes web_search")
        return
    from qianfan_api.handles import OpenRequest, Options, Target
    from qianfan_api.messages import user
    from qianfan_api.operations import OPERATIONS
    from qianfan_typed.cli.answer_view import harmless
    from qianfan_typed.cli.tables import Column, print_table
    from qianfan_typed.cli.texts import one_text

    words = one_text(query, "what to look for")
    request = OpenRequest({"messages": [user(words)], **parameters.of(API)})
    reply: Any = connection.runner().create(Target(operation=OPERATIONS[API], name=API), request, Options())
    if as_json:
        print(reply.json())
        return
    columns = (
        Column("n", right=True),
        Column("title", last_to_go=True),
        Column("address", last_to_go=True),
        Column("date"),
    )
    rows = [[str(one.id), harmless(one.title), harmless(one.url), harmless(one.date)] for one in reply.references]
    print_table(columns, rows)
