"""Sole uses: whether a literal goes into requests and nowhere else, so that nothing else changes with it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from qianfan_typed.python_source.names.scopes import Binding, FunctionNode, Module, Scope

_HANDS_ON = (ast.List, ast.Tuple, ast.Dict, ast.Starred, ast.keyword, ast.IfExp, ast.BoolOp)
"""What gives the values that stand in it to what it stands in."""
_ADDING = frozenset({"append", "extend", "insert", "update"})
"""Methods of lists and dicts that take a value in and give none out."""
_BY_TEXT = frozenset({"globals", "locals", "vars", "eval", "exec"})
"""Where one of these is called, any name may be read."""


class SoleUses:
    """The literals of a module, seen from the calls that send a request."""

    def __init__(
        self, module: Module, requests: Iterable[ast.Call], read_outside: Callable[[str], bool] = lambda name: False
    ) -> None:
        self._module = module
        self._requests = frozenset[ast.AST](requests)
        self._read_outside = read_outside
        """Whether another file may read a name of the module."""

    def sends(self, node: ast.AST) -> bool:
        """Whether a literal or a keyword stands in a request, or is what a name has that is read in requests alone."""
        inside = node
        for outer in self._module.ancestors(node):
            if outer in self._requests:
                return True
            match outer:
                case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
                    return self._is_sent(target.id, self._module.scopes[target])
                case (
                    ast.Assign(targets=[ast.Subscript(value=ast.Name() as target)])
                    | ast.AugAssign(target=ast.Name() as target)
                ):
                    return self._is_added(target.id, self._module.scopes[target])
                case ast.Call(func=ast.Attribute(value=ast.Name() as target, attr=method)) if method in _ADDING:
                    return self._is_added(target.id, self._module.scopes[target])
                case ast.Call(func=ast.Name(id="dict")):
                    pass
                case _ if isinstance(outer, FunctionNode):
                    return self._is_sent_as_default(inside, outer)
                case _ if not isinstance(outer, _HANDS_ON):
                    return False
                case _:
                    pass
            inside = outer
        return False

    def _is_sent_as_default(self, default: ast.AST, function: ast.AST) -> bool:
        inner = self._module.functions[function]
        names = [name for name, found in inner.bindings.items() if any(one.expression is default for one in found)]
        return len(names) == 1 and self._is_sent(names[0], inner)

    def _is_added(self, name: str, scope: Scope) -> bool:
        """Whether what is added to a name's value goes into requests alone: nothing else has this value too."""
        owner = scope.owner(name)
        return owner is not None and all(map(_is_new, owner.bindings[name])) and self._is_sent(name, scope)

    def _is_sent(self, name: str, scope: Scope) -> bool:
        owner = scope.owner(name)
        if owner is None or owner.kind == "class" or not _BY_TEXT.isdisjoint(self._module.names):
            return False
        if not all(self._goes_into_request(one) for one in self._module.uses(name, owner)):
            return False
        return owner is not self._module.top or not (self._is_exported(name) or self._read_outside(name))

    def _is_exported(self, name: str) -> bool:
        """Whether `__all__` has a name."""
        bound = (one.expression for one in self._module.top.bindings.get("__all__", ()))
        nodes = (node for one in bound if one is not None for node in ast.walk(one))
        return any(isinstance(node, ast.Constant) and node.value == name for node in nodes)

    def _goes_into_request(self, use: ast.Name) -> bool:
        outer = self._module.parents[use]
        if isinstance(outer, ast.Subscript):
            return isinstance(outer.ctx, ast.Store) and outer.value is use
        if isinstance(outer, ast.Attribute):
            call = self._module.parents[outer]
            takes = outer.attr in _ADDING and isinstance(call, ast.Call) and call.func is outer
            return takes and isinstance(self._module.parents[call], ast.Expr)
        for above in self._module.ancestors(use):
            if above in self._requests:
                return True
            if not isinstance(above, _HANDS_ON):
                return False
        return False


def _is_new(binding: Binding) -> bool:
    """Whether a name gets a list or a dict that has no other name, or more is added to what it has."""
    if binding.kind != "value" or binding.path:
        return binding.kind in ("added", "declared")
    match binding.expression:
        case ast.List() | ast.Dict() | ast.ListComp() | ast.DictComp() | ast.Call(func=ast.Name(id="dict" | "list")):
            return True
        case _:
            return False
