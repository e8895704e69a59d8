"""Literals: the values of expressions, of names bound once to one, and of the message constructors.

Nothing of the checked code runs. What is not plain to see is an `UnknownValue`, and so is a list or dict that other
code could have changed: `messages = []` followed by `messages.append(…)` says nothing about what is sent.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Mapping
from typing import cast

from qianfan_api import messages
from qianfan_typed.python_source.names.scopes import Binding, Module, Scope
from qianfan_typed.python_source.names.symbols import Symbol, bindings, builtin, symbol
from qianfan_typed.python_source.names.values import (
    Entry,
    ObjectValue,
    ScalarValue,
    SequenceValue,
    UnknownItems,
    UnknownValue,
    Value,
    absent,
    changeable,
    moved,
    size_of,
)

_DEEPEST = 60
"""Levels of nesting that are followed: names may lead in circles, and sums may be thousands long."""
_LONGEST = 1_000_000
"""Characters of a text that are put together. Longer than any limit of the platform."""
_MOST_VALUES = 20_000
"""Values of a list or an object that are put together: thirty lines that double a list are a billion."""
_CONSTRUCTORS = frozenset(messages.__all__)
_MAKERS = frozenset({"str", "int", "float", "bool", "len", "list", "tuple", "dict", "sorted", "round", "repr", "range"})
"""Builtins that never give None."""
_READERS = frozenset(
    {"create", "stream", "do", "ado", "acreate", "batch_do", "abatch_do", "validate", "assert_valid_request"}
    | {"print", "pprint", "len", "repr", "str", "bool", "dumps", "deepcopy", "isinstance", "type", "id"}
    | _CONSTRUCTORS
)
"""Calls that leave the lists and dicts that they are given as they are."""


class LiteralReader:
    """Reads values off the expressions of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._bound: dict[Binding, tuple[int, Value]] = {}
        """Bindings → the value of their expression, and how deep it was looked for."""
        self._untouched: dict[tuple[Scope, str], bool] = {}
        """Names → whether what they stand for stays as it was written."""

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        """What an expression gives, as far as it can be seen."""
        found = UnknownValue(node) if depth > _DEEPEST else self._value(node, depth)
        return found if size_of(found) <= _MOST_VALUES else UnknownValue(node, given=True)

    def _value(self, node: ast.expr, depth: int) -> Value:
        match node:
            case ast.Constant(value=value):
                if value is None or isinstance(value, str | int | float):
                    return ScalarValue(node, value)
                return UnknownValue(node, given=value is not Ellipsis)
            case ast.Name():
                return self._named(node, depth)
            case ast.List() | ast.Tuple():
                return self._sequence(node, depth)
            case ast.Dict():
                return self._dict(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.NamedExpr(value=inner):
                return moved(self.value(inner, depth + 1), node)
            case ast.UnaryOp() | ast.BinOp():
                return self._computed(node, depth)
            case ast.JoinedStr(values=parts):
                texts = [part.value for part in parts if isinstance(part, ast.Constant)]
                return (
                    ScalarValue(node, "".join(map(str, texts)))
                    if len(texts) == len(parts)
                    else UnknownValue(node, given=True)
                )
            case ast.Compare() | ast.ListComp() | ast.DictComp() | ast.SetComp() | ast.Set() | ast.Lambda():
                return UnknownValue(node, given=True)
            case _:
                return UnknownValue(node)

    def arguments(self, call: ast.Call, positions: tuple[str, ...]) -> ObjectValue | None:
        """The arguments of a call by name. None: it has more than there are positions, so Python refuses it."""
        entries: dict[str, Entry] = {}
        open_ = False
        for index, argument in enumerate(call.args):
            if isinstance(argument, ast.Starred):
                open_ = True
                break
            if index >= len(positions):
                return None
            entries[positions[index]] = Entry(argument, self.value(argument))
        for keyword in call.keywords:
            if keyword.arg is not None:
                entries[keyword.arg] = Entry(keyword, self.value(keyword.value))
                continue
            more = self.value(keyword.value)
            if isinstance(more, ObjectValue):
                entries |= more.entries
            open_ = open_ or not isinstance(more, ObjectValue) or more.open
        return ObjectValue(call, entries, open_)

    def _named(self, node: ast.Name, depth: int) -> Value:
        found = bindings(self.module, node)
        if len(found) != 1 or found[0].kind != "value" or found[0].expression is None:
            return UnknownValue(node)
        value = self._of_binding(found[0], found[0].expression, depth)
        if isinstance(value, UnknownValue):
            return UnknownValue(node, value.given)
        if changeable(value) and not self._left_alone(node):
            return UnknownValue(node, given=True)
        return moved(value, node)

    def _of_binding(self, binding: Binding, expression: ast.expr, depth: int) -> Value:
        """The value that a name is bound to: worked out once, or again where more of it can be seen."""
        known = self._bound.get(binding)
        if known is None or known[0] > depth:
            known = self._bound[binding] = depth, self.value(expression, depth + 1)
        return known[1]

    def _left_alone(self, node: ast.Name) -> bool:
        """Whether the list or dict behind a name stays as it was written: it is only ever handed to readers."""
        owner = self.module.scopes[node].owner(node.id)
        if owner is None:
            return False
        known = self._untouched.get((owner, node.id))
        if known is None:
            known = all(self._only_read(use) for use in self.module.uses(node.id, owner))
            self._untouched[owner, node.id] = known
        return known

    def _only_read(self, use: ast.AST) -> bool:
        for parent in self.module.ancestors(use):
            match parent:
                case ast.Call(func=function) if use is not function:
                    return _last(function) in _READERS
                case ast.Compare() | ast.FormattedValue() | ast.Expr():
                    return True
                case ast.Subscript(ctx=ast.Load()) if parent.value is use:
                    pass
                case ast.List() | ast.Tuple() | ast.Dict() | ast.Starred() | ast.keyword():
                    pass
                case ast.BinOp(op=ast.Add() | ast.BitOr()):
                    pass
                case _:
                    return False
            use = parent
        return False

    def _sequence(self, node: ast.List | ast.Tuple, depth: int) -> Value:
        items: list[Value | UnknownItems] = []
        for element in node.elts:
            if not isinstance(element, ast.Starred):
                items.append(self.value(element, depth + 1))
                continue
            inner = self.value(element.value, depth + 1)
            items += inner.items if isinstance(inner, SequenceValue) else (UnknownItems(element),)
            if len(items) > _MOST_VALUES:
                return UnknownValue(node, given=True)
        return SequenceValue(node, tuple(items), fixed=isinstance(node, ast.Tuple))

    def _dict(self, node: ast.Dict, depth: int) -> Value:
        entries: dict[str, Entry] = {}
        open_ = False
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.value(value if key is None else key, depth + 1)
            if key is None and isinstance(inner, ObjectValue) and not inner.open:
                entries |= inner.entries
            elif key is None or isinstance(inner, UnknownValue):
                # It may stand for any member that comes before.
                entries = {name: Entry(entry.key, UnknownValue(entry.key)) for name, entry in entries.items()}
                entries |= inner.entries if isinstance(inner, ObjectValue) else {}
                open_ = True
            elif isinstance(inner, ScalarValue) and isinstance(inner.value, str):
                entries[inner.value] = Entry(key, self.value(value, depth + 1))
            else:
                return UnknownValue(node, given=True)
        return ObjectValue(node, entries, open_)

    def _call(self, node: ast.Call, depth: int) -> Value:
        made = symbol(self.module, node.func)
        if made is not None:
            return self._constructed(node, made, depth)
        name = builtin(self.module, node.func)
        if name == "dict" and not node.args:
            return self.arguments(node, ()) or UnknownValue(node)
        return UnknownValue(node, given=name in _MAKERS)

    def _constructed(self, node: ast.Call, made: Symbol, depth: int) -> Value:
        """The message that a constructor makes: the real one is called, on what is known of its arguments."""
        constructor = getattr(messages, made.name, None)
        if made.package != "qianfan_typed" or made.name not in _CONSTRUCTORS or not callable(constructor):
            return UnknownValue(node)
        if any(isinstance(one, ast.Starred) for one in node.args) or any(one.arg is None for one in node.keywords):
            return UnknownValue(node, given=True)
        positional = [self._passed(argument, depth) for argument in node.args]
        named = {str(one.arg): self._passed(one.value, depth) for one in node.keywords}
        try:
            message: object = constructor(*positional, **named)
        except TypeError:
            return UnknownValue(node, given=True)
        return _wrapped(node, message)

    def _passed(self, argument: ast.expr, depth: int) -> Value | None:
        value = self.value(argument, depth + 1)
        return None if absent(value) else value

    def _computed(self, node: ast.UnaryOp | ast.BinOp, depth: int) -> Value:
        """Signs and sums of numbers, texts and lists: `-1`, `2 * 1024`, `"a" * 100`, `[a] + [b]`."""
        if isinstance(node, ast.UnaryOp):
            inner = self.value(node.operand, depth + 1)
            number = inner.value if isinstance(inner, ScalarValue) else None
            if isinstance(node.op, ast.USub | ast.UAdd) and isinstance(number, int | float):
                return ScalarValue(node, -number if isinstance(node.op, ast.USub) else +number)
            return UnknownValue(node, given=True)
        left, right = self.value(node.left, depth + 1), self.value(node.right, depth + 1)
        if isinstance(left, SequenceValue) and isinstance(right, SequenceValue) and isinstance(node.op, ast.Add):
            return SequenceValue(node, left.items + right.items, fixed=left.fixed and right.fixed)
        if isinstance(left, ScalarValue) and isinstance(right, ScalarValue):
            with contextlib.suppress(OverflowError):
                result = _sum(node.op, left.value, right.value)
                return UnknownValue(node, given=True) if result is None else ScalarValue(node, result)
        return UnknownValue(node, given=True)


def _sum(operator: ast.operator, left: object, right: object) -> str | float | None:
    """None: not one of the sums that are worked out."""
    match operator, left, right:
        case ast.Add(), str(), str() if len(left) + len(right) <= _LONGEST:
            return left + right
        case ast.Mult(), str(), int() if len(left) * right <= _LONGEST:
            return left * right
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


def _wrapped(node: ast.AST, made: object) -> Value:
    """What a constructor made: its arguments are values already, the rest stands where it was called."""
    if isinstance(made, Value):
        return made
    if isinstance(made, Mapping):
        members = cast("Mapping[str, object]", made)
        return ObjectValue(node, {name: Entry(node, _wrapped(node, value)) for name, value in members.items()})
    return ScalarValue(node, made) if isinstance(made, str | int | float) else UnknownValue(node)


def _last(function: ast.expr) -> str:
    """The last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
