"""Lists of models in messages, settled: they grow with the catalogue, and a model more is no fault of a message."""

from __future__ import annotations

import re

_TAKERS = re.compile(r"(not a parameter of [^;\n]+; )[^\n\[|]*?takes? it\b")
_NAME = r"[\w.-]+(?: [\w.-]+)*"
_NEAREST = re.compile(rf"(nearest: {_NAME})(?:, {_NAME})*(?: …)?")


def settled(text: str) -> str:
    """A text without its lists of models: `A, B and 15 more take it` is `… take it`. Of the nearest, one stays."""
    return _NEAREST.sub(r"\1 …", _TAKERS.sub(r"\1… take it", text))
