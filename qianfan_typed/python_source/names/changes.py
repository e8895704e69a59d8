"""Changes: what becomes of a list or a dict between the statement that makes it and a place where it is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Literal

import attrs

from qianfan_api import messages
from qianfan_typed.python_source.names.scopes import Binding, Module, Scope

CONSTRUCTORS = frozenset(messages.__all__)
_READERS = frozenset(
    {"create", "stream", "do", "ado", "acreate", "batch_do", "abatch_do", "validate", "assert_valid_request"}
    | {"parse", "generate", "completion", "acompletion", "post", "request", "Request", "urlopen"}
    | {"print", "pprint", "len", "repr", "str", "bool", "dumps", "deepcopy", "isinstance", "type", "id", "sum"}
    | CONSTRUCTORS
)
"""Calls that leave the lists and dicts that they are given as they are."""
_READING = frozenset({"get", "items", "keys", "values", "copy", "index", "count"})
"""Methods that leave a list or a dict as it is."""
_ADDING = frozenset({"append", "extend", "insert", "update", "setdefault"})
"""Methods that change it in a way that is followed."""


@attrs.frozen(eq=False)
class Change:
    """A statement that adds to a list or a dict."""

    method: Literal["set"] | str
    """The method, or set: `name[key] = value`."""
    node: ast.AST
    key: ast.expr | None = None
    value: ast.expr | None = None
    call: ast.Call | None = None
    sure: bool = True
    """Whether it runs for sure, and once."""


class Changes:
    """Follows the lists and dicts of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._uses: dict[tuple[Scope, str], dict[ast.AST, Change | None]] = {}
        self._attributes: dict[str, bool] = {}

    def before(self, node: ast.Name, binding: Binding, *, scalars: bool) -> list[Change] | None:
        """What was added to the list or dict behind a name before it is read.

        Args:
            node: Where the name is read.
            binding: What bound it.
            scalars: Whether it holds nothing that could be changed in turn.

        Returns:
            None: other code may have changed it.
        """
        owner = self.module.scopes[node].owner(node.id)
        if owner is None:
            return None
        touching = self._touching(node.id, owner, scalars)
        if node in touching and self._is_returned(node) and self._function(node) is owner.node:
            # The function is over when somebody else has it.
            touching = {use: change for use, change in touching.items() if use is not node}
        if not touching:
            return []
        others = {use: change for use, change in touching.items() if use is not node}
        if node in touching:
            # It goes under another name from here on.
            added = any(one.kind == "added" for one in owner.bindings.get(node.id, ()))
            return None if others or added else []
        function = self._function(node)
        if function is not owner.node or any(self._function(use) is not function for use in others):
            return None
        try:
            return list(_Way(self.module, others, node).after(binding.node))
        except _Spoilt:
            return None

    def attribute_is_left_alone(self, name: str) -> bool:
        """Whether no attribute of this name is changed in place anywhere in the module."""
        known = self._attributes.get(name)
        if known is None:
            uses = [one for one in self.module.parents if isinstance(one, ast.Attribute) and one.attr == name]
            known = all(self._only_read(one, scalars=False) for one in uses if isinstance(one.ctx, ast.Load))
            self._attributes[name] = known
        return known

    def _is_returned(self, node: ast.AST) -> bool:
        containers = ast.List | ast.Tuple | ast.Dict | ast.Starred | ast.keyword
        above = next((one for one in self.module.ancestors(node) if not isinstance(one, containers)), None)
        return isinstance(above, ast.Return)

    def _touching(self, name: str, owner: Scope, scalars: bool) -> Mapping[ast.AST, Change | None]:
        """The uses of a name that may change what it stands for, and how. None: nobody knows how."""
        known = self._uses.get((owner, name))
        if known is None:
            known = self._uses[owner, name] = {}
            for use in self.module.uses(name, owner):
                if not self._only_read(use, scalars=scalars):
                    known[use] = self._change(use)
        return known

    def _function(self, node: ast.AST) -> ast.AST:
        functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
        return next((one for one in self.module.ancestors(node) if isinstance(one, functions)), self.module.tree)

    def _change(self, use: ast.AST) -> Change | None:
        parent = self.module.parents.get(use)
        above = None if parent is None else self.module.parents.get(parent)
        match parent, above:
            case ast.Subscript(slice=key), ast.Assign(targets=[_], value=value) if value is not parent:
                return Change("set", above, key, value)
            case ast.Attribute(attr=method), ast.Call() if above.func is parent and method in _ADDING:
                if isinstance(self.module.parents.get(above), ast.Expr):
                    return Change(method, above, call=above)
            case _:
                pass
        return None

    def _only_read(self, use: ast.AST, *, scalars: bool) -> bool:
        for parent in self.module.ancestors(use):
            match parent:
                case ast.Call(func=function) if use is not function:
                    return _last(function) in _READERS
                case ast.Compare() | ast.FormattedValue() | ast.Expr():
                    return True
                case ast.For(iter=looped) | ast.AsyncFor(iter=looped) | ast.comprehension(iter=looped):
                    return looped is use and scalars
                case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test) if test is use:
                    return True
                case ast.UnaryOp(op=ast.Not()):
                    return True
                case ast.Subscript(ctx=ast.Load()) if parent.value is use:
                    pass
                case ast.Attribute(attr=method) if method in _READING:
                    return scalars or method in ("keys", "index", "count")
                case ast.List() | ast.Tuple() | ast.Dict() | ast.Starred() | ast.keyword():
                    pass
                case ast.IfExp(test=test):
                    if test is use:
                        return True
                case ast.BinOp(op=ast.Add() | ast.BitOr()):
                    pass
                case _:
                    return False
            use = parent
        return False


class _Spoilt(Exception):
    """Something was done that is not followed."""


class _Way:
    """The way from one statement to a place."""

    def __init__(self, module: Module, touching: Mapping[ast.AST, Change | None], place: ast.AST) -> None:
        self.module = module
        self.touching = touching
        self.above: set[ast.AST] = {place, *module.ancestors(place)}
        self.within: dict[ast.AST, list[ast.AST]] = {}
        for use in touching:
            for parent in module.ancestors(use):
                self.within.setdefault(parent, []).append(use)

    def after(self, bound: ast.AST) -> Iterator[Change]:
        """What comes after the statement that binds a name. Raises _Spoilt."""
        start = next(one for one in (bound, *self.module.ancestors(bound)) if isinstance(one, ast.stmt))
        block = self._block_of(start)
        if block is None or start in self.within:
            raise _Spoilt
        yield from self._through(block[block.index(start) + 1 :])

    def _block_of(self, statement: ast.stmt) -> list[ast.stmt] | None:
        """The statements among which one stands, if the place stands among those after it."""
        for block in _blocks(self.module.parents[statement]):
            if statement in block and any(one in self.above for one in block):
                return block
        return None

    def _through(self, block: list[ast.stmt]) -> Iterator[Change]:
        for statement in block:
            if statement in self.above:
                yield from self._into(statement)
                return
            for use in self.within.get(statement, ()):
                yield self._done(use, sure=self._is_of(use, statement))
        raise _Spoilt

    def _into(self, statement: ast.stmt) -> Iterator[Change]:
        blocks = _blocks(statement)
        block = next((one for one in blocks if any(inner in self.above for inner in one)), None)
        here = self.within.get(statement, [])
        if block is None:
            # `messages.append(ask(messages))`: what it is read for comes first.
            if any(self.module.parents.get(self.module.parents.get(use, use)) not in self.above for use in here):
                raise _Spoilt
            return
        if isinstance(statement, ast.For | ast.AsyncFor | ast.While):
            for use in here:
                yield self._done(use, sure=False)
        else:
            for other in blocks[: blocks.index(block)] if isinstance(statement, ast.Try) else ():
                for inner in other:
                    for use in self.within.get(inner, ()):
                        yield self._done(use, sure=False)
        yield from self._through(block)

    def _done(self, use: ast.AST, *, sure: bool) -> Change:
        change = self.touching[use]
        if change is None:
            raise _Spoilt
        return change if sure else attrs.evolve(change, sure=False)

    def _is_of(self, use: ast.AST, statement: ast.stmt) -> bool:
        """Whether a statement does nothing but the change."""
        change = self.touching[use]
        return change is not None and (change.node is statement or self.module.parents[change.node] is statement)


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    found: list[list[ast.stmt]] = []
    for name in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] | ast.expr | None = getattr(node, name, None)
        if isinstance(block, list):
            found.append(block)
    for handler in node.handlers if isinstance(node, ast.Try) else ():
        found.insert(1, handler.body)
    for case in node.cases if isinstance(node, ast.Match) else ():
        found.append(case.body)
    return found


def _last(function: ast.expr) -> str:
    """The last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
