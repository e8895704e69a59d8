"""Sole uses: whether a literal goes into requests and nowhere else, so that nothing else changes with it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from qianfan_typed.python_source.names.scopes import FunctionNode, Module, Scope

_HANDS_ON = (ast.List, ast.Tuple, ast.Dict, ast.Starred, ast.keyword, ast.IfExp, ast.BoolOp)
"""What gives the values that stand in it to what it stands in."""
_ADDING = frozenset({"append", "extend", "insert", "update"})
"""Methods of lists and dicts that take a value in and give none out."""


class SoleUses:
    """The literals of a module, seen from the calls that send a request."""

    def __init__(self, module: Module, requests: Iterable[ast.Call]) -> None:
        self._module = module
        self._requests = frozenset[ast.AST](requests)

    def sends(self, node: ast.AST) -> bool:
        """Whether a literal or a keyword stands in a request, or is what a name has that is read in requests alone."""
        inside = node
        for outer in self._module.ancestors(node):
            if outer in self._requests:
                return True
            match outer:
                case (
                    ast.Assign(targets=[ast.Name() as target] | [ast.Subscript(value=ast.Name() as target)])
                    | ast.AnnAssign(target=ast.Name() as target)
                    | ast.AugAssign(target=ast.Name() as target)
                ):
                    return self._is_sent(target.id, self._module.scopes[target])
                case ast.Call(func=ast.Attribute(value=ast.Name() as target, attr=method)) if method in _ADDING:
                    return self._is_sent(target.id, self._module.scopes[target])
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

    def _is_sent(self, name: str, scope: Scope) -> bool:
        owner = scope.owner(name)
        if owner is None or owner.kind == "class":
            return False
        return all(self._goes_into_request(one) for one in self._module.uses(name, owner))

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
