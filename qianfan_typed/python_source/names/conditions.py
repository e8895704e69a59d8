"""Conditions: what the code asks before it goes on, and which names it asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from qianfan_typed.python_source.names.premises import Premises
from qianfan_typed.python_source.names.scopes import Module, Scope

_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Conditions:
    """The conditions of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.premises: Premises = Premises(module)
        self._read: dict[ast.AST, frozenset[str]] = {}
        self._jumping: dict[ast.AST, bool] = {}
        self._asked: dict[tuple[Scope, str], bool] = {}
        self._attributes: set[str] | None = None

    def names(self, expression: ast.AST) -> frozenset[str]:
        """The names and attributes that an expression reads, without those that are imported."""
        found = self._read.get(expression)
        if found is None:
            read: set[str] = set()
            waiting = [expression]
            while waiting:
                one = waiting.pop()
                if isinstance(one, ast.Name) and not self._imported(one):
                    read.add(one.id)
                elif isinstance(one, ast.Attribute):
                    read.add(f".{one.attr}")
                waiting += ast.iter_child_nodes(one)
            found = self._read[expression] = frozenset(read)
        return found

    def _imported(self, name: ast.Name) -> bool:
        owner = self.module.scopes[name].owner(name.id)
        return owner is None or all(binding.kind == "import" for binding in owner.bindings[name.id])

    def ask_for(self, *, name: str, owner: Scope) -> bool:
        """Whether some condition of the module asks what a name stands for."""
        known = self._asked.get((owner, name))
        if known is None:
            known = self._asked[owner, name] = any(map(self._in_test, self.module.uses(name, owner)))
        return known

    def ask_for_attribute(self, attribute: str) -> bool:
        """Whether some condition of the module asks what an attribute of this name is."""
        if self._attributes is None:
            self._attributes = {
                one.attr
                for node in self.module.parents
                for test in tests_of(node)
                for one in ast.walk(test)
                if isinstance(one, ast.Attribute)
            }
        return attribute in self._attributes

    def jumps(self, node: ast.AST) -> bool:
        """Whether a statement may leave out what follows it."""
        known = self._jumping.get(node)
        if known is None:
            known, waiting = False, [node]
            while waiting and not known:
                one = waiting.pop()
                known = self._jumping.get(one, isinstance(one, ast.Return | ast.Raise | ast.Break | ast.Continue))
                if one not in self._jumping and not isinstance(one, _SCOPES):
                    waiting += _statements(one)
            self._jumping[node] = known
        return known

    def _in_test(self, use: ast.AST) -> bool:
        inner = use
        for parent in self.module.ancestors(use):
            if inner in tests_of(parent) or isinstance(parent, ast.Compare):
                return True
            if isinstance(parent, ast.stmt):
                return False
            inner = parent
        return False

    def above(self, node: ast.AST, end: ast.AST | None = None) -> bool:
        """Whether a place is under a condition.

        Args:
            node: The place.
            end: The function, or whatever it may be, beyond which none counts. None: the place's own function.
        """
        inner = node
        for parent in self.module.ancestors(node):
            if parent is end or (end is None and isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef)):
                return False
            tests = tests_of(parent)
            if tests and inner not in tests and not any(map(always, tests)):
                return True
            if isinstance(parent, ast.ExceptHandler | ast.match_case):
                return True
            inner = parent
        return False


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner: list[ast.AST] | ast.expr = getattr(node, part, [])
        yield from inner if isinstance(inner, list) else ()


def tests_of(node: ast.AST) -> list[ast.expr]:
    """What is asked before parts of a node are run."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return [test]
        case ast.Match(subject=subject):
            return [subject]
        case ast.BoolOp(values=[first, *_]):
            return [first]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [test for generator in node.generators for test in generator.ifs]
        case ast.comprehension(ifs=ifs):
            return ifs
        case _:
            return []


def always(test: ast.expr) -> bool:
    """Whether a condition says nothing of the values around: `True`, `__name__ == "__main__"`."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Compare(left=ast.Name(id="__name__")):
            return True
        case _:
            return False


def never(test: ast.expr) -> bool:
    """Whether a condition never holds when the code runs."""
    match test:
        case ast.Constant(value=value):
            return not value
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case _:
            return False


def is_flag(test: ast.expr) -> bool:
    """Whether a condition only asks whether something is true, or there: that says nothing of other values."""
    match test:
        case ast.Name() | ast.Attribute() | ast.Constant():
            return True
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return is_flag(inner)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return is_flag(left)
        case ast.BoolOp(values=values):
            return all(map(is_flag, values))
        case _:
            return False
