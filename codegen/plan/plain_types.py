"""Plain types: what types without structure are in Python, in JSON Schema and in words. A new one is a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from codegen.spec import types
from codegen.support.words import phrase, say

Schema = dict[str, Any]


@attrs.frozen(kw_only=True)
class PlainType:
    """One plain type."""

    annotation: str = "Mapping[str, object]"
    """The Python type that requests accept."""
    reply: str = "dict[str, Any]"
    """The Python type that replies have."""
    empty: str | None = None
    """What a reply has where the platform leaves it out. None: an empty dict."""
    test: str = "is_object(value)"
    """The test that a value is of it."""
    words: str
    """What a value must be."""
    name: str
    """What it is called in a table."""
    schema: Schema
    """Its JSON Schema."""
    data: Schema
    """The JSON Schema from which data classes are made."""
    imports: tuple[str, ...] = ()
    """The lines that import what the annotation and the test need."""
    check: str | None = None
    """The support function that checks what is inside: it gets the rule, the value, the place and the findings."""
    right: tuple[Any, ...]
    """Values of it."""


TYPES: dict[str, PlainType] = {
    "string": PlainType(
        annotation="str",
        reply="str",
        empty='""',
        test="isinstance(value, str)",
        words="a string",
        name="string",
        schema={"type": "string"},
        data={"type": "string"},
        right=("f",),
    ),
    "int": PlainType(
        annotation="int",
        reply="int",
        empty="0",
        test="is_integer(value)",
        words="a whole number",
        name="whole number",
        schema={"type": "integer"},
        data={"type": "integer"},
        right=(1,),
    ),
    "float": PlainType(
        annotation="float",
        reply="float",
        empty="0.0",
        test="is_number(value)",
        words="a number",
        name="number",
        schema={"type": "number"},
        data={"type": "number"},
        right=(1, 0.5),
    ),
    "bool": PlainType(
        annotation="bool",
        reply="bool",
        empty="False",
        test="isinstance(value, bool)",
        words="true or false",
        name="true or false",
        schema={"type": "boolean"},
        data={"type": "boolean"},
        right=(False, True),
    ),
    "object": PlainType(
        words="an object",
        name="object",
        schema={"type": "object"},
        data={"type": "object"},
        right=({}, {"a": 1}),
    ),
    "json_schema": PlainType(
        words="a JSON Schema object",
        name="JSON Schema",
        schema={"$ref": "#/$defs/JsonSchema"},
        data={"type": "object"},
        check="check_json_schema",
        right=({},),
    ),
    "object_schema": PlainType(
        words="a JSON Schema object",
        name="JSON Schema of an object",
        schema={"$ref": "#/$defs/ObjectSchema"},
        data={"type": "object"},
        check="check_object_schema",
        right=({"type": "object", "properties": {}},),
    ),
    "image": PlainType(
        annotation="str",
        test="isinstance(value, str)",
        words="a string, an image in base64",
        name="image in base64",
        schema={"type": "string", "contentEncoding": "base64"},
        data={"type": "string"},
        right=("aGk=",),
    ),
    "file": PlainType(
        annotation="FileInput",
        reply="str",
        empty='""',
        imports=("from qianfan_api.files import FileInput, is_file",),
        test="is_file(value)",
        words="a file: a path, bytes, an open file, or a name with bytes",
        name="file",
        schema={"type": "string", "format": "binary"},
        data={"type": "string"},
        right=("notes.txt",),
    ),
}


def imports() -> list[str]:
    """The lines that import what annotations and tests need. Those that a file does not need are dropped again."""
    return [line for one in TYPES.values() for line in one.imports]


def expected(kind: types.Type) -> str:
    """What a value must be, in words."""
    match kind:
        case types.Plain(name):
            return phrase(TYPES[name].words)
        case types.ShapeRef() | types.MapOf():
            return say("an object")
        case types.ListOf(types.Plain("string")):
            return say("a list of strings")
        case types.ListOf():
            return say("a list")
        case types.OneOf(options):
            return alternatives(dict.fromkeys(expected(option) for option in options))


def alternatives(kinds: Iterable[str]) -> str:
    """Types of which a value may have any, in words."""
    first, *rest = kinds
    for kind in rest:
        first = say("{kind} or {other_kind}", kind=first, other_kind=kind)
    return first


def called(kind: types.Type) -> str:
    """A type as a table calls it: `list of object (Message)`."""
    match kind:
        case types.Plain(name):
            return phrase(TYPES[name].name)
        case types.ShapeRef(name):
            return say("object ({shape})", shape=name.partition(".")[0])
        case types.ListOf(item):
            inner = called(item)
            return say("list of ({inner})", inner=inner) if " or " in inner else say("list of {inner}", inner=inner)
        case types.MapOf(value):
            return say("object of {inner}", inner=called(value))
        case types.OneOf():
            return alternatives(dict.fromkeys(map(called, types.alternatives(kind))))
