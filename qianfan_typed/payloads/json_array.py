"""JSON lists: their requests, found without decoding, so that a list may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qianfan_typed.payloads.json_places import Text, closed_end, past_space


@attrs.frozen
class ArrayPart:
    """A request of a list, or what stands in the list and should not."""

    start: int
    end: int
    fault: str = ""
    """Why it is no list here. Empty: a request, of which no more is known than where it ends."""


def array_parts(text: Text, at: int) -> Iterator[ArrayPart]:
    """The parts of the list that begins at `at`. Behind a fault the list goes on, where it can."""
    at = past_space(text, at + 1)
    due = True
    """Whether a request has to come: at the beginning and behind a comma."""
    first = True
    while at < len(text):
        mark = text[at : at + 1]
        if mark == b"]":
            if due and not first:
                yield ArrayPart(at, at, "a request is missing")
            yield from _after(text, at + 1)
            return
        if mark == b",":
            if due:
                yield ArrayPart(at, at, "a request is missing")
            at, due, first = past_space(text, at + 1), True, False
            continue
        if not due:
            yield ArrayPart(at, at, "expected , or ]")
        end = closed_end(text, at)
        if end is None:
            # Not the list alone is cut off: the request is, and says so.
            yield ArrayPart(at, len(text))
            return
        if end == at:
            yield ArrayPart(at, at, f"{mark.decode('ascii', 'replace')} is out of place")
            end = at + 1
        else:
            yield ArrayPart(at, end)
        at, due, first = past_space(text, end), False, False
    yield ArrayPart(len(text), len(text), "the list is cut off")


def _after(text: Text, end: int) -> Iterator[ArrayPart]:
    at = past_space(text, end)
    if at < len(text):
        yield ArrayPart(at, at, "something stands after the list")
