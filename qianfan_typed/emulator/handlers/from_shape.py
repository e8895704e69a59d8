"""Replies by shape: for an operation without a handler of its own, what the classes of its reply promise.

Members that may be missing are left out, lists have one item, and whatever is known of a request stands where its name
is: its id, its model, its time, its tokens, and the parameters of its path.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import attrs

from qianfan_api.handles import Operation
from qianfan_api.reply import BytesReply
from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import Json, texts_in

_WORD = "示例"
_PLAIN: Mapping[object, object] = {str: _WORD, int: 0, float: 0.0, bool: False}
_CHUNKS = 2
_FILE = _WORD.encode()
"""The reply of an operation that answers no JSON."""


def handle(incoming: Incoming) -> Outgoing:
    """Fills the shape of the operation's reply, and of its chunks."""
    operation = incoming.operation
    tokens = sum(map(text.count, texts_in(incoming.wire)))
    known: Json = {
        **incoming.parameters,
        "id": incoming.id,
        "created": incoming.created,
        "model": incoming.name,
        "prompt_tokens": tokens,
        "total_tokens": tokens,
    }
    events = _events(operation, operation.chunk, known) if operation.chunk is not None else ()
    reply = _FILE if issubclass(operation.reply, BytesReply) else _filled(operation.reply, known)
    return Outgoing(reply=reply, events=events)


def _events(operation: Operation[Any, Any], chunk: type, known: Json) -> Iterator[Event]:
    """The chunks of a stream. A member of the last one ends it, or the last one's name does, or a line after it."""
    until = str(operation.until)
    by_member = until in attrs.fields_dict(chunk)
    for number in range(1, _CHUNKS + 1):
        last = number == _CHUNKS
        name = operation.end_events[0] if last and operation.end_events else ""
        yield Event(_filled(chunk, {**known, until: last} if by_member else known), name)


def _filled(shape: type, known: Mapping[str, object], above: tuple[type, ...] = ()) -> Json:
    """An object of a shape. `above`: the shapes that it stands in: one that recurs ends with an empty list."""
    hints = typing.get_type_hints(shape)
    made: Json = {}
    for field in attrs.fields(shape):
        hint = hints[field.name]
        value = known.get(field.name)
        if value is not None and isinstance(value, hint if isinstance(hint, type) else ()):
            made[field.name] = value
        elif type(None) not in typing.get_args(hint):
            made[field.name] = _value(hint, known, (*above, shape))
    return made


def _value(hint: Any, known: Mapping[str, object], above: tuple[type, ...]) -> object:
    """A value of a type as generated classes have it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return arguments[0]
    if origin is list:
        return [] if arguments[0] in above else [_value(arguments[0], known, above)]
    if isinstance(hint, type) and attrs.has(hint):
        return _filled(hint, known, above)
    return _PLAIN.get(hint, {})
