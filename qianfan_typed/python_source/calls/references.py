"""References: expressions that lead to clients, operations, handles or objects of the documents' classes."""

from __future__ import annotations

import ast
from urllib.parse import urlsplit

import attrs

from qianfan_api.handles import Handle, Undeployed
from qianfan_api.platform import HOSTS
from qianfan_typed.python_source.calls import namespaces
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.calls.namespaces import AnyHandle
from qianfan_typed.python_source.names.scopes import Binding, Module
from qianfan_typed.python_source.names.symbols import OURS, PackageName, Symbol, bindings, symbol
from qianfan_typed.python_source.names.values import ObjectValue, ScalarValue, absent, text
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES

_DEEPEST = 30
"""Names that are followed one after the other: they may lead in circles."""
_CLIENTS = {
    "qianfan_typed": frozenset({"Qianfan", "AsyncQianfan"}),
    "qianfan": frozenset({"Qianfan"}),
    "openai": frozenset({"OpenAI", "AsyncOpenAI"}),
}


@attrs.frozen
class ClientReference:
    """A client of the platform."""

    package: PackageName
    unchecked: bool = False
    """Whether it was told not to look at requests: `validate="off"`."""


@attrs.frozen
class NamespaceReference:
    """What lies between a client and a handle: `client.v1`, `client.chat`, `client.v1.chat`."""

    client: ClientReference | None
    """None: what stands before `.v1` is not known."""
    path: tuple[str, ...]

    @property
    def api(self) -> str:
        """`v1.chat`."""
        return ".".join(self.path)


@attrs.frozen(eq=False)
class HandleReference:
    """A handle, or a model to deploy, and where the source names it."""

    handle: AnyHandle | Undeployed[AnyHandle]
    node: ast.AST
    """Where the model stands: its property, or the argument of `model`, `endpoint(like=…)`."""
    client: ClientReference | None
    word: str | None = None
    """The name as it stands there. None: a property stands for it."""


@attrs.frozen(eq=False)
class InstanceReference:
    """An object of one of the documents' classes."""

    name: str
    arguments: ObjectValue
    """What it was made with."""


Reference = ClientReference | NamespaceReference | HandleReference | InstanceReference


class References:
    """Follows the expressions of a module to what they lead to."""

    def __init__(self, module: Module, reader: LiteralReader) -> None:
        self.module = module
        self.reader = reader
        self._known: dict[ast.expr, Reference | None] = {}
        self.of_ours: bool = bool(module.origins & OURS)

    def follow(self, node: ast.expr, depth: int = 0) -> Reference | None:
        """What an expression leads to. None: nothing of the platform's, or it cannot be seen."""
        if node not in self._known and depth <= _DEEPEST:
            self._known[node] = None
            self._known[node] = self._find(node, depth + 1)
        return self._known.get(node)

    def _find(self, node: ast.expr, depth: int) -> Reference | None:
        match node:
            case ast.Name():
                return self._agreed(bindings(self.module, node), depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.NamedExpr(value=value):
                return self.follow(value, depth)
            case _:
                return None

    def _agreed(self, found: list[Binding], depth: int) -> Reference | None:
        """What all bindings of a name lead to, if it is one and the same."""
        things = [self._bound(binding, depth) for binding in found]
        return things[0] if things and all(thing == things[0] for thing in things) else None

    def _bound(self, binding: Binding, depth: int) -> Reference | None:
        if binding.kind in ("value", "with") and binding.expression is not None:
            return self.follow(binding.expression, depth)
        if binding.kind == "parameter" and binding.annotation is not None:
            return self._annotated(binding.annotation)
        return None

    def _annotated(self, annotation: ast.expr) -> Reference | None:
        """A parameter that is said to be a client: `client: Qianfan`."""
        meant = symbol(self.module, annotation)
        is_client = meant is not None and meant.package != "openai" and meant.name in _CLIENTS[meant.package]
        return ClientReference(meant.package) if meant is not None and is_client else None

    def _attribute(self, node: ast.Attribute, depth: int) -> Reference | None:
        base = self.follow(node.value, depth)
        if base is None:
            return self._of_self(node, depth) or self._version(node)
        if isinstance(base, ClientReference):
            known = ("chat",) if base.package != "qianfan_typed" else ("v1", "v2", "chat")
            return NamespaceReference(base, (node.attr,)) if node.attr in known else None
        if not isinstance(base, NamespaceReference):
            return None
        if len(base.path) == 1 or namespaces.stands_within(base.api, node.attr):
            return NamespaceReference(base.client, (*base.path, node.attr))
        handle = namespaces.by_property(base.api, node.attr)
        return None if handle is None else HandleReference(handle, node, base.client)

    def _of_self(self, node: ast.Attribute, depth: int) -> Reference | None:
        """`self.client`, where the module sets an attribute of this name in one place alone."""
        set_at = self.module.stores.get(node.attr, [])
        if len(set_at) != 1 or not isinstance(node.value, ast.Name) or not self._is_self(node.value):
            return None
        return self._bound(set_at[0], depth)

    def _is_self(self, name: ast.Name) -> bool:
        """Whether a name is the first parameter of a method."""
        found = bindings(self.module, name)
        owner = self.module.scopes[name].owner(name.id)
        if owner is None or [binding.kind for binding in found] != ["parameter"]:
            return False
        method = owner.node
        in_class = owner.parent is not None and owner.parent.kind == "class"
        return in_class and isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and _first(method) == name.id

    def _version(self, node: ast.Attribute) -> NamespaceReference | None:
        """`anything.v1`: the path that follows is of this package, or leads to no handle."""
        return NamespaceReference(None, (node.attr,)) if node.attr in ("v1", "v2") else None

    def _call(self, node: ast.Call, depth: int) -> Reference | None:
        meant = symbol(self.module, node.func)
        if meant is not None:
            return self._made(node, meant)
        if not isinstance(node.func, ast.Attribute):
            return None
        base = self.follow(node.func.value, depth)
        if isinstance(base, HandleReference):
            return self._deployed(node, node.func.attr, base)
        if not isinstance(base, NamespaceReference) or len(base.path) < 2 or not (base.client or self.of_ours):
            return None
        if node.func.attr == "model":
            return self._by_name(node, base)
        return self._by_endpoint(node, base) if node.func.attr == "endpoint" else None

    def _made(self, node: ast.Call, made: Symbol) -> Reference | None:
        document_class = None if made.package == "openai" else DOCUMENT_CLASSES.get(made.name)
        arguments = self.reader.arguments(node, document_class.made_with if document_class else ())
        if document_class is not None:
            return None if arguments is None else InstanceReference(made.name, arguments)
        if made.name not in _CLIENTS[made.package]:
            return None
        if made.package == "openai" and (arguments is None or not _of_the_platform(text(arguments.get("base_url")))):
            return None
        validate = None if arguments is None else arguments.get("validate")
        return ClientReference(made.package, unchecked=text(validate) == "off")

    def _deployed(self, node: ast.Call, method: str, base: HandleReference) -> Reference | None:
        if method != "at" or isinstance(base.handle, Handle):
            return None
        return attrs.evolve(base, handle=namespaces.deployed(base.handle))

    def _by_name(self, node: ast.Call, base: NamespaceReference) -> Reference | None:
        arguments = self.reader.arguments(node, ("name",))
        name = None if arguments is None else arguments.get("name")
        word = text(name)
        handle = None if word is None or name is None else namespaces.by_name(base.api, word)
        return None if handle is None or name is None else HandleReference(handle, name.node, base.client, word)

    def _by_endpoint(self, node: ast.Call, base: NamespaceReference) -> Reference | None:
        arguments = self.reader.arguments(node, ("name",))
        if arguments is None or arguments.open:
            return None
        name, like = arguments.get("name"), arguments.get("like")
        if not absent(like) and not isinstance(like, ScalarValue):
            return None
        handle = namespaces.by_endpoint(base.api, text(name), text(like))
        return (
            None
            if handle is None
            else HandleReference(handle, node if like is None else like.node, base.client, text(like))
        )


def _first(method: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    positional = [*method.args.posonlyargs, *method.args.args]
    return positional[0].arg if positional else None


def _of_the_platform(base_url: str | None) -> bool:
    """Whether an address is the platform's V2."""
    try:
        return base_url is not None and urlsplit(base_url).hostname == urlsplit(HOSTS["v2"].url).hostname
    except ValueError:
        return False
