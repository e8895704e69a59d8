"""Exchanges: what a handler gets of a request, and what it gives for a reply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.handles import Operation
from qianfan_typed.emulator.forms import Forms
from qianfan_typed.emulator.lenient_json import Json, int_of, is_list, object_of, text_of
from qianfan_typed.emulator.planned_answers import PlannedAnswer
from qianfan_typed.emulator.refusals import Refused, refused
from qianfan_typed.emulator.storage import Storage
from qianfan_typed.emulator.tasks import Tasks

AnyOperation = Operation[Any, Any]
DONE = "[DONE]"
"""The line that ends a stream of V2. V1 ends by a member of the last chunk."""


@attrs.frozen(kw_only=True)
class Incoming:
    """A request that may come in. Its rules hold where any are known; without a model they may all be broken."""

    operation: AnyOperation
    wire: Json
    name: str
    """The model as the request names it, or the endpoint. Of an operation that knows no models, its own name."""
    model: Model | None
    """None: no rules are known."""
    parameters: Mapping[str, str]
    """What stands in the path for the operation's braces, the model's apart."""
    id: str
    """The id of the reply."""
    created: int
    """Seconds since the epoch."""
    site: str
    """Scheme, host and port, as the client reached them."""
    take_answer: Callable[[], PlannedAnswer]
    """Gives the answer that the emulator's user asked for, once."""
    storage: Storage
    """What the platform keeps."""
    answer: Callable[[str, Json], tuple[int, Json]]
    """Answers the body of another request, POSTed to a path: the HTTP status and the JSON of its reply."""
    forms: Forms
    """Which of the forms that the pages show the reply has."""
    flag: int | None
    """What the emulator's user wants the content check to find. None: nothing."""
    videos: Tasks[Json]
    """The requests for videos."""

    def head(self, kind: str) -> Json:
        """What most replies begin with."""
        return {"id": self.id, "object": kind, "created": self.created}

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

    def not_found(self, what: str) -> Refused:
        """The refusal of what the platform does not keep."""
        return attrs.evolve(self.refused(f"{what} not found"), status=HTTPStatus.NOT_FOUND)


@attrs.frozen
class Event:
    """A server-sent event: a chunk of a stream."""

    chunk: Json
    name: str = ""
    """Empty: it has none."""


@attrs.frozen(kw_only=True)
class Outgoing:
    """A reply, whole and in events."""

    reply: Json | bytes
    """Bytes where it is no JSON."""
    events: Iterable[Event] = ()


def usage(prompt_tokens: int, completion_tokens: int | None = None) -> Json:
    """What a reply says of its tokens. None: nothing was written for it."""
    written = {} if completion_tokens is None else {"completion_tokens": completion_tokens}
    return {"prompt_tokens": prompt_tokens, **written, "total_tokens": prompt_tokens + (completion_tokens or 0)}


def tokens_of(reply: object) -> tuple[int, int]:
    """The tokens of input and of output of a reply, as its usage says, in the words of chat or of responses."""
    usage = object_of(object_of(reply).get("usage"))
    read = int_of(usage.get("prompt_tokens", usage.get("input_tokens"))) or 0
    return read, (int_of(usage.get("total_tokens")) or read) - read


Handler = Callable[[Incoming], Outgoing]
"""Answers the requests of an operation. Raises Refused where nothing can be made of one."""
