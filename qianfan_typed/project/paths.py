"""Paths, folders and patterns, and the files that they stand for."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from qianfan_api.words import say
from qianfan_typed.reports.codes import UNREADABLE
from qianfan_typed.reports.findings import Finding

_SEPARATOR = os.sep
_MADE = frozenset({"node_modules", "build", "dist"})
"""Folders that tools make of what stands elsewhere."""


def find(
    paths: Iterable[str],
    suffixes: Sequence[str],
    skipped: Callable[[Path], bool] | None = None,
    excluded: Callable[[Path], bool] | None = None,
) -> tuple[list[str], list[Finding]]:
    """The files that paths stand for, each once, and why paths lead to none.

    Args:
        paths: Files, folders and patterns. `-` is standard input.
        suffixes: How files end that a folder stands for.
        skipped: Which folders to leave out besides hidden ones and those that tools make.
        excluded: Which files and folders to leave out of what folders and patterns stand for.
    """
    search = _Search(tuple(suffixes), skipped or (lambda folder: False), excluded or (lambda path: False))
    files: dict[str, str] = {}
    for path in paths:
        for file in search.below(path):
            files.setdefault(file if file == "-" else os.path.realpath(file), file)
    return list(files.values()), search.missing


@attrs.define
class _Search:
    suffixes: tuple[str, ...]
    skipped: Callable[[Path], bool]
    excluded: Callable[[Path], bool]
    missing: list[Finding] = attrs.field(factory=list[Finding])

    def below(self, path: str) -> Iterator[str]:
        """The files that a path stands for."""
        # Not Path(path).is_file() and the like, which raise where a name is too long or a folder may not be read.
        if path == "-" or os.path.isfile(path):  # noqa: PTH113
            yield with_slashes(path)
        elif os.path.isdir(path):  # noqa: PTH112
            plain = ", ".join(suffix for suffix in self.suffixes if suffix.count(".") == 1)
            yield from self._some(self._walk(path), path, say("no file in it ends in {suffixes}", suffixes=plain))
        elif os.path.exists(path):  # noqa: PTH110 - a pipe
            yield with_slashes(path)
        elif glob.has_magic(path):
            yield from self._some(self._matches(path), path, say("no file matches"))
        else:
            self._miss(path, say("no such file or folder"))

    def _miss(self, path: str, why: str) -> None:
        self.missing.append(Finding.of_file(UNREADABLE, with_slashes(path), why))

    def _some(self, files: Iterator[str], path: str, otherwise: str) -> Iterator[str]:
        known = len(self.missing)
        first = next(files, None)
        if first is not None:
            yield first
            yield from files
        elif len(self.missing) == known:
            self._miss(path, otherwise)

    def _matches(self, pattern: str) -> Iterator[str]:
        for match in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207 - the pattern may be absolute
            path = Path(match)
            if os.path.isfile(match) and not self.excluded(path):  # noqa: PTH113
                yield path.as_posix()
            elif os.path.isdir(match) and not self._left_out(path):  # noqa: PTH112
                yield from self._walk(match)

    def _walk(self, folder: str) -> Iterator[str]:
        for inside, folders, files in os.walk(folder, onerror=self._closed):
            folders[:] = sorted(name for name in folders if not self._left_out(Path(inside, name)))
            for name in sorted(files):
                path = Path(inside, name)
                # No pipes: they would wait for a writer. A link that leads nowhere is said to.
                regular = os.path.isfile(path) or path.is_symlink()  # noqa: PTH113
                ours = regular and name.lower().endswith(self.suffixes) and not name.startswith(".")
                if ours and not self.excluded(path):
                    yield path.as_posix()

    def _left_out(self, folder: Path) -> bool:
        return folder.name.startswith(".") or folder.name in _MADE or self.skipped(folder) or self.excluded(folder)

    def _closed(self, error: OSError) -> None:
        self._miss(Path(error.filename).as_posix(), error.strerror or str(error))


def with_slashes(path: str) -> str:
    """A path as findings name it, on every system: otherwise as it was given."""
    return path.replace(_SEPARATOR, "/")


def fits(path: str, pattern: str) -> bool:
    """Whether a path with `/` fits a pattern: `*` and `?` stay within a folder, `**` goes through all of them."""
    return re.fullmatch(_as_regex(pattern), path) is not None


def _as_regex(pattern: str) -> str:
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^\]]+\])", pattern)
    return "".join(words.get(part) or (_class(part) if part[:1] == "[" else re.escape(part)) for part in parts)


def _class(part: str) -> str:
    return "[^" + part[2:] if part[1] == "!" else part
