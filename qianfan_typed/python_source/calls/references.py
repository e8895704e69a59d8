"""References: expressions that lead to clients, operations, handles or objects of the documents' classes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import attrs

from qianfan_api.documents.classes import DOCUMENT_CLASSES
from qianfan_api.handles import Handle, Undeployed
from qianfan_typed.python_source.calls import namespaces
from qianfan_typed.python_source.calls.addresses import is_of_the_platform, mentioned
from qianfan_typed.python_source.calls.namespaces import AnyHandle
from qianfan_typed.python_source.names.callers import DefinedFunction
from qianfan_typed.python_source.names.choices import one_of
from qianfan_typed.python_source.names.classes import decorators
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.scopes import Binding, Module
from qianfan_typed.python_source.names.symbols import OURS, PackageName, Symbol, bindings, symbol
from qianfan_typed.python_source.names.values import (
    Entry,
    ObjectValue,
    ScalarValue,
    Site,
    UnknownValue,
    absent,
    text,
)

_DEEPEST = 30
"""Names that are followed one after the other: they may lead in circles."""
_OF_CLIENT = ("v1", "v2", "chat")
_LIKE_OPENAI = ("chat", "beta", "images", "embeddings")
_TELLING = ("model", "endpoint", "version", "validate")
"""Arguments of a constructor on which it depends what is sent where."""
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
    hidden: bool = False
    """Whether its address is not known: it may be of the platform."""


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
    given: bool = False
    """Whether a caller gives it, so that nobody knows what it was made with."""


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
                return self._agreed(node, self.reaching(node), depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.follow(value, depth)
            case ast.IfExp(body=body, orelse=orelse):
                return _one(node, [self.follow(one, depth) for one in (body, orelse) if not _is_none(one)])
            case ast.BoolOp(op=ast.Or(), values=values):
                return _one(node, [self.follow(one, depth) for one in values if not _is_none(one)])
            case _:
                return None

    def reaching(self, node: ast.Name) -> tuple[Binding, ...]:
        """The bindings that a name may have where it is read."""
        found = bindings(self.module, node)
        if len(found) < 2:
            return tuple(found)
        owner = self.module.scopes[node].owner(node.id)
        return () if owner is None else self.reader.names.flow.reaching(node, owner, found).bindings

    def _agreed(self, node: ast.AST, found: Sequence[Binding], depth: int) -> Reference | None:
        """What all bindings lead to, if it is one and the same. Nothing can be asked of None."""
        real = [one for one in found if one.kind != "value" or one.expression is None or not _is_none(one.expression)]
        return _one(node, [self._bound(binding, depth) for binding in real])

    def _bound(self, binding: Binding, depth: int) -> Reference | None:
        expression = binding.expression
        if binding.kind == "parameter":
            said = None if binding.annotation is None else self._annotated(binding.annotation)
            return said or (None if expression is None or _is_none(expression) else self.follow(expression, depth))
        for index in binding.path:
            if not isinstance(expression, ast.Tuple | ast.List) or index >= len(expression.elts):
                return None
            expression = expression.elts[index]
        if binding.kind not in ("value", "with") or expression is None:
            return None
        return self.follow(expression, depth)

    def _annotated(self, annotation: ast.expr) -> Reference | None:
        """A parameter that is said to be a client, or an object: `client: Qianfan`, `Optional[…]`, `"… | None"`."""
        match annotation:
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                named = [one for one in (left, right) if not _is_none(one)]
                return self._annotated(named[0]) if len(named) == 1 else None
            case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional"), slice=inner):
                return self._annotated(inner)
            case ast.Constant(value=str(words)):
                return self._annotated_in_words(annotation, words)
            case _:
                return self._of_class(annotation, symbol(self.module, annotation))

    def _annotated_in_words(self, annotation: ast.expr, words: str) -> Reference | None:
        try:
            inner = ast.parse(words[:1000], mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        # What is written in quotes means the same as around them.
        around = self.module.scopes.get(annotation)
        for one in ast.walk(inner):
            if isinstance(one, ast.Name):
                self.module.scopes[one] = around or self.module.top
        return None if isinstance(inner, ast.Constant) else self._annotated(inner)

    def _of_class(self, annotation: ast.expr, meant: Symbol | None) -> Reference | None:
        if meant is None or meant.package == "openai":
            return None
        if meant.name in _CLIENTS[meant.package]:
            return ClientReference(meant.package)
        if meant.name in DOCUMENT_CLASSES:
            return InstanceReference(meant.name, ObjectValue(annotation, {}), given=True)
        return None

    def _attribute(self, node: ast.Attribute, depth: int) -> Reference | None:
        base = self.follow(node.value, depth)
        if base is None:
            return self._of_object(node, depth) or self._version(node)
        if isinstance(base, ClientReference):
            known = _OF_CLIENT if base.package == "qianfan_typed" else _LIKE_OPENAI
            return NamespaceReference(base, (node.attr,)) if node.attr in known else None
        if not isinstance(base, NamespaceReference):
            return None
        if base.path == ("beta",):
            return NamespaceReference(base.client, (node.attr,))
        if len(base.path) == 1 or namespaces.stands_within(base.api, node.attr):
            return NamespaceReference(base.client, (*base.path, node.attr))
        handle = namespaces.by_property(base.api, node.attr)
        return None if handle is None else HandleReference(handle, node, base.client)

    def _of_object(self, node: ast.Attribute, depth: int) -> Reference | None:
        """`self.client`, `app.client`: what all that sets it agrees on, or its property gives."""
        classes = self.reader.classes
        made = classes.made_by(node.value)
        of = classes.of_self(node.value) or classes.named(node.value)
        of = of or (None if made is None else classes.named(made.func))
        found = None if of is None else classes.attribute(of, node.attr)
        if found is None or (found.bindings and found.functions):
            return None
        if found.bindings:
            return self._agreed(node, found.bindings, depth)
        properties = [one for one in found.functions if decorators(one) & {"property", "cached_property"}]
        return self._returned(node, properties, depth) if len(properties) == len(found.functions) else None

    def _returned(self, node: ast.AST, functions: Sequence[DefinedFunction], depth: int) -> Reference | None:
        """What functions give back."""
        given = [one for function in functions for one in self.reader.callers.returned(function) if not _is_none(one)]
        return _one(node, [self.follow(one, depth) for one in given])

    def _version(self, node: ast.Attribute) -> NamespaceReference | None:
        """`anything.v1`: the path that follows is of this package, or leads to no handle."""
        return NamespaceReference(None, (node.attr,)) if node.attr in ("v1", "v2") else None

    def _call(self, node: ast.Call, depth: int) -> Reference | None:
        meant = symbol(self.module, node.func)
        if meant is not None:
            return self._made(node, meant)
        back = self._given_back(node, depth)
        if back is not None or not isinstance(node.func, ast.Attribute):
            return back
        base = self.follow(node.func.value, depth)
        if isinstance(base, HandleReference):
            return self._deployed(node, node.func.attr, base)
        if isinstance(base, ClientReference) and node.func.attr in ("with_options", "copy"):
            return base if all(one.arg not in (None, "base_url") for one in node.keywords) else None
        if not isinstance(base, NamespaceReference) or len(base.path) < 2 or not (base.client or self.of_ours):
            return None
        if node.func.attr == "model":
            return self._by_name(node, base)
        return self._by_endpoint(node, base) if node.func.attr == "endpoint" else None

    def _given_back(self, node: ast.Call, depth: int) -> Reference | None:
        """What a function of the module gives back, or an object of a class that inherits from one that is known."""
        of = self.reader.classes.named(node.func)
        if of is not None:
            ancestry = self.reader.classes.ancestry(of)
            meant = [said for one in ancestry for base in one.bases if (said := symbol(self.module, base))]
            own = any(self.reader.classes.method(of, name) for name in ("__init__", "do", "ado"))
            return self._made(node, meant[0]) if len(meant) == 1 and not own else None
        function = self.reader.callers.called(node)
        found = None if function is None else self._returned(node, [function], depth)
        if not isinstance(found, InstanceReference) or function is None:
            return found
        made_with = self.reader.names.for_call(found.arguments, function, node)
        return attrs.evolve(found, arguments=made_with) if isinstance(made_with, ObjectValue) else None

    def _made(self, node: ast.Call, made: Symbol) -> Reference | None:
        document_class = None if made.package == "openai" else DOCUMENT_CLASSES.get(made.name)
        arguments = self.reader.arguments(node, document_class.made_with if document_class else ())
        if document_class is not None:
            return None if arguments is None else InstanceReference(made.name, arguments)
        if made.name not in _CLIENTS[made.package]:
            return None
        if made.package == "openai":
            address = None if arguments is None else arguments.get("base_url")
            known = address is not None and is_of_the_platform(address)
            return ClientReference("openai", hidden=not known) if known or self._may_be(node) else None
        validate = None if arguments is None else arguments.get("validate")
        return ClientReference(made.package, unchecked=text(validate) == "off")

    def _may_be(self, node: ast.Call) -> bool:
        """Whether a client's address is called after the platform, though nobody knows what it is."""
        given = [one.value for one in node.keywords if one.arg == "base_url"]
        return any(isinstance(self.reader.value(one), UnknownValue) and _named_after(one) for one in given)

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


def _one(node: ast.AST, found: Sequence[Reference | None]) -> Reference | None:
    """What several expressions lead to, if it is the same."""
    if not found or any(one is None for one in found):
        return None
    if all(one == found[0] for one in found):
        return found[0]
    objects = [one for one in found if isinstance(one, InstanceReference)]
    alike = len(objects) == len(found) and len({(one.name, one.given, one.arguments.open) for one in objects}) == 1
    if not alike or objects[0].arguments.open:
        return None
    return attrs.evolve(objects[0], arguments=_between(node, [one.arguments for one in objects]))


def _between(node: ast.AST, made_with: Sequence[ObjectValue]) -> ObjectValue:
    """The arguments of one of several constructors; what one lacks is None."""
    entries: dict[str, Entry] = {}
    for name in _TELLING:
        values = [one.get(name) or ScalarValue(node, None) for one in made_with]
        if not all(map(absent, values)):
            entries[name] = Entry(node, one_of(node, Site(node, "branch"), values, each=False))
    return ObjectValue(node, entries)


def _named_after(expression: ast.expr) -> bool:
    """Whether an expression has names or texts that name the platform."""
    words = (getattr(one, part, None) for one in ast.walk(expression) for part in ("id", "attr", "value"))
    return any(mentioned(word) for word in words if isinstance(word, str))


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is None
