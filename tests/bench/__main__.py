"""CPU time of the same work by this package, `openai` and the official `qianfan`, side by side in one run.

Each row is the median of several rounds in which the clients take turns; the emulator has a process of its own and does
not count. Ratios hold from machine to machine, the times do not.
"""

from __future__ import annotations

import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

Work = Callable[[], object]
MESSAGES = [{"role": "user", "content": "你好"}]
ROUNDS = 7


@contextmanager
def emulator() -> Iterator[dict[str, str]]:
    """An emulator in a process of its own; gives the variables that point clients at it."""
    command = [sys.executable, "-m", "qianfan_typed.cli", "emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        settings: dict[str, str] = {}
        for line in process.stdout:
            name, found, value = line.strip().removeprefix("export ").partition("=")
            if found and name.startswith("QIANFAN_"):
                settings[name] = value.strip("'\"")
            elif settings:
                break
        settings["URL"] = url
        try:
            yield settings
        finally:
            process.terminate()


def measure(rows: dict[str, Work], times: int) -> dict[str, float]:
    """Microseconds of CPU time for each piece of work, once; the clients take turns."""
    for work in rows.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(ROUNDS):
        for name, work in rows.items():
            start = time.process_time()
            for _ in range(times):
                work()
            taken[name].append((time.process_time() - start) / times * 1e6)
    return {name: statistics.median(values) for name, values in taken.items()}


def imports() -> dict[str, float]:
    """Microseconds to import each package, in a fresh interpreter."""

    def seconds(module: str) -> Work:
        return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)

    taken: dict[str, list[float]] = {}
    for _ in range(5):
        for name, module in {
            "nothing": "sys",
            "qianfan_typed": "qianfan_typed; qianfan_typed.Qianfan",
            "openai": "openai",
            "qianfan": "qianfan",
        }.items():
            before = os.times()
            seconds(module)()
            after = os.times()
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            taken.setdefault(name, []).append(spent * 1e6)
    bare = statistics.median(taken.pop("nothing"))
    return {name: statistics.median(values) - bare for name, values in taken.items()}


def start() -> float:
    """Milliseconds of wall time until `qianfan-typed emulator` says that it listens."""
    taken: list[float] = []
    for _ in range(3):
        begun = time.perf_counter()
        with emulator():
            taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken)


def calls(settings: dict[str, str]) -> dict[str, tuple[dict[str, Work], int]]:
    """The work to compare: title → client → what it does, and how often a round does it."""
    os.environ.update(settings)
    import openai
    import qianfan

    from qianfan_typed import Qianfan, validate

    logging.disable(logging.CRITICAL)
    typed = Qianfan()
    bearer = typed.v2.chat.ernie_speed_8k
    open_ai = openai.OpenAI(api_key=_bearer(settings), base_url=settings["URL"] + "/v2")
    official = qianfan.ChatCompletion()
    payload = {"model": "ERNIE-Speed-8K", "messages": MESSAGES, "temperature": 0.5}
    return {
        "V1 call": (
            {
                "qianfan_typed": lambda: typed.v1.chat.ernie_speed_8k.create(MESSAGES),  # type: ignore[arg-type]
                "qianfan": lambda: official.do(MESSAGES, model="ERNIE-Speed-8K"),
            },
            60,
        ),
        "V2 call": (
            {
                "qianfan_typed": lambda: bearer.create(MESSAGES),  # type: ignore[arg-type]
                "openai": lambda: open_ai.chat.completions.create(model="ernie-speed-8k", messages=MESSAGES),  # type: ignore[arg-type]
            },
            60,
        ),
        "V2 stream, whole": (
            {
                "qianfan_typed": lambda: list(bearer.stream(MESSAGES)),  # type: ignore[arg-type]
                "openai": lambda: list(
                    open_ai.chat.completions.create(model="ernie-speed-8k", messages=MESSAGES, stream=True)  # type: ignore[arg-type]
                ),
            },
            40,
        ),
        "validate a payload": ({"qianfan_typed": lambda: validate(payload, api="v1.chat")}, 5000),
    }


def _bearer(settings: dict[str, str]) -> str:
    from qianfan_typed.emulator.auth import Keys

    return settings.get("QIANFAN_BEARER_TOKEN", Keys().bearer_token)


def lines() -> Table:
    """Lines of files that are checked in a second, on one core."""
    from tests.bench import files

    with TemporaryDirectory() as folder:
        rows = {title: measure(row, 1) for title, row in files.works(Path(folder)).items()}
    table = Table("who checks", *rows, title="lines checked in a second of CPU time (times qianfan_typed)")
    for name in next(iter(rows.values())):
        speeds = [(row["qianfan_typed"] / row[name], files.LINES / row[name] * 1e6) for row in rows.values()]
        table.add_row(name, *(f"{speed:,.0f} ({ratio:.1f})" for ratio, speed in speeds))
    return table


def main() -> None:
    """Prints the table."""
    table = Table("work", "qianfan_typed", "openai", "qianfan", title="CPU time, µs (ratio to qianfan_typed)")
    rows = {"import": imports()}
    with emulator() as settings:
        for title, (work, times) in calls(settings).items():
            rows[title] = measure(work, times)
    for title, row in rows.items():
        own = row["qianfan_typed"]
        cells = [f"{row[name]:,.0f} ({row[name] / own:.1f})" if name in row else "" for name in ("openai", "qianfan")]
        table.add_row(title, f"{own:,.1f}", *cells)
    Console().print(table)
    Console().print(lines())
    Console().print(f"the emulator starts in {start():.0f} ms")


if __name__ == "__main__":
    main()
