"""Flow: which bindings of a name may reach a place where it is read, and whether each of them surely does.

One name is followed at a time, through the statements that bind or read it, in the order in which they run.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from qianfan_typed.python_source.names.conditions import Conditions
from qianfan_typed.python_source.names.scopes import Binding, Module, Scope
from qianfan_typed.python_source.names.walk import Reaching, Walk


class Flow:
    """Follows the names of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._known: dict[tuple[Scope, str], dict[ast.AST, Reaching] | None] = {}
        self.conditions: Conditions = Conditions(module)

    def reaching(self, node: ast.Name, owner: Scope, found: Sequence[Binding]) -> Reaching:
        """The bindings that reach a name where it is read.

        Args:
            node: The name, or the target of `+=`.
            owner: The scope that binds it.
            found: All its bindings.
        """
        if node.id not in owner.bindings:
            return Reaching(tuple(found))
        key = (owner, node.id)
        if key not in self._known:
            self._known[key] = self._followed(owner, node.id, found)
        here = self._known[key]
        if here is None or node not in here:
            return self._from_within(node, owner, found)
        return here[node]

    def _followed(self, owner: Scope, name: str, found: Sequence[Binding]) -> dict[ast.AST, Reaching] | None:
        """None: it cannot be followed, for it is bound from elsewhere too."""
        if not isinstance(owner.node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        walk = Walk(self.module, self.conditions, owner, name, found)
        return walk.followed(owner.node.body) if walk.possible else None

    def _from_within(self, node: ast.Name, owner: Scope, found: Sequence[Binding]) -> Reaching:
        """Read in a function within, which may run at any time."""
        several = len(found) > 1
        if several or self.conditions.ask_for(name=node.id, owner=owner):
            return Reaching(tuple(found), doubt=2, each=not several)
        return Reaching(tuple(found), doubt=int(self.conditions.above(node, owner.node)))
