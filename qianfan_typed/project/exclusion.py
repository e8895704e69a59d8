"""Exclusion: which files a folder or a pattern does not stand for: those of `exclude`, and those that git ignores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from qianfan_typed.project.paths import fits

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@attrs.define
class Exclusion:
    """What to leave out. A file that is named itself is checked all the same."""

    folder: Path
    """Where patterns begin."""
    patterns: Sequence[str] = ()
    git: bool = True
    """Whether to leave out what git ignores."""
    _ignored: dict[Path, GitIgnoreSpec | None] = attrs.field(factory=dict[Path, "GitIgnoreSpec | None"], init=False)
    _roots: dict[Path, Path | None] = attrs.field(factory=dict[Path, "Path | None"], init=False)

    def __call__(self, path: Path) -> bool:
        """Whether a file or folder is left out."""
        # Not resolved: git speaks of where a link stands.
        path = Path.cwd() / path
        return (bool(self.patterns) and self._is_excluded(path)) or (self.git and self._is_ignored(path))

    def _is_excluded(self, path: Path) -> bool:
        if not path.is_relative_to(self.folder):
            return False
        name = path.relative_to(self.folder).as_posix()
        # `old` is for every file below a folder of that name, and `*.gen.json` for such names in any folder.
        ways = [name, *(parent.as_posix() for parent in Path(name).parents if parent.name)]
        return any(fits(way, pattern.rstrip("/")) for pattern in self._patterns() for way in ways)

    def _patterns(self) -> list[str]:
        return [one if "/" in one.rstrip("/") else f"**/{one}" for one in self.patterns]

    def _is_ignored(self, path: Path) -> bool:
        root = self._root(path.parent)
        if root is None:
            return False
        ignored = False
        above = [folder for folder in (path.parent, *path.parent.parents) if folder.is_relative_to(root)]
        for folder in reversed(above):
            spec = self._spec(folder)
            name = path.relative_to(folder).as_posix() + ("/" if path.is_dir() else "")
            said = None if spec is None else spec.check_file(name).include
            ignored = ignored if said is None else said
        return ignored

    def _root(self, folder: Path) -> Path | None:
        """The working copy that a folder is in."""
        if folder not in self._roots:
            tree = (folder, *folder.parents)
            self._roots[folder] = next((one for one in tree if (one / ".git").exists()), None)
        return self._roots[folder]

    def _spec(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._ignored:
            from pathspec import GitIgnoreSpec

            try:
                lines = (folder / ".gitignore").read_text("utf-8", "replace").splitlines()
            except OSError:
                lines = []
            self._ignored[folder] = GitIgnoreSpec.from_lines(lines) if lines else None
        return self._ignored[folder]
