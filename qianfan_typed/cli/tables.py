"""Tables: rows as a terminal shows them, as wide as it is, and as programs read them: a tab between two cells."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import attrs
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text


@attrs.frozen
class Column:
    """A column of a table."""

    title: str
    right: bool = False
    """Whether its cells stand to the right, as numbers do."""
    last_to_go: bool = False
    """Whether it stays where the window is too narrow for all."""
    folds: bool = False
    """Whether its cells may take several lines."""


def is_watched() -> bool:
    """Whether someone looks at what is printed."""
    return Console().is_terminal


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Prints rows. On a terminal the columns that do not fit are left out from the right, and said to be."""
    console = Console(highlight=False)
    if not console.is_terminal:
        for row in ([column.title for column in columns], *rows):
            print("\t".join(" ".join(cell.split()) for cell in row))
        return
    shown = _fitting(columns, rows, console.width)
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for place in shown:
        column = columns[place]
        wraps = column.folds or column.last_to_go
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not wraps,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(row[place]) for place in shown))
    console.print(table)
    hidden = [column.title for place, column in enumerate(columns) if place not in shown]
    if hidden:
        sys.stdout.flush()
        print(f"(the window is too narrow for: {', '.join(hidden)}; piped, all are there)", file=sys.stderr)


def _fitting(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns that there is room for."""
    widths = [
        max([cell_len(column.title), *(cell_len(row[place]) for row in rows)]) + 2
        for place, column in enumerate(columns)
    ]
    for place, column in enumerate(columns):
        if column.folds:
            widths[place] = min(widths[place], 24)
    kept = [place for place, column in enumerate(columns) if column.last_to_go]
    left = width + 2 - sum(widths[place] for place in kept)
    for place in range(len(columns)):
        if place not in kept and widths[place] <= left:
            kept.append(place)
            left -= widths[place]
    return sorted(kept)
