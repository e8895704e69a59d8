"""Python files of the project's own, and their text."""

from __future__ import annotations

import io
import os
import re
import sys
import tokenize
from collections.abc import Callable, Iterable
from pathlib import Path

from qianfan_typed.project.encodings import foreign_encoding
from qianfan_typed.project.paths import find
from qianfan_typed.reports.findings import Finding

LINE_END = re.compile(r"\r\n|\r|\n")
"""Python knows three line ends, and counts by them; `splitlines` knows eleven."""
_SUFFIXES = (".py", ".pyi")
_SKIPPED = frozenset({"__pycache__", "site-packages"})
_MARKS = ("pyvenv.cfg", "conda-meta")
"""What virtual environments have in them."""
_MENTION = b"qianfan"
_NO_PYTHON = (".ipynb", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".md")
_NO_TEXT = ("idna", "punycode", "undefined")
"""Encodings that Python has for names of hosts: their time grows with the square of the length."""
MOST_BYTES = 5_000_000
"""Of a file. The longest that people write has a fifth of that; its tree takes a hundred times as much memory."""


class TooLarge(Exception):
    """A file has more bytes than are read; the message says how many that is."""


def python_files(
    paths: Iterable[str], excluded: Callable[[Path], bool] | None = None
) -> tuple[list[str], list[Finding]]:
    """The files that paths stand for, each once, and why paths lead to none.

    A folder stands for the Python below it, without virtual environments and installed packages.
    """
    return find(paths, _SUFFIXES, _not_our_own, excluded)


def _not_our_own(folder: Path) -> bool:
    # Not Path.exists(), which raises where the folder may not be read.
    return folder.name in _SKIPPED or any(os.path.exists(folder / mark) for mark in _MARKS)  # noqa: PTH110


def source_of(file: str) -> str | None:
    """The text of a Python file; `-` is standard input. None: it does not mention the platform: nothing to check.

    Raises:
        OSError: It cannot be read.
        SyntaxError: Its encoding is not what it says, or one that is none of texts, or it is called a notebook or data.
        TooLarge: It has more than MOST_BYTES.
    """
    data = _read(file)
    if len(data) > MOST_BYTES:
        raise TooLarge(f"more than {MOST_BYTES:,} bytes")
    if file.lower().endswith(_NO_PYTHON):
        # Much of JSON and of YAML would pass for Python without a call.
        raise SyntaxError(f"a file of this kind: {Path(file).suffix}", (file, 1, 1, None))
    if b"\0" in data and _MENTION in data.replace(b"\0", b""):
        # Python refuses it, and no word in it is found below.
        encoding = foreign_encoding(data)
        why = "NUL bytes" if encoding is None else f"not UTF-8 but {encoding}: save it as UTF-8"
        raise SyntaxError(why, (file, 1, 1, None))
    if _MENTION not in data:
        return None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        # The first two lines name an encoding that does not exist, or none and are not UTF-8.
        _decoded(data, "utf-8-sig", file)
        raise
    if encoding in _NO_TEXT:
        raise SyntaxError(f"{encoding} is no encoding of source code", (file, 1, 1, None))
    return _decoded(data, encoding, file)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(file).open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _decoded(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = LINE_END.split(error.object[: error.start].decode(encoding, "replace"))
        words = f"not {encoding.removesuffix('-sig').upper()}"
        raise SyntaxError(words, (file, len(before), len(before[-1]) + 1, None)) from error
    except LookupError:
        # rot13, zlib and others that Python has for other ends.
        raise SyntaxError(f"{encoding} is no encoding of texts", (file, 1, 1, None)) from None
