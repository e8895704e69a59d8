"""`qianfan-typed completion`, `plugin` and `tokens`: a text goes in, a text or a number comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qianfan_typed.cli.callees import EndpointOption, ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

if TYPE_CHECKING:
    from qianfan_api.handles import Target

COMPLETION = ("v1.chat", "v1.completion")
PLUGIN = ("v1.plugin",)
TOKENS = ("v1.tokenizer",)

AsJson = Annotated[bool, typer.Option("--json", help="The platform's reply as JSON.")]


def completion(
    connection: Connection,
    parameters: Given,
    prompt: Annotated[str | None, typer.Argument(help="What to continue. Left out: what is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(COMPLETION))
    ] = None,
    endpoint: EndpointOption = None,
    as_json: AsJson = False,
    list_model: ListModels = False,
) -> None:
    """Continues a text. Models of chat take it as one question (V1)."""
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(COMPLETION[::-1])
        return
    from qianfan_api.messages import user
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.texts import one_text

    settings = connection.settings()
    apis = COMPLETION if endpoint is None else COMPLETION[1:]
    target = find_target(apis, settings, api=None, model=model, endpoint=endpoint)
    words = one_text(prompt, "a text to continue")
    subject = {"messages": [user(words)]} if target.operation.name == COMPLETION[0] else {"prompt": words}
    print_answer(connection, target, {**subject, **parameters.of(target.operation.name)}, as_json=as_json)


def plugin(
    connection: Connection,
    parameters: Given,
    prompt: Annotated[str | None, typer.Argument(help="What to ask. Left out: what is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(PLUGIN))
    ] = None,
    endpoint: EndpointOption = None,
    as_json: AsJson = False,
    list_model: ListModels = False,
) -> None:
    """Asks a model that uses plugins (V1).

    With --endpoint: a service of your own.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(PLUGIN)
        return
    from qianfan_api.messages import user
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.texts import one_text

    apis = PLUGIN if endpoint is None else ("v1.plugin_endpoint",)
    target = find_target(apis, connection.settings(), api=None, model=model, endpoint=endpoint)
    words = one_text(prompt, "a question")
    subject = {"messages": [user(words)]} if endpoint is None else {"query": words}
    print_answer(connection, target, {**subject, **parameters.of(target.operation.name)}, as_json=as_json)


def tokens(
    connection: Connection,
    parameters: Given,
    text: Annotated[str | None, typer.Argument(help="The text. Left out: what is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Whose tokens.", autocompletion=model_names(("v1.chat",)))
    ] = None,
    as_json: AsJson = False,
    list_model: ListModels = False,
) -> None:
    """Counts the tokens of a text, as the platform does (V1)."""
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(("v1.chat",))
        return
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_api.platform import DEFAULT_MODELS
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.texts import one_text

    target = find_target(TOKENS, connection.settings(), api=None, model=None, endpoint=None)
    words = one_text(text, "a text")
    whose = model or DEFAULT_MODELS["v1.count_tokens"]
    request = OpenRequest({"prompt": words, "model": whose, **parameters.of(TOKENS[0])})
    reply = connection.runner().create(target, request, Options())
    print(reply.json() if as_json else reply.usage.total_tokens)


def print_answer(
    connection: Connection, target: Target[Any, Any], request: dict[str, object], *, as_json: bool
) -> None:
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_typed.cli.answer_view import PlainView
    from qianfan_typed.cli.answers import Answer

    runner = connection.runner()
    if as_json or target.operation.chunk is None:
        print(runner.create(target, OpenRequest(request), Options()).json())
        return
    answer = Answer()
    with PlainView() as view, runner.stream(target, OpenRequest(request), Options()) as stream:
        for piece in stream:
            for kind, words in answer.add(piece):
                view.show(kind, words)
