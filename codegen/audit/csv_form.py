"""Tables of models that were saved as csv, a row a model."""

from __future__ import annotations

import csv
import io
from typing import Literal

import attrs

SheetKind = Literal["models", "retirements", "abilities"]
FORMS: dict[SheetKind, list[str]] = {
    "models": ["context", "max_input", "max_output", "thinking", "default_rate", "retires"],
    "retirements": ["retired", "replacement"],
    "abilities": ["functions", "web_search", "min_completion_tokens", "max_completion_tokens"],
}
"""The columns of each table. The first tells it from the others."""


@attrs.frozen
class SheetRow:
    """A row: the model's name, and column → cell of all others."""

    name: str
    cells: dict[str, str]
    line: int


@attrs.frozen(kw_only=True)
class Sheet:
    """A table of models."""

    kind: SheetKind
    columns: list[str]
    rows: list[SheetRow]
    cut: list[int]
    """Lines of rows that have more cells than the table, or fewer."""


def sheet(text: str) -> Sheet | None:
    """The table that a text is. None: it is none."""
    reader = csv.reader(io.StringIO(text), strict=False)
    header = [word.strip() for word in next(reader, list[str]())]
    kind: SheetKind | None = next((kind for kind, columns in FORMS.items() if columns[0] in header[1:]), None)
    if kind is None or header[0] not in ("model", "name"):
        return None
    rows: list[SheetRow] = []
    cut: list[int] = []
    line = reader.line_num
    for cells in reader:
        start, line = line + 1, reader.line_num
        if len(cells) != len(header):
            cut += [start] if cells else []
        else:
            stripped = [cell.strip() for cell in cells]
            rows.append(SheetRow(stripped[0], dict(zip(header[1:], stripped[1:], strict=True)), start))
    return Sheet(kind=kind, columns=header[1:], rows=rows, cut=cut)
