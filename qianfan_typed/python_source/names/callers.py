"""Callers: the calls of a module's own functions, and what each of them gives for a parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from qianfan_typed.python_source.names.choices import MOST_OPTIONS
from qianfan_typed.python_source.names.classes import Classes, decorators
from qianfan_typed.python_source.names.scopes import Module
from qianfan_typed.python_source.names.symbols import bindings

DefinedFunction = ast.FunctionDef | ast.AsyncFunctionDef


class Callers:
    """The calls of a module's functions."""

    def __init__(self, module: Module, classes: Classes) -> None:
        self.module = module
        self.classes = classes
        self._calls: dict[ast.AST, list[ast.Call]] | None = None

    def called(self, call: ast.Call) -> DefinedFunction | None:
        """The function of the module that a call runs: of a class, its `__init__`."""
        function = call.func
        if isinstance(function, ast.Name):
            found = bindings(self.module, function)
            node = found[0].node if len(found) == 1 and found[0].kind in ("function", "class") else None
            if isinstance(node, ast.ClassDef):
                return self.classes.method(node, "__init__")
            return node if isinstance(node, DefinedFunction) else None
        if not isinstance(function, ast.Attribute):
            return None
        made = self.classes.made_by(function.value)
        of = self.classes.of_self(function.value) or (None if made is None else self.classes.named(made.func))
        return None if of is None else self.classes.method(of, function.attr)

    def ways(self, function: DefinedFunction) -> list[ast.Call | None]:
        """The calls of a function whose arguments can be told apart. None: a call that gives only what it must."""
        if self._calls is None:
            self._calls = {}
            for call in self.module.calls:
                called = self.called(call)
                if called is not None and not _is_open(call):
                    self._calls.setdefault(called, []).append(call)
        calls = self._calls.get(function, [])[: MOST_OPTIONS - 1]
        inner = self.module.functions[function].parent
        private = function.name.startswith("_") and not function.name.endswith("__")
        hidden = private or (inner is not None and inner.kind == "function")
        return [*calls] if hidden and calls else [None, *calls]

    def argument(self, function: DefinedFunction, parameter: str, call: ast.Call) -> ast.expr | None:
        """What a call gives for a parameter. None: it gives nothing."""
        for keyword in call.keywords:
            if keyword.arg == parameter:
                return keyword.value
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        if self._is_bound(function):
            names = names[1:]
        given = dict(zip(names, call.args, strict=False))
        return given.get(parameter)

    def returned(self, function: DefinedFunction) -> Iterator[ast.expr]:
        """What a function gives back, if it gives back what it says."""
        known = {"property", "cached_property", "staticmethod", "classmethod", "cache", "lru_cache"}
        if function in self.module.generators or decorators(function) - known:
            return
        for statement in self.module.returns.get(function, ()):
            if statement.value is not None:
                yield statement.value

    def _is_bound(self, function: DefinedFunction) -> bool:
        """Whether the first parameter is the object or the class."""
        around = self.module.functions[function].parent
        return around is not None and around.kind == "class" and "staticmethod" not in decorators(function)


def _is_open(call: ast.Call) -> bool:
    return any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
