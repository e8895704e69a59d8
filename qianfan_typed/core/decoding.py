"""Decoding: JSON into replies. Fast where a reply is as documented, lenient where it is not: it was paid for."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar, Union, cast

import attrs
import msgspec

from qianfan_api.handles import Target
from qianfan_api.reply import BytesReply, Reply
from qianfan_typed.core.error_bodies import error_in, request_id
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import DecodeError

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_ANY_BYTES = "application/octet-stream"
_LOST: Any = object()
"""Stands for a value that no reading makes sense of."""


def read_reply(target: Target[R, C], answer: Answer) -> R:
    """The reply that an answer holds.

    Raises:
        ApiError: It holds an error.
        DecodeError: It holds no JSON object.
    """
    error = error_in(answer, model=target.name)
    if error is not None:
        raise error
    try:
        return decode(target.operation.reply, answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise not_json(answer, answer.body) from None


def read_file(target: Target[R, C], answer: Answer) -> R:
    """The file that an answer is. What is JSON is no file, but an error or a mistake. Raises as `read_reply`."""
    kind, media_type = target.operation.reply, target.operation.media_type
    got = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Bytes of any kind may be JSON too: only the status says whether they are an error.
    is_mistake = got == "application/json" and media_type not in (got, _ANY_BYTES)
    if answer.status >= 300 or is_mistake:
        raise error_in(answer, model=target.name) or _no_file(answer, media_type)
    if not issubclass(kind, BytesReply):
        raise TypeError(f"{target.operation.name}: {kind.__name__} is no file")
    return kind(answer.body, got or media_type or "application/octet-stream")


def _no_file(answer: Answer, media_type: str | None) -> DecodeError:
    found = not_json(answer, answer.body)
    return attrs.evolve(found, message=f"the platform's reply is JSON, not {media_type}")


def read_piece(kind: type[C], answer: Answer, payload: bytes, model: str, event: str | None = None) -> C:
    """The piece of a stream that an event holds. An event called `error` is one. Raises as `read_reply`."""
    if b'"error' in payload or event == "error":
        error = error_in(attrs.evolve(answer, body=payload), model=model, named=event == "error")
        if error is not None:
            raise error
    try:
        return decode(kind, payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise not_json(answer, payload) from None


def not_json(answer: Answer, data: bytes) -> DecodeError:
    """The error that bytes which are no JSON object make."""
    data = answer.masked(data)
    start = data[:60].decode(errors="replace")
    return DecodeError(
        message=f"the platform's reply is no JSON object: {start!r}{'…' if len(data) > 60 else ''}",
        status=answer.status,
        body=data,
        request_id=request_id(answer),
    )


def decode(kind: type[T], body: bytes) -> T:
    """A reply from its JSON.

    A field whose value is not what the documentation says keeps its default, and so does a missing one; both stay
    reachable in the raw reply.

    Raises:
        msgspec.DecodeError: It is no JSON object.
        UnicodeDecodeError: It is no text.
    """
    try:
        return cast("T", _decoder(kind).decode(body))
    except msgspec.ValidationError:
        data = msgspec.json.decode(body)
        if not isinstance(data, dict):
            raise
        return _structure(kind, cast("dict[str, Any]", data))


_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}
_hints: dict[type[Any], Mapping[str, Any]] = {}


def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    return decoder


def _fields(kind: type[Any]) -> Mapping[str, Any]:
    """The fields of an attrs class and their types."""
    fields = _hints.get(kind)
    if fields is None:
        hints = typing.get_type_hints(kind)
        fields = _hints[kind] = {field.name: hints[field.name] for field in attrs.fields(kind) if field.init}
    return fields


def _structure(kind: type[T], data: Mapping[str, Any]) -> T:
    """An object, field by field."""
    values: dict[str, Any] = {}
    for name, hint in _fields(kind).items():
        if name in data:
            value = _value(hint, data[name])
            if value is not _LOST:
                values[name] = value
    return kind(**values)


def _value(hint: Any, value: Any) -> Any:
    """A value as `hint` says, or as near to it as can be, or `_LOST`."""
    try:
        # Not strict: "12" for an int is read as one.
        return msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError:
        pass
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        readings = (_value(argument, value) for argument in arguments if argument is not type(None))
        return next((reading for reading in readings if reading is not _LOST), _LOST)
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        if isinstance(hint, type) and attrs.has(hint):
            return _structure(hint, items)
        if origin in (dict, Mapping) and len(arguments) == 2:
            read = {key: _value(arguments[1], item) for key, item in items.items()}
            return {key: item for key, item in read.items() if item is not _LOST}
    if isinstance(value, list) and origin is list:
        read_items = (_value(arguments[0], item) for item in cast("list[object]", value))
        return [item for item in read_items if item is not _LOST]
    return _LOST
