"""Which files are meant: paths, folders and patterns."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


class NothingThere(ValueError):
    """A path that leads to no file."""


def find(paths: Iterable[str], suffixes: Sequence[str]) -> Iterator[str | NothingThere]:
    """The files that paths stand for, each once: of folders those with a suffix. `-` is standard input."""
    seen: set[str] = set()
    for path in paths:
        for file in _below(path, suffixes):
            if isinstance(file, NothingThere):
                yield file
            elif (key := file if file == "-" else os.path.realpath(file)) not in seen:
                seen.add(key)
                yield file


def _below(path: str, suffixes: Sequence[str]) -> Iterator[str | NothingThere]:
    if path == "-" or Path(path).is_file():
        yield path
    elif Path(path).is_dir():
        found = list(_walk(path, suffixes))
        yield from found
        if not found:
            yield NothingThere(f"{path}: no file in it ends in {', '.join(suffixes)}")
    elif glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - the pattern may be absolute
        files = [match for match in matches if not Path(match).is_dir()]
        yield from [Path(file).as_posix() for file in files]
        if not files:
            yield NothingThere(f"{path}: no file matches")
    elif Path(path).exists():
        yield path
    else:
        yield NothingThere(f"{path}: no such file or folder")


def _walk(folder: str, suffixes: Sequence[str]) -> Iterator[str]:
    for inside, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(files):
            if name.lower().endswith(tuple(suffixes)) and not name.startswith("."):
                yield Path(inside, name).as_posix()


def fits(path: str, pattern: str) -> bool:
    """Whether a path with `/` fits a pattern: `*` and `?` stay within a folder, `**` goes through all of them."""
    return re.fullmatch(_as_regex(pattern), path) is not None


def _as_regex(pattern: str) -> str:
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^\]]+\])", pattern)
    return "".join(words.get(part) or (_class(part) if part[:1] == "[" else re.escape(part)) for part in parts)


def _class(part: str) -> str:
    return "[^" + part[2:] if part[1] == "!" else part
