"""Which files are checked: the Python below some paths, without virtual environments and hidden folders."""

from __future__ import annotations

import glob
import io
import os
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
_MENTION = b"qianfan"


def python_files(paths: Iterable[str]) -> Iterator[Path | OSError]:
    """The files that paths stand for, each once: files, folders and patterns. An OSError: a path that leads nowhere."""
    seen: set[Path] = set()
    for path in paths:
        for found in _below(path):
            if isinstance(found, OSError):
                yield found
            elif (key := Path(os.path.realpath(found))) not in seen:
                seen.add(key)
                yield found


def _below(path: str) -> Iterator[Path | OSError]:
    if os.path.isdir(path):  # noqa: PTH112 - Path("a").is_dir() hides what cannot be read
        yield from _walk(path)
    elif os.path.exists(path):  # noqa: PTH110
        yield Path(path)
    elif glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - the pattern may be absolute
        for match in matches:
            yield from _below(match)
        if not matches:
            yield FileNotFoundError(2, "no file matches", path)
    else:
        yield FileNotFoundError(2, "no such file or folder", path)


def _walk(folder: str) -> Iterator[Path | OSError]:
    failed: list[OSError] = []
    for inside, folders, files in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not _skipped(Path(inside, name)))
        yield from (Path(inside, name) for name in sorted(files) if name.endswith((".py", ".pyi")))
    yield from failed


def _skipped(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in _SKIPPED:
        return True
    return (folder / "pyvenv.cfg").exists() or (folder / "conda-meta").exists()


def source_of(path: Path) -> str | None:
    """The text of a Python file. None: it does not mention the platform, so there is nothing to check.

    Raises:
        OSError: It cannot be read.
        SyntaxError: Its encoding is not what it says.
    """
    data = path.read_bytes()
    if _MENTION not in data:
        return None
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxError(f"not {encoding}: {error.reason}") from error
