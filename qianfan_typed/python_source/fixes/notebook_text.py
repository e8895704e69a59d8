"""Notebook text: lines of a notebook's Python written anew where they stand in its JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import takewhile

from qianfan_typed.python_source.sources.notebooks import Cells, read_notebook
from qianfan_typed.python_source.sources.python_files import LINE_END

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
"""What stands in a JSON text for one character."""


def with_lines(text: str, cells: Cells, before: str, after: str) -> str | None:
    """A notebook's text in which lines of its Python are others. None: they do not stand there as they are.

    Args:
        text: The JSON.
        cells: Where the lines stand.
        before: The Python that was read of it.
        after: The same, with as many lines.
    """
    old, new = before.split("\n"), after.split("\n")
    if len(old) != len(new):
        return None
    sources = _sources(text)
    edits: list[tuple[int, int, str]] = []
    for number, (was, is_now) in enumerate(zip(old, new, strict=True), 1):
        if was != is_now:
            cell, line = cells.place(number)
            edits.append(_edit(text, sources.get(cell, []), line, was, is_now))
    for start, end, piece in sorted(edits, reverse=True):
        text = text[:start] + piece + text[end:]
    found = read_notebook(text)
    # What is written in an unusual way, as in pieces that end within a line, is left.
    return text if found is not None and found[0] == after else None


def _edit(text: str, source: Sequence[tuple[int, int]], line: int, was: str, is_now: str) -> tuple[int, int, str]:
    """What to replace in a JSON text, for a line of a cell's source, of which each character stands somewhere."""
    plain = json.loads(f'"{"".join(text[start:end] for start, end in source)}"', strict=False)
    ends = [found.end() for found in LINE_END.finditer(plain)]
    head = _alike(was, is_now)
    tail = _alike(was[head:][::-1], is_now[head:][::-1])
    begin = [0, *ends][line - 1]
    first, behind = begin + head, begin + len(was) - tail
    # What follows may stand in another piece.
    start = source[first][0] if first < len(source) else source[-1][1]
    end = source[behind - 1][1] if behind > first else start
    return start, end, json.dumps(is_now[head : len(is_now) - tail], ensure_ascii=text.isascii())[1:-1]


def _sources(text: str) -> dict[int, list[tuple[int, int]]]:
    """Cell, from 1 → where each character of its source stands in a JSON text."""
    found: dict[int, list[tuple[int, int]]] = {}
    path: list[str | int | None] = []
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            path.append(None if mark == "{" else 0)
        elif mark in "}]":
            path.pop()
        elif mark == ",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else None
        elif mark == ":":
            pass
        elif path and path[-1] is None:
            path[-1] = str(json.loads(mark, strict=False))
        else:
            match path:
                case ["cells", int(cell), "source"] | ["cells", int(cell), "source", int()]:
                    spans = (one.span() for one in _CHARACTER.finditer(text, token.start() + 1, token.end() - 1))
                    found.setdefault(cell + 1, []).extend(spans)
                case _:
                    pass
    return found


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
