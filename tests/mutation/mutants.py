"""Small changes to Python source, one at a time: what a careless edit would do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import attrs

_OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


Steps = tuple[tuple[str, int | None], ...]
"""From a node to one within it: attribute and index."""


@attrs.frozen
class Mutant:
    """A module with one change in it."""

    path: Path
    line: int
    owner: str
    """The function that it is in, or the name that the module's statement binds."""
    was: str
    now: str
    steps: Steps
    changed: ast.AST

    def tree(self) -> ast.Module:
        """The whole module, changed."""
        tree = ast.parse(self.path.read_text("utf-8"))
        _put(tree, self.steps, self.changed)
        return ast.fix_missing_locations(tree)

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line} in {self.owner}: {self.was}  →  {self.now}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module."""
    module = ast.parse(path.read_text("utf-8"))
    for owner, steps, node in owners(module):
        places = [(at, inner) for at, inner in _walk(node) if at]
        for at, inner in places:
            for changed in _changes(inner, _is_compared(node, at)):
                line = getattr(inner, "lineno", getattr(node, "lineno", 0))
                yield Mutant(path, line, owner, _text(inner), _text(changed), (*steps, *at), changed)


def owners(module: ast.Module) -> Iterator[tuple[str, Steps, ast.AST]]:
    """Functions, methods, and the module's own numbers and orders of roles."""
    for index, statement in enumerate(module.body):
        at: Steps = (("body", index),)
        match statement:
            case ast.FunctionDef():
                yield statement.name, at, statement
            case ast.ClassDef():
                for inner, member in enumerate(statement.body):
                    if isinstance(member, ast.FunctionDef):
                        yield f"{statement.name}.{member.name}", (*at, ("body", inner)), member
            case ast.Assign(
                targets=[ast.Name(name)], value=ast.Constant() | ast.BinOp() | ast.Call(ast.Name("Dialogue"))
            ):
                yield name, at, statement


def _walk(node: ast.AST, at: Steps = ()) -> Iterator[tuple[Steps, ast.AST]]:
    """A node and all within it that runs: no annotations, defaults or docstrings."""
    yield at, node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "args") and isinstance(node, ast.FunctionDef | ast.arg):
            continue
        if isinstance(value, ast.AST):
            yield from _walk(value, (*at, (name, None)))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST) and not _is_docstring(node, name, index, item):
                    yield from _walk(item, (*at, (name, index)))


def _is_docstring(node: ast.AST, name: str, index: int, item: ast.AST) -> bool:
    first = isinstance(node, ast.FunctionDef) and name == "body" and index == 0
    return first and isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)


def _is_compared(owner: ast.AST, at: Steps) -> bool:
    """Whether a node stands in a comparison, or is a role of an order."""
    node: ast.AST = owner
    for name, index in at:
        if isinstance(node, ast.Compare) or (isinstance(node, ast.keyword) and node.arg != "words"):
            return True
        value = getattr(node, name)
        node = value if index is None else value[index]
    return False


def _put(tree: ast.AST, at: Steps, changed: ast.AST) -> None:
    node: ast.AST = tree
    for name, index in at[:-1]:
        value = getattr(node, name)
        node = value if index is None else value[index]
    name, index = at[-1]
    if index is None:
        setattr(node, name, changed)
    else:
        getattr(node, name)[index] = changed


def _changes(node: ast.AST, compared: bool) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                operators = [*node.ops[:index], _OTHER[type(operator)](), *node.ops[index + 1 :]]
                yield _like(node, ast.Compare(node.left, operators, node.comparators))
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield _like(node, ast.BoolOp(other, node.values))
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool(value)):
            yield _like(node, ast.Constant(not value))
        case ast.Constant(value=int(value) | float(value)):
            yield _like(node, ast.Constant(value + 1))
            yield _like(node, ast.Constant(value - 1))
        case ast.Constant(value=str(value)) if compared:
            yield _like(node, ast.Constant(value + "x"))
        case ast.Expr(value=ast.Call()) | ast.Return(value=None) | ast.Continue():
            yield _like(node, ast.Pass())
        case ast.Return(value=value) if not isinstance(value, ast.Constant):
            yield _like(node, ast.Return(ast.Constant(None)))
        case _:
            return


def _like(node: ast.AST, new: ast.AST) -> ast.AST:
    return ast.copy_location(new, node)


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:89]}…"
