"""Docstrings: what they say of a function and of each parameter, in the styles of Google, NumPy and Sphinx."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

_SPHINX = re.compile(r":param\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)")
_GOOGLE = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)")
_NUMPY = re.compile(r"\*{0,2}(\w+)\s*(?::.*)?")
_ARGUMENTS = ("Args:", "Arguments:", "Parameters:", "Params:")
_SECTION = re.compile(r"[A-Z][A-Za-z ]*:|:\w+.*:.*")


@attrs.frozen
class Described:
    """A docstring, read."""

    summary: str
    """What stands before its first section."""
    parameters: Mapping[str, str]
    """Parameter → what it is."""


def described(docstring: str | None) -> Described:
    """What a docstring says. None: nothing."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    summary: list[str] = []
    for at, line in enumerate(lines):
        underlined = at + 1 < len(lines) and lines[at + 1].strip() != "" and not lines[at + 1].strip(" -")
        if _SECTION.fullmatch(line.rstrip()) or underlined:
            break
        summary.append(line)
    pairs = [*_google(lines), *_numpy(lines), *_sphinx(lines)]
    return Described(_joined(summary), {name: _joined(text) for name, text in pairs})


def _joined(lines: Iterable[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())


def _google(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    start = next((at for at, line in enumerate(lines) if line.strip() in _ARGUMENTS), None)
    if start is not None:
        yield from _entries(lines[start + 1 :], _GOOGLE, indented=True)


def _numpy(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    for at in range(len(lines) - 1):
        if lines[at].strip() in ("Parameters", "Other Parameters") and re.fullmatch(r"-{3,}", lines[at + 1].strip()):
            body = lines[at + 2 :]
            ends = [n for n in range(len(body) - 1) if re.fullmatch(r"-{3,}", body[n + 1].strip())]
            yield from _entries(body[: min(ends, default=len(body))], _NUMPY, indented=False)


def _entries(lines: list[str], head: re.Pattern[str], *, indented: bool) -> Iterator[tuple[str, list[str]]]:
    """Names and texts: a text goes on in the lines that stand further in than its name."""
    found: tuple[str, list[str]] | None = None
    depth: int | None = None
    for line in lines:
        if not line.strip():
            continue
        inside = len(line) - len(line.lstrip())
        if indented and inside == 0:
            break
        depth = inside if depth is None else depth
        entry = head.fullmatch(line.strip()) if inside <= depth else None
        if entry is not None:
            if found is not None:
                yield found
            found = entry[1], [entry[2] if entry.re.groups > 1 else ""]
        elif found is not None:
            found[1].append(line)
    if found is not None:
        yield found


def _sphinx(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    found: tuple[str, list[str]] | None = None
    for line in lines:
        entry = _SPHINX.fullmatch(line.strip())
        if entry is not None or line.startswith(":") or not line.strip():
            if found is not None:
                yield found
            found = None if entry is None else (entry[1], [entry[2]])
        elif found is not None:
            found[1].append(line)
    if found is not None:
        yield found
