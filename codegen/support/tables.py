"""Tables: what notebooks show of replies, violations and models, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MOST = 2000
"""Characters of a cell."""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An HTML table. Whatever stands in a cell is text: nothing of it is run. None: an empty cell."""
    lines = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{_cells('th', head)}</tr></thead><tbody>{lines}</tbody></table>"


def _cells(tag: str, values: Iterable[object]) -> str:
    return "".join(
        f'<{tag} style="text-align: left; white-space: pre-wrap">{_shown(value)}</{tag}>' for value in values
    )


def _shown(value: object) -> str:
    import html  # Late: its table of names would cost every program that imports the package.

    text = "" if value is None else f"{value:,}" if type(value) is int else str(value)
    return html.escape(text if len(text) <= _MOST else f"{text[: _MOST - 1]}…")
