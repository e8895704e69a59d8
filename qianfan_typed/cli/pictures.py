"""`qianfan-typed txt2img` and `img2txt`: pictures of words, and words about pictures. Needs the extra `cli`."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import typer

from qianfan_typed.cli.callees import ApiOption, EndpointOption, ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

TO_PICTURES = ("v2.images", "v1.text2image")
TO_WORDS = ("v1.image2text",)
_ENDINGS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"BM", "bmp"), (b"GIF8", "gif"), (b"RIFF", "webp"))
"""How the files of pictures begin."""


def txt2img(
    connection: Connection,
    parameters: Given,
    prompt: Annotated[str | None, typer.Argument(help="What it shows. Left out: what is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(TO_PICTURES))
    ] = None,
    endpoint: EndpointOption = None,
    api: ApiOption = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file; of several pictures -2, -3, … follow its name.")
    ] = Path("image"),
    as_json: Annotated[bool, typer.Option("--json", help="The platform's reply as JSON; no files.")] = False,
    list_model: ListModels = False,
) -> None:
    """Makes pictures of words.

    Writes them to files, and says which. A file that is there is not overwritten.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(TO_PICTURES)
        return
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.texts import one_text

    settings = connection.settings()
    target = find_target(TO_PICTURES, settings, api=api, model=model, endpoint=endpoint)
    words = one_text(prompt, "what the picture shows")
    request = OpenRequest({"prompt": words, **parameters.of(target.operation.name)})
    reply = connection.runner().create(target, request, Options())
    if as_json:
        print(reply.json())
        return
    for number, picture in enumerate(reply.data, 1):
        data = _bytes(picture, connection)
        path = free_path(output, number, _ending(data))
        path.write_bytes(data)
        print(path)


def _bytes(picture: Any, connection: Connection) -> bytes:
    """A picture of V1 is in the reply; of one of V2 the reply has the address."""
    if not hasattr(picture, "url"):
        return base64.b64decode(picture.b64_image)
    from qianfan_typed.cli.fetching import fetch

    return fetch(picture.url, connection)


def free_path(output: Path, number: int, ending: str) -> Path:
    """The path of the file with a number: with this ending where it has none, and a later number where it is taken."""
    suffix = output.suffix or f".{ending}"
    path = output.with_name(f"{output.stem}{'' if number == 1 else f'-{number}'}{suffix}")
    while path.exists():
        number += 1
        path = output.with_name(f"{output.stem}-{number}{suffix}")
    return path


def _ending(data: bytes) -> str:
    return next((name for start, name in _ENDINGS if data.startswith(start)), "png")


def img2txt(
    connection: Connection,
    parameters: Given,
    image: Annotated[Path | None, typer.Argument(help="The picture: JPEG, PNG or BMP.", metavar="FILE")] = None,
    prompt: Annotated[str | None, typer.Argument(help="The question. Left out: what is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(TO_WORDS))
    ] = None,
    endpoint: EndpointOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="The platform's reply as JSON.")] = False,
    list_model: ListModels = False,
) -> None:
    """Answers a question about a picture (V1).

    Models of chat that see take pictures too: chat --image.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(TO_WORDS)
        return
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.generation import print_answer
    from qianfan_typed.cli.texts import one_text
    from qianfan_typed.errors import ConfigurationError

    if image is None:
        raise ConfigurationError(message="say the file of a picture, then a question about it", setting="image")
    data = base64.b64encode(image.read_bytes()).decode()
    target = find_target(TO_WORDS, connection.settings(), api=None, model=model, endpoint=endpoint)
    words = one_text(prompt, "a question about the picture")
    request = {"prompt": words, "image": data, **parameters.of(target.operation.name)}
    print_answer(connection, target, request, as_json=as_json)
