"""Operations themselves: where they are and how they are called."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.change import Part, listed, shown
from codegen.plan.resolve import Operation

_CALLED = ("model_in", "call", "entry", "setting", "reply")
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
                f"{word} {shown(values[0])} → {shown(values[1])}",
                "breaking" if breaks or values[1] is None else "notable",
            )
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
        texts = (f"{one.chunk} until {one.until}" if one else "none" for one in (before.stream, after.stream))
        yield Part(f"stream {' → '.join(texts)}", "breaking" if before.stream else "notable")
