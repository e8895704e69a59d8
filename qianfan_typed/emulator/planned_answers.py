"""Answers on demand: what the emulator's user wants a model to say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import cast

import attrs
import msgspec


@attrs.frozen(kw_only=True)
class PlannedAnswer:
    """What the next answer says in place of the emulator's own. What is None or empty, the emulator makes up."""

    text: str | None = None
    is_value: bool = False
    """Whether the text is the JSON of an object. Where the request names a function to call, its arguments are it."""
    calls: tuple[tuple[str, str], ...] = ()
    """Names of functions, and their arguments as JSON text."""
    reasoning: str | None = None
    finish_reason: str | None = None
    """In the platform's words."""
    flag: int | None = None


NOTHING_PLANNED = PlannedAnswer()


def planned_answer(
    answer: object,
    *,
    tool_calls: Iterable[tuple[str, object]] = (),
    reasoning: str | None = None,
    finish_reason: str | None = None,
    flag: int | None = None,
) -> PlannedAnswer:
    """The plan of an answer: of a text, of an object, or of what stands beside them. Raises TypeError."""
    return PlannedAnswer(
        text=None if answer is None else _written(answer),
        is_value=answer is not None and not isinstance(answer, str),
        calls=tuple((name, _written(arguments)) for name, arguments in tool_calls),
        reasoning=reasoning,
        finish_reason=finish_reason,
        flag=flag,
    )


def _written(value: object) -> str:
    """A text as it is, anything else as its JSON."""
    if isinstance(value, str):
        return value
    dump = cast("Callable[[], str] | None", getattr(value, "model_dump_json", None))
    if dump is not None:
        return dump()
    try:
        plain = msgspec.to_builtins(_named(value))
    except TypeError as error:
        raise TypeError(f"{type(value).__name__}: cannot be an answer: {error}") from None
    # `parse` asks for an object with this member where the value is none, and the platform for arguments that are one.
    return json.dumps(plain if isinstance(plain, dict) else {"value": plain}, ensure_ascii=False)


def _named(value: object) -> object:
    """A NamedTuple as an object: `parse` asks for one with its names, where msgspec would write a list."""
    names = cast("tuple[str, ...]", getattr(value, "_fields", ()))
    values = _members(value)
    return dict(zip(names, values, strict=True)) if names and values else value


def _members(value: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
