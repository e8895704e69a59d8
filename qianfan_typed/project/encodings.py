"""Encodings of files: what is UTF-16 or UTF-32, as PowerShell and editors on Windows write it."""

from __future__ import annotations

import re

_FOREIGN = {
    "UTF-32": re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff|\0{3}[^\0]|[^\0]\0{3}"),
    "UTF-16": re.compile(rb"\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0"),
}
"""How a text begins: with a byte order mark, or with a letter of more bytes than one."""


def foreign_encoding(text: bytes) -> str | None:
    """The encoding of a text, by its beginning. None: neither UTF-16 nor UTF-32."""
    return next((encoding for encoding, beginning in _FOREIGN.items() if beginning.match(text)), None)
