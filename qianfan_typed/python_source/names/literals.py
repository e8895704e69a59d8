"""Literals: the values of expressions, and of the message constructors.

Nothing of the checked code runs. What is not plain to see is an `UnknownValue`, and so is a list or dict that other
code could have changed. What is one of several values is a `ChoiceValue`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import cast

import attrs

from qianfan_api import messages
from qianfan_typed.python_source.names import sums
from qianfan_typed.python_source.names.attributes import AttributeValues
from qianfan_typed.python_source.names.bound_names import BoundNames
from qianfan_typed.python_source.names.callers import Callers
from qianfan_typed.python_source.names.changes import CONSTRUCTORS, Changes
from qianfan_typed.python_source.names.choices import lifted, one_of
from qianfan_typed.python_source.names.classes import Classes
from qianfan_typed.python_source.names.conditions import always, never
from qianfan_typed.python_source.names.flow import Flow
from qianfan_typed.python_source.names.reading import Elsewhere, nowhere
from qianfan_typed.python_source.names.scopes import Module
from qianfan_typed.python_source.names.symbols import Symbol, bindings, builtin, origins, symbol
from qianfan_typed.python_source.names.values import (
    ChoiceValue,
    Entry,
    ObjectValue,
    ScalarValue,
    SequenceValue,
    Site,
    UnknownItems,
    UnknownValue,
    Value,
    absent,
    moved,
    size_of,
    text,
)

_DEEPEST = 60
"""Levels of nesting that are followed: names may lead in circles, and sums may be thousands long."""
_MOST_VALUES = 20_000
"""Values of a list or an object that are put together: thirty lines that double a list are a billion."""
_MAKERS = frozenset({"str", "int", "float", "bool", "len", "list", "tuple", "dict", "sorted", "round", "repr", "range"})
"""Builtins that never give None."""
_ENVIRONMENT = frozenset({"os.getenv", "os.environ.get"})
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})


class LiteralReader:
    """Reads values off the expressions of a module."""

    def __init__(self, module: Module, elsewhere: Elsewhere = nowhere) -> None:
        self.module = module
        self.elsewhere = elsewhere
        self._known: dict[ast.expr, tuple[int, Value]] = {}
        """Expressions → their value, and how deep it was looked for."""
        self._active: set[ast.expr] = set()
        """Those that are being worked out: functions may call one another in circles."""
        self.flow: Flow = Flow(module)
        self.classes: Classes = Classes(module, self.flow.conditions)
        self.callers: Callers = Callers(module, self.classes)
        self.names: BoundNames = BoundNames(module, self, self.flow, self.callers, Changes(module))
        self.attributes: AttributeValues = AttributeValues(self.names, self.classes, self)

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        """What an expression gives, as far as it can be seen."""
        if isinstance(node, ast.Constant):
            return self._value(node, depth)
        known = self._known.get(node)
        if known is not None and known[0] <= depth:
            return known[1]
        if depth > _DEEPEST or node in self._active:
            return UnknownValue(node)
        self._active.add(node)
        try:
            found = self._value(node, depth)
        finally:
            self._active.discard(node)
        found = found if size_of(found) <= _MOST_VALUES else UnknownValue(node, given=True)
        self._known[node] = depth, found
        return found

    def _value(self, node: ast.expr, depth: int) -> Value:
        match node:
            case ast.Constant(value=value):
                if value is None or isinstance(value, str | int | float):
                    return ScalarValue(node, value)
                return UnknownValue(node, given=value is not Ellipsis)
            case ast.Name() | ast.Attribute():
                return self._named(node, depth)
            case ast.Subscript(value=base, slice=key):
                both = [self.value(base, depth + 1), self.value(key, depth + 1)]
                return moved(lifted(lambda two: sums.item(node, two[0], two[1]), both), node)
            case ast.List() | ast.Tuple():
                return self._sequence(node, depth)
            case ast.Dict():
                return self._dict(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.IfExp() | ast.BoolOp():
                return self._conditional(node, depth)
            case ast.NamedExpr(value=inner):
                return moved(self.value(inner, depth + 1), node)
            case ast.Await(value=inner):
                return self.value(inner, depth + 1)
            case ast.UnaryOp(operand=inner):
                return lifted(lambda one: sums.negated(node, one[0]), [self.value(inner, depth + 1)])
            case ast.BinOp(left=left, right=right, op=operator):
                both = [self.value(left, depth + 1), self.value(right, depth + 1)]
                return lifted(lambda two: sums.computed(node, operator, two[0], two[1]), both)
            case ast.JoinedStr(values=parts):
                return lifted(lambda each: sums.joined(node, each), [self._part(part, depth) for part in parts])
            case ast.Compare() | ast.ListComp() | ast.DictComp() | ast.SetComp() | ast.Set() | ast.Lambda():
                return UnknownValue(node, given=True)
            case _:
                return UnknownValue(node)

    def _part(self, part: ast.expr, depth: int) -> Value:
        if isinstance(part, ast.FormattedValue):
            plain = part.conversion == -1 and part.format_spec is None
            return self.value(part.value, depth + 1) if plain else UnknownValue(part, given=True)
        return self.value(part, depth + 1)

    def arguments(
        self, call: ast.Call, positions: tuple[str, ...], before: Sequence[ast.Call] = ()
    ) -> ObjectValue | None:
        """The arguments of a call by name.

        Args:
            call: The call.
            positions: The names of those that are given by position.
            before: Calls of `partial`, whose arguments come before those of the call.

        Returns:
            None: it has more than there are positions, so Python refuses it.
        """
        entries: dict[str, Entry] = {}
        open_ = False
        passed_on = True
        given = [argument for one in before for argument in one.args[1:]]
        for index, argument in enumerate([*given, *call.args]):
            if isinstance(argument, ast.Starred):
                open_, passed_on = True, False
                break
            if index >= len(positions):
                return None
            entries[positions[index]] = Entry(argument, self.value(argument))
        for keyword in [keyword for one in (*before, call) for keyword in one.keywords]:
            if keyword.arg is not None:
                entries[keyword.arg] = Entry(keyword, self.value(keyword.value))
                continue
            more = self._merged(self.value(keyword.value))
            if isinstance(more, ObjectValue):
                entries |= more.entries
            if not isinstance(more, ObjectValue) or more.open:
                open_, passed_on = True, passed_on and self._is_passed_on(keyword.value)
        return ObjectValue(call, entries, open_, open_ and passed_on)

    def _is_passed_on(self, more: ast.expr) -> bool:
        """Whether `**more` is what a function was called with besides its parameters."""
        if not isinstance(more, ast.Name):
            return False
        found = bindings(self.module, more)
        owner = self.module.scopes[more].owner(more.id)
        if owner is None or [binding.kind for binding in found] != ["parameter"]:
            return False
        function = owner.node
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        return function.args.kwarg is found[0].node

    def _merged(self, value: Value) -> Value:
        """Of several dicts to choose from, one whose members are choices: what it lacks is None, so left out."""
        if not isinstance(value, ChoiceValue) or value.others:
            return value
        options = [option for option in value.options if isinstance(option, ObjectValue) and not option.open]
        if len(options) < len(value.options):
            return UnknownValue(value.node, given=True)
        entries: dict[str, Entry] = {}
        for name in dict.fromkeys(name for option in options for name in option.entries):
            key = next(option.entries[name].key for option in options if name in option.entries)
            each = tuple(option.get(name) or ScalarValue(value.node, None) for option in options)
            entries[name] = Entry(key, attrs.evolve(value, options=each))
        return ObjectValue(value.node, entries)

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> Value:
        found = origins(self.module, node)
        if found:
            value = self.elsewhere(found[0], node) if len(found) == 1 else None
            return UnknownValue(node) if value is None else value
        if isinstance(node, ast.Name):
            return self.names.value(node, depth)
        return self.attributes.value(node, depth)

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
            elif key is None or isinstance(inner, UnknownValue | ChoiceValue):
                # It may stand for any member that comes before.
                entries = {name: Entry(entry.key, UnknownValue(entry.key)) for name, entry in entries.items()}
                entries |= inner.entries if isinstance(inner, ObjectValue) else {}
                open_ = True
            elif isinstance(inner, ScalarValue) and isinstance(inner.value, str):
                entries[inner.value] = Entry(key, self.value(value, depth + 1))
            else:
                return UnknownValue(node, given=True)
        return ObjectValue(node, entries, open_)

    def _conditional(self, node: ast.IfExp | ast.BoolOp, depth: int) -> Value:
        """`a if test else b`, `a or b`."""
        if isinstance(node, ast.BoolOp):
            values = [self.value(one, depth + 1) for one in node.values]
            return lifted(lambda each: _first_true(node, each), values)
        test = self.value(node.test, depth + 1)
        if always(node.test) or never(node.test) or isinstance(test, ScalarValue):
            holds = test.value if isinstance(test, ScalarValue) else always(node.test)
            return self.value(node.body if holds else node.orelse, depth + 1)
        outcome = self.flow.conditions.premises.outcome(node.test, node)
        if outcome in ("holds", "fails"):
            return self.value(node.body if outcome == "holds" else node.orelse, depth + 1)
        # Those that ask the same go together.
        within = next((one for one in self.module.ancestors(node) if one in self.module.functions), self.module.tree)
        both = [self.value(one, depth + 1) for one in (node.body, node.orelse)]
        return one_of(node, Site((within, _words(node.test)), "branch"), both, each=outcome == "open")

    def _call(self, node: ast.Call, depth: int) -> Value:
        made = symbol(self.module, node.func)
        if made is not None:
            return self._constructed(node, made, depth)
        name = builtin(self.module, node.func)
        if name is not None:
            return self._built_in(node, name, depth)
        origin = next(iter(origins(self.module, node.func)), "")
        first = node.args[0] if node.args else None
        if origin in _COPIES and first is not None:
            return moved(self.value(first, depth + 1), node)
        if origin:
            return self._default(node, depth) if origin in _ENVIRONMENT else UnknownValue(node)
        back = self.names.returned(node, depth)
        if back is not None:
            return moved(back, node)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, depth)
        return UnknownValue(node)

    def _built_in(self, node: ast.Call, name: str, depth: int) -> Value:
        if name == "dict" and len(node.args) < 2:
            more = self.arguments(node, ("",))
            start = None if more is None else more.get("")
            if more is None or (start is not None and not isinstance(start, ObjectValue)):
                return UnknownValue(node, given=True)
            return more if start is None else sums.updated(attrs.evolve(start, node=node), more.without(""))
        if name in ("list", "tuple") and len(node.args) == 1:
            inner = self.value(node.args[0], depth + 1)
            if isinstance(inner, SequenceValue):
                return SequenceValue(node, inner.items, fixed=name == "tuple")
        if name == "getattr" and len(node.args) == 3:
            return one_of(node, Site(node, "default"), [self.value(node.args[2], depth + 1)], others=True)
        return UnknownValue(node, given=name in _MAKERS)

    def _default(self, node: ast.Call, depth: int) -> Value:
        """`os.getenv(name, default)`, `settings.get(name, default)`: the default is what holds without more."""
        given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "default")]
        value = self.value(given[0], depth + 1) if given else None
        if value is None or absent(value) or isinstance(value, UnknownValue):
            return UnknownValue(node)
        return one_of(node, Site(node, "default"), [value], others=True)

    def _method(self, node: ast.Call, function: ast.Attribute, depth: int) -> Value:
        """`settings.get("model", "…")`, `settings.copy()`, `body.encode()`, `"…{}".format(…)`."""
        base = self.value(function.value, depth + 1)
        match function.attr:
            case "get" if node.args and isinstance(base, ObjectValue) and not base.open:
                key = self.value(node.args[0], depth + 1)
                word = text(key)
                if word is None:
                    return UnknownValue(node)
                found = base.get(word)
                if found is None:
                    return self.value(node.args[1], depth + 1) if len(node.args) == 2 else ScalarValue(node, None)
                return moved(found, node)
            case "get" if len(node.args) == 2 and isinstance(base, UnknownValue):
                return self._default(node, depth)
            case "copy" if not node.args:
                return moved(base, node)
            case "encode" | "strip" | "rstrip" if isinstance(base, ScalarValue | UnknownValue):
                return self._trimmed(node, function.attr, base)
            case "format" if isinstance(base, ScalarValue) and isinstance(base.value, str):
                return UnknownValue(node, given=True, beginning=base.value.partition("{")[0])
            case _:
                return UnknownValue(node)

    def _trimmed(self, node: ast.Call, method: str, base: ScalarValue | UnknownValue) -> Value:
        if isinstance(base, UnknownValue) or not isinstance(base.value, str):
            return moved(base, node)
        ends = text(self.value(node.args[0])) if node.args else None
        if method == "encode":
            return moved(base, node)
        return ScalarValue(node, base.value.strip(ends) if method == "strip" else base.value.rstrip(ends))

    def _constructed(self, node: ast.Call, made: Symbol, depth: int) -> Value:
        """The message that a constructor makes: the real one is called, on what is known of its arguments."""
        constructor = getattr(messages, made.name, None)
        if made.package != "qianfan_typed" or made.name not in CONSTRUCTORS or not callable(constructor):
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


def _first_true(node: ast.BoolOp, values: Sequence[Value]) -> Value:
    """`a or b`: the first that is true. Where nobody knows whether one is, the last is what holds without it."""
    for index, value in enumerate(values):
        last = index == len(values) - 1
        if isinstance(node.op, ast.And) and isinstance(value, UnknownValue) and not last:
            return UnknownValue(node)
        if isinstance(value, UnknownValue) and not last:
            rest = _first_true(node, values[index + 1 :])
            return rest if isinstance(rest, UnknownValue) else one_of(node, Site(node, "default"), [rest], others=True)
        true = bool(value.value) if isinstance(value, ScalarValue) else _is_filled(value)
        if last or true == isinstance(node.op, ast.Or):
            return value
    return UnknownValue(node)


def _words(test: ast.expr) -> object:
    """What is the same of two conditions that ask the same."""
    try:
        return ast.dump(test)
    except RecursionError:
        return test


def _is_filled(value: Value) -> bool:
    if isinstance(value, SequenceValue):
        return bool(value.items)
    return not isinstance(value, ObjectValue) or bool(value.entries) or value.open


def _wrapped(node: ast.AST, made: object) -> Value:
    """What a constructor made: its arguments are values already, the rest stands where it was called."""
    if isinstance(made, Value):
        return made
    if isinstance(made, Mapping):
        members = cast("Mapping[str, object]", made)
        return ObjectValue(node, {name: Entry(node, _wrapped(node, value)) for name, value in members.items()})
    return ScalarValue(node, made) if isinstance(made, str | int | float) else UnknownValue(node)
