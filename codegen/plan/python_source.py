"""Python source: literals and tuples as generated code has them."""

from __future__ import annotations

from collections.abc import Iterable


def literal(value: object) -> str:
    """A value as Python source."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def tuple_of(items: Iterable[str]) -> str:
    """A tuple of expressions."""
    items = list(items)
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def literals(values: Iterable[object]) -> str:
    """A tuple of values."""
    return tuple_of(map(literal, values))


def steps(path: str) -> str:
    """A path as the steps that lead there: `messages[].content` → `("messages", "[]", "content")`."""
    return literals(path.replace("[]", ".[]").split("."))
