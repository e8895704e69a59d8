"""JSON that anybody may have written, read without raising."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

Json = dict[str, object]


def is_object(value: object) -> TypeGuard[Json]:
    """Whether it is a JSON object. JSON has string keys only."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether it is a JSON array."""
    return isinstance(value, list)


def object_of(value: object) -> Json:
    """The object, or an empty one where it is something else."""
    return value if is_object(value) else {}


def objects_of(value: object) -> list[Json]:
    """The objects among the items of a list."""
    return [item for item in value if is_object(item)] if is_list(value) else []


def text_of(value: object) -> str:
    """The string, or an empty one where it is something else."""
    return value if isinstance(value, str) else ""


def texts_of(value: object) -> tuple[str, ...]:
    """The strings that are not empty: of a list, or the one that stands alone."""
    items = value if is_list(value) else [value]
    return tuple(item for item in items if isinstance(item, str) and item)


def int_of(value: object) -> int | None:
    """The integer, or None. A bool is not a number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def content_text(content: object) -> str:
    """The text of a message's content: the string, or the text parts of a list of parts."""
    if is_list(content):
        return "".join(text_of(part.get("text")) for part in objects_of(content))
    return text_of(content)


def texts_in(value: object) -> Iterator[str]:
    """The strings anywhere in it, the members' names apart."""
    if isinstance(value, str):
        yield value
    for item in value.values() if is_object(value) else value if is_list(value) else ():
        yield from texts_in(item)
