"""Python types: the annotations of what requests accept and replies have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codegen.plan.plain_types import TYPES
from codegen.plan.python_source import literal
from codegen.spec import language, types


def request(kind: types.Type, values: Sequence[language.Scalar] | None, names: Mapping[str, str]) -> str:
    """The type that a request accepts.

    Args:
        kind: The type.
        values: The values allowed. None: any.
        names: Shape → the TypedDict that it is written as.
    """
    match kind:
        case types.Plain("string" | "int") if values is not None:
            return f"Literal[{', '.join(literal(value) for value in values)}]"
        case types.Plain(name):
            return TYPES[name].annotation
        case types.ShapeRef(name):
            return names[name.partition(".")[0]]
        case types.ListOf(types.Plain("string")):
            # Not Sequence[str]: a plain string is one, and would pass where a list is meant.
            return "list[str] | tuple[str, ...]"
        case types.ListOf(item):
            return f"Sequence[{request(item, None, names)}]"
        case types.MapOf(value):
            return f"Mapping[str, {request(value, None, names)}]"
        case types.OneOf(options):
            return " | ".join(request(option, values, names) for option in options)


def reply(kind: types.Type) -> str:
    """The type that a reply has."""
    match kind:
        case types.Plain(name):
            return TYPES[name].reply
        case types.ShapeRef(name):
            return name
        case types.ListOf(item):
            return f"list[{reply(item)}]"
        case types.MapOf(value):
            return f"dict[str, {reply(value)}]"
        case types.OneOf(options):
            return " | ".join(reply(option) for option in options)
