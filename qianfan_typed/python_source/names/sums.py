"""Sums: what operators, f-strings, indexes and additions make of values that are known."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence

import attrs

from qianfan_typed.python_source.names.changes import Change
from qianfan_typed.python_source.names.values import (
    Entry,
    ObjectValue,
    ScalarValue,
    SequenceValue,
    UnknownItems,
    UnknownValue,
    Value,
    text,
)

LONGEST = 1_000_000
"""Characters of a text that are put together. Longer than any limit of the platform."""


def negated(node: ast.UnaryOp, inner: Value) -> Value:
    """`-1`, `not x`."""
    number = inner.value if isinstance(inner, ScalarValue) else None
    if isinstance(node.op, ast.USub | ast.UAdd) and isinstance(number, int | float):
        return ScalarValue(node, -number if isinstance(node.op, ast.USub) else +number)
    if isinstance(node.op, ast.Not) and isinstance(inner, ScalarValue):
        return ScalarValue(node, not inner.value)
    return UnknownValue(node, given=True)


def computed(node: ast.AST, operator: ast.operator, left: Value, right: Value) -> Value:
    """Sums of numbers, texts, lists and dicts: `2 * 1024`, `"a" * 100`, `[a] + [b]`, `a | b`."""
    if isinstance(left, SequenceValue) and isinstance(right, SequenceValue) and isinstance(operator, ast.Add):
        return SequenceValue(node, left.items + right.items, fixed=left.fixed and right.fixed)
    if isinstance(left, ObjectValue) and isinstance(right, ObjectValue) and isinstance(operator, ast.BitOr):
        return updated(left, right)
    if isinstance(left, ScalarValue) and isinstance(right, ScalarValue):
        with contextlib.suppress(OverflowError, TypeError):
            result = _sum(operator, left.value, right.value)
            return UnknownValue(node, given=True) if result is None else ScalarValue(node, result)
    start = beginning(left)
    if isinstance(operator, ast.Add) and start:
        return UnknownValue(node, given=True, beginning=start)
    return UnknownValue(node, given=True)


def _sum(operator: ast.operator, left: object, right: object) -> str | float | None:
    """None: not one of the sums that are worked out."""
    match operator, left, right:
        case ast.Add(), str(), str() if len(left) + len(right) <= LONGEST:
            return left + right
        case ast.Mult(), str(), int() if len(left) * right <= LONGEST:
            return left * right
        case ast.Mod(), str(), str() | int() if left.count("%") == 1 and left.count("%s") + left.count("%d") == 1:
            return left % right if len(left) + len(str(right)) <= LONGEST else None
        case ast.Add(), int() | float(), int() | float():
            return left + right
        case ast.Sub(), int() | float(), int() | float():
            return left - right
        case ast.Mult(), int() | float(), int() | float():
            return left * right
        case ast.Div(), int() | float(), int() | float() if right:
            return left / right
        case ast.FloorDiv(), int() | float(), int() | float() if right:
            return left // right
        case _:
            return None


def beginning(value: Value) -> str:
    """How a text begins, as far as it is known."""
    return value.beginning if isinstance(value, UnknownValue) else text(value) or ""


def joined(node: ast.AST, parts: Sequence[Value]) -> Value:
    """An f-string of constants and of values without format."""
    found = ""
    for part in parts:
        if isinstance(part, ScalarValue) and isinstance(part.value, str | int) and len(found) <= LONGEST:
            found += str(part.value)
        else:
            return UnknownValue(node, given=True, beginning=found + beginning(part))
    return ScalarValue(node, found)


def item(node: ast.AST, base: Value, key: Value) -> Value:
    """`settings["model"]`, `models[0]`."""
    word = key.value if isinstance(key, ScalarValue) else None
    if isinstance(base, ObjectValue) and isinstance(word, str):
        found = base.get(word)
        return UnknownValue(node) if found is None else found
    if isinstance(base, SequenceValue) and isinstance(word, int) and not isinstance(word, bool):
        known = not any(isinstance(one, UnknownItems) for one in base.items)
        if known and -len(base.items) <= word < len(base.items):
            found_item = base.items[word]
            return UnknownValue(node) if isinstance(found_item, UnknownItems) else found_item
    return UnknownValue(node)


def updated(value: ObjectValue, more: Value, *, sure: bool = True) -> ObjectValue:
    """An object with the members of another put in, where nobody knows whether it was unless it is sure."""
    if not isinstance(more, ObjectValue) or more.open:
        hidden = {name: Entry(one.key, UnknownValue(one.value.node)) for name, one in value.entries.items()}
        if sure and isinstance(more, ObjectValue):
            hidden |= more.entries
        return attrs.evolve(value, entries=hidden, open=True)
    entries = more.entries
    if not sure:
        entries = {name: Entry(one.key, UnknownValue(one.value.node)) for name, one in entries.items()}
    return attrs.evolve(value, entries={**value.entries, **entries})


def added(value: Value, change: Change, key: str | None, given: Value | None) -> Value:
    """A list or a dict after a statement that adds to it.

    Args:
        value: What it was.
        change: The statement.
        key: The name that it sets. None: it is not known, or none is set.
        given: What it adds, or the dict that it is updated with.
    """
    node, given = change.node, given or UnknownValue(change.node)
    if isinstance(value, ObjectValue):
        if change.method == "update":
            return updated(value, given, sure=change.sure)
        if change.method in ("set", "setdefault"):
            if key is None:
                return updated(value, UnknownValue(node))
            if change.method == "setdefault" and key in value.entries:
                return value
            sure = change.sure and not (change.method == "setdefault" and value.open)
            return value.having(key, Entry(change.key or node, given if sure else UnknownValue(given.node)))
    if isinstance(value, SequenceValue):
        more: tuple[Value | UnknownItems, ...] | None = None
        if change.method == "append":
            more = (given,)
        elif change.method == "extend":
            more = given.items if isinstance(given, SequenceValue) else (UnknownItems(node),)
        if more is not None:
            more = more if change.sure else (UnknownItems(node),)
            return attrs.evolve(value, items=(*value.items, *more))
        if change.method == "insert" and change.sure and key == "0":
            return attrs.evolve(value, items=(given, *value.items))
    return UnknownValue(node, given=True)
