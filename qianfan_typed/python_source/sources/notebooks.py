"""Notebooks: the Python in the cells of an `.ipynb`, one below the other, and which cell each line is from."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import attrs

from qianfan_api.words import say

SUFFIX = ".ipynb"
_OF_PYTHON = frozenset({"time", "timeit", "capture", "prun"})
"""Magics of whole cells whose rest is Python."""
_WHOLE_CELL = re.compile(r"\s*%%(\w*)")
_MAGIC = re.compile(r"(\s*)(?:[%!?]|[\w.]+\?{1,2}\s*$)")
_MAGIC_VALUE = re.compile(r"(\s*)([A-Za-z_][\w., ]*)=\s*[%!]")
_READS = re.compile(rf"%(?:{'|'.join(sorted(_OF_PYTHON))})\b(.*)|\{{([^{{}}]*)\}}|\$(\w+)")
"""What a line for IPython reads of Python: the code of a magic, and what stands in braces or after a dollar."""
_NAME = re.compile(r"[^\W\d]\w*")
_LINE_END = re.compile(r"\r\n|\r|\n")


class NotANotebook(Exception):
    """A file is called a notebook and is none; the message says why, after `not a notebook: `."""

    def __init__(self, why: str, line: int = 1, column: int = 1) -> None:
        super().__init__(why)
        self.line = line
        self.column = column


@attrs.frozen
class BrokenCell:
    """A cell that is not Python."""

    why: str
    text: str
    """The line of it, as far as Python says it."""
    cell: int
    line: int
    column: int


@attrs.frozen
class Cells:
    """Where the lines of a notebook's Python stand."""

    starts: tuple[tuple[int, int], ...]
    """Of each cell with Python: its first line in all of it, and which cell it is, from 1, texts included."""
    broken: tuple[BrokenCell, ...] = ()
    hidden: frozenset[str] = frozenset()
    """Names that are read where no tree says so: in lines that only IPython understands, and in broken cells."""

    def place(self, line: int) -> tuple[int, int]:
        """The cell of a line, and which line of the cell it is: both from 1."""
        first, cell = next((start for start in reversed(self.starts) if start[0] <= line), self.starts[0])
        return cell, line - first + 1


def read_notebook(text: str) -> tuple[str, Cells] | None:
    """The Python of a notebook. None: it holds another language.

    What only IPython understands (`%magic`, `!command`, `name?`) is left out, line by line.

    Raises:
        NotANotebook: It is none.
    """
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotANotebook(say("not JSON: {why}", why=error.msg), error.lineno, error.colno) from None
    except RecursionError:
        raise NotANotebook(say("nested too deeply")) from None
    notebook = _object(document)
    cells = _cells(notebook)
    if cells is None:
        raise NotANotebook(say("it has no list of cells"))
    if not _is_python(notebook or {}):
        return None
    lines: list[str] = []
    starts: list[tuple[int, int]] = []
    broken: list[BrokenCell] = []
    hidden: set[str] = set()
    for number, _, source in code_cells(document):
        starts.append((len(lines) + 1, number))
        found = _python(source, number)
        if isinstance(found, BrokenCell):
            broken.append(found)
            hidden |= set(_NAME.findall(source))
            found = "\n" * source.count("\n")
        plain = _LINE_END.split(found)
        hidden |= set(_hidden(plain, _LINE_END.split(source)))
        lines += plain
    return "\n".join(lines), Cells(tuple(starts) or ((1, 1),), tuple(broken), frozenset(hidden))


def _hidden(plain: Sequence[str], stood: Sequence[str]) -> Iterator[str]:
    """The names that are read in lines of a cell which are no Python."""
    for line, before in zip(plain, stood, strict=True):
        for read in _READS.finditer(before) if line != before else ():
            yield from _NAME.findall(" ".join(filter(None, read.groups())))


def code_cells(document: object) -> Iterator[tuple[int, dict[str, object], str]]:
    """The cells of a notebook that have code: each with its number, from 1, and its code as it stands there.

    Raises:
        NotANotebook: A cell is none.
    """
    for number, cell in enumerate(_cells(_object(document)) or (), 1):
        source = _source(cell, number)
        if source is not None:
            yield number, cast("dict[str, object]", cell), source


def _object(value: object) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


def _list(value: object) -> Sequence[object] | None:
    return cast("Sequence[object]", value) if isinstance(value, list) else None


def _cells(notebook: Mapping[str, object] | None) -> Sequence[object] | None:
    if notebook is None:
        return None
    sheets = _list(notebook.get("worksheets"))
    # The form of before 2015 has the cells in sheets.
    return _list(notebook.get("cells")) if sheets is None else [one for sheet in sheets for one in _in_sheet(sheet)]


def _in_sheet(sheet: object) -> Sequence[object]:
    return _list((_object(sheet) or {}).get("cells")) or ()


def _is_python(notebook: Mapping[str, object]) -> bool:
    about = _object(notebook.get("metadata")) or {}
    kernel, language = _object(about.get("kernelspec")) or {}, _object(about.get("language_info")) or {}
    named = language.get("name") or kernel.get("language") or "python"
    return isinstance(named, str) and "python" in named.lower()


def _source(cell: object, number: int) -> str | None:
    """The code of a cell. None: it has none."""
    members = _object(cell)
    if members is None:
        raise NotANotebook(say("cell {number} is no object", number=number))
    if members.get("cell_type") != "code":
        return None
    source = members.get("source", members.get("input", ""))
    parts = [source] if isinstance(source, str) else _list(source)
    if parts is None or not all(isinstance(part, str) for part in parts):
        raise NotANotebook(say("the source of cell {number} is no text", number=number))
    return "".join(map(str, parts))


def _python(source: str, number: int) -> str | BrokenCell:
    whole = _WHOLE_CELL.match(source)
    if whole is not None and whole[1] not in _OF_PYTHON:
        return "\n" * source.count("\n")
    if _fault(source) is None:
        return source
    plain = "\n".join(_without_magics(_LINE_END.split(source)))
    fault = _fault(plain)
    if fault is None:
        return plain
    return BrokenCell(fault.msg, fault.text or "", number, fault.lineno or 1, fault.offset or 1)


def _fault(source: str) -> SyntaxError | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            return SyntaxError("nested too deeply")
    return None


def _without_magics(lines: Sequence[str]) -> Iterator[str]:
    goes_on = False
    for line in lines:
        magic, value = _MAGIC.match(line), _MAGIC_VALUE.match(line)
        if goes_on:
            yield ""
        elif magic is not None:
            yield f"{magic[1]}pass"
        elif value is not None:
            yield f"{value[1]}{value[2]}= ..."
        else:
            yield line
        goes_on = (goes_on or magic is not None or value is not None) and line.rstrip().endswith("\\")
