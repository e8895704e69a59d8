"""The plot of a run: what each takes beside what it is measured by. pygal draws it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pygal
from pygal.style import Style

PLOT = Path(__file__).parents[2] / "docs" / "images" / "performance.svg"


def draw(calls: dict[str, dict[str, float]]) -> None:
    """Draws each kind of work as bars, a logarithmic scale of ratios to the first who does it."""
    chart: Any = pygal.HorizontalBar(
        title="CPU time, as a multiple of the first in each group (logarithmic)",
        logarithmic=True,
        height=120 + 34 * sum(map(len, calls.values())),
        width=1000,
        show_legend=False,
        print_values=True,
        value_formatter=lambda value: f"{value:.2f}",
        style=Style(background="white", plot_background="white", font_family="sans-serif"),
        js=[],
    )
    labels = [f"{title}: {who}" for title, row in calls.items() for who in row]
    values = [
        {"value": figure / next(iter(row.values())), "color": _COLORS[at % len(_COLORS)]}
        for at, row in enumerate(calls.values())
        for figure in row.values()
    ]
    chart.x_labels = list(reversed(labels))
    chart.add("", list(reversed(values)))
    PLOT.write_text(chart.render(is_unicode=True), "utf-8")


_COLORS = ("#2b6cb0", "#2f855a", "#b7791f", "#6b46c1")
