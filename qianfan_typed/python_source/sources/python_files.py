"""Python files and notebooks of the project's own, and their text."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import tokenize
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from qianfan_api.words import say
from qianfan_typed.project.encodings import foreign_encoding
from qianfan_typed.project.paths import find
from qianfan_typed.python_source.sources.notebooks import SUFFIX, Cells, NotANotebook, read_notebook
from qianfan_typed.reports.findings import Finding

LINE_END = re.compile(r"\r\n|\r|\n")
"""Python knows three line ends, and counts by them; `splitlines` knows eleven."""
_SUFFIXES = (".py", ".pyi", SUFFIX)
_SKIPPED = frozenset({"__pycache__", "site-packages"})
_MARKS = ("pyvenv.cfg", "conda-meta")
"""What virtual environments have in them."""
_MENTIONS = (b"qianfan", b"baidubce", b"QIANFAN")
"""Without these no call leads to the platform: its package, its hosts, variables that are called after it."""
_LONGEST = max(map(len, _MENTIONS))
_NO_PYTHON = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".md")
_NO_TEXT = ("idna", "punycode", "undefined")
"""Encodings that Python has for names of hosts: their time grows with the square of the length."""
MOST_BYTES = 5_000_000
"""Of a file. The longest that people write has a fifth of that; its tree takes a hundred times as much memory."""
MOST_NOTEBOOK_BYTES = 100_000_000
"""Of a notebook, most of which are pictures."""


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


@attrs.frozen
class Source:
    """The Python of a file."""

    text: str
    data: bytes
    """The file."""
    encoding: str
    cells: Cells | None = None
    """Of a notebook, where its lines stand."""


def source_of(file: str, *, whatever: bool = False) -> Source | None:
    """The Python of a file; `-` is standard input. None: it does not mention the platform: nothing to check.

    Args:
        file: The path.
        whatever: Also of files that do not mention the platform.

    Raises:
        OSError: It cannot be read.
        SyntaxError: Its encoding is not what it says, or one that is none of texts, or it is called data.
        NotANotebook: It is called a notebook and is none.
        TooLarge: It has more than MOST_BYTES.
    """
    data = _read(file)
    if file.lower().endswith(SUFFIX):
        return _of_notebook(data, file)
    if len(data) > MOST_BYTES:
        if not whatever and not _goes_on_to_mention(file, data):
            return None
        raise TooLarge(say("more than {most} bytes", most=f"{MOST_BYTES:,}"))
    if file.lower().endswith(_NO_PYTHON):
        # Much of JSON and of YAML would pass for Python without a call.
        raise SyntaxError(f"a file of this kind: {Path(file).suffix}", (file, 1, 1, None))
    if b"\0" in data and mentions_platform(data.replace(b"\0", b"")):
        # Python refuses it, and no word in it is found below.
        encoding = foreign_encoding(data)
        why = "NUL bytes" if encoding is None else f"not UTF-8 but {encoding}: save it as UTF-8"
        raise SyntaxError(why, (file, 1, 1, None))
    if not whatever and not mentions_platform(data):
        return None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        # The first two lines name an encoding that does not exist, or none and are not UTF-8.
        _decoded(data, "utf-8-sig", file)
        raise
    if encoding in _NO_TEXT:
        raise SyntaxError(f"{encoding} is no encoding of source code", (file, 1, 1, None))
    return Source(_decoded(data, encoding, file), data, encoding)


def _goes_on_to_mention(file: str, data: bytes) -> bool:
    """Whether a file, of which the beginning was read, has a word without which no call leads to the platform."""
    if file == "-" or mentions_platform(data):
        return True
    with Path(file).open("rb") as stream:
        stream.seek(len(data) - _LONGEST)
        tail = b""
        while piece := stream.read(1_000_000):
            if mentions_platform(tail + piece):
                return True
            tail = piece[-_LONGEST:]
    return False


def _of_notebook(data: bytes, file: str) -> Source | None:
    if len(data) > MOST_NOTEBOOK_BYTES:
        raise TooLarge(say("more than {most} bytes", most=f"{MOST_NOTEBOOK_BYTES:,}"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = foreign_encoding(data)
        raise NotANotebook("not UTF-8" if encoding is None else f"not UTF-8 but {encoding}") from None
    # One that is broken is said to be so, whatever it holds.
    found = read_notebook(text)
    if found is None or not mentions_platform(data):
        return None
    if len(found[0].encode(errors="replace")) > MOST_BYTES:
        raise TooLarge(say("more than {most} bytes of Python", most=f"{MOST_BYTES:,}"))
    return Source(found[0], data, "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8", found[1])


def mentions_platform(data: bytes) -> bool:
    """Whether a text has a word without which no call leads to the platform."""
    return any(word in data for word in _MENTIONS)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    most = MOST_NOTEBOOK_BYTES if file.lower().endswith(SUFFIX) else MOST_BYTES
    with Path(file).open("rb") as stream:
        return stream.read(most + 1)


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
