"""Models as the platform lists them now, beside the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.models import CATALOGUES
from qianfan_api.v2.models.operation import V2_MODELS
from qianfan_typed.cli.tables import Column, print_table

if TYPE_CHECKING:
    from qianfan_api.v2.models.types import ModelInfo, ModelList
    from qianfan_typed.cli.connection import Connection

_COLUMNS = (
    Column("model", last_to_go=True),
    Column("type"),
    Column("context", right=True),
    Column("output", right=True),
    Column("owner"),
    Column("in the catalogue", folds=True),
)


def listed(connection: Connection) -> ModelList:
    """The platform's list. Raises what a call raises."""
    target = Target(operation=V2_MODELS, name="models")
    return connection.runner().create(target, OpenRequest({}), Options())


def print_remote(connection: Connection, *, as_json: bool) -> None:
    """Prints the platform's list."""
    found = listed(connection)
    if as_json:
        print(json.dumps(found.to_dict()["data"], indent=2, ensure_ascii=False))
    else:
        print_table(_COLUMNS, [_row(info) for info in found.data])


def _row(info: ModelInfo) -> list[str]:
    context, most = info.context_length, info.max_completions_tokens
    return [
        info.id,
        info.type or "",
        "" if context is None else f"{context:,}",
        "" if most is None else f"{most:,}",
        info.owned_by,
        ", ".join(_operations(info.id)),
    ]


def _operations(name: str) -> list[str]:
    return [api for api, catalogue in CATALOGUES.items() if api.startswith("v2.") and name in catalogue]


def print_differences(connection: Connection) -> bool:
    """Prints what differs, and says whether anything does."""
    console = Console(highlight=False, soft_wrap=True)
    lines = list(_differences(listed(connection).data))
    for line in lines:
        console.print(line, markup=False)
    if not lines:
        console.print("the platform lists what the catalogue has")
    return bool(lines)


def _differences(infos: list[ModelInfo]) -> Iterator[str]:
    there = {info.id: info for info in infos}
    for info in infos:
        apis = _operations(info.id)
        if not apis:
            yield f"new      {info.id}: the catalogue has no such model of V2; it can be called, unchecked"
        for api in apis:
            model = CATALOGUES[api][info.id]
            if model.retired is not None and not model.retired.announced:
                yield f"retired  {info.id}: the catalogue says it is {model.retired}; the platform lists it"
            if info.context_length and model.context and info.context_length != model.context:
                yield f"context  {info.id}: {model.context:,} in the catalogue, {info.context_length:,} here"
    for api, catalogue in CATALOGUES.items():
        for model in catalogue.values() if api.startswith("v2.") else ():
            if model.prebuilt and model.retired is None and model.name not in there:
                yield f"gone     {model.name}: {api} has it in the catalogue; the platform does not list it"
