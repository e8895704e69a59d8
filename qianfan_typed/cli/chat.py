"""`qianfan-typed chat`: one question, or a conversation. Needs the extra `cli`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qianfan_typed.cli.callees import ApiOption, EndpointOption, ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

if TYPE_CHECKING:
    from qianfan_typed.answers.forms import Form
    from qianfan_typed.answers.tools import FunctionTool
    from qianfan_typed.cli.talk import Manner

APIS = ("v2.chat", "v1.chat")
_SAYS_A_FORM = ("response_format", "tools", "functions", "tool_choice")
"""Parameters by which a model is asked for a form."""


def chat(
    connection: Connection,
    parameters: Given,
    prompt: Annotated[
        str | None, typer.Argument(help="What to ask. Left out at a terminal: a conversation begins.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model, by name or alias.", autocompletion=model_names(APIS))
    ] = None,
    endpoint: EndpointOption = None,
    api: ApiOption = None,
    system: Annotated[str | None, typer.Option("--system", "-s", help="Who the model is to be.")] = None,
    image: Annotated[
        list[Path] | None, typer.Option("--image", "-i", help="A picture to look at. May be repeated.", metavar="FILE")
    ] = None,
    tool: Annotated[
        list[str] | None,
        typer.Option(
            "--tool",
            "-t",
            help="A Python function that the model may have called: type hints say its arguments, its docstring what "
            "it does. May be repeated.",
            metavar="MODULE:FUNCTION",
        ),
    ] = None,
    max_turns: Annotated[int, typer.Option(help="How often the model is asked for an answer, with --tool.", min=1)] = 8,
    schema: Annotated[
        str | None,
        typer.Option(help="The form of the answer: a JSON Schema, or a class.", metavar="FILE|MODULE:CLASS"),
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The text as it comes: no Markdown, no tally.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The platform's reply as JSON, and each call: a line each.")
    ] = False,
    list_model: ListModels = False,
) -> None:
    """Asks a model of chat, or talks with it.

    What is piped in is added to the question. Piped out, there is the text alone. In a conversation /help says what
    else there is.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(APIS)
        return
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.conversation import Conversation
    from qianfan_typed.cli.talk import Manner, Talk

    settings = connection.settings()
    target = find_target(APIS, settings, api=api, model=model, endpoint=endpoint)
    conversation = Conversation(target=target, given=parameters, system=system)
    manner = Manner(raw=raw, as_json=as_json, tools=_tools(tool), max_turns=max_turns, form=_form(schema))
    _require_one_way(manner, parameters)
    talk = Talk(connection.runner(), conversation, manner)
    asked = _question(prompt)
    if asked is not None:
        talk.ask(asked, image or ())
        return
    from qianfan_typed.cli.chat_prompt import ChatPrompt

    ChatPrompt(talk, settings).run(image or ())


def _tools(said: Sequence[str] | None) -> Sequence[FunctionTool[..., object]]:
    if not said:
        return ()
    from qianfan_typed.cli.own_code import tool_of

    return [tool_of(one) for one in said]


def _form(said: str | None) -> Form[Any] | None:
    if said is None:
        return None
    from qianfan_typed.cli.own_code import form_from

    return form_from(said)


def _require_one_way(manner: Manner, parameters: Given) -> None:
    """Refuses options that say the same in two ways. Raises ConfigurationError."""
    from qianfan_typed.errors import ConfigurationError

    if manner.tools and manner.form is not None:
        words = "--tool and --schema: say one of them: a model either has functions called or answers in a form"
        raise ConfigurationError(message=words, setting="schema")
    own = "--tool" if manner.tools else "--schema"
    taken = ("tools", "functions") if manner.tools else () if manner.form is None else _SAYS_A_FORM
    for name in taken:
        if parameters.values.get(name) is not None:
            words = f"{own} and --{name.replace('_', '-')}: say one of them"
            raise ConfigurationError(message=words, setting=name)
    names = [one.name for one in manner.tools]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(message=f"--tool: two functions are called {name}", setting="tool")


def _question(prompt: str | None) -> str | None:
    """What is asked, with what is piped in. None: a conversation."""
    if sys.stdin is None:
        return prompt or ""
    if sys.stdin.isatty() and (prompt is not None or sys.stdout.isatty()):
        return prompt
    piped = sys.stdin.read().strip("\n")
    return "\n\n".join(part for part in (prompt, piped) if part)
