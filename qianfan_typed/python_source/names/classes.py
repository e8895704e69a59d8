"""Classes of a module: which class `self` is of, and where their attributes are set."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import attrs

from qianfan_typed.python_source.names.conditions import Conditions
from qianfan_typed.python_source.names.scopes import Binding, Module
from qianfan_typed.python_source.names.symbols import bindings

_MOST = 100
"""Classes that are looked through for one attribute."""
_LOOSE = frozenset({"setattr", "vars"})
"""Functions that set attributes by names that are not seen."""


@attrs.frozen
class Attribute:
    """Where an attribute is set."""

    bindings: tuple[Binding, ...]
    functions: tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...] = ()
    """The methods and properties of this name."""


class Classes:
    """The classes of a module."""

    def __init__(self, module: Module, conditions: Conditions) -> None:
        self.module = module
        self.conditions = conditions
        self._bases: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        self._children: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        for node in module.classes:
            found = [base for base in map(self.named, node.bases) if base is not None]
            self._bases[node] = found
            for base in found:
                self._children.setdefault(base, []).append(node)
        self._known: dict[tuple[ast.ClassDef, str], Attribute | None] = {}
        self._loose = {self._around(use) for word in _LOOSE for use in module.names.get(word, ())}

    def named(self, expression: ast.expr) -> ast.ClassDef | None:
        """The class of the module that an expression names."""
        if not isinstance(expression, ast.Name):
            return None
        found = bindings(self.module, expression)
        node = found[0].node if len(found) == 1 and found[0].kind == "class" else None
        return node if isinstance(node, ast.ClassDef) else None

    def of_self(self, expression: ast.expr) -> ast.ClassDef | None:
        """The class that `self` is of, or that `cls` is. None: it is another name."""
        if not isinstance(expression, ast.Name):
            return None
        owner = self.module.scopes[expression].owner(expression.id)
        found = bindings(self.module, expression)
        if owner is None or [binding.kind for binding in found] != ["parameter"] or owner.parent is None:
            return None
        method, around = owner.node, owner.parent.node
        if not isinstance(around, ast.ClassDef) or not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        return around if first_parameter(method) == expression.id and not _is_static(method) else None

    def made_by(self, expression: ast.expr) -> ast.Call | None:
        """The call of a class of the module that made an object. None: it cannot be seen."""
        if isinstance(expression, ast.Call):
            return expression if self.named(expression.func) is not None else None
        if isinstance(expression, ast.Name):
            found = bindings(self.module, expression)
            if len(found) == 1 and found[0].kind == "value" and not found[0].path:
                made = found[0].expression
                return made if isinstance(made, ast.Call) and self.named(made.func) is not None else None
        return None

    def ancestry(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """A class and those of the module that it inherits from, the nearest first."""
        return list(_reached(node, self._bases))

    def method(self, node: ast.ClassDef, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The method of a class, or of the nearest that it inherits from."""
        for one in self.ancestry(node):
            found = self.module.classes[one].bindings.get(name, [])
            if found:
                last = found[-1].node
                return last if isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef) else None
        return None

    def attribute(self, node: ast.ClassDef, name: str) -> Attribute | None:
        """Where an attribute of a class's objects is set. None: it may be set where nobody sees it."""
        key = (node, name)
        if key not in self._known:
            self._known[key] = self._attribute(node, name)
        return self._known[key]

    def _attribute(self, node: ast.ClassDef, name: str) -> Attribute | None:
        family = {*self.ancestry(node), *_reached(node, self._children)}
        if len(family) > _MOST or family & self._loose:
            return None
        found: list[Binding] = []
        for binding in self.module.stores.get(name, ()):
            of = self._class_of(binding)
            if of is None:
                return None
            if of in family:
                found.append(binding)
        methods = [self.module.classes[one].bindings.get(name, []) for one in family]
        functions = [binding.node for some in methods for binding in some if binding.kind == "function"]
        return Attribute(
            tuple(self._lasting(found)),
            tuple(one for one in functions if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)),
        )

    def _class_of(self, binding: Binding) -> ast.ClassDef | None:
        """The class whose attribute is set. None: an object's of which nothing is known."""
        if isinstance(binding.node, ast.Attribute):
            base = binding.node.value
            made = self.made_by(base)
            return self.of_self(base) or self.named(base) or (None if made is None else self.named(made.func))
        return binding.scope.node if isinstance(binding.scope.node, ast.ClassDef) else None

    def _lasting(self, found: list[Binding]) -> Iterator[Binding]:
        """Those that a later statement of the same block, or of the class's `__init__`, does not replace."""
        found = [binding for binding in found if binding.kind != "declared"]
        last = {id(self._block(binding)): binding for binding in found}
        in_init = any(self._in_init(binding) for binding in last.values())
        for binding in found:
            replaced = last[id(self._block(binding))] is not binding
            if not replaced and not (in_init and isinstance(binding.node, ast.Name) and len(found) > 1):
                yield binding

    def _block(self, binding: Binding) -> ast.AST:
        return self.module.parents[self._statement(binding.node)]

    def _statement(self, node: ast.AST) -> ast.AST:
        return next(one for one in (node, *self.module.ancestors(node)) if isinstance(one, ast.stmt))

    def _in_init(self, binding: Binding) -> bool:
        block = self._block(binding)
        return isinstance(block, ast.FunctionDef) and block.name == "__init__"

    def _around(self, node: ast.AST) -> ast.AST | None:
        return next((one for one in self.module.ancestors(node) if isinstance(one, ast.ClassDef)), None)


def _reached(node: ast.ClassDef, ways: dict[ast.ClassDef, list[ast.ClassDef]]) -> Iterable[ast.ClassDef]:
    found: dict[ast.ClassDef, None] = {}
    waiting = [node]
    while waiting and len(found) <= _MOST:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += ways.get(one, [])
    return found


def first_parameter(method: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """The name of a method's first parameter."""
    positional = [*method.args.posonlyargs, *method.args.args]
    return positional[0].arg if positional else None


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """The last names of what decorates a function or a class."""
    found = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in found}


def _is_static(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return "staticmethod" in decorators(method)
