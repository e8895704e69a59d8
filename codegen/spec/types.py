"""The types of the spec language: `list[Message] | string` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

PLAIN = {"string", "int", "float", "bool", "object", "json_schema", "object_schema", "image", "file"}
_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[\[\]|])")


@attrs.frozen
class Plain:
    """A JSON type; json_schema is any JSON Schema, object_schema one of an object with its properties."""

    name: str


@attrs.frozen
class ShapeRef:
    """An object of a shape."""

    name: str


@attrs.frozen
class ListOf:
    """A list."""

    item: Type


@attrs.frozen
class MapOf:
    """An object whose keys are free and whose values have one type."""

    value: Type


@attrs.frozen
class OneOf:
    """Any of several types."""

    options: tuple[Type, ...]


Type = Plain | ShapeRef | ListOf | MapOf | OneOf


class TypeSyntaxError(ValueError):
    """Text that is no type; the message says what was expected."""


def parse(text: str) -> Type:
    """The type that a text says. Raises TypeSyntaxError."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s+", "", text) or not tokens:
        raise TypeSyntaxError(f"{text!r} is not a type: expected a name, list[T], map[T] or T | U")
    kind, rest = _union(tokens, text)
    if rest:
        raise TypeSyntaxError(f"{text!r} is not a type: nothing was expected at {rest[0]!r}")
    return kind


def _union(tokens: list[str], text: str) -> tuple[Type, list[str]]:
    kind, rest = _single(tokens, text)
    options = [kind]
    while rest and rest[0] == "|":
        kind, rest = _single(rest[1:], text)
        options.append(kind)
    return (options[0] if len(options) == 1 else OneOf(tuple(options))), rest


def _single(tokens: list[str], text: str) -> tuple[Type, list[str]]:
    if not tokens or tokens[0] in "[]|":
        raise TypeSyntaxError(f"{text!r} is not a type: a name was expected")
    word, rest = tokens[0], tokens[1:]
    if word in ("list", "map"):
        if not rest or rest[0] != "[":
            raise TypeSyntaxError(f"{text!r} is not a type: {word} needs what it holds, as {word}[string]")
        inner, rest = _union(rest[1:], text)
        if not rest or rest[0] != "]":
            raise TypeSyntaxError(f"{text!r} is not a type: ] was expected")
        return (ListOf(inner) if word == "list" else MapOf(inner)), rest[1:]
    return (Plain(word) if word in PLAIN else ShapeRef(word)), rest


def alternatives(kind: Type) -> list[Type]:
    """The alternatives of a type, lists merged: no two have the same JSON type."""
    options: list[Type] = [*kind.options] if isinstance(kind, OneOf) else [kind]
    lists = [option.item for option in options if isinstance(option, ListOf)]
    if len(lists) < 2:
        return options
    merged = ListOf(OneOf(tuple(lists)))
    return [merged, *(option for option in options if not isinstance(option, ListOf))]


def renamed(kind: Type, names: dict[str, str]) -> Type:
    """A type with other shapes in place of some."""
    match kind:
        case ShapeRef(name):
            return ShapeRef(names.get(name, name))
        case ListOf(item):
            return ListOf(renamed(item, names))
        case MapOf(value):
            return MapOf(renamed(value, names))
        case OneOf(options):
            return OneOf(tuple(renamed(option, names) for option in options))
        case Plain():
            return kind


def shapes_in(kind: Type) -> Iterator[str]:
    """The names of the shapes that a type mentions."""
    match kind:
        case ShapeRef(name):
            yield name
        case ListOf(inner) | MapOf(inner):
            yield from shapes_in(inner)
        case OneOf(options):
            for option in options:
                yield from shapes_in(option)
        case Plain():
            pass
