"""Holds the working tree against the last release: its user code must type-check, its public names be there.

What breaks must be said in the changelog's newest section, under "### Breaking".
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import griffe

PACKAGES = {"qianfan_typed": ".", "qianfan_api": "generated"}
"""Public package → the folder it stands in."""
USER_CODE = "tests/typing/right"


def main() -> int:
    """Prints what breaks. 1: something does, and the changelog does not say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent.parent)
    root = parser.parse_args().root.resolve()
    release = last_release(root)
    if release is None:
        print("no release yet: nothing can break")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder)
        unpack(root, release, old)
        broken = [*type_errors(old, root), *removed_names(old, root)]
    for line in broken:
        print(f"breaking since {release}: {line}")
    said = breaking_section(root / "CHANGELOG.md")
    if broken and not said:
        print('CHANGELOG.md: its newest section must say what breaks, under "### Breaking"', file=sys.stderr)
        return 1
    print(f"{len(broken)} breaking since {release}{', and the changelog says so' if broken else ''}")
    return 0


def last_release(root: Path) -> str | None:
    """The newest tag `v…` that the working tree comes from."""
    command = ["git", "-C", str(root), "describe", "--tags", "--abbrev=0", "--match", "v*"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def unpack(root: Path, release: str, folder: Path) -> None:
    """The release's packages and user code, in a folder."""
    paths = [USER_CODE, *(f"{place}/{name}".removeprefix("./") for name, place in PACKAGES.items())]
    command = ["git", "-C", str(root), "archive", "--format=zip", release, *paths]
    archive = subprocess.run(command, capture_output=True, check=True)
    with zipfile.ZipFile(BytesIO(archive.stdout)) as packed:
        packed.extractall(folder)


def type_errors(old: Path, root: Path) -> Iterator[str]:
    """What mypy says of the release's user code against the working tree's packages."""
    files = sorted(str(path) for path in (old / USER_CODE).glob("*.py"))
    if not files:
        return
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(str(root / place) for place in PACKAGES.values())}
    command = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--no-error-summary", *files]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=old, env=environment)
    for line in found.stdout.splitlines():
        if re.search(r": error: ", line):
            yield line.replace(str(old) + os.sep, "")


def removed_names(old: Path, root: Path) -> Iterator[str]:
    """Public names that are gone or take less."""
    for name, place in PACKAGES.items():
        # Not as a relative path: from a checkout's folder both would be the checkout's package.
        before = griffe.load(name, search_paths=[old / place], allow_inspection=False, try_relative_path=False)
        after = griffe.load(name, search_paths=[root / place], allow_inspection=False, try_relative_path=False)
        assert isinstance(before, griffe.Module)
        assert isinstance(after, griffe.Module)
        for breakage in griffe.find_breaking_changes(before, after):
            explained = breakage.explain(griffe.ExplanationStyle.ONE_LINE)
            yield re.sub(r"\x1b\[[0-9;]*m", "", explained).replace(str(root) + os.sep, "")


def breaking_section(changelog: Path) -> bool:
    """Whether the newest section has an entry under Breaking."""
    newest = changelog.read_text("utf-8").split("\n## ")[1:2]
    match = re.search(r"### Breaking\n+(- .+)", newest[0]) if newest else None
    return match is not None


if __name__ == "__main__":
    sys.exit(main())
