"""`qianfan-typed video`: a video of words and a picture. Needs the extra `cli`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qianfan_typed.cli.callees import ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given
from qianfan_typed.cli.terminal import say

APIS = ("v2.video",)


def video(
    connection: Connection,
    parameters: Given,
    prompt: Annotated[str | None, typer.Argument(help="What it shows. Left out: what is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(APIS))
    ] = None,
    image: Annotated[
        Path | None, typer.Option("--image", "-i", help="The picture that it begins with.", metavar="FILE")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file. It is not overwritten.")] = Path(
        "video.mp4"
    ),
    task: Annotated[str | None, typer.Option("--task", help="Wait for a video that was asked for before.")] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Ask for it and print the task's name.")] = False,
    interval: Annotated[float, typer.Option(help="Seconds between two questions.", min=0.01)] = 5.0,
    list_model: ListModels = False,
) -> None:
    """Makes a video of words, and of a picture to begin with (V2).

    It takes minutes. Ctrl-C ends the waiting, not the making: --task waits for it again.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(APIS)
        return
    from qianfan_typed.cli.fetching import fetch
    from qianfan_typed.cli.pictures import free_path
    from qianfan_typed.client import Qianfan

    if task is None:
        task = _begun(connection, parameters, prompt, model, image)
        if no_wait:
            print(task)
            return
        say(f"the task is {task}; --task {task} waits for it again")
    arguments: Any = connection.given
    with Qianfan(**arguments) as client:
        done = client.v2.video.wait(task, interval=interval, deadline=None)
    address = "" if done.content is None else done.content.video_url
    path = free_path(output, 1, "mp4")
    path.write_bytes(fetch(address, connection))
    print(path)


def _begun(connection: Connection, parameters: Given, prompt: str | None, model: str | None, image: Path | None) -> str:
    """Asks for a video. Gives the task's name."""
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.conversation import data_url
    from qianfan_typed.cli.texts import one_text

    target = find_target(APIS, connection.settings(), api=None, model=model, endpoint=None)
    words = one_text(prompt, "what the video shows")
    content: list[dict[str, object]] = [{"type": "text", "text": words}]
    if image is not None:
        content.append({"type": "image_url", "image_url": {"url": data_url(image)}})
    request = OpenRequest({"content": content, **parameters.of(APIS[0])})
    created: Any = connection.runner().create(target, request, Options())
    return str(created.task_id)
