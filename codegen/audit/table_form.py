"""Pipe tables on a page that was saved as text: their title, header and rows, with line numbers.

Such pages are not quite Markdown: rows and headers break over lines, have no leading pipe and may lose a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

_SEPARATOR = re.compile(r"^\s*\|?(\s*:?-{3,}:?\s*\|)+(\s*:?-{3,}:?\s*)?\s*$")
_PIPE = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^[-#*+\s]*(.{1,40}?)\s*$")
_LONGEST = 40
"""Lines that a row or a header may break over."""
_ABOVE = 4
"""Lines above a table that may say what it is."""
LAST = "描述"
"""The header of the last column, which a header that lost a cell has lost."""


@attrs.frozen
class Row:
    """A row, with as many cells as the table has columns."""

    cells: list[str]
    line: int


@attrs.frozen(kw_only=True)
class Table:
    """A table and what stands above it."""

    header: list[str]
    rows: list[Row]
    line: int
    above: list[str]
    """The lines before it, the nearest first, up to the table before."""
    headings: list[str]
    """All short lines of the page before it, the nearest first."""
    cut: list[int]
    """Lines of rows that end before their last cell."""
    end: int
    """The number of its last line."""

    @property
    def title(self) -> str:
        """The nearest line above that names something: `message说明`, or else the nearest."""
        named = (line for line in self.above if re.search(r"(说明|参数|列表|错误码)$", line))
        return next(named, self.above[0] if self.above else "")

    def column(self, *words: str) -> int | None:
        """The first column whose header has one of these words."""
        return next((place for place, head in enumerate(self.header) if any(word in head for word in words)), None)


def tables(text: str) -> list[Table]:
    """The tables of a page, in its order."""
    lines = text.splitlines()
    separators = [place for place in outside_fences(lines) if _SEPARATOR.match(lines[place])]
    found: list[Table] = []
    end = 0
    for number, place in enumerate(separators):
        if place < end:
            continue
        until = separators[number + 1] if number + 1 < len(separators) else len(lines)
        columns = len(_split(lines[place]))
        start, header = _header(lines, place, end, columns, led=lines[place].lstrip().startswith("|"))
        rows, cut, after = _rows(lines, place + 1, until, columns)
        above = [heading(line) for line in reversed(lines[end:start]) if line.strip()][:_ABOVE]
        headings = [heading(line) for line in reversed(lines[:start]) if 0 < len(line.strip()) <= _LONGEST]
        found.append(
            Table(header=header, rows=rows, line=start + 1, above=above, headings=headings, cut=cut, end=after)
        )
        end = after
    return found


def outside_fences(lines: list[str]) -> Iterator[int]:
    """Line numbers outside ``` fences; all of them where the fences do not pair up."""
    fences = [place for place, line in enumerate(lines) if _FENCE.match(line)]
    inside = set[int]()
    if len(fences) % 2 == 0:
        for start, end in zip(fences[::2], fences[1::2], strict=True):
            inside |= set(range(start, end + 1))
    return (place for place in range(len(lines)) if place not in inside)


def heading(line: str) -> str:
    """A line without the marks of a heading or a list."""
    match = _HEADING.match(line)
    return match.group(1) if match else line.strip()


def _split(text: str) -> list[str]:
    """Cells of a line whose leading and last pipe are decoration."""
    text = text.strip()
    text = text[1:] if text.startswith("|") else text
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(text)]


def _header(lines: list[str], place: int, end: int, columns: int, *, led: bool) -> tuple[int, list[str]]:
    """Where the header above a separator starts, and its cells."""
    start = place
    text = ""
    while start > end and place - start < _LONGEST:
        line = lines[start - 1]
        if not line.strip() or (text and len(_split(text)) >= columns) or "|" not in line:
            break
        text = f"{line.strip()} {text}".strip()
        start -= 1
    cells = _split(text)
    # `| 名称 | 类型 |` above `---|---|---|`: the empty first cell is not one, and the last is missing.
    if text.startswith("|") and not led:
        cells = [cell for cell in cells if cell]
    return start, [*cells, *[LAST] * (columns - len(cells))][:columns]


def _rows(lines: list[str], place: int, until: int, columns: int) -> tuple[list[Row], list[int], int]:
    """Rows from a line on, lines of rows that were cut, and the line after the table."""
    rows: list[Row] = []
    cut: list[int] = []
    while place < until:
        taken = _row(lines, place, until, columns)
        if taken is None:
            if "|" in lines[place] and _closes(lines[place]):
                cut.append(place + 1)
                place += 1
                continue
            break
        cells, after = taken
        if after >= until and until < len(lines):
            break  # The header of the next table.
        rows.append(Row(cells, place + 1))
        place = after
    return rows, cut, place


def _closes(line: str) -> bool:
    return line.rstrip().endswith("|")


def _row(lines: list[str], place: int, until: int, columns: int) -> tuple[list[str], int] | None:
    """The row that starts at a line, and the line after it. None: no row starts there, or it never ends."""
    text = ""
    for after in range(place, min(until, place + _LONGEST)):
        line = lines[after]
        if not line.strip():
            return None
        text = f"{text} {line.strip()}".strip()
        cells = _split(text)
        if len(cells) >= columns and _closes(text):
            first = "|" in lines[place]
            # A first cell that breaks has one more line, not more: otherwise any prose would be a row's beginning.
            if not first and (len(cells) != columns or after - place > 2 or "|" not in lines[place + 1]):
                return None
            return [*cells[: columns - 1], " | ".join(cells[columns - 1 :])], after + 1
        if len(cells) < columns and _closes(line) and after > place and text.count("|") >= columns:
            return None
    return None
