"""Replies of V1 that are a text: its `result`, and streams whose last chunk says `is_end`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing, usage
from qianfan_typed.emulator.handlers.chat_brain import ChatAnswer
from qianfan_typed.emulator.lenient_json import Json


@attrs.frozen(kw_only=True)
class ResultForm:
    """What a reply holds besides its text and its usage."""

    kind: str
    """Its `object`."""
    plain: Json
    """What the whole and every chunk say."""
    closing: Json = attrs.field(factory=dict[str, object])
    """What the whole and the last chunk say besides, or otherwise."""
    whole: Json = attrs.field(factory=dict[str, object])
    """What the whole alone says."""
    event: str = ""
    """The name of the events that carry text."""
    before: Sequence[Event] = ()
    """The events that come before the text."""


def outgoing(incoming: Incoming, said: ChatAnswer, form: ResultForm) -> Outgoing:
    """The reply that says an answer."""
    head = incoming.head(form.kind)
    closing: Json = {**form.plain, **form.closing, "usage": usage(said.prompt_tokens, said.completion_tokens)}
    if not incoming.forms.finish_reason and closing.get("finish_reason") == form.plain.get("finish_reason"):
        form = attrs.evolve(form, plain={name: one for name, one in form.plain.items() if name != "finish_reason"})
        closing.pop("finish_reason", None)
    reply = {**head, "result": said.text, **closing, **form.whole}
    return Outgoing(reply=reply, events=_events(incoming, said, form, closing))


def _events(incoming: Incoming, said: ChatAnswer, form: ResultForm, closing: Json) -> Iterator[Event]:
    head = incoming.head(form.kind)
    events = [*form.before]
    parts = text.sentences(said.text)
    last = parts.pop() if incoming.forms.text_in_last and parts else ""
    first = min(text.count(parts[0]), said.completion_tokens) if parts else 0
    tokens = 0
    for part in parts:
        tokens += text.count(part)
        # The counts in between are rough on the platform too; only the last chunk's are to be relied on.
        counted = {"constant": first, "growing": min(tokens, said.completion_tokens), "none": 0}
        rough = usage(said.prompt_tokens, counted[incoming.forms.chunk_usage])
        events.append(Event({**form.plain, "result": part, "usage": rough}, form.event))
    events.append(Event({"result": last, **closing}, form.event))
    for number, event in enumerate(events):
        place = {"sentence_id": number, "is_end": number == len(events) - 1}
        yield Event({**head, **place, "result": "", **event.chunk}, event.name)
