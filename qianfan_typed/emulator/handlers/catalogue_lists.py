"""Lists of what there is: the services of V1 and the models of V2, as the catalogues know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from qianfan_api.catalogue import Model, Price
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import HOSTS, PREFIXES
from qianfan_typed.emulator.exchange import AnyOperation, Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import Json, texts_of

_TYPES = {
    "v2.embedding": "embeddings",
    "v2.images": "text2image",
    "v2.images.edits": "image2image",
    "v2.video": "image2video",
}
"""Operation → the type of its models, where that is not the operation's own name."""
_SEES = "vision"
_TAKES_IMAGES = ("v2.images.edits", "v2.video")
_MAKES = {"v2.images": "image", "v2.images.edits": "image", "v2.video": "video", "v2.embedding": "embedding"}
"""Operation → what it makes, where that is no text."""


def services(incoming: Incoming) -> Outgoing:
    """The services that the platform has ready-made."""
    kinds = texts_of(incoming.wire.get("apiTypefilter"))
    common = [
        _service(model, model.path)
        for operation, model in _models("path")
        # Without services of one's own an operation is a tool, and no kind of service.
        if operation.deployed_path and model.path and model.prebuilt and (not kinds or _kind(model.path) in kinds)
    ]
    return Outgoing(reply={"log_id": incoming.id, "result": {"common": common, "custom": []}})


def _service(model: Model, path: str) -> Json:
    return {
        "name": model.name,
        "url": f"{HOSTS['v1'].url}{PREFIXES['models']}/{path}",
        "apiType": _kind(path),
        "chargeStatus": "OPENED",
        "versionList": [{"serviceStatus": "Done", "trainType": model.name}],
    }


def _kind(path: str) -> str:
    return path.partition("/")[0]


def models(incoming: Incoming) -> Outgoing:
    """The models that a request may name."""
    data: list[Json] = [
        {
            "id": model.name,
            "object": "model",
            "created": 0,
            "owned_by": "",
            "type": _type(operation, model),
            "context_length": model.context,
            "max_completions_tokens": model.max_output_tokens,
            "max_tokens": model.max_output_tokens,
            "prompt_tokens": model.max_input_tokens,
            "architecture": _architecture(operation, model),
            "pricing": _pricing(model.price),
        }
        for operation, model in _models("body")
    ]
    return Outgoing(reply={"object": "list", "data": data})


def _architecture(operation: AnyOperation, model: Model) -> Json:
    """What goes in and what comes out."""
    sees = _SEES in model.abilities or operation.name in _TAKES_IMAGES
    inputs: list[Json | str] = ["text", "image"] if sees else ["text"]
    return {"input_modalities": inputs, "output_modalities": [_MAKES.get(operation.name, "text")]}


def _pricing(price: Price | None) -> Json | None:
    """Yuan for 1,000 tokens; tiers where the price depends on the length of the input. None: nobody knows it."""
    if price is None:
        return None
    above = price.above
    return {
        "prompt": _tiers(price.input, None if above is None else (above.tokens, above.input)),
        "completion": _tiers(price.output, None if above is None else (above.tokens, above.output)),
    }


def _tiers(usual: float, above: tuple[int, float] | None) -> float | list[Json]:
    if above is None:
        return _for_a_thousand(usual)
    tokens, more = above
    # Which members a tier has is on no page: these are the emulator's own.
    return [
        {"max_prompt_tokens": tokens, "price": _for_a_thousand(usual)},
        {"max_prompt_tokens": None, "price": _for_a_thousand(more)},
    ]


def _for_a_thousand(million: float) -> float:
    return round(million / 1000, 9)


def _type(operation: AnyOperation, model: Model) -> str:
    kind = _TYPES.get(operation.name, operation.name.partition(".")[2])
    return "multimodal" if kind == "chat" and _SEES in model.abilities else kind


def _models(model_in: Literal["path", "body"]) -> Iterator[tuple[AnyOperation, Model]]:
    """The models of the operations whose requests say so where, with their operations."""
    for operation in OPERATIONS.values():
        if operation.model_in == model_in:
            for model in CATALOGUES[operation.name].values():
                yield operation, model
