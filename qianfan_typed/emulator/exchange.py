"""What stands between the routes and the makers of answers: a request in, a reply and its pieces out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.handles import Operation
from qianfan_typed.emulator.lenient_json import Json, is_list, text_of
from qianfan_typed.emulator.refusals import Refused, refused

AnyOperation = Operation[Any, Any]


@attrs.frozen(kw_only=True)
class Incoming:
    """A request that may come in. Its rules hold where any are known; without a model they may all be broken."""

    operation: AnyOperation
    wire: Json
    name: str
    """The model as the request names it, or the endpoint."""
    model: Model | None
    """None: no rules are known."""
    id: str
    """The id of the reply."""
    created: int
    """Seconds since the epoch."""
    site: str
    """Scheme, host and port, as the client reached them."""
    take_text: Callable[[], str | None]
    """Gives the text that the emulator's user asked for, once. None: they asked for none."""

    def value(self, name: str) -> object:
        """A parameter, or what the model takes where it is left out."""
        given = self.wire.get(name)
        return given if given is not None or self.model is None else self.model.defaults.get(name)

    def text(self, name: str) -> str:
        """A parameter that must be a text. Raises Refused."""
        value = self.wire.get(name)
        if not isinstance(value, str):
            raise self.refused(f"/{name} must be a string")
        return value

    def texts(self, name: str) -> list[str]:
        """A parameter that must be a list of texts. Raises Refused."""
        value = self.wire.get(name)
        if not is_list(value) or not value or not all(isinstance(item, str) for item in value):
            raise self.refused(f"/{name} must be a list of strings")
        return [text_of(item) for item in value]

    def refused(self, detail: str) -> Refused:
        """The refusal of a value that nothing can be made of."""
        return refused(self.operation.dialect, "argument", detail)


@attrs.frozen
class Event:
    """A piece of a stream."""

    chunk: Json
    event: str = ""
    """The event's name. Empty: it has none."""


@attrs.frozen(kw_only=True)
class Outgoing:
    """An answer, in both forms."""

    reply: Json
    tokens: int = 0
    """What it costs."""
    pieces: Iterable[Event] = ()


Handler = Callable[[Incoming], Outgoing]
"""Answers the requests of an operation. Raises Refused where nothing can be made of one."""
