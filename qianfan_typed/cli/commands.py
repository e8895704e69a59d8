"""Commands: functions made into commands that call the platform, and the group that loads each when it is asked for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast, get_type_hints

import attrs
import typer
from typer.core import TyperCommand, TyperGroup

from qianfan_typed.cli.connection import connection_of, connection_parameters, logged
from qianfan_typed.cli.language import put_into_words
from qianfan_typed.cli.outcome import one_block

CONNECTION = "connection"
"""The parameter of a function that takes the connection."""
PARAMETERS = "parameters"
"""The parameter of a function that takes the model's parameters."""
CONTEXT = "context"
"""The parameter of a function that takes Typer's context."""

Function = Callable[..., None]


@attrs.frozen
class Place:
    """Where a command is."""

    module: str
    name: str
    """The function, or the `Typer` of a group."""
    says: str
    """What it does: the first line of its help. So the list of commands needs none of them."""
    apis: tuple[str, ...] = ()
    """The operations that it calls: their parameters become options."""


_HOME = "qianfan_typed.cli"
PLACES: Mapping[str, Place] = {
    "chat": Place("chat", "chat", "Asks a model of chat, or talks with it.", ("v2.chat", "v1.chat")),
    "completion": Place(
        "generation", "completion", "Continues a text. Models of chat take it as one question (V1).", ("v1.completion",)
    ),
    "embedding": Place("embedding", "embedding", "Makes vectors of texts.", ("v2.embedding", "v1.embedding")),
    "txt2img": Place("pictures", "txt2img", "Makes pictures of words.", ("v2.images", "v1.text2image")),
    "img2txt": Place("pictures", "img2txt", "Answers a question about a picture (V1).", ("v1.image2text",)),
    "rerank": Place("rerank", "rerank", "Ranks texts by how well they fit a query.", ("v2.rerank", "v1.rerank")),
    "plugin": Place(
        "generation", "plugin", "Asks a model that uses plugins (V1).", ("v1.plugin", "v1.plugin_endpoint")
    ),
    "tokens": Place(
        "generation", "tokens", "Counts the tokens of a text, as the platform does (V1).", ("v1.tokenizer",)
    ),
    "search": Place("search", "search", "Searches the web (V2).", ("v2.ai_search.web_search",)),
    "video": Place("video", "video", "Makes a video of words, and of a picture to begin with (V2).", ("v2.video",)),
    "batch": Place("batch", "app", "Answers the requests of a file into another: nothing is lost or done twice."),
    "openai": Place("openai", "openai", "Serves OpenAI's API over the platform, for programs that were made for it."),
    "models": Place("models", "app", "Lists the models: what each can, its context, limits, price and retirement."),
    "request": Place("request", "request", "Sends a signed request to any path, and shows the answer."),
    "token": Place("token", "app", "Makes tokens from keys, and shows which keys are at hand."),
    "doctor": Place("doctor", "doctor", "Looks for what stands in the way of a call."),
}
"""Command → where it is."""


class LazyGroup(TyperGroup):
    """The program's commands: those of `PLACES` are loaded when they are asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        names: dict[str, Any] = {name: TyperCommand(name, help=place.says) for name, place in PLACES.items()}
        self.commands: dict[str, Any] = {**names, **self.commands}
        self._loaded: set[str] = set()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        put_into_words(self, ctx)
        super().format_help(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name in PLACES and name not in self._loaded:
            self.commands[name] = load_command(name, PLACES[name])
            self._loaded.add(name)
        if name in self.commands:
            command = self.commands[name]
            put_into_words(command, type(ctx)(command, parent=ctx))
        return super().resolve_command(ctx, args)


def load_command(name: str, place: Place) -> Any:
    """The command at a place, as it is run."""
    made: object = getattr(import_module(f"{_HOME}.{place.module}"), place.name)
    if not isinstance(made, typer.Typer):
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(name)(platform_command(cast("Function", made), place.apis))
        made = app
    command = typer.main.get_command(made)
    command.name = name
    return command


def platform_command(function: Function, apis: tuple[str, ...] = ()) -> Function:
    """A function as a command: with the options of the connection, and the parameters that operations take.

    Its parameter `connection` gets the `Connection`, `parameters` the `Given` parameters of the model; its others are
    options and arguments as Typer reads them.
    """
    hints = get_type_hints(function, include_extras=True)
    own = [
        one.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, one in inspect.signature(function).parameters.items()
        if name not in (CONNECTION, PARAMETERS, CONTEXT)
    ]
    taken = {one.name for one in own}
    facts: list[inspect.Parameter] = []
    if apis:
        from qianfan_typed.cli.parameters import fact_parameters

        facts = fact_parameters(apis, but=taken)
        taken |= {one.name for one in facts}
    connecting = [one for one in connection_parameters(hidden=True) if one.name not in taken]

    def run(context: typer.Context, **given: Any) -> None:
        connection = connection_of(context).with_options({one.name: given.pop(one.name) for one in connecting})
        more: dict[str, object] = {CONNECTION: connection, CONTEXT: context}
        if apis:
            from qianfan_typed.cli.parameters import Given

            more[PARAMETERS] = Given({one.name: given.pop(one.name) for one in facts})
        with logged(verbose=connection.verbose), one_block(traceback=connection.traceback):
            function(**given, **{name: value for name, value in more.items() if name in hints})

    context = inspect.Parameter(CONTEXT, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *own, *facts, *connecting]
    vars(run)["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = function.__doc__
    return run
