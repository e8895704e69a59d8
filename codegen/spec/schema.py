"""The JSON Schema of the spec language, for editors: made from the classes that the loader reads into."""

from __future__ import annotations

import datetime
import json
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from codegen.spec import language, service

_FILES = {
    "sources": service.SourcesFile,
    "platform": service.PlatformFile,
    "errors": service.ErrorsFile,
    "foreign_names": service.ForeignFile,
    "documents": service.DocumentsFile,
    "shapes": language.ShapesFile,
    "operation": language.OperationFile,
}
_RANGE = {"type": "string", "pattern": r"^[\[(]\s*[^,\s]+\s*,\s*[^,\s]+\s*[\])]$"}
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime.date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
    language.Range: _RANGE,
}


def spec_schemas() -> dict[str, str]:
    """File kind → its JSON Schema as text."""
    return {name: json.dumps(_file(kind), ensure_ascii=False, indent=2) + "\n" for name, kind in _FILES.items()}


def _file(kind: type[attrs.AttrsInstance]) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    root = _type(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"qianfan-typed spec: {kind.__name__}",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _class(kind: type[attrs.AttrsInstance], definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    fields = attrs.fields(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().splitlines()[0],
        "properties": {
            field.name: _type(hints[field.name], definitions) | {"description": field.metadata["doc"]}
            for field in fields
        },
        "required": [field.name for field in fields if field.default is attrs.NOTHING],
        "additionalProperties": False,
    }


def _type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if attrs.has(hint):
        name = hint.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _class(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _type(arguments[0], definitions)}
    if origin is dict:
        keys = _type(arguments[0], definitions)
        names = {"propertyNames": keys} if "enum" in keys else {}
        return {"type": "object", "additionalProperties": _type(arguments[1], definitions), **names}
    if origin in (Union, types.UnionType):
        options = [_type(option, definitions) for option in arguments if option is not type(None)]
        return options[0] if len(options) == 1 else {"anyOf": options}
    raise TypeError(f"the spec language has no JSON Schema for {hint!r}")
