"""Imports: those of the official packages that nothing needs any more, and ours in their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from qianfan_typed.migration.edits import Edit, Edits, ImportEdit, NameEdit, Places
from qianfan_typed.migration.makers import Maker, root_of
from qianfan_typed.migration.uses import exported
from qianfan_typed.python_source.names.scopes import Binding, Module, Scope
from qianfan_typed.python_source.names.symbols import bindings

Statement = ast.Import | ast.ImportFrom


class ImportPlan:
    """Plans the imports of a module."""

    def __init__(self, module: Module, elsewhere: frozenset[str]) -> None:
        self.module = module
        self.kept: frozenset[str] = elsewhere | exported(module) | set(_in_annotations(module.tree))
        """Names that are read where no tree says so."""
        self.added: dict[Statement, set[str]] = {}
        self.gone: set[ast.Name] = set()
        """Names that are read no more."""

    def why_not(
        self, maker: Maker, names: frozenset[str], calls: Sequence[ast.Call], gone: set[ast.Name]
    ) -> str | None:
        """Why names cannot be imported where a maker's package is. None: they can."""
        found = self._import_of(root_of(maker.call.func))
        if found is None:
            return "how its package is imported cannot be followed"
        owner = found[1]
        if owner is not self.module.top and not all(self._is_within(self.module.scopes[one], owner) for one in calls):
            return "its package is imported in a function, and it is used outside of it"
        for name in sorted(names):
            for binding in self._bindings(name):
                ours = binding.kind == "import" and binding.origin in (f"qianfan_typed.{name}",)
                if not ours and not self._goes(binding, name, gone):
                    return f"the name {name} is taken"
        return None

    def add(self, maker: Maker, names: frozenset[str]) -> None:
        """Imports names where a maker's package is imported."""
        root = root_of(maker.call.func)
        found = self._import_of(root)
        if root is not None and found is not None:
            self.gone.add(root)
            self.added.setdefault(found[0], set()).update(names)

    def add_errors(self, edits: Sequence[tuple[ast.expr, Edit]]) -> None:
        """Imports our errors where those that edits replace are imported."""
        for node, edit in edits:
            root = root_of(node)
            found = self._import_of(root) if isinstance(edit, NameEdit) else None
            if root is not None and found is not None:
                self.gone.add(root)
                self.added.setdefault(found[0], set()).add("errors")

    def edits(self, places: Places) -> Edits:
        """What becomes of the import statements."""
        made: Edits = {}
        there: set[str] = set()
        for statement in sorted(self.added, key=lambda one: one.lineno):
            bound = {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
            going = bound & {read.id for read in self.gone} - self.kept
            dropped = {name for name in going if not self._is_needed(statement, name)}
            new = {name for name in self.added[statement] if not self._is_there(statement, name)} - there
            at_top = self.module.parents[statement] is self.module.tree
            there |= new if at_top else set()
            ordered = tuple(sorted(new, key=lambda name: (name.islower(), name)))
            made[places.of(statement), "import"] = ImportEdit(frozenset(dropped), ordered, at_top)
        return made

    def _import_of(self, root: ast.Name | None) -> tuple[Statement, Scope] | None:
        if root is None:
            return None
        found = bindings(self.module, root)
        owner = self.module.scopes[root].owner(root.id)
        if len(found) != 1 or owner is None or not isinstance(found[0].node, ast.alias):
            return None
        statement = self.module.parents[found[0].node]
        return (statement, owner) if isinstance(statement, Statement) else None

    def _is_within(self, scope: Scope, owner: Scope) -> bool:
        inner: Scope | None = scope
        while inner is not None and inner is not owner:
            inner = inner.parent
        return inner is owner

    def _bindings(self, name: str) -> Iterator[Binding]:
        module = self.module
        for scope in (module.top, *module.functions.values(), *module.classes.values()):
            yield from scope.bindings.get(name, ())

    def _goes(self, binding: Binding, name: str, gone: set[ast.Name]) -> bool:
        """Whether an import of the official package's own `Qianfan` goes with what is rewritten."""
        if binding.kind != "import" or not binding.origin.startswith("qianfan.") or name in self.kept:
            return False
        return all(read in gone for read in self.module.names.get(name, ()))

    def _is_needed(self, statement: Statement, name: str) -> bool:
        """Whether what a statement binds is read, or deleted, by what stays."""
        for read in self.module.names.get(name, ()):
            meant = self._meant(read)
            here = any(self.module.parents.get(one.node) is statement for one in meant)
            if here and (read not in self.gone or any(one.kind != "import" for one in meant)):
                return True
        return False

    def _meant(self, read: ast.Name) -> Sequence[Binding]:
        owner = self.module.scopes[read].owner(read.id)
        return () if owner is None else owner.bindings[read.id]

    def _is_there(self, statement: Statement, name: str) -> bool:
        """Whether a name of ours is imported at the top before a statement."""
        return any(
            one.kind == "import" and one.origin == f"qianfan_typed.{name}" and one.line < statement.lineno
            for one in self.module.top.bindings.get(name, ())
            if self.module.parents.get(self.module.parents.get(one.node, one.node)) is self.module.tree
        )


def roots(makers: Sequence[Maker], extra: Mapping[Maker, Sequence[tuple[ast.expr, Edit]]]) -> set[ast.Name]:
    """The names that are read no more where makers are rewritten."""
    found = [root_of(maker.call.func) for maker in makers]
    found += [root_of(node) for maker in makers for node, edit in extra[maker] if isinstance(edit, NameEdit)]
    return {one for one in found if one is not None}


def _in_annotations(tree: ast.Module) -> Iterator[str]:
    """Words of annotations in quotes."""
    for node in ast.walk(tree):
        for part in ("annotation", "returns"):
            annotation = getattr(node, part, None)
            for inner in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield from re.findall(r"\w+", inner.value)
