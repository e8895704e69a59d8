"""Placement: where a request has its parameters: in its path, its query or its body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from codegen.spec import language, types

Placed = Literal["path", "query", "body"]

BYTES = "bytes"
"""The reply of an operation that answers a file."""

MODEL_PATH = "path"
"""The name in braces that stands for the model's own path."""


def method(operation: language.OperationFile) -> str:
    """GET, POST, …"""
    return operation.http.partition(" ")[0]


def braces(operation: language.OperationFile) -> list[str]:
    """The names in braces of its path, in their order: prefixes, the model's path, parameters."""
    return re.findall(r"\{(\w*)\}", operation.http)


def has_body(operation: language.OperationFile) -> bool:
    """Whether its requests have a body."""
    return method(operation) not in ("GET", "DELETE")


def placed(operation: language.OperationFile, field: language.Field) -> Placed:
    """Where its requests have a parameter."""
    return field.sent_in or ("body" if has_body(operation) else "query")


def path_parameters(operation: language.OperationFile) -> list[str]:
    """The parameters that stand in its path, in their order there."""
    fields = operation.parameters
    return [name for name in braces(operation) if name in fields and placed(operation, fields[name]) == "path"]


def outside_json(operation: language.OperationFile) -> Iterator[tuple[str, Placed, str]]:
    """The parameters that are no member of a JSON body: name, place, and how a value is written: text, json or file."""
    multipart = operation.body == "multipart"
    for name, field in operation.parameters.items():
        place = placed(operation, field)
        if field.sent and (place != "body" or multipart):
            yield name, place, _written(types.parse(field.type))


def _written(kind: types.Type) -> str:
    options = types.alternatives(kind)
    if any(one in (types.Plain("file"), types.ListOf(types.Plain("file"))) for one in options):
        return "file"
    return "text" if any(one in (types.Plain("string"), types.Plain("image")) for one in options) else "json"
