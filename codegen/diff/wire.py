"""What changed about an operation itself: where it is and how it is called."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.change import Part
from codegen.plan.resolve import Operation
from codegen.spec import language

_CALLED = ("model_in", "call", "entry", "setting", "body", "reply", "media_type")
"""Keys that user code depends on."""
_ADDRESSED = ("http", "host", "deployed_path")
"""Keys that only say where a request goes."""


def wire_parts(old: Operation, new: Operation) -> Iterator[Part]:
    """Each thing that changed, in words."""
    before, after = old.operation, new.operation
    for word in (*_CALLED, *_ADDRESSED):
        values = getattr(before, word), getattr(after, word)
        if values[0] != values[1]:
            breaks = word in _CALLED and values[0] is not None
            yield Part(
                f"{word} {values[0] or 'none'} → {values[1] or 'none'}",
                "breaking" if breaks or values[1] is None else "notable",
            )
    if before.auth != after.auth:
        lost = {*before.auth} - {*after.auth}
        yield Part(f"auth {', '.join(before.auth)} → {', '.join(after.auth)}", "breaking" if lost else "notable")
    if {*before.also} != {*after.also}:
        texts = (", ".join(sorted(paths)) or "none" for paths in (before.also, after.also))
        yield Part(f"also served at {' → '.join(texts)}", "breaking" if {*before.also} - {*after.also} else "notable")
    if before.subject != after.subject:
        texts = (", ".join(names) or "none" for names in (before.subject, after.subject))
        yield Part(f"given by position: {' → '.join(texts)}", "breaking")
    if before.stream != after.stream:
        texts = (f"{one.chunk} until {_end(one)}" if one else "none" for one in (before.stream, after.stream))
        yield Part(f"stream {' → '.join(texts)}", "breaking" if before.stream else "notable")


def _end(stream: language.Stream) -> str:
    return stream.until if isinstance(stream.until, str) else f"the event {' or '.join(stream.until.names)}"
