"""Forms of answers: what a type of one's own looks like as JSON Schema, and how JSON becomes a value of it."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast

import attrs
import msgspec

from qianfan_typed.decoders import make_decoder

T = TypeVar("T")

_WRAPPED = "value"
"""The member that holds what is no object itself: models answer with objects."""
_PLACE = re.compile(r" - at (?:`key` in )?`\$(.*)`$")
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n\s*```\s*", re.DOTALL)


@attrs.frozen
class Misfit(Exception):
    """A text that is no value of the form."""

    reason: str
    """What is wrong: "Expected `int`, got `str`"."""
    pointer: str
    """Where, as a JSON Pointer. Empty: the whole of it."""

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}" if self.pointer else self.reason


@attrs.frozen
class Form(Generic[T]):
    """A type, as a model is told of it and as its answers are read."""

    name: str
    """Letters, digits, `_` and `-`."""
    schema: Mapping[str, Any]
    """The JSON Schema of an object."""
    wrapped: bool
    """Whether the value is a member of that object, because it is none itself."""
    _read: Callable[[bytes], T]

    def read(self, text: str) -> T:
        """The value that a text holds; a fence of Markdown around it is taken off.

        Raises:
            Misfit: The text is no JSON, or of another form.
        """
        return self._read(unfenced(text).encode("utf-8", "replace"))

    def unwrapped(self, partial: object) -> object:
        """What is there of the value, of a JSON value that is not whole yet."""
        if self.wrapped and isinstance(partial, dict):
            return cast("dict[str, object]", partial).get(_WRAPPED)
        return partial


def unfenced(text: str) -> str:
    """A text without the fence of Markdown that stands around all of it."""
    fenced = _FENCE.fullmatch(text)
    return fenced[1] if fenced else text


def form_of(into: type[T]) -> Form[T]:
    """The form of a type: attrs, dataclass, TypedDict, NamedTuple, msgspec.Struct, pydantic, or what consists of them.

    Raises:
        TypeError: The type cannot come from JSON.
    """
    if hasattr(into, "model_json_schema") and hasattr(into, "model_validate_json"):
        return _of_pydantic(into)
    name = getattr(into, "__name__", "answer") if typing.get_origin(into) is None else "answer"
    if _is_named_tuple(into):
        return _of_named_tuple(into, name)
    schema = _schema(into, into)
    if schema.get("type") == "object":
        return Form(name, schema, False, _reader(make_decoder(into)))
    holder = msgspec.defstruct(name, [(_WRAPPED, into)])
    read = _reader(make_decoder(holder))
    return Form(name, _schema(holder, into), True, lambda text: cast("T", getattr(read(text), _WRAPPED)))


def _is_named_tuple(into: Any) -> bool:
    return isinstance(into, type) and issubclass(into, tuple) and hasattr(cast("object", into), "_fields")


def _of_named_tuple(into: type[T], name: str) -> Form[T]:
    """JSON of a NamedTuple would be a list without names: it is asked for as an object."""
    kind = cast("Any", into)
    hints = typing.get_type_hints(kind, include_extras=True)
    defaults: Mapping[str, object] = kind._field_defaults
    fields = [(one, hints[one], defaults[one]) if one in defaults else (one, hints[one]) for one in kind._fields]
    doc = {} if (into.__doc__ or "").startswith(f"{name}(") else {"__doc__": into.__doc__}
    holder = msgspec.defstruct(name, cast("list[tuple[str, type]]", fields), namespace=doc)
    read = _reader(make_decoder(holder))
    return Form(name, _schema(holder, into), False, lambda text: into(**msgspec.structs.asdict(read(text))))


def _of_pydantic(into: type[T]) -> Form[T]:
    model = cast("Any", into)

    def read(text: bytes) -> T:
        try:
            return cast("T", model.model_validate_json(text))
        except ValueError as error:
            found: list[Mapping[str, Any]] = cast("Any", error).errors(include_url=False)
            pointer = "".join(f"/{part}" for part in found[0]["loc"])
            raise Misfit(str(found[0]["msg"]), pointer) from None

    return Form(into.__name__, model.model_json_schema(), False, read)


def _reader(decoder: msgspec.json.Decoder[T]) -> Callable[[bytes], T]:
    def read(text: bytes) -> T:
        try:
            return decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise misfit(error) from None

    return read


def misfit(error: Exception) -> Misfit:
    """What an error of msgspec says, with its place as a JSON Pointer."""
    reason = str(error)
    place = _PLACE.search(reason)
    if place is None:
        return Misfit(reason, "")
    pointer = re.sub(r"\.|\[", "/", place[1]).replace("]", "")
    return Misfit(reason[: place.start()], pointer)


def _schema(kind: Any, into: object) -> dict[str, Any]:
    """The JSON Schema of a type, with the object itself at its top."""
    try:
        schema = msgspec.json.schema(kind)
    except (TypeError, NameError) as error:
        shown = into.__name__ if isinstance(into, type) else repr(into)
        raise TypeError(f"{shown}: cannot be read from JSON: {str(error).splitlines()[-1]}") from None
    return topped(schema)


def topped(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that is a reference, as what it refers to; definitions that nothing refers to any more are left out."""
    definitions: dict[str, Any] = {**schema.get("$defs", {})}
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if name not in definitions:
        return schema
    top = dict(definitions[name])
    if f'"#/$defs/{name}"' not in json.dumps(definitions):
        del definitions[name]
    return {**top, "$defs": definitions} if definitions else top
