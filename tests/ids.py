"""Ids of tests, as they can be read in a terminal and pasted after `-k`."""

from __future__ import annotations

LONGEST_ID = 120
"""Characters of an id behind its file."""
LONGEST_VALUE = 24
"""Characters of one value in it."""


def short(value: object, longest: int = LONGEST_VALUE) -> str:
    """A value in an id. What is longer is cut; pytest numbers those that are then the same."""
    escaped = value if isinstance(value, bytes) else str(value).encode("unicode_escape")
    text = escaped.decode("ascii", "backslashreplace")
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
