"""Values as Python writes them, laid out as a formatter would: on one line where there is room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

_WIDTH = 88
_STEP = "    "
_MESSAGES = ("user", "assistant", "system")
"""Roles for which there is a function of the same name."""


def literal(value: object, indent: int = 0, before: int = 0) -> str:
    """A JSON value in Python.

    Args:
        value: It.
        indent: How deep the line stands that it begins on.
        before: Characters that stand before it on that line, and behind it.
    """
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return _laid_out("{", [(f"{_text(key)}: ", one) for key, one in members.items()], "}", indent, before)
    if isinstance(value, list | tuple):
        return _laid_out("[", [("", one) for one in cast("Sequence[object]", value)], "]", indent, before)
    return _text(value) if isinstance(value, str) else repr(value)


def call(function: str, arguments: Iterable[tuple[str, str]], indent: int = 0, before: int = 0) -> str:
    """A call. `arguments`: the keyword with its `=`, or nothing, and the value as it stands in a line of its own."""
    given = [f"{name}{value}" for name, value in arguments]
    line = f"{function}({', '.join(given)})"
    if "\n" not in line and len(line) + indent * len(_STEP) + before <= _WIDTH:
        return line
    inner = "".join(f"{_STEP * (indent + 1)}{one},\n" for one in given)
    return f"{function}(\n{inner}{_STEP * indent})"


def messages(value: object, indent: int) -> tuple[str, set[str]]:
    """A conversation in Python, and the functions that make its messages."""
    if not isinstance(value, list):
        return literal(value, indent), set()
    turns = cast("Sequence[object]", value)
    if not turns or not all(_is_turn(one) for one in turns):
        return literal(turns, indent), set()
    said = [cast("Mapping[str, str]", one) for one in turns]
    written = [f"{one['role']}({_text(one['content'])})" for one in said]
    line = f"[{', '.join(written)}]"
    if len(line) + indent * len(_STEP) > _WIDTH:
        line = "[\n" + "".join(f"{_STEP * (indent + 1)}{one},\n" for one in written) + f"{_STEP * indent}]"
    return line, {one["role"] for one in said}


def _is_turn(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    members = cast("Mapping[str, object]", value)
    return set(members) == {"role", "content"} and members["role"] in _MESSAGES and isinstance(members["content"], str)


def _laid_out(opens: str, parts: Sequence[tuple[str, object]], closes: str, indent: int, before: int) -> str:
    line = opens + ", ".join(f"{name}{literal(value)}" for name, value in parts) + closes
    if "\n" not in line and len(line) + indent * len(_STEP) + before <= _WIDTH:
        return line
    inner = "".join(
        f"{_STEP * (indent + 1)}{name}{literal(value, indent + 1, len(name) + 1)},\n" for name, value in parts
    )
    return f"{opens}\n{inner}{_STEP * indent}{closes}"


def _text(text: str) -> str:
    written = repr(text)
    # Double quotes, as formatters have them, where nothing within has to be escaped anew.
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in written and "\\'" not in written else written
