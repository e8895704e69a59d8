"""Bound names: the values of names, by what binds them, what was added since, and who calls their function."""

from __future__ import annotations

import ast

import attrs

from qianfan_typed.python_source.names import sums
from qianfan_typed.python_source.names.callers import Callers, DefinedFunction
from qianfan_typed.python_source.names.changes import Change, Changes
from qianfan_typed.python_source.names.choices import chosen, doubted, lifted, one_of
from qianfan_typed.python_source.names.flow import Flow
from qianfan_typed.python_source.names.reading import ValueReader
from qianfan_typed.python_source.names.scopes import Binding, Module
from qianfan_typed.python_source.names.symbols import bindings
from qianfan_typed.python_source.names.values import (
    ChoiceValue,
    ObjectValue,
    ScalarValue,
    SequenceValue,
    Site,
    UnknownItems,
    UnknownValue,
    Value,
    absent,
    changeable,
    moved,
)


class BoundNames:
    """The values of a module's names."""

    def __init__(self, module: Module, reader: ValueReader, flow: Flow, callers: Callers, changes: Changes) -> None:
        self.module = module
        self.reader = reader
        self.flow = flow
        self.callers = callers
        self.changes = changes
        self._known: dict[Binding, tuple[int, Value]] = {}
        """Bindings → the value of their expression, and how deep it was looked for."""
        self._active: set[Binding] = set()
        """Those that are being worked out: names may lead in circles."""

    def value(self, node: ast.Name, depth: int) -> Value:
        """What a name stands for where it is read."""
        found = bindings(self.module, node)
        owner = self.module.scopes[node].owner(node.id)
        if owner is None or not found:
            return UnknownValue(node)
        reaching = self.flow.reaching(node, owner, found)
        # Of those of which nobody knows which it is, what is wrong is wrong where the name is read.
        alone = len(reaching.bindings) == 1 or not reaching.each or reaching.doubt > 0
        values = [self._read(node, binding, depth, alone=alone) for binding in reaching.bindings]
        site = Site((owner, node.id, reaching.bindings), "branch")
        return doubted(one_of(node, site, values, each=reaching.each), reaching.doubt)

    def _read(self, node: ast.Name, binding: Binding, depth: int, *, alone: bool) -> Value:
        """What a binding of a name stands for where it is read: with what was added since.

        One of several that come by stays where it is written.
        """
        value = self.of_binding(binding, depth)
        if isinstance(value, UnknownValue):
            return attrs.evolve(value, node=node)
        if changeable(value):
            changes = self.changes.before(node, binding, scalars=_holds_scalars(value))
            if changes is None or (changes and isinstance(value, ChoiceValue)):
                return UnknownValue(node, given=True)
            for change in changes:
                value = self._changed(value, change, depth)
        return moved(value, node) if alone else value

    def _changed(self, value: Value, change: Change, depth: int) -> Value:
        """A list or dict after a statement that adds to it."""
        read = self.reader.value
        call = change.call
        if call is None:
            key = None if change.key is None else read(change.key, depth + 1)
            name = key.value if isinstance(key, ScalarValue) and isinstance(key.value, str) else None
            return sums.added(value, change, name, None if change.value is None else read(change.value, depth + 1))
        if change.method == "update":
            more = self.reader.arguments(call, ("",))
            first = None if more is None else more.get("")
            if more is None or (first is not None and not isinstance(first, ObjectValue)):
                return sums.added(value, change, None, None)
            more = more.without("")
            return sums.added(value, change, None, more if first is None else sums.updated(first, more))
        given = [read(argument, depth + 1) for argument in call.args]
        if change.method in ("insert", "setdefault") and len(given) == 2:
            at = given[0].value if isinstance(given[0], ScalarValue) else None
            at_start = change.method == "insert" and at == 0 and not isinstance(at, bool)
            return sums.added(value, change, "0" if at_start else at if isinstance(at, str) else None, given[1])
        return sums.added(value, change, None, given[0] if len(given) == 1 else None)

    def of_binding(self, binding: Binding, depth: int) -> Value:
        """The value that a name is bound to: worked out once, or again where more of it can be seen."""
        known = self._known.get(binding)
        if known is not None and known[0] <= depth:
            return known[1]
        if binding in self._active:
            return UnknownValue(binding.node)
        self._active.add(binding)
        try:
            value = self._worked_out(binding, depth)
        finally:
            self._active.discard(binding)
        self._known[binding] = depth, value
        return value

    def _worked_out(self, binding: Binding, depth: int) -> Value:
        expression = binding.expression
        match binding.kind:
            case "parameter":
                return self._parameter(binding, depth)
            case "value" if expression is not None:
                return _at(self.reader.value(expression, depth + 1), binding)
            case "each" if expression is not None:
                return self._each(binding, expression, depth)
            case "added" if expression is not None and isinstance(binding.node, ast.Name):
                return self._added(binding.node, expression, depth)
            case _:
                return UnknownValue(binding.node)

    def _added(self, node: ast.Name, expression: ast.expr, depth: int) -> Value:
        """`name += …`."""
        statement = self.module.parents[node]
        if not isinstance(statement, ast.AugAssign):
            return UnknownValue(node)
        operator = statement.op
        both = [self.value(node, depth + 1), self.reader.value(expression, depth + 1)]
        return lifted(lambda two: sums.computed(statement, operator, two[0], two[1]), both)

    def _each(self, binding: Binding, expression: ast.expr, depth: int) -> Value:
        """`for name in (…)`: each item in turn."""
        looped = self.reader.value(expression, depth + 1)
        loops = ast.For | ast.AsyncFor | ast.comprehension
        loop = next((one for one in self.module.ancestors(binding.node) if isinstance(one, loops)), None)
        if not isinstance(looped, SequenceValue) or not looped.items or loop is None:
            return UnknownValue(binding.node)
        items = [UnknownValue(one.node) if isinstance(one, UnknownItems) else one for one in looped.items]
        # Names that the same loop binds go together.
        found = one_of(binding.node, Site(loop, "branch"), [_at(one, binding) for one in items])
        asked = isinstance(loop, ast.comprehension) and bool(loop.ifs)
        return doubted(found, 2 if asked else 0)

    def _parameter(self, binding: Binding, depth: int) -> Value:
        """What the callers of a function give for a parameter, and its default."""
        parameter = binding.node
        function = self.module.owners.get(parameter)
        if not isinstance(parameter, ast.arg) or not isinstance(function, DefinedFunction):
            return UnknownValue(parameter)
        values: list[Value] = []
        for call in self.callers.ways(function):
            given = None if call is None else self.callers.argument(function, parameter.arg, call)
            expression = binding.expression if given is None else given
            value = None if expression is None else self.reader.value(expression, depth + 1)
            # What is None by default is mostly filled in further down.
            hidden = value is None or absent(value) or changeable(value)
            values.append(UnknownValue(parameter) if hidden or value is None else value)
        if all(isinstance(one, UnknownValue) for one in values):
            return UnknownValue(parameter)
        return one_of(parameter, Site(function, "default"), values, others=True)

    def for_call(self, value: Value, function: DefinedFunction, call: ast.Call) -> Value:
        """A value of a function's body, as it is where one call runs it."""
        ways = self.callers.ways(function)
        return chosen(value, Site(function, "default"), ways.index(call) if call in ways else None)

    def returned(self, call: ast.Call, depth: int) -> Value | None:
        """What a function of the module gives back. None: it is none of the module's, or it cannot be seen."""
        function = self.callers.called(call)
        if function is None or function.name == "__init__":
            return None
        values = [self.reader.value(expression, depth + 1) for expression in self.callers.returned(function)]
        if not values:
            return None
        found = one_of(call, Site((function, "returned"), "branch"), values, each=False)
        return self.for_call(found, function, call)


def _at(value: Value, binding: Binding) -> Value:
    """The item that a name is bound to, of a value that is unpacked."""
    for index in binding.path:
        key = ScalarValue(binding.node, index)
        value = lifted(lambda both: sums.item(binding.node, both[0], both[1]), [value, key])
    return value


def _holds_scalars(value: Value) -> bool:
    if isinstance(value, SequenceValue):
        return not any(isinstance(item, UnknownItems | UnknownValue) or changeable(item) for item in value.items)
    if isinstance(value, ObjectValue):
        return not value.open and not any(isinstance(one, UnknownValue) or changeable(one) for one in value.values())
    return False
