"""Text for patterns: the plainest that a regular expression is found in."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, TypeVar

from rstr import Rstr

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

T = TypeVar("T")
_FRIENDLY = "a0A-_ .@/+"
_UNREADABLE = (re.error, LookupError, ValueError, TypeError, OverflowError, RecursionError)
"""What comes of patterns that are none, are JavaScript's alone, or that `rstr` does not know."""


def matching_text(pattern: str, *, least: int = 0, most: int | None = None) -> str | None:
    """A string that the pattern is found in, with `least` to `most` characters. None: none was found."""
    for extra in range(max(least, 1) + 1):
        try:
            text = Rstr(_Plainest(extra)).xeger(pattern)
            if least <= len(text) and (most is None or len(text) <= most) and re.search(pattern, text):
                return text
        except _UNREADABLE:
            return None
    return None


class _Plainest(random.Random):
    """Chance that always falls the same way: to the plainest character, and to the fewest repeats and `extra` more."""

    def __init__(self, extra: int) -> None:
        super().__init__(0)
        self._extra = extra

    def randint(self, a: int, b: int) -> int:
        return max(a, min(a + self._extra, b))

    def choice(self, seq: SupportsLenAndGetItem[T]) -> T:
        return min((seq[number] for number in range(len(seq))), key=_strangeness)


def _strangeness(item: object) -> int:
    """Of alternatives that are no characters, the first is as good as any."""
    if not isinstance(item, str):
        return 0
    place = _FRIENDLY.find(item)
    return place if place >= 0 else len(_FRIENDLY) + ord(item)
