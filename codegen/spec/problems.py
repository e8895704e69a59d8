"""What is wrong with a spec, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a value of a YAML file."""


@attrs.frozen(order=True)
class Problem:
    """One thing wrong with the spec."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class SpecError(Exception):
    """Everything that is wrong with the spec, in one run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@attrs.frozen
class Document:
    """A YAML file: its data, and where each key and value stands."""

    path: Path
    name: str
    data: object
    positions: Mapping[Place, tuple[int, int]]

    def problem(self, place: Place, message: str) -> Problem:
        """A problem at a place, or at the nearest place above it that the file has."""
        while place not in self.positions:
            place = place[:-1]
        return Problem(self.name, *self.positions[place], message)


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or the known names where none is near."""
    known = sorted(known)
    matches = difflib.get_close_matches(word, known, 1)
    if matches:
        return f"; did you mean {matches[0]}?"
    return f"; known: {', '.join(known)}" if len(known) <= 40 else ""
