"""Premises: what must hold where the code has come to a place, and what follows for a condition that stands there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Literal, NamedTuple

from qianfan_typed.python_source.names.scopes import Module

Outcome = Literal["holds", "fails", "open", "unclear"]
"""Of a condition. open: it may hold or fail. unclear: what was asked before has to do with it, nobody knows how."""

_MOST_PREMISES = 100
_MOST_QUESTIONS = 8
"""Questions that are gone through together: each doubles the ways to answer them."""
_LEAVING = ast.Return | ast.Raise | ast.Break | ast.Continue
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class Premise(NamedTuple):
    """A condition, and how it turned out."""

    test: ast.expr
    held: bool


class _Place(NamedTuple):
    """Where a statement stands in another."""

    part: str
    guards: tuple[Premise, ...]
    """What the statements before it in the same block do not let pass."""


class Premises:
    """The premises of a module's places."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._places: dict[ast.AST, _Place] = {}
        self._paths: dict[ast.expr, frozenset[str]] = {}
        self._stable: dict[ast.expr, bool] = {}

    def outcome(self, test: ast.expr, place: ast.AST) -> Outcome:
        """How a condition turns out.

        Args:
            test: The condition.
            place: The statement or expression that asks it.
        """
        try:
            return self._outcome(test, self._about(test, place))
        except RecursionError:
            # Nobody writes a condition that deep.
            return "unclear"

    def _outcome(self, test: ast.expr, about: list[Premise]) -> Outcome:
        if not about:
            return "open"
        asked, before = _questions(test, held=True), [one for premise in about for one in _questions(*premise)]
        if not all(self._told_apart(one, other) for one, _ in asked for other in before):
            return "unclear"
        questions = {_words(one): one for one, _ in (*asked, *before)}
        if len(questions) > _MOST_QUESTIONS:
            return "unclear"
        seen: set[bool] = set()
        for answers in product((True, False), repeat=len(questions)):
            known = dict(zip(questions, answers, strict=True))
            if self._possible(questions, known) and all(_holds(one, known) == held for one, held in about):
                seen.add(_holds(test, known))
        if len(seen) != 1:
            # Where nothing is possible, the place itself is never reached.
            return "open"
        return "holds" if seen.pop() else "fails"

    def paths(self, expression: ast.expr) -> frozenset[str]:
        """What an expression reads, with its steps: `args.fast`, `settings['fast']`."""
        known = self._paths.get(expression)
        if known is None:
            found: set[str] = set()
            waiting: list[ast.AST] = [expression]
            while waiting:
                one = waiting.pop()
                path = _path(one)
                if path:
                    found.add(path)
                else:
                    waiting += ast.iter_child_nodes(one)
            known = self._paths[expression] = frozenset(found)
        return known

    def _about(self, test: ast.expr, place: ast.AST) -> list[Premise]:
        """The premises that have to do with a condition, through one another too."""
        waiting, found = list(islice(self._of(place), _MOST_PREMISES)), list[Premise]()
        paths = self.paths(test)
        while near := [one for one in waiting if related(self.paths(one.test), paths)]:
            found += near
            waiting = [one for one in waiting if one not in near]
            paths = paths.union(*(self.paths(one.test) for one in near))
        return found

    def _of(self, place: ast.AST) -> Iterator[Premise]:
        """The premises of a place in its function, the nearest first."""
        inner = place
        for parent in self.module.ancestors(place):
            if isinstance(inner, ast.stmt | ast.ExceptHandler | ast.match_case):
                at = self._place(inner, parent)
                yield from reversed(at.guards)
                if isinstance(parent, ast.If | ast.While) and at.part == "body":
                    yield Premise(parent.test, held=True)
                elif isinstance(parent, ast.If) and at.part == "orelse":
                    yield Premise(parent.test, held=False)
            elif isinstance(inner, ast.expr):
                yield from _within(inner, parent)
            if isinstance(parent, _FUNCTIONS):
                return
            inner = parent

    def _place(self, inner: ast.AST, parent: ast.AST) -> _Place:
        if inner not in self._places:
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                block: list[ast.AST] | ast.expr = getattr(parent, part, [])
                guards: tuple[Premise, ...] = ()
                for statement in block if isinstance(block, list) else ():
                    self._places[statement] = _Place(part, guards)
                    guards = (*guards, *_left(statement))[-_MOST_PREMISES:]
        return self._places[inner]

    def _told_apart(self, asked: ast.expr, before: tuple[ast.expr, bool]) -> bool:
        """Whether it is plain what the answer to a question before says of one that is asked."""
        other, answer = before
        if not related(self.paths(asked), self.paths(other)):
            return True
        if _words(asked) == _words(other) or _differing(asked, other):
            return self._is_stable(asked) and self._is_stable(other)
        # `elif size > 2` after `if size > 3`; `if mode == "a"` within `if mode`.
        if isinstance(other, ast.Compare):
            return not answer
        return answer and isinstance(asked, ast.Compare) and not isinstance(asked.ops[0], ast.Is)

    def _is_stable(self, question: ast.expr) -> bool:
        """Whether a question has the same answer wherever it is asked: nothing in it is bound twice, or called."""
        known = self._stable.get(question)
        if known is None:
            known = self._stable[question] = all(map(self._is_left_alone, ast.walk(question)))
        return known

    def _is_left_alone(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                scope = self.module.scopes.get(node)
                owner = None if scope is None else scope.owner(name)
                found = [] if owner is None else owner.bindings[name]
                return sum(one.kind != "declared" for one in found) < 2
            case ast.Attribute(attr=name):
                return len(self.module.stores.get(name, ())) < 2
            case ast.Call() | ast.Subscript() | ast.Await() | ast.NamedExpr():
                return False
            case _:
                return True

    def _possible(self, questions: Mapping[str, ast.expr], answers: Mapping[str, bool]) -> bool:
        """Whether questions can be answered so: nothing equals two constants."""
        held = [one for words, one in questions.items() if answers[words]]
        return not any(_differing(one, other) for index, one in enumerate(held) for other in held[:index])


def related(some: frozenset[str] | set[str], others: frozenset[str] | set[str]) -> bool:
    """Whether one of some paths is one of others, or a step on its way."""
    return any(one == other or _leads(one, other) or _leads(other, one) for one in some for other in others)


def _leads(path: str, to: str) -> bool:
    return to.startswith((f"{path}.", f"{path}["))


def _path(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            path = _path(value)
            return path and f"{path}.{name}"
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            path = _path(value)
            return path and f"{path}[{key!r}]"
        case _:
            return ""


def _within(inner: ast.expr, parent: ast.AST) -> Iterator[Premise]:
    match parent:
        case ast.IfExp(test=test) if inner is not test:
            yield Premise(test, held=inner is parent.body)
        case ast.BoolOp(op=operator, values=values):
            for earlier in values[: values.index(inner)]:
                yield Premise(earlier, held=isinstance(operator, ast.And))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for test in (test for generator in parent.generators for test in generator.ifs):
                yield Premise(test, held=True)
        case _:
            pass


def _left(statement: ast.AST) -> Iterator[Premise]:
    """What holds behind a statement because it is left behind."""
    match statement:
        case ast.Assert(test=test):
            yield Premise(test, held=True)
        case ast.If(test=test, body=body, orelse=orelse):
            if isinstance(body[-1], _LEAVING):
                yield Premise(test, held=False)
            elif orelse and isinstance(orelse[-1], _LEAVING):
                yield Premise(test, held=True)
        case _:
            pass


def _questions(test: ast.expr, held: bool) -> list[tuple[ast.expr, bool]]:
    """What a condition asks, in parts, and which answer it takes for each."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _questions(inner, not held)
        case ast.BoolOp(values=values):
            return [one for value in values for one in _questions(value, held)]
        case ast.Compare(ops=[ast.NotEq() | ast.IsNot() | ast.NotIn()]):
            return [(_turned(test), not held)]
        case _:
            return [(test, held)]


def _turned(test: ast.Compare) -> ast.Compare:
    """`a == b` of `a != b`."""
    operator: ast.cmpop = ast.In()
    if isinstance(test.ops[0], ast.NotEq):
        operator = ast.Eq()
    elif isinstance(test.ops[0], ast.IsNot):
        operator = ast.Is()
    return ast.Compare(test.left, [operator], test.comparators)


def _holds(test: ast.expr, answers: Mapping[str, bool]) -> bool:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return not _holds(inner, answers)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_holds(one, answers) for one in values)
        case ast.BoolOp(values=values):
            return any(_holds(one, answers) for one in values)
        case ast.Compare(ops=[ast.NotEq() | ast.IsNot() | ast.NotIn()]):
            return not answers[_words(_turned(test))]
        case ast.Constant(value=value):
            return bool(value)
        case _:
            return answers[_words(test)]


def _differing(one: ast.expr, other: ast.expr) -> bool:
    """Whether two questions ask whether the same thing equals constants that are not equal."""
    match one, other:
        case (
            ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=value)]),
            ast.Compare(left=same, ops=[ast.Eq()], comparators=[ast.Constant(value=another)]),
        ):
            return value != another and _words(left) == _words(same)
        case _:
            return False


def _words(expression: ast.expr) -> str:
    return ast.dump(expression)
