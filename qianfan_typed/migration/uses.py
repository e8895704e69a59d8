"""Uses of a reply: followed from the call through names and loops, as far as it goes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import attrs

from qianfan_typed.migration.edits import AttributeEdit, Edit, FollowedEdit
from qianfan_typed.migration.shapes import (
    NOT_OF_THE_BODY,
    Body,
    Fields,
    Items,
    Page,
    Pieces,
    Plain,
    Shape,
    field_of,
)
from qianfan_typed.python_source.calls.references import References
from qianfan_typed.python_source.names.scopes import Binding, Module, Scope
from qianfan_typed.python_source.names.symbols import builtin

_REWRITTEN = {"body": "to_dict()", "code": "meta.status"}
_TRIES = ast.Try | ast.With | ast.AsyncWith


class NotFollowed(Exception):
    """It cannot be seen what becomes of a reply; the message says why."""

    def __init__(self, node: ast.AST, why: str) -> None:
        super().__init__(why)
        self.node = node


@attrs.define
class Followed:
    """What the uses of a reply need."""

    edits: list[tuple[ast.expr, Edit]] = attrs.field(factory=list[tuple[ast.expr, Edit]])
    shared: set[ast.expr] = attrs.field(factory=set[ast.expr])
    """Other calls whose replies have the same uses."""


class Uses:
    """Follows replies through a module."""

    def __init__(
        self, module: Module, references: References, imported: frozenset[str], hidden: frozenset[str]
    ) -> None:
        """
        Args:
            module: The module.
            references: What its names stand for.
            imported: Names that other files import from it.
            hidden: Names that are read in it where its tree does not say so.
        """
        self.module = module
        self.references = references
        self._elsewhere = imported | exported(module)
        self._hidden = hidden
        self._followed = Followed()
        self._calls: dict[ast.expr, Shape] = {}

    def follow(self, given: ast.expr, shape: Shape, calls: dict[ast.expr, Shape]) -> Followed:
        """The uses of what an expression gives.

        Args:
            given: The call, or `await` and the call.
            shape: What it gives.
            calls: Every such expression that may be rewritten, and what it gives.

        Raises:
            NotFollowed: They cannot be followed, or ours has no such thing.
        """
        self._followed, self._calls = Followed(), calls
        self._use(given, shape)
        return self._followed

    def _use(self, node: ast.expr, shape: Shape) -> None:
        parent = self.module.parents[node]
        if isinstance(shape, Plain) or isinstance(parent, ast.Expr) or _only_asked(node, parent, shape):
            return
        match parent:
            case ast.Assign(targets=[ast.Name() as target]):
                self._bound(target, shape)
            case ast.BoolOp(op=ast.Or(), values=[first, ast.List(elts=[]) | ast.Tuple(elts=[])]) if first is node:
                self._use(parent, shape)
            case ast.NamedExpr(target=target):
                self._bound(target, shape)
                self._use(parent, shape)
            case ast.Attribute(ctx=ast.Load()):
                self._attribute(parent, shape)
            case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
                self._item(parent, shape)
            case ast.For(iter=looped, target=target) | ast.AsyncFor(iter=looped, target=target) if looped is node:
                self._looped(node, target, shape)
            case ast.comprehension(iter=looped, target=target) if looped is node:
                self._looped(node, target, shape)
            case ast.Call(func=function, args=[one]) if one is node and builtin(self.module, function) == "enumerate":
                self._numbered(parent, node, shape)
            case ast.Call(func=function, args=[one]) if one is node and builtin(self.module, function) == "len":
                if not isinstance(shape, Items):
                    raise NotFollowed(parent, "its length is asked for")
            case ast.withitem(context_expr=inner, optional_vars=ast.Name() as target) if inner is node:
                if not isinstance(shape, Pieces):
                    raise NotFollowed(node, "it stands in a with statement")
                self._bound(target, shape)
            case _:
                raise NotFollowed(parent if hasattr(parent, "lineno") else node, _how(parent))

    def _attribute(self, node: ast.Attribute, shape: Shape) -> None:
        called = isinstance(parent := self.module.parents[node], ast.Call) and parent.func is node
        if isinstance(shape, Body):
            if node.attr in _REWRITTEN:
                self._rewrite(node, _REWRITTEN[node.attr])
            elif not (node.attr == "get" and called and _asks_for_a_member(parent)):
                instead = NOT_OF_THE_BODY.get(node.attr)
                raise NotFollowed(node, f"it reads .{node.attr}" + (f"; write {instead}" if instead else ""))
            return
        if isinstance(shape, Pieces) and node.attr == "close" and called:
            return
        if isinstance(shape, Page) and node.attr == "data":
            self._use(node, Items(shape.each))
            return
        inner = field_of(shape, node.attr) if isinstance(shape, Fields) else None
        if inner is None:
            raise NotFollowed(node, f"it reads .{node.attr}, which the reply of the handle has not")
        self._use(node, inner)

    def _item(self, node: ast.Subscript, shape: Shape) -> None:
        if isinstance(shape, Body):
            key = node.slice
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise NotFollowed(node, "which member it reads is decided when it runs")
            if key.value in _REWRITTEN:
                self._rewrite(node, _REWRITTEN[key.value])
            elif key.value in NOT_OF_THE_BODY:
                raise NotFollowed(node, f"it reads ['{key.value}']; write {NOT_OF_THE_BODY[key.value]}")
        elif isinstance(shape, Items):
            self._use(node, shape if isinstance(node.slice, ast.Slice) else shape.each)
        else:
            raise NotFollowed(node, "it is read like a list")

    def _rewrite(self, node: ast.expr, code: str) -> None:
        if is_misplaced(self.module, node):
            raise NotFollowed(node, f"it is read in an f-string; write .{code} there")
        self._followed.edits.append((node, AttributeEdit(code)))

    def _looped(self, node: ast.expr, target: ast.expr, shape: Shape) -> None:
        if isinstance(shape, Page):
            self._followed.edits.append((node, FollowedEdit("data")))
        if isinstance(shape, Items | Pieces | Page) and isinstance(target, ast.Name):
            self._bound(target, shape.each)
        elif not isinstance(shape, Items | Pieces | Page):
            raise NotFollowed(node, "it is iterated")
        else:
            raise NotFollowed(node, "its items are taken apart")

    def _numbered(self, call: ast.Call, node: ast.expr, shape: Shape) -> None:
        around = self.module.parents[call]
        if isinstance(around, ast.For | ast.comprehension) and isinstance(around.target, ast.Tuple):
            target = around.target.elts[-1]
            if isinstance(shape, Items | Pieces) and len(around.target.elts) == 2 and isinstance(target, ast.Name):
                self._bound(target, shape.each)
                return
        raise NotFollowed(call, "it is given to enumerate()")

    def _bound(self, target: ast.Name, shape: Shape) -> None:
        """What is read under a name."""
        scope = self._owner(target)
        mine = next((one for one in scope.bindings.get(target.id, ()) if one.node is target), None)
        elsewhere = scope is self.module.top and not self._elsewhere.isdisjoint({target.id, "*"})
        if mine is None or elsewhere or target.id in self._hidden:
            raise NotFollowed(target, f"{target.id} may be read elsewhere")
        if scope.kind == "class":
            raise NotFollowed(target, f"{target.id} becomes an attribute of a class")
        for read in self.module.uses(target.id, scope):
            reaching = self.references.reaching(read)
            if mine not in reaching:
                continue
            for other in reaching:
                self._agree(other, mine, read, shape)
            if isinstance(shape, Pieces) and self._guards(read, target) != self._guards(target, target):
                # The handle sends when the first piece is asked for: what catches the error may be another.
                raise NotFollowed(read, "the stream begins under another try or with than it is read under")
            self._use(read, shape)

    def _agree(self, other: Binding, mine: Binding, read: ast.Name, shape: Shape) -> None:
        """Raises NotFollowed where a name may be something else as well."""
        if other is mine:
            return
        expression = other.expression
        if other.kind == "value" and not other.path and expression is not None:
            if self._calls.get(expression) == shape:
                self._followed.shared.add(expression)
                return
            if isinstance(expression, ast.Constant) and expression.value is None:
                return
        if other.kind == "each" and mine.kind == "each" and expression is not None:
            looped = self._calls.get(expression)
            if isinstance(looped, Pieces) and looped.each == shape:
                self._followed.shared.add(expression)
                return
        raise NotFollowed(read, f"{read.id} may be something else there")

    def _owner(self, target: ast.Name) -> Scope:
        scope = self.module.scopes[target]
        return scope.owner(target.id) or scope

    def _guards(self, node: ast.AST, stream: ast.Name) -> list[ast.AST]:
        """The statements that may catch what is raised at a place; not the `with` of the stream itself."""
        own = {one for one in self.module.ancestors(stream) if isinstance(one, ast.withitem)}
        guards = (one for one in self.module.ancestors(node) if isinstance(one, _TRIES))
        return [one for one in guards if isinstance(one, ast.Try) or not own.intersection(one.items)]


def is_misplaced(module: Module, node: ast.AST) -> bool:
    """Whether Python does not say where a node stands: in f-strings, before 3.12."""
    return sys.version_info < (3, 12) and any(isinstance(one, ast.JoinedStr) for one in module.ancestors(node))


def exported(module: Module) -> frozenset[str]:
    """The names in `__all__`."""
    found: set[str] = set()
    for binding in module.top.bindings.get("__all__", ()):
        if binding.expression is not None:
            found |= set(_texts(binding.expression))
    return frozenset(found)


def _texts(node: ast.AST) -> Iterator[str]:
    return (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _asks_for_a_member(parent: ast.AST) -> bool:
    first = parent.args[0] if isinstance(parent, ast.Call) and parent.args else None
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value not in NOT_OF_THE_BODY


def _only_asked(node: ast.expr, parent: ast.AST, shape: Shape) -> bool:
    """Whether it is only asked whether it is there, or has a member."""
    match parent:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            return test is node
        case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()]):
            return name not in NOT_OF_THE_BODY and isinstance(shape, Body)
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(op=ast.And(), values=[*_, last]):
            # What is false of it is the same in both: nothing, or an empty list.
            return last is not node
        case _:
            return False


def _how(parent: ast.AST) -> str:
    match parent:
        case ast.Return() | ast.Yield() | ast.YieldFrom() | ast.Lambda():
            return "its reply is given back, and what becomes of it there cannot be followed"
        case ast.Call(func=ast.Name() | ast.Attribute() as function):
            return f"its reply is given to {ast.unparse(function)}() as it is"
        case ast.Call() | ast.keyword():
            return "its reply is given to a function as it is"
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            return "its reply is kept where its uses cannot be followed"
        case ast.FormattedValue():
            return "its reply is made a text as it is"
        case _:
            return "what becomes of its reply cannot be followed"
