"""Operations themselves: where they are and how they are called."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.diff.change import Part, listed, shown
from codegen.plan.resolve import Operation
from codegen.spec import language

_CALLED = {"model_in", "call", "entry", "setting", "body", "reply", "media_type"}
"""Keys that user code depends on. Others only say where a request goes and how."""
_ELSEWHERE = {
    *("operation", "version", "doc", "source", "decisions"),
    *("parameters", "rules", "dialogues", "shapes", "sets", "profiles", "groups"),
    *("auth", "also", "subject", "stream"),
}
"""Keys that have words of their own, here or beside."""


def wire_parts(old: Operation, new: Operation) -> Iterator[Part]:
    """Each thing that changed, in words."""
    before, after = old.operation, new.operation
    for word in attrs.fields_dict(language.OperationFile).keys() - _ELSEWHERE:
        was, now = getattr(before, word), getattr(after, word)
        if was != now:
            breaks = now is None or (word in _CALLED and was is not None)
            yield Part(f"{word} {shown(was)} → {shown(now)}", "breaking" if breaks else "notable")
    if before.auth != after.auth:
        lost = {*before.auth} - {*after.auth}
        yield Part(f"auth {', '.join(before.auth)} → {', '.join(after.auth)}", "breaking" if lost else "notable")
    if {*before.also} != {*after.also}:
        words = f"also served at {listed(before.also)} → {listed(after.also)}"
        yield Part(words, "breaking" if {*before.also} - {*after.also} else "notable")
    if before.subject != after.subject:
        texts = (shown(", ".join(names)) for names in (before.subject, after.subject))
        yield Part(f"given by position: {' → '.join(texts)}", "breaking")
    if before.stream != after.stream:
        texts = (f"{one.chunk} until {_end(one)}" if one else "none" for one in (before.stream, after.stream))
        yield Part(f"stream {' → '.join(texts)}", "breaking" if before.stream else "notable")


def _end(stream: language.Stream) -> str:
    return stream.until if isinstance(stream.until, str) else f"the event {' or '.join(stream.until.names)}"
