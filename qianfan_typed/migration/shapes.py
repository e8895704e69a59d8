"""Shapes: what a program may read of an official package's reply so that ours gives the same."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Hashable, Mapping
from typing import Any, cast

import attrs

from qianfan_api.operations import OPERATIONS
from qianfan_api.v2.models.types import ModelInfo


@attrs.frozen
class Plain:
    """A value that is the same in both: text, a number, JSON. Anything may become of it."""


@attrs.frozen
class Body:
    """A reply of `qianfan`'s classes: read like a dict."""


@attrs.frozen
class Fields:
    """An object whose fields are attributes."""

    names: type[Any]
    """The class of ours that has them."""


@attrs.frozen
class Items:
    """A list."""

    each: Shape


@attrs.frozen
class Pieces:
    """A stream."""

    each: Shape


@attrs.frozen
class Page:
    """`openai`'s list of models: iterated itself, where ours has `data`."""

    each: Shape


Shape = Plain | Body | Fields | Items | Pieces | Page

PLAIN = Plain()
BODY = Body()
NOT_OF_THE_BODY: Mapping[str, str] = {
    "code": "reply.meta.status",
    "headers": "reply.meta.headers",
    "body": "reply.to_dict()",
    "statistic": "reply.meta",
    "request": "a hook, on_request",
}
"""Attribute of `QfResponse`, which goes before a member of that name → what there is instead."""
MODELS = Page(Fields(ModelInfo))


def reply_of(api: str, *, stream: bool, like_a_dict: bool) -> Shape:
    """What a call of an operation gives.

    Args:
        api: The operation.
        stream: Whether it gives pieces.
        like_a_dict: Whether the official package gives its `QfResponse`.
    """
    operation = OPERATIONS[api]
    whole: type[Any] = operation.reply
    part: type[Any] = operation.chunk or whole
    one = BODY if like_a_dict else Fields(part if stream else whole)
    return Pieces(one) if stream else one


def field_of(shape: Fields, name: str) -> Shape | None:
    """What a field holds. None: ours has none of that name."""
    return _hints(cast("Hashable", shape.names)).get(name)


@functools.cache
def _hints(of: Hashable) -> Mapping[str, Shape]:
    # mypy finds no type hashable.
    made = cast("type[Any]", of)
    known = {field.name for field in attrs.fields(made)}
    return {name: _shape(hint) for name, hint in typing.get_type_hints(made).items() if name in known}


def _shape(hint: Any) -> Shape:
    arguments = typing.get_args(hint)
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        real = [one for one in arguments if one is not type(None)]
        return _shape(real[0]) if len(real) == 1 else PLAIN
    if typing.get_origin(hint) is list:
        inner = _shape(arguments[0])
        return PLAIN if inner == PLAIN else Items(inner)
    return Fields(hint) if attrs.has(hint) else PLAIN
