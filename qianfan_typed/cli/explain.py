"""`qianfan-typed explain`: what is known of an operation, a parameter or a rule. Needs the extra `cli`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from qianfan_typed.cli.terminal import give_up


class ExplanationFormat(str, Enum):
    """How an explanation is printed."""

    text = "text"
    json = "json"


def explain(
    name: Annotated[
        str | None,
        typer.Argument(help="An operation, a parameter (v1.chat.temperature), or the id of what was found."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="What holds for this model; alone or with an operation, the model: limits, rates, price."),
    ] = None,
    all_models: Annotated[bool, typer.Option("--all-models", help="A table of every model.")] = False,
    output: Annotated[ExplanationFormat, typer.Option("--format", help="How to print it.")] = ExplanationFormat.text,
) -> None:
    """Says what holds: of an operation, a model, a parameter or a rule; for which models, and which page says so."""
    from qianfan_typed.cli.printed_facts import print_explanation
    from qianfan_typed.facts.schemas import UnknownName

    try:
        print_explanation(name, model, all_models=all_models, output=output.value)
    except UnknownName as error:
        give_up(str(error))
