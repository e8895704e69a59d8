"""`qianfan-typed explain`: what is known of a parameter. Needs the extra `cli`."""

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
    parameter: Annotated[str, typer.Argument(help="Operation and parameter: v1.chat.temperature.")],
    model: Annotated[str | None, typer.Option(help="What holds for this model.")] = None,
    all_models: Annotated[bool, typer.Option("--all-models", help="A table of every model.")] = False,
    output: Annotated[ExplanationFormat, typer.Option("--format", help="How to print it.")] = ExplanationFormat.text,
) -> None:
    """Says what a parameter means: its range, values and default, and the page that says so."""
    from qianfan_typed.cli.printed_facts import print_explanation
    from qianfan_typed.facts.schemas import UnknownName

    try:
        print_explanation(parameter, model, all_models=all_models, output=output.value)
    except UnknownName as error:
        give_up(str(error))
