"""`qianfan-typed models`: which models there are, what they take and cost. Needs the extra `cli`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import Enum
from typing import Annotated

import typer

from qianfan_typed.cli.commands import platform_command
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.terminal import give_up, say

app: typer.Typer = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, invoke_without_command=True, subcommand_metavar="[COMMAND]"
)


class Registry(str, Enum):
    """A public list of models, and the form that it has."""

    litellm = "litellm"
    models_dev = "models.dev"


def models(
    connection: Connection,
    context: typer.Context,
    api: Annotated[
        str | None, typer.Option(help="v1, v2, or an operation: v1.chat, v2.embedding, …", show_default=False)
    ] = None,
    takes: Annotated[
        list[str] | None,
        typer.Option(help="A parameter or an ability that it must have: functions, thinking, … May be repeated."),
    ] = None,
    sees: Annotated[bool, typer.Option("--sees", help="Those that see images.")] = False,
    family: Annotated[str | None, typer.Option(help="A part of a family's name, or of a model's.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="Those that are retired, too.")] = False,
    remote: Annotated[bool, typer.Option("--remote", help="As the platform lists them now (V2); needs keys.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every parameter.")] = False,
    registry: Annotated[
        Registry | None,
        typer.Option("--format", help="The catalogue as a registry takes it: context, limits, prices, abilities."),
    ] = None,
    yuan_per_dollar: Annotated[
        float | None,
        typer.Option(help="For --format, whose prices are in dollars. Left out: no prices.", min=0.0, metavar="RATE"),
    ] = None,
) -> None:
    """Lists the models: what each can, its context, limits, price and retirement.

    All is as the documentation has it. Piped, a line for each model, with tabs between the cells.
    """
    if context.invoked_subcommand is not None:
        return
    if remote:
        from qianfan_typed.cli.remote_models import print_remote

        print_remote(connection, as_json=as_json)
        return
    from qianfan_typed.cli import model_facts

    wanted = [*(takes or ()), *(["vision"] if sees else ())]
    _require_known(wanted, model_facts.known_words())
    found = model_facts.Selection(api=api, takes=wanted, family=family, retired=retired).models()
    if registry is not None:
        from qianfan_typed.cli import registries

        if yuan_per_dollar is None:
            say("the prices are left out: they are in yuan, the registry's in dollars; say --yuan-per-dollar RATE")
        write = registries.litellm if registry is Registry.litellm else registries.models_dev
        print(json.dumps(write(found, yuan_per_dollar), indent=2, ensure_ascii=False))
    elif as_json:
        print(json.dumps([model_facts.as_json(model) for model in found], indent=2, ensure_ascii=False))
    elif not found:
        hint = "" if retired else "; those that are retired are not looked at: --retired"
        give_up(f"{model_facts.NO_MODELS}{hint}")
    else:
        model_facts.print_models(found)


def _require_known(words: Sequence[str], known: Sequence[str]) -> None:
    import difflib

    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, 3, 0.75)
            hint = f"nearest: {', '.join(near)}" if near else "explain v2.chat lists parameters"
            give_up(f"--takes: {word!r} is no parameter and no ability of any model; {hint}")


def show(
    name: Annotated[str, typer.Argument(help="A model.", autocompletion=model_names(("v1.chat", "v2.chat")))],
    api: Annotated[str | None, typer.Option(help="v1, v2, or an operation. Left out: all that have it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Shows all that is known of a model: limits, parameters with their defaults, price, and the page that says so."""
    from qianfan_typed.cli.model_sheet import find, print_sheet

    found = find(name, api)
    if as_json:
        from qianfan_typed.cli import model_facts

        print(json.dumps([model_facts.as_json(model) for model in found], indent=2, ensure_ascii=False))
    else:
        for model in found:
            print_sheet(model)


def diff(
    connection: Connection,
    remote: Annotated[bool, typer.Option("--remote", help="Ask the platform. There is nothing else to ask.")] = True,
) -> None:
    """Compares the catalogue with the models that the platform lists now (V2).

    Exit code 0: they are the same. 1: they differ.
    """
    from qianfan_typed.cli.remote_models import print_differences

    raise SystemExit(1 if print_differences(connection) else 0)


app.callback()(platform_command(models))
app.command("show")(platform_command(show))
app.command("diff")(platform_command(diff))
