"""The flat replies of V1: a `result`, and streams whose last piece says `is_end`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import attrs

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing
from qianfan_typed.emulator.handlers.chat_brain import ChatAnswer
from qianfan_typed.emulator.lenient_json import Json


@attrs.frozen(kw_only=True)
class ResultForm:
    """What a flat reply holds besides its text and its usage."""

    kind: str
    """Its `object`."""
    head: Json = attrs.field(factory=dict[str, object])
    """What every piece says, and the whole."""
    plain: Json = attrs.field(factory=dict[str, object])
    """What a piece says that is not the last."""
    closing: Json = attrs.field(factory=dict[str, object])
    """What the last piece says, and the whole."""
    event: str = ""
    """The name of the events that carry text."""
    before: Sequence[Event] = ()
    """What comes before the text: the rest of each piece."""


def outgoing(incoming: Incoming, said: ChatAnswer, form: ResultForm) -> Outgoing:
    """The reply that says an answer."""
    head: Json = {"id": incoming.id, "object": form.kind, "created": incoming.created, **form.head}
    reply = {**head, "result": said.text, **form.closing, "usage": _usage(said, said.completion_tokens)}
    tokens = said.prompt_tokens + said.completion_tokens
    return Outgoing(reply=reply, tokens=tokens, pieces=_pieces(head, said, form))


def _pieces(head: Json, said: ChatAnswer, form: ResultForm) -> Iterator[Event]:
    numbers = itertools.count()
    for piece in form.before:
        yield Event({**head, **_place(next(numbers)), "result": "", **piece.chunk}, piece.event)
    tokens = 0
    for part in text.sentences(said.text):
        tokens += text.count(part)
        # The counts in between are rough on the platform too; only the last chunk's are to be relied on.
        usage = _usage(said, min(tokens, said.completion_tokens))
        yield Event({**head, **_place(next(numbers)), "result": part, **form.plain, "usage": usage}, form.event)
    usage = _usage(said, said.completion_tokens)
    end = {**head, **_place(next(numbers), end=True), "result": "", **form.closing, "usage": usage}
    yield Event(end, form.event)


def _place(number: int, *, end: bool = False) -> Json:
    return {"sentence_id": number, "is_end": end}


def _usage(said: ChatAnswer, completion_tokens: int) -> Json:
    return {
        "prompt_tokens": said.prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": said.prompt_tokens + completion_tokens,
    }
