"""Files to send: what a parameter of this type takes, and its name and bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias, cast

FileInput: TypeAlias = str | os.PathLike[str] | bytes | tuple[str, bytes]
"""A path; the bytes; or a name with the bytes. A string is a path."""


def is_file(value: object) -> bool:
    """Whether it is a file to send. The file itself is not looked at."""
    if isinstance(value, tuple):
        pair = cast("tuple[object, ...]", value)
        return len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], bytes)
    return isinstance(value, str | bytes | os.PathLike)


def read_file(value: FileInput, name: str) -> tuple[str, bytes]:
    """The name and the bytes of a file to send.

    Args:
        value: The file.
        name: What it is called where it has no name of its own.

    Raises:
        OSError: It cannot be read.
    """
    if isinstance(value, bytes):
        return name, value
    if isinstance(value, tuple):
        return value
    path = Path(value)
    return path.name, path.read_bytes()
