"""The JSON Schemas of requests, as they are generated, and as one model tightens them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import qianfan_api
from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.validation import ANY_MODEL, operation_name

Schema = dict[str, Any]


class UnknownName(ValueError):
    """A name that nothing has; the message says which names look like it."""


def schema(api: str, model: str | None = None) -> Schema:
    """The JSON Schema (2020-12) of a request.

    Args:
        api: The operation: `v1.chat` (or `chat`), `v2.chat` (or `chat.v2`), …
        model: A model or an alias. None: what no model of the operation refuses.

    Returns:
        The schema of the model's group, with the model's own limits: those that only advise are left out.

    Raises:
        UnknownName: There is no such operation, or it has no such model.
    """
    api = operation(api)
    return group_schema(api, ANY_MODEL) if model is None else model_schema(find_model(api, model))


def for_editors(request: Schema) -> Schema:
    """A request's schema for files that name it themselves: the member `$schema` of a file is not sent."""
    own = {"type": "string", "description": "This schema, for editors. It is not sent."}
    return {**request, "properties": {"$schema": own, **request["properties"]}}


def operation(api: str) -> str:
    """The full name of an operation. Raises UnknownName."""
    try:
        return operation_name(api)
    except ValueError as error:
        raise UnknownName(str(error).removeprefix("api: ")) from None


def find_model(api: str, name: str) -> Model:
    """A model by name or alias. Raises UnknownName with the nearest names."""
    found = CATALOGUES[api].get(name)
    if found is not None:
        return found
    near = CATALOGUES[api].nearest(name)
    hint = f"nearest: {', '.join(near)}" if near else "nothing looks like it"
    raise UnknownName(f"{name!r}: not a known model of {api}; {hint}")


def model_schema(model: Model) -> Schema:
    """The schema of a request to a model."""
    text = _text(f"{model.api}/{model.group}.schema.json")
    found: Schema = json.loads(text, object_hook=lambda one: _tighten(one, model))
    found["title"] = f"{model.api} {model.name}"
    if model.unverified:
        found["description"] += " No page of the documentation lists what it takes: what is refused here only warns."
    properties: Schema = found["properties"]
    for name in [name for name, one in properties.items() if model.name not in one.get("x-models", [model.name])]:
        del properties[name]
        found.setdefault("patternProperties", {})[f"^{name}$"] = {"type": "null"}
    if "model" in properties:
        properties["model"]["examples"] = [model.name, *model.aliases]
    return found


def group_schema(api: str, group: str) -> Schema:
    """The schema of a group as it is generated."""
    found: Schema = json.loads(_text(f"{api}/{group}.schema.json"))
    return found


def openapi() -> str:
    """The OpenAPI document of every operation."""
    return _text("openapi.json")


@cache
def _text(path: str) -> str:
    """In a wheel the schemas lie within the package; in a checkout, beside it."""
    within = resources.files(qianfan_api) / "schemas"
    folder = within if within.is_dir() else Path(str(within)).parent.parent / "schemas"
    return folder.joinpath(*path.split("/")).read_text("utf-8")


_BOUNDS = {"x-maximum": "maximum", "x-max-length": "maxLength"}
"""What names a limit of the model → what the limit bounds."""


def _tighten(schema: Schema, model: Model) -> Schema:
    """Gives a limit that is named the model's number."""
    for named, keyword in _BOUNDS.items():
        limit = schema.get(named)
        if isinstance(limit, str) and limit not in model.soft_limits and getattr(model, limit) is not None:
            schema[keyword] = getattr(model, limit)
    return schema
