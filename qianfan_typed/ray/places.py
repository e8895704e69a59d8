"""Places of inputs and outputs that are not on this machine: any that Arrow's file systems open, as Ray's do."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qianfan_typed.batch.inputs import SUFFIXES, require_pyarrow
from qianfan_typed.errors import ConfigurationError

_PIECE = 1 << 20
_PATTERN = "*?["


def is_elsewhere(path: str) -> bool:
    """Whether a path names a file system: `s3://bucket/in.jsonl`."""
    return "://" in path


@contextmanager
def at_hand(paths: Sequence[str]) -> Generator[list[str]]:
    """The paths, with copies on this machine in the place of what is elsewhere, as long as the context lasts.

    Args:
        paths: Files, folders and patterns, with or without a file system.

    Raises:
        ConfigurationError: One leads to nothing, or to a file system that Arrow does not open.
    """
    with TemporaryDirectory(prefix="qianfan-typed-") as folder:
        found: list[str] = []
        for number, path in enumerate(paths):
            found.append(_fetched(path, Path(folder) / str(number)) if is_elsewhere(path) else path)
        yield found


def local_name(output: str) -> Path:
    """Where the rows of an output are written while the run goes on: beside where it was begun, if it is elsewhere."""
    return Path(posixpath.basename(output.rstrip("/"))) if is_elsewhere(output) else Path(output)


def put(file: Path, target: str) -> None:
    """Copies a file to its place elsewhere. Raises OSError, and ConfigurationError where Arrow does not open it."""
    system, place = _opened(target)
    with file.open("rb") as source, system.open_output_stream(place) as out:
        shutil.copyfileobj(source, out, _PIECE)


def _fetched(path: str, folder: Path) -> str:
    """Copies the files of a path into a folder, and gives what stands for it there."""
    system, place = _opened(path)
    wanted = "*"
    if any(mark in posixpath.basename(place) for mark in _PATTERN):
        place, wanted = posixpath.split(place)
    filesystem = require_pyarrow("fs", path)
    whole = system.get_file_info(place)
    if whole.type == filesystem.FileType.File:
        names = [place]
    else:
        selector = filesystem.FileSelector(place, allow_not_found=True, recursive=wanted == "*")
        names = sorted(one.path for one in system.get_file_info(selector) if one.type == filesystem.FileType.File)
        names = [one for one in names if fnmatch(posixpath.basename(one), wanted) and _is_input(one)]
    if not names:
        raise ConfigurationError(message=f"{path}: no such file or folder, or none in it", setting="input")
    for name in names:
        target = folder / (posixpath.relpath(name, place) if name != place else posixpath.basename(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with system.open_input_stream(name) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, _PIECE)
    return str(folder / posixpath.basename(place)) if names == [place] else str(folder)


def _is_input(name: str) -> bool:
    return posixpath.splitext(name)[1].lower() in SUFFIXES


def _opened(path: str) -> tuple[Any, str]:
    filesystem = require_pyarrow("fs", path)
    try:
        system, place = filesystem.FileSystem.from_uri(path)
    except (ValueError, OSError) as error:
        raise ConfigurationError(message=f"{path}: Arrow opens no such place: {error}", setting="input") from None
    return system, place
