"""Handles: which one a call goes to, which of its methods, and what becomes of the arguments."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping

import attrs

from qianfan_api.documents.classes import DOCUMENT_CLASSES
from qianfan_api.handles import Handle
from qianfan_api.models import CATALOGUES
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_typed.migration.edits import CallEdit
from qianfan_typed.migration.makers import Left
from qianfan_typed.python_source.calls.namespaces import AnyHandle, by_name, positions
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.values import SequenceValue, text


class Stays(Exception):
    """A call stays as it is; the message says why."""

    def __init__(self, node: ast.AST, why: str) -> None:
        super().__init__(why)
        self.left: Left = Left(node, why)


@attrs.frozen
class Argument:
    """An argument of a call."""

    index: int
    """Which one it is, those by position first."""
    value: ast.expr
    by_position: bool


def arguments_of(call: ast.Call, positions: tuple[str, ...]) -> Mapping[str, Argument]:
    """The arguments by name.

    Raises:
        Stays: Some are not seen.
    """
    found: dict[str, Argument] = {}
    for index, value in enumerate(call.args):
        if isinstance(value, ast.Starred) or index >= len(positions):
            raise Stays(value, "its arguments by position cannot be named; write them as keywords")
        found[positions[index]] = Argument(index, value, by_position=True)
    for index, one in enumerate(call.keywords, len(call.args)):
        if one.arg is None:
            raise Stays(one, f"**{ast.unparse(one.value)[:40]} may hold anything; write the keywords out")
        found[one.arg] = Argument(index, one.value, by_position=False)
    return found


@attrs.frozen
class Naming:
    """The model that something names."""

    name: str
    node: ast.expr


def named_by(arguments: Mapping[str, Argument], reader: LiteralReader) -> Naming | None:
    """The model among arguments. None: they name none.

    Raises:
        Stays: It is not literal, or an endpoint stands there.
    """
    endpoint = arguments.get("endpoint")
    if endpoint is not None and not _is_none(endpoint.value):
        raise Stays(endpoint.value, 'it goes to an endpoint; write client.v1.chat.endpoint("…", like="MODEL")')
    model = arguments.get("model")
    if model is None or _is_none(model.value):
        return None
    name = text(reader.value(model.value))
    if name is None:
        raise Stays(model.value, "its model is not literal; write client.v1.chat.model(…), or the handle where it is")
    return Naming(name, model.value)


def default_of(maker: str, api: str, call: ast.Call, *, replace: bool) -> Naming:
    """The model of a call that names none: what takes the place of the official package's own, which is retired.

    Raises:
        Stays: None is to be replaced, or there is none.
    """
    why = "it names no model; name the one that it is meant for"
    row = DOCUMENT_CLASSES.get(maker)
    default = None if row is None else DEFAULT_MODELS.get(row.default_models.get(api[1:2], ""))
    if default is None:
        raise Stays(call, why)
    if not replace:
        raise Stays(call, f"{why}, or let --models take {default}")
    return Naming(default, call)


@attrs.frozen
class Choice:
    """A handle, and what was in its way."""

    handle: AnyHandle
    retired: str | None = None
    """What the catalogue says of the model's end, where it stays. None: it is in service, or replaced."""


def handle_of(api: str, named: Naming, *, replace: bool) -> Choice:
    """The handle of a model.

    Args:
        api: The operation.
        named: The model.
        replace: Whether a retired model gives way to the successor that the catalogue names.

    Raises:
        Stays: There is none.
    """
    model = CATALOGUES[api].get(named.name)
    if model is None:
        near = CATALOGUES[api].nearest(named.name, 1)
        hint = f"; is it {near[0]}?" if near else ""
        raise Stays(named.node, f"{named.name}: {api} has no such model{hint}")
    retired = model.retired
    if retired is not None and replace:
        successor = next((one for one in map(CATALOGUES[api].get, retired.use) if one and not one.retired), None)
        if successor is not None:
            model, retired = successor, None
    handle = by_name(api, model.name)
    if not isinstance(handle, Handle):
        raise Stays(named.node, f"{named.name} is served where you deployed it; write .{model.property}.at(ENDPOINT)")
    return Choice(handle, None if retired is None else f"{model.name}: {retired}")


@attrs.frozen
class Dialect:
    """How an official package says what a handle takes."""

    positions: tuple[str, ...]
    wire: Mapping[str, str]
    """Argument → its name here, where that is another."""
    like_openai: bool


_OWN = {"request_timeout": "timeout", "timeout": "timeout"}


def edit_of(
    call: ast.Call, handle: AnyHandle, dialect: Dialect, reader: LiteralReader
) -> tuple[CallEdit, frozenset[str]]:
    """What becomes of a call's arguments, and the names of `qianfan_typed` that they need; callee apart.

    Raises:
        Stays: The handle has no such argument.
    """
    arguments = arguments_of(call, dialect.positions)
    create = getattr(type(handle), "create", None)
    assert create is not None, f"{handle}: a handle without create()"
    edit = _Arguments(frozenset(inspect.signature(create).parameters) - {"self"}, positions(create))
    for name, argument in arguments.items():
        if name == "model" or (name in ("endpoint", "stream")):
            edit.dropped.add(argument.index)
        elif name == "extra_body" and dialect.like_openai:
            edit.body(argument, arguments)
        elif name == "retry_count" and not dialect.like_openai:
            edit.attempts(argument)
        elif name == "prompt" and "prompt" not in edit.taken:
            edit.question(argument)
        elif name == "query" and "query" not in edit.taken:
            if not isinstance(reader.value(argument.value), SequenceValue):
                raise Stays(argument.value, "whether its query is a list of messages cannot be seen")
            edit.as_keyword(argument, name, "messages")
        elif name in dialect.wire.values():
            raise Stays(argument.value, f"the official class takes no {name}")
        else:
            edit.keep(name, argument, _OWN.get(name) or dialect.wire.get(name, name))
    return edit.made(), frozenset(edit.needed)


def streams(call: ast.Call, positions: tuple[str, ...]) -> bool:
    """Whether a call asks for a stream.

    Raises:
        Stays: It is decided when it runs.
    """
    argument = arguments_of(call, positions).get("stream")
    if argument is None:
        return False
    if not isinstance(argument.value, ast.Constant):
        raise Stays(argument.value, "whether it streams is decided when it runs; write create() and stream()")
    return bool(argument.value.value)


class _Arguments:
    """Collects what becomes of arguments."""

    def __init__(self, taken: frozenset[str], places: tuple[str, ...]) -> None:
        self.taken = taken
        self.places = places
        self.dropped: set[int] = set()
        self.named: dict[int, str] = {}
        self.written: dict[int, str] = {}
        self.spread: set[int] = set()
        self.needed: set[str] = set()

    def keep(self, name: str, argument: Argument, here: str) -> None:
        """An argument that stays, maybe under another name."""
        if here not in self.taken:
            raise Stays(argument.value, f"{name} is no parameter of the handle; extra={{…}} sends it unchecked")
        if _is_none(argument.value):
            raise Stays(argument.value, f"{name}=None may be sent as null; leave it out")
        if name == "timeout" and not isinstance(argument.value, ast.Constant):
            raise Stays(argument.value, "its timeout is no literal number of seconds")
        if argument.by_position and self.places[argument.index : argument.index + 1] == (here,) and not self.dropped:
            return
        if argument.by_position or here != name:
            self.as_keyword(argument, name, here)

    def as_keyword(self, argument: Argument, name: str, here: str) -> None:
        """An argument under a name."""
        if argument.by_position or here != name:
            self.named[argument.index] = here

    def attempts(self, argument: Argument) -> None:
        """`retry_count`: attempts, the first one included."""
        self.named[argument.index] = "retry"
        self.written[argument.index] = "Retry(attempts={})"
        self.needed.add("Retry")

    def question(self, argument: Argument) -> None:
        """A prompt that a model of chat takes as a message."""
        self.named[argument.index] = "messages"
        self.written[argument.index] = '[{"role": "user", "content": {}}]'

    def body(self, argument: Argument, others: Mapping[str, Argument]) -> None:
        """`extra_body`: what the handle takes becomes arguments; anything else is sent unchecked."""
        value = argument.value
        keys = [one.value for one in value.keys if isinstance(one, ast.Constant)] if isinstance(value, ast.Dict) else []
        known = isinstance(value, ast.Dict) and len(keys) == len(value.keys)
        if known and all(isinstance(key, str) and key in self.taken and key not in others for key in keys):
            self.spread.add(argument.index)
        else:
            self.named[argument.index] = "extra"

    def made(self) -> CallEdit:
        """What becomes of the arguments."""
        return CallEdit(
            dropped=frozenset(self.dropped), named=self.named, written=self.written, spread=frozenset(self.spread)
        )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def path_of(handle: AnyHandle, api: str) -> tuple[str, ...]:
    """`v1`, `chat`, and the property of the model."""
    model = handle.model
    assert model is not None, f"{handle}: of no model"
    return (*api.split("."), model.property)
