"""`qianfan-typed rerank`: texts in the order in which they fit a query. Needs the extra `cli`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qianfan_typed.cli.callees import ApiOption, EndpointOption, ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

APIS = ("v2.rerank", "v1.rerank")


def rerank(
    connection: Connection,
    parameters: Given,
    query: Annotated[str | None, typer.Argument(help="What is looked for.")] = None,
    documents: Annotated[list[str] | None, typer.Argument(help="The texts. Left out: each line piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(APIS))
    ] = None,
    endpoint: EndpointOption = None,
    api: ApiOption = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A file of texts, a line each.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The platform's reply as JSON.")] = False,
    list_model: ListModels = False,
) -> None:
    """Ranks texts by how well they fit a query.

    Piped, a line for each, with tabs between the cells.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(APIS)
        return
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.tables import Column, print_table
    from qianfan_typed.cli.texts import lines
    from qianfan_typed.errors import ConfigurationError

    if query is None:
        raise ConfigurationError(message="say a query, then the texts to rank", setting="query")
    target = find_target(APIS, connection.settings(), api=api, model=model, endpoint=endpoint)
    said = lines(documents, file, "the texts to rank")
    request = OpenRequest({"query": query, "documents": said, **parameters.of(target.operation.name)})
    reply: Any = connection.runner().create(target, request, Options())
    if as_json:
        print(reply.json())
        return
    columns = (Column("rank", right=True), Column("score", right=True), Column("text", last_to_go=True))
    rows: list[list[str]] = [
        [str(rank), f"{one.relevance_score:.4f}", one.document or said[one.index]]
        for rank, one in enumerate(reply.results, 1)
    ]
    print_table(columns, rows)
