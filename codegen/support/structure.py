"""Structure: JSON objects as the classes of replies, leniently. A reply that is not as documented was paid for too."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union, cast

import attrs

T = TypeVar("T")

_LOST: Any = object()
"""Stands for a value that no reading makes sense of."""
_fields: dict[type[Any], Mapping[str, Any]] = {}


def fields_of(kind: type[Any]) -> Mapping[str, Any]:
    """The fields of an attrs class and their types."""
    fields = _fields.get(kind)
    if fields is None:
        hints = typing.get_type_hints(kind)
        fields = _fields[kind] = {field.name: hints[field.name] for field in attrs.fields(kind) if field.init}
    return fields


def structured(kind: type[T], data: Mapping[str, Any]) -> T:
    """An object of a class, from the JSON object, field by field.

    Of a number, a text or a flag, a value of another type is read as the documented one where it says one ("12" for a
    number, JSON text for a text), else kept as it is: a default in its place would say what the platform did not.
    Where an object or a list is documented, anything else gives way to the default.
    """
    values: dict[str, Any] = {}
    for name, hint in fields_of(kind).items():
        if name in data:
            value = _value(hint, data[name])
            if value is not _LOST:
                values[name] = value
    return kind(**values)


def _value(hint: Any, value: Any) -> Any:
    """A value as `hint` says, or as near to it as can be, or `_LOST`."""
    if hint is Any:
        return value
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None if type(None) in arguments else _LOST
        options = [one for one in arguments if one is not type(None)]
        readings = [_value(one, value) for one in sorted(options, key=lambda one: type(value) is not one)]
        return next((reading for reading in readings if reading is not _LOST), _LOST)
    if value is None:
        return _LOST
    if hint in _PLAIN:
        return value if type(value) is hint else _PLAIN[hint](value)
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        if attrs.has(hint):
            return structured(hint, members)
        if origin in (dict, Mapping):
            read = {name: _value(arguments[1], item) for name, item in members.items()}
            return {name: item for name, item in read.items() if item is not _LOST}
    if isinstance(value, list) and origin is list:
        items = (_value(arguments[0], item) for item in cast("list[object]", value))
        return [item for item in items if item is not _LOST]
    return _LOST


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _whole(value: object) -> object:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _number(value: object) -> object:
    if isinstance(value, str):
        for read in (int, float):
            try:
                return read(value)
            except ValueError:
                continue
    return value


def _real(value: object) -> object:
    number = _number(value)
    return float(number) if isinstance(number, int) and not isinstance(number, bool) else number


def _flag(value: object) -> object:
    said = {"true": True, "false": False, "1": True, "0": False}
    return said.get(str(value).lower(), value)


_PLAIN: Mapping[Any, Callable[[object], object]] = {str: _text, int: _whole, float: _real, bool: _flag}
