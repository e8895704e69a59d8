"""Generated files: written into a folder, or held against what stands there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path


def write(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Makes the folder hold these files and no others. Gives the paths that changed."""
    changed = [path for path in sorted({*files, *present(folder)}) if _read(folder / path) != files.get(path)]
    for path in changed:
        target = folder / path
        if path in files:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files[path])
        else:
            target.unlink()
    for inner in sorted((inner for inner in folder.rglob("*") if inner.is_dir()), reverse=True):
        if not any(inner.iterdir()):
            inner.rmdir()
    return changed


def differences(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    """Lines that say what is changed, missing or extra; none where the folder is as the spec gives it."""
    there = present(folder)
    for path in sorted({*files, *there}):
        if path not in files:
            yield f"extra    {folder.name}/{path}: nothing generates it"
        elif path not in there:
            yield f"missing  {folder.name}/{path}"
        elif (old := (folder / path).read_bytes()) == files[path]:
            continue
        elif old.replace(b"\r\n", b"\n") == files[path]:
            yield f"changed  {folder.name}/{path}: line ends differ, CR LF where the spec gives LF"
        else:
            yield f"changed  {folder.name}/{path}"
            yield from difflib.unified_diff(
                old.decode("utf-8", "replace").splitlines(),
                files[path].decode().splitlines(),
                "as it stands",
                "as the spec gives it",
                lineterm="",
                n=1,
            )


def present(folder: Path) -> set[str]:
    """The files in a folder, those that git does not track too; what Python and file managers leave there apart."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not any(map(_is_litter, path.parts))}


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name in ("__pycache__", "Thumbs.db", "desktop.ini")


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
