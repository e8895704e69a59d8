"""The figures as tables, and docs/performance.md, which is written from a run and by nobody."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_VERSIONS = "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in %r))"
_PEERS = ("openai", "qianfan", "aiohttp", "litellm")
_OWN = ("attrs", "httptools", "msgspec", "orjson", "urllib3")


@attrs.frozen
class Table:
    """Rows of text under names."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def about(peers: str | None) -> dict[str, str]:
    """Where and with what it is measured."""
    told = {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "libraries": ", ".join(f"{name} {version(name)}" for name in _OWN),
    }
    if peers is not None:
        command = [peers, "-c", _VERSIONS % (_PEERS,)]
        told["peers"] = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return told


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0]} ({platform.machine()})" if models else platform.machine()


def tables(results: dict[str, Any]) -> list[Table]:
    """All that was measured."""
    found = [_compared(f"CPU time of {title}", "µs", row) for title, row in results["calls"].items()]
    found.append(_compared("Peak memory with 5,000 calls at once", "MiB", results["memory"]))
    found.append(_paced(results["paced"]))
    found.append(_gateways(results["gateways"]))
    found.append(
        _compared("Until the first call can be made, CPU time less an empty interpreter's", "ms", results["first"])
    )
    found += [
        Table(f"How it grows with {title}", tuple(row), [_figures(row)]) for title, row in results["growth"].items()
    ]
    found += [
        _compared(f"Lines checked in a second of CPU time: {title}", "lines", row)
        for title, row in results["lines"].items()
    ]
    return found


def _compared(title: str, unit: str, row: dict[str, float]) -> Table:
    base = next(iter(row.values()))
    return Table(
        title, ("who", unit, "ratio"), [(who, _figure(value), f"{value / base:.2f}") for who, value in row.items()]
    )


def _paced(row: dict[str, dict[str, float]]) -> Table:
    base = next(iter(row.values()))
    rows = [
        (who, *(f"{given[name]:.2f} ({given[name] / base[name]:.2f})" for name in ("p50", "p99")))
        for who, given in row.items()
    ]
    title = "200 paced streams, from the server's write to the caller's hands, ms (ratio)"
    return Table(title, ("who", "median", "99th of a hundred"), rows)


def _gateways(row: dict[str, dict[str, float]]) -> Table:
    columns = next(iter(row.values()))
    rows = [(who, *(_figure(found[name]) for name in columns)) for who, found in row.items()]
    return Table("Servers of OpenAI's API over the platform, by a second of their CPU time", ("who", *columns), rows)


def _figures(row: dict[str, float]) -> tuple[str, ...]:
    return tuple(_figure(value) for value in row.values())


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write(results: dict[str, Any]) -> None:
    """Writes the page, and its plot."""
    from tests.bench import plot  # Late: pygal is in the group `bench` alone.

    plot.draw(results["calls"])
    told = results["about"]
    parts = [
        "# Performance\n",
        "Written by `make bench BENCH=--page`; change `tests/bench`, not this page. "
        "CPU time (user and system) of the client's process alone, medians of interleaved rounds, against a local "
        "server that costs next to nothing. Ratios are to the first row of a table: they hold from machine to machine, "
        "times do not.\n",
        *(f"- {name}: {value}" for name, value in told.items()),
        "",
        f"![What each takes, as a multiple of the first of its group](images/{plot.PLOT.name})\n",
    ]
    for table in tables(results):
        parts += [
            f"## {table.title}\n",
            f"| {' | '.join(table.columns)} |",
            f"|{' --- |' * len(table.columns)}",
            *(f"| {' | '.join(row)} |" for row in table.rows),
            "",
        ]
    PAGE.write_text("\n".join(parts).rstrip() + "\n", "utf-8")
