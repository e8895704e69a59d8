"""Scopes: which names a module binds, where, and to what, read from its syntax tree alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import attrs

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
BindingKind = Literal["value", "with", "each", "added", "import", "parameter", "function", "class", "declared", "other"]


@attrs.frozen(eq=False)
class Binding:
    """One place that gives a name its meaning."""

    kind: BindingKind
    """
    value: `name = …`. with: `with … as name`. each: `for name in …`. added: `name += …`. function, class: `def name`.
    declared: `name: Type` alone. other: `del`, patterns, `*rest`, …
    """
    scope: Scope
    """Where its expression is evaluated."""
    node: ast.AST
    """The target, the alias, the parameter, or what is defined."""
    expression: ast.expr | None = None
    """Of a parameter, its default."""
    path: tuple[int, ...] = ()
    """Which item of the expression's value it is: `a, b = …`."""
    annotation: ast.expr | None = None
    origin: str = ""
    """What an import binds, dotted: `qianfan_typed.client.Qianfan`. Of a relative import it begins with dots."""
    line: int = 0


@attrs.define(eq=False)
class Scope:
    """A module, a function, a class or a comprehension."""

    kind: Literal["module", "function", "class", "comprehension"]
    node: ast.AST
    parent: Scope | None = None
    bindings: dict[str, list[Binding]] = attrs.field(factory=dict[str, list[Binding]])
    elsewhere: dict[str, Literal["global", "nonlocal"]] = attrs.field(factory=dict[str, Literal["global", "nonlocal"]])
    """Names that belong to another scope."""
    stars: list[tuple[str, int]] = attrs.field(factory=list[tuple[str, int]])
    """`from … import *`: the module, and its line."""

    def enclosing(self) -> Scope | None:
        """The next scope that names are looked up in: classes are invisible to what they contain."""
        outer = self.parent
        while outer is not None and outer.kind == "class":
            outer = outer.parent
        return outer

    def owner(self, name: str) -> Scope | None:
        """The scope whose bindings a name means here. None: no scope of the module binds it."""
        scope: Scope | None = self
        while scope is not None:
            way = scope.elsewhere.get(name)
            if way == "global":
                scope = scope.module()
                return scope if name in scope.bindings else None
            if way is None and name in scope.bindings:
                return scope
            scope = scope.enclosing()
        return None

    def module(self) -> Scope:
        """The scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@attrs.define(eq=False)
class Module:
    """A module's syntax tree, and what the names in it mean."""

    tree: ast.Module
    top: Scope
    scopes: dict[ast.AST, Scope] = attrs.field(factory=dict[ast.AST, Scope])
    """Node → the scope it is evaluated in: of calls and of names."""
    parents: dict[ast.AST, ast.AST] = attrs.field(factory=dict[ast.AST, ast.AST])
    calls: list[ast.Call] = attrs.field(factory=list[ast.Call])
    names: dict[str, list[ast.Name]] = attrs.field(factory=dict[str, list[ast.Name]])
    """Where each name is read."""
    stores: dict[str, list[Binding]] = attrs.field(factory=dict[str, list[Binding]])
    """Attribute → where it is set: `self.client = …`, and in class bodies."""
    classes: dict[ast.ClassDef, Scope] = attrs.field(factory=dict[ast.ClassDef, Scope])
    """Class → the scope of its body."""
    functions: dict[ast.AST, Scope] = attrs.field(factory=dict[ast.AST, Scope])
    """Function → the scope of its body."""
    owners: dict[ast.AST, ast.AST] = attrs.field(factory=dict[ast.AST, ast.AST])
    """Parameter → its function."""
    returns: dict[ast.AST, list[ast.Return]] = attrs.field(factory=dict[ast.AST, list[ast.Return]])
    """Function → where it returns."""
    generators: set[ast.AST] = attrs.field(factory=set[ast.AST])
    """Functions that yield."""
    origins: set[str] = attrs.field(factory=set[str])
    """The packages that are imported from."""
    _used: dict[str, dict[Scope | None, list[ast.Name]]] = attrs.field(
        factory=dict[str, dict["Scope | None", list[ast.Name]]], init=False
    )
    """Name → the scope that owns it → where it is read: as far as somebody asked."""

    def uses(self, name: str, owner: Scope) -> Sequence[ast.Name]:
        """Where a name that a scope owns is read, in whatever scope."""
        found = self._used.get(name)
        if found is None:
            found = self._used[name] = {}
            for node in self.names.get(name, ()):
                found.setdefault(self.scopes[node].owner(name), []).append(node)
        return found.get(owner, ())

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that a node stands in, from the inside."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


def read_module(tree: ast.Module) -> Module:
    """Finds the scopes and bindings of a module."""
    module = Module(tree, Scope("module", tree))
    _ScopeReader(module).read()
    return module


class _ScopeReader:
    """Walks a tree once. It keeps its own list of what is to do: sources may be nested deeper than Python's stack."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.waiting: list[tuple[ast.AST, Scope]] = []
        self.handed_over: list[tuple[Scope, str, Binding]] = []

    def read(self) -> None:
        module = self.module
        self.push(module.tree.body, module.top, module.tree)
        while self.waiting:
            node, scope = self.waiting.pop()
            self.visit(node, scope)
        # `nonlocal` may name what its function binds further down.
        for scope, name, binding in self.handed_over:
            (scope.owner(name) or scope.module()).bindings.setdefault(name, []).append(binding)

    def push(self, nodes: Iterable[ast.AST], scope: Scope, parent: ast.AST) -> None:
        """Notes what to visit, so that it is visited in the source's order: `global` stands before what it governs."""
        for node in reversed(list(nodes)):
            self.module.parents[node] = parent
            self.waiting.append((node, scope))

    def visit(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, FunctionNode):
            self.function(node, scope)
        elif isinstance(node, ast.ClassDef):
            self.class_(node, scope)
        elif isinstance(node, ComprehensionNode):
            self.comprehension(node, scope)
        else:
            self.record(node, scope)
            self.push(ast.iter_child_nodes(node), scope, node)

    def function(self, node: FunctionNode, scope: Scope) -> None:
        inner = Scope("function", node, scope)
        self.module.functions[node] = inner
        arguments = node.args
        defaults = _defaults(arguments)
        for argument in _arguments(arguments):
            default = defaults.get(argument)
            self.module.owners[argument] = node
            bound = Binding("parameter", scope, argument, default, annotation=argument.annotation)
            self.bind(inner, argument.arg, bound)
        outside: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
        outside += [argument.annotation for argument in _arguments(arguments)]
        if not isinstance(node, ast.Lambda):
            self.bind(scope, node.name, Binding("function", scope, node, line=node.lineno))
            outside += [*node.decorator_list, node.returns]
        self.push([part for part in outside if part is not None], scope, node)
        self.push([node.body] if isinstance(node, ast.Lambda) else node.body, inner, node)

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        self.bind(scope, node.name, Binding("class", scope, node, line=node.lineno))
        self.push([*node.decorator_list, *node.bases, *node.keywords], scope, node)
        inner = self.module.classes[node] = Scope("class", node, scope)
        self.push(node.body, inner, node)

    def comprehension(self, node: ComprehensionNode, scope: Scope) -> None:
        inner = Scope("comprehension", node, scope)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.push(parts, inner, node)
        for index, generator in enumerate(node.generators):
            # Python evaluates the first iterable outside, all else inside.
            self.module.parents[generator] = node
            self.push([generator.iter], inner if index else scope, generator)
            self.push([generator.target, *generator.ifs], inner, generator)

    def record(self, node: ast.AST, scope: Scope) -> None:
        """Notes what a node binds, reads or calls."""
        module = self.module
        match node:
            case ast.Name():
                module.scopes[node] = scope
                if isinstance(node.ctx, ast.Load):
                    module.names.setdefault(node.id, []).append(node)
                else:
                    self.store(node, scope)
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                module.stores.setdefault(node.attr, []).append(self.stored(node, scope))
            case ast.Call():
                module.scopes[node] = scope
                module.calls.append(node)
            case ast.Import():
                for alias in node.names:
                    self.import_(scope, alias)
            case ast.ImportFrom():
                for alias in node.names:
                    self.import_from(scope, node, alias)
            case ast.Global() | ast.Nonlocal():
                for name in node.names:
                    scope.elsewhere[name] = "global" if isinstance(node, ast.Global) else "nonlocal"
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self.bind(scope, name, Binding("other", scope, node))
            case ast.MatchMapping(rest=str(name)):
                self.bind(scope, name, Binding("other", scope, node))
            case ast.Return() | ast.Yield() | ast.YieldFrom():
                self.give_back(node, scope)
            case _:
                pass

    def store(self, node: ast.Name, scope: Scope) -> None:
        binding = self.stored(node, scope)
        if scope.kind == "class":
            self.module.stores.setdefault(node.id, []).append(binding)
        self.bind(scope, node.id, binding, isinstance(self.module.parents.get(node), ast.NamedExpr))

    def stored(self, node: ast.Name | ast.Attribute, scope: Scope) -> Binding:
        """How a target gets its value."""
        path: tuple[int, ...] = ()
        target: ast.expr = node
        parent = self.module.parents.get(node)
        while isinstance(parent, ast.Tuple | ast.List):
            before = parent.elts[: parent.elts.index(target)]
            if any(isinstance(one, ast.Starred) for one in before):
                return Binding("other", scope, node)
            path = (len(before), *path)
            target, parent = parent, self.module.parents.get(parent)
        line = node.lineno
        match parent:
            case ast.Assign(value=value):
                return Binding("value", scope, node, value, path, line=line)
            case ast.NamedExpr(value=value):
                return Binding("value", scope, node, value, line=line)
            case ast.AnnAssign(value=value, annotation=annotation):
                kind: BindingKind = "declared" if value is None else "value"
                return Binding(kind, scope, node, value, annotation=annotation, line=line)
            case ast.AugAssign(value=value) if isinstance(node, ast.Name):
                return Binding("added", scope, node, value, line=line)
            case ast.For(iter=value) | ast.comprehension(iter=value):
                return Binding("each", scope, node, value, path, line=line)
            case ast.withitem(context_expr=value) if not path:
                return Binding("with", scope, node, value, line=line)
            case _:
                return Binding("other", scope, node)

    def give_back(self, node: ast.Return | ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        if isinstance(node, ast.Return):
            self.module.returns.setdefault(scope.node, []).append(node)
        else:
            self.module.generators.add(scope.node)

    def import_(self, scope: Scope, alias: ast.alias) -> None:
        package = alias.name.partition(".")[0]
        self.module.origins.add(package)
        origin = alias.name if alias.asname else package
        self.bind(scope, alias.asname or package, Binding("import", scope, alias, origin=origin, line=alias.lineno))

    def import_from(self, scope: Scope, node: ast.ImportFrom, alias: ast.alias) -> None:
        source = "" if node.level else node.module or ""
        if source:
            self.module.origins.add(source.partition(".")[0])
        if alias.name == "*":
            scope.stars.append((source, node.lineno))
            return
        path = "." * node.level + (f"{node.module}." if node.module else "")
        bound = Binding("import", scope, alias, origin=f"{path}{alias.name}", line=node.lineno)
        self.bind(scope, alias.asname or alias.name, bound)

    def bind(self, scope: Scope, name: str, binding: Binding, walrus: bool = False) -> None:
        # A walrus in a comprehension binds outside of it.
        while walrus and scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        if name not in scope.elsewhere:
            scope.bindings.setdefault(name, []).append(binding)
        elif scope.elsewhere[name] == "global":
            scope.module().bindings.setdefault(name, []).append(binding)
        else:
            self.handed_over.append((scope, name, binding))


def _defaults(arguments: ast.arguments) -> dict[ast.arg, ast.expr]:
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    found = dict(zip(late, arguments.defaults, strict=True))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {**found, **{argument: default for argument, default in named if default is not None}}


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return every + [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
