"""Files to send: what a parameter of this type takes, and its name and bytes."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

FileInput: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO | tuple[str, bytes]
"""A path; the bytes; a file that is open for reading bytes; or a name with the bytes. A string is a path."""


def is_file(value: object) -> bool:
    """Whether it is a file to send. The file itself is not looked at."""
    if isinstance(value, tuple):
        pair = cast("tuple[object, ...]", value)
        return len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], bytes)
    if isinstance(value, str | bytes | os.PathLike):
        return True
    # A text file would give text: what bytes that was, it alone knows.
    return callable(getattr(value, "read", None)) and not isinstance(value, io.TextIOBase)


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
    if not isinstance(value, str | os.PathLike):
        # A file without a name has a number or nothing there.
        known = getattr(value, "name", None)
        return Path(known).name if isinstance(known, str) else name, value.read()
    path = Path(value)
    return path.name, path.read_bytes()
