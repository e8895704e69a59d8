"""`qianfan-typed chat`: one question, or a conversation. Needs the extra `cli`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from qianfan_typed.cli.callees import ApiOption, EndpointOption, ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

APIS = ("v2.chat", "v1.chat")


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
    raw: Annotated[bool, typer.Option("--raw", help="The text as it comes: no Markdown, no tally.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The platform's reply as JSON, a line for each.")] = False,
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
    from qianfan_typed.cli.talk import Talk

    settings = connection.settings()
    target = find_target(APIS, settings, api=api, model=model, endpoint=endpoint)
    conversation = Conversation(target=target, given=parameters, system=system)
    talk = Talk(connection.runner(), conversation, raw=raw, as_json=as_json)
    asked = _question(prompt)
    if asked is not None:
        talk.ask(asked, image or ())
        return
    from qianfan_typed.cli.chat_prompt import ChatPrompt

    ChatPrompt(talk, settings).run(image or ())


def _question(prompt: str | None) -> str | None:
    """What is asked, with what is piped in. None: a conversation."""
    if sys.stdin is None:
        return prompt or ""
    if sys.stdin.isatty() and (prompt is not None or sys.stdout.isatty()):
        return prompt
    piped = sys.stdin.read().strip("\n")
    return "\n\n".join(part for part in (prompt, piped) if part)
