"""Notebooks: cells edited one by one, and written in the layout that the file has."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping

from qianfan_typed.migration.editing import NotEdited, edited
from qianfan_typed.migration.edits import Edit, Edits, Key
from qianfan_typed.python_source.sources.notebooks import Cells, code_cells
from qianfan_typed.python_source.sources.python_files import LINE_END

_INDENTS = (1, 2, 4, None, 0)
"""Spaces: Jupyter writes one."""
_MARK = re.compile(r"\s*# line (\d+) as it stood")


def edited_notebook(text: str, python: str, cells: Cells, edits: Edits) -> str:
    """A notebook's text with edits carried out. What only IPython understands stays as it is.

    Args:
        text: The file's.
        python: The Python of its cells, one below the other.
        cells: Where its lines stand.
        edits: By places in `python`.

    Raises:
        NotEdited: A cell cannot be edited, or the file has a layout of its own.
    """
    document: object = json.loads(text)
    lay_out = _layout(document, text)
    lines = LINE_END.split(python)
    starts = [*cells.starts, (len(lines) + 1, 0)]
    plain = {cell: lines[start - 1 : starts[at + 1][0] - 1] for at, (start, cell) in enumerate(cells.starts)}
    by_cell = _by_cell(cells, edits)
    for number, members, source in code_cells(document):
        if number in by_cell:
            _set_source(members, _edited_cell(source, plain[number], by_cell[number]))
    return lay_out(document)


def _by_cell(cells: Cells, edits: Edits) -> Mapping[int, dict[Key, Edit]]:
    """The edits of each cell, by their places in it."""
    found: dict[int, dict[Key, Edit]] = defaultdict(dict)
    for ((line, column, end, end_column), kind), edit in edits.items():
        cell, first = cells.place(line)
        found[cell][(first, column, first + end - line, end_column), kind] = edit
    return found


def _edited_cell(source: str, plain: list[str], edits: Edits) -> str:
    """A cell's code, edited. Lines that only IPython understands are marked meanwhile."""
    stood = LINE_END.split(source)
    marked = [
        line if line == before else f"{line}  # line {number} as it stood"
        for number, (line, before) in enumerate(zip(plain, stood, strict=True))
    ]
    after = LINE_END.split(edited("\n".join(marked), edits))
    kept = [number for line in after if (number := _marked(line)) is not None]
    if kept != [number for line in marked if (number := _marked(line)) is not None]:
        raise NotEdited("a line that only IPython understands would be lost")
    return "\n".join(line if (number := _marked(line)) is None else stood[number] for line in after)


def _marked(line: str) -> int | None:
    found = _MARK.search(line)
    return None if found is None else int(found[1])


def _set_source(members: dict[str, object], source: str) -> None:
    name = "source" if "source" in members else "input"
    as_list = isinstance(members[name], list)
    members[name] = source.splitlines(keepends=True) if as_list else source


def _layout(document: object, text: str) -> _LayOut:
    """How a file writes JSON. Raises NotEdited where no tool writes so."""
    for indent in _INDENTS:
        for is_ascii in (False, True):
            for end in ("\n", ""):
                lay_out = _LayOut(indent, is_ascii, end, "\r\n" if "\r\n" in text else "\n")
                if lay_out(document) == text:
                    return lay_out
    raise NotEdited("its JSON has a layout of its own: save it with Jupyter first")


class _LayOut:
    """Writes JSON as a file has it."""

    def __init__(self, indent: int | None, is_ascii: bool, end: str, line_end: str) -> None:
        self._indent = indent
        self._is_ascii = is_ascii
        self._end = end
        self._line_end = line_end

    def __call__(self, document: object) -> str:
        made = json.dumps(document, ensure_ascii=self._is_ascii, indent=self._indent)
        return (made + self._end).replace("\n", self._line_end)
