"""JSON text: its value, or why it has none and where."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from qianfan_api.words import say

decode: Callable[[bytes], object] = msgspec.json.Decoder().decode
"""The value of a text. Raises one of NOT_JSON."""
NOT_JSON = (msgspec.MsgspecError, ValueError, RecursionError)
"""msgspec's own errors are ValueErrors from 0.21 on; what is not UTF-8 is one in all its releases."""
_BYTE = re.compile(r"\s*\(byte (\d+)\)$")
_PATH = re.compile(r" - at `[^`]*`$")


def why_not_json(error: Exception, text: bytes) -> tuple[str, int]:
    """Why a text is not JSON, and from which byte on."""
    if isinstance(error, RecursionError):
        return say("not JSON that can be read: it is nested too deeply"), 0
    if isinstance(error, UnicodeDecodeError):
        return say("not UTF-8"), _first_wrong_byte(text)
    said = str(error)
    found = _BYTE.search(said)
    offset = len(text.rstrip()) if found is None else int(found[1])
    words = _PATH.sub("", _BYTE.sub("", said)).removeprefix("JSON is malformed: ")
    # What the parser says stays as it is.
    why = say("it ends too early") if words == "Input data was truncated" else words
    return say("not JSON: {why}", why=why), offset


def _first_wrong_byte(text: bytes) -> int:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0
