"""JSON lists: their requests, found without decoding, so that a list may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from qianfan_api.words import phrase, say
from qianfan_typed.payloads.json_places import closed_end, past_space


@attrs.frozen
class ArrayPart:
    """A request of a list, or what stands in the list and should not."""

    start: int
    end: int
    fault: str = ""
    """Why it is no list here. Empty: a request, of which no more is known than where it ends."""


class ArrayScanner:
    """Finds the parts of a list, however its text comes in. Behind a fault the list goes on, where it can."""

    def __init__(self, offset: int = 0) -> None:
        self.waiting: bytes = b""
        """Text that is not done: the beginning of a part."""
        self.offset: int = offset
        """Where it begins, or else what follows: parts count from where this does."""
        self._state: Literal["before", "due", "behind", "after", "end"] = "before"
        """due: a request has to come, at the beginning and behind a comma. behind: a comma or the end has to."""
        self._first = True

    def feed(self, data: bytes, *, last: bool = False) -> Iterator[ArrayPart]:
        """The parts that are whole with this.

        Args:
            data: What follows. The list begins at the first bracket of all.
            last: Whether nothing follows it.
        """
        text = self.waiting + data
        at = 0
        while self._state != "end":
            at = past_space(text, at)
            if at == len(text):
                break
            step = self._step(text, at, last)
            if step is None:
                break
            parts, at = step
            yield from parts
        if last and self._state in ("due", "behind"):
            yield ArrayPart(self.offset + len(text), self.offset + len(text), phrase("the list is cut off"))
        self.waiting = b"" if self._state == "end" else text[at:]
        self.offset += len(text) - len(self.waiting)

    def _step(self, text: bytes, at: int, last: bool) -> tuple[list[ArrayPart], int] | None:
        """The parts that one token is, and what follows it. None: more of the text is needed."""
        mark, here = text[at : at + 1], self.offset + at
        due = self._state == "due"
        if self._state == "after":
            self._state = "end"
            return [ArrayPart(here, here, "something stands after the list")], at
        if self._state == "before":
            self._state = "due"
            return [], at + 1
        if mark == b"]":
            self._state = "after"
            return [ArrayPart(here, here, "a request is missing")] if due and not self._first else [], at + 1
        if mark == b",":
            self._state, self._first = "due", False
            return [ArrayPart(here, here, "a request is missing")] if due else [], at + 1
        end = closed_end(text, at)
        if not last and (end is None or (end == len(text) and mark not in b'"[{')):
            return None
        parts = [] if due else [ArrayPart(here, here, "expected , or ]")]
        self._state, self._first = "behind", False
        if end is None:
            # Not the list alone is cut off: the request is, and says so.
            self._state = "end"
            return [*parts, ArrayPart(here, self.offset + len(text))], len(text)
        if end == at:
            out_of_place = say("{mark} is out of place", mark=mark.decode("ascii", "replace"))
            return [*parts, ArrayPart(here, here, out_of_place)], at + 1
        return [*parts, ArrayPart(here, self.offset + end)], end
