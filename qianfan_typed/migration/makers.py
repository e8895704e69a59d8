"""Makers: where a program makes a client or an object of the official packages, and where it uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import attrs

from qianfan_api.documents.classes import DOCUMENT_CLASSES
from qianfan_typed.migration.uses import exported
from qianfan_typed.python_source.calls.references import ClientReference, References
from qianfan_typed.python_source.names.scopes import Binding, Module
from qianfan_typed.python_source.names.symbols import origins, symbol

Package = Literal["qianfan", "openai"]


@attrs.frozen(eq=False)
class Left:
    """Something that is not rewritten."""

    node: ast.AST
    why: str


@attrs.define(eq=False)
class Maker:
    """A call that makes a client or an object, and what it is used for."""

    call: ast.Call
    package: Package
    name: str
    """`ChatCompletion`, `AsyncOpenAI`."""
    uses: list[ast.expr] = attrs.field(factory=list[ast.expr])
    """Expressions that give it."""
    left: list[Left] = attrs.field(factory=list[Left])
    """Why it stays. Empty: it is rewritten."""
    shared: set[ast.Call] = attrs.field(factory=set[ast.Call])
    """Other makers with the same uses."""

    def stays(self, node: ast.AST, why: str) -> None:
        """Notes why it is not rewritten."""
        self.left.append(Left(node, why))


@attrs.frozen
class Surroundings:
    """What has to do with a file beside its own Python."""

    imported: frozenset[str] = frozenset()
    """Names that other files import from it, or read of it."""
    configured: str | None = None
    """Where a file sets keys for all objects of `qianfan`. None: nowhere."""
    messages: bool = False
    """Whether a file makes `Messages` of `qianfan`, which a handle does not take."""
    hidden: frozenset[str] = frozenset()
    """Of a notebook: names that are read in what only IPython understands."""


class Makers:
    """Finds the makers of a module, and follows what they make."""

    def __init__(self, module: Module, references: References, around: Surroundings) -> None:
        self.module = module
        self.references = references
        self.around = around
        self._attributes: dict[str, list[ast.Attribute]] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                self._attributes.setdefault(node.attr, []).append(node)

    def found(self) -> Mapping[ast.Call, Maker]:
        """Every maker."""
        makers = {made.call: made for call in self.module.calls if (made := self._maker(call)) is not None}
        for maker in makers.values():
            self._follow(maker, makers)
        return makers

    def _maker(self, call: ast.Call) -> Maker | None:
        meant = symbol(self.module, call.func)
        if meant is None or len(origins(self.module, call.func)) != 1:
            return None
        if meant.package == "qianfan" and (meant.name in DOCUMENT_CLASSES or meant.name == "Qianfan"):
            return Maker(call, "qianfan", meant.name)
        if meant.package == "openai" and meant.name in ("OpenAI", "AsyncOpenAI"):
            client = self.references.follow(call)
            if isinstance(client, ClientReference):
                maker = Maker(call, "openai", meant.name)
                if client.hidden:
                    maker.stays(call, "whether its address is the platform's is decided when it runs")
                return maker
        return None

    def _follow(self, maker: Maker, makers: Mapping[ast.Call, Maker]) -> None:
        """Finds the uses of what is made."""
        call, parent = maker.call, self.module.parents[maker.call]
        match parent:
            case ast.Attribute():
                maker.uses.append(call)
            case ast.Expr():
                pass
            case ast.Assign(targets=[ast.Name() as target]):
                self._named(maker, target, makers)
            case ast.Assign(targets=[ast.Attribute() as target]):
                self._kept(maker, target)
            case ast.withitem(optional_vars=ast.Name() as target):
                self._named(maker, target, makers)
            case ast.AnnAssign():
                maker.stays(call, "the name it gets is annotated")
            case ast.Return():
                maker.stays(call, "it is given back, and its uses cannot be followed")
            case _:
                maker.stays(call, "what becomes of it cannot be followed")

    def _named(self, maker: Maker, target: ast.Name, makers: Mapping[ast.Call, Maker]) -> None:
        scope = self.module.scopes[target].owner(target.id)
        mine = [] if scope is None else [one for one in scope.bindings[target.id] if one.node is target]
        if scope is None or not mine:
            maker.stays(target, f"{target.id} is bound where it cannot be followed")
            return
        if scope.kind == "class":
            self._kept(maker, target)
            return
        elsewhere = self.around.imported | exported(self.module)
        if scope is self.module.top and not elsewhere.isdisjoint({target.id, "*"}):
            maker.stays(target, f"{target.id} is imported elsewhere")
        if target.id in self.around.hidden:
            maker.stays(target, f"{target.id} is read in a line for IPython")
        for read in self.module.uses(target.id, scope):
            reaching = self.references.reaching(read)
            if mine[0] in reaching:
                self._shared(maker, [one for one in reaching if one is not mine[0]], read, makers)
                maker.uses.append(read)

    def _shared(
        self, maker: Maker, others: Sequence[Binding], read: ast.Name, makers: Mapping[ast.Call, Maker]
    ) -> None:
        for other in others:
            made = makers.get(other.expression) if isinstance(other.expression, ast.Call) else None
            if made is not None and not other.path:
                maker.shared.add(made.call)
            elif not (isinstance(other.expression, ast.Constant) and other.expression.value is None):
                maker.stays(read, f"{read.id} may be something else there")

    def _kept(self, maker: Maker, target: ast.Attribute | ast.Name) -> None:
        """`self.client = …`, or a name in a class: read in that class alone, and set once."""
        name = target.attr if isinstance(target, ast.Attribute) else target.id
        owner = next((one for one in self.module.ancestors(target) if isinstance(one, ast.ClassDef)), None)
        if owner is None or (isinstance(target, ast.Attribute) and self._self_of(target) is not owner):
            maker.stays(target, f".{name} is set on something that cannot be followed")
        elif any(
            not self._is_of_another(one.node, owner) for one in self.module.stores[name] if one.node is not target
        ):
            maker.stays(target, f".{name} is set in several places")
        elif name in self.around.imported:
            maker.stays(target, f".{name} is read in another file")
        else:
            self._read_as_attribute(maker, name, owner)
            if isinstance(target, ast.Name):
                maker.uses += self.module.uses(name, self.module.classes[owner])

    def _read_as_attribute(self, maker: Maker, name: str, owner: ast.ClassDef) -> None:
        for read in self._attributes.get(name, ()):
            if not isinstance(read.ctx, ast.Load):
                continue
            if self._self_of(read) is owner:
                maker.uses.append(read)
            elif not self._is_known(read) and not self._is_of_another(read, owner):
                maker.stays(read, f".{name} is read of something that may be the object")

    def _is_of_another(self, node: ast.AST, owner: ast.ClassDef) -> bool:
        """Whether an attribute is surely of a class that has nothing to do with another one."""
        if isinstance(node, ast.Attribute):
            of = self._self_of(node)
        else:
            of = next((one for one in self.module.ancestors(node) if isinstance(one, ast.ClassDef)), None)
        apart = of is not None and of is not owner and not of.bases and not owner.bases
        return apart and not any(len(one.bases) > 1 for one in self.module.classes)

    def _is_known(self, read: ast.Attribute) -> bool:
        """Whether what an attribute is read of is a package, or what a client leads to: not an object of one's own."""
        base = read.value
        return bool(origins(self.module, base)) or self.references.follow(base) is not None

    def _self_of(self, node: ast.Attribute) -> ast.ClassDef | None:
        """The class whose method's first parameter an attribute is read of."""
        if not isinstance(node.value, ast.Name):
            return None
        for parent in self.module.ancestors(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                around = self.module.parents[parent]
                first = next(iter((*parent.args.posonlyargs, *parent.args.args)), None)
                if isinstance(around, ast.ClassDef):
                    return around if first is not None and first.arg == node.value.id else None
        return None


def steps_from(module: Module, use: ast.expr) -> tuple[list[str], ast.expr]:
    """The attributes that are read of an expression, and the last of them."""
    steps: list[str] = []
    node = use
    while isinstance(parent := module.parents[node], ast.Attribute):
        steps.append(parent.attr)
        node = parent
    return steps, node


def root_of(node: ast.expr) -> ast.Name | None:
    """The name that a dotted name begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def every(makers: Mapping[ast.Call, Maker]) -> Iterator[Maker]:
    """The makers in the order of the source."""
    return iter(sorted(makers.values(), key=lambda one: (one.call.lineno, one.call.col_offset)))
