"""Interpreters: the Pythons of this machine, one a minor version."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import attrs

OLDEST, NEWEST = 10, 19


@attrs.frozen(order=True)
class Interpreter:
    """A Python that runs."""

    version: tuple[int, ...]
    path: Path

    @property
    def minor(self) -> str:
        """Its version as users say it: 3.12."""
        return "{}.{}".format(*self.version)

    def __str__(self) -> str:
        return f"Python {'.'.join(map(str, self.version))}"


def installed() -> list[Interpreter]:
    """The newest of each minor version, on the path or from pyenv."""
    newest: dict[str, Interpreter] = {}
    for one in sorted(filter(None, map(_asked, _candidates()))):
        newest[one.minor] = one
    return sorted(one for one in newest.values() if one.version[1] >= OLDEST)


def _candidates() -> Iterator[Path]:
    for minor in range(OLDEST, NEWEST + 1):
        if found := shutil.which(f"python3.{minor}"):
            yield Path(found)
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from root.glob("versions/3.*/bin/python")


def _asked(path: Path) -> Interpreter | None:
    """None where it does not run: a shim of pyenv may stand for nothing."""
    question = "import sys; print(*sys.version_info[:3], getattr(sys, '_base_executable', sys.executable))"
    done = subprocess.run([path, "-c", question], capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        return None
    *version, executable = done.stdout.strip().split(" ", 3)
    return Interpreter(tuple(map(int, version)), Path(executable))
