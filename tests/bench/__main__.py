"""What a call costs: this package, the floors that it stands on and its peers, taking turns in one run.

Each has a process of its own, the peers an environment of their own, and the server costs next to nothing. CPU time of
the client alone, medians of rounds. Ratios hold from machine to machine, times do not.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import gateways, models, page
from tests.bench.rows import CALLS, FIRST, MEMORY, PACED, PEERS, Contestant, Row, growth

ROOT = Path(__file__).parents[2]
ROUNDS = 7
console = Console()


class Workers:
    """The processes that do the work, begun when they are first wanted."""

    def __init__(self, address: str, peers: str | None, stack: ExitStack) -> None:
        self.address: str = address
        self._peers = peers
        self._stack = stack
        self._running: dict[str, subprocess.Popen[str]] = {}

    def can(self, contestant: Contestant) -> bool:
        """Whether his environment is there."""
        return contestant.module != PEERS or self._peers is not None

    def do(self, module: str, work: str, times: int, *, fresh: bool = False) -> dict[str, Any]:
        """Has a piece of work done; what it cost.

        Args:
            module: Whose process does it.
            work: Its name.
            times: How often.
            fresh: In a new process.
        """
        worker = None if fresh else self._running.get(module)
        if worker is None:
            worker = self._started(module)
            if not fresh:
                self._running[module] = worker
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps({"work": work, "times": times}) + "\n")
        worker.stdin.flush()
        answer: dict[str, Any] = json.loads(worker.stdout.readline() or '{"error": "the process ended"}')
        if fresh:
            worker.terminate()
        if "error" in answer:
            raise SystemExit(f"{module}, {work}: {answer['error']}")
        return answer

    def _started(self, module: str) -> subprocess.Popen[str]:
        python = self._peers if module == PEERS else sys.executable
        command = [str(python), "-m", "tests.bench.worker", module, self.address]
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        return self._stack.enter_context(_process(command, environ, stdin=subprocess.PIPE))


@contextmanager
def _process(command: Sequence[str], environ: dict[str, str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


def measured(row: Row, workers: Workers) -> dict[str, float]:
    """Microseconds of CPU for one, by contestant, who take turns."""
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for one in row.contestants:
            if workers.can(one):
                seconds = workers.do(one.module, one.work, row.times)["seconds"]
                if one.less is not None:
                    seconds -= workers.do(one.module, one.less, row.times)["seconds"]
                taken.setdefault(one.label, []).append(seconds / row.times / row.per * 1e6)
    return {label: statistics.median(values) for label, values in taken.items()}


def peaks(workers: Workers) -> dict[str, float]:
    """MiB of a fresh process that has 5,000 calls under way."""
    return {
        one.label: statistics.median(workers.do(one.module, one.work, 1, fresh=True)["peak_mib"] for _ in range(3))
        for one in MEMORY
        if workers.can(one)
    }


def latencies(workers: Workers) -> dict[str, dict[str, float]]:
    """Milliseconds from the server's write to the caller's hands: the median and the 99th of a hundred."""
    runs: dict[str, list[dict[str, float]]] = {}
    for _ in range(5):
        for one in PACED:
            if workers.can(one):
                runs.setdefault(one.label, []).append(workers.do(one.module, one.work, 1)["given"])
    return {
        label: {name: statistics.median(run[name] for run in given) for name in ("p50", "p99")}
        for label, given in runs.items()
    }


def first_handles(peers: str | None) -> dict[str, float]:
    """Milliseconds of CPU until a client is ready, in a fresh interpreter, less what that costs empty."""
    pythons = {"ours": sys.executable, "peers": peers}
    taken: dict[str, list[float]] = {}
    for _ in range(9):
        for label, environment, code in (("", "ours", "pass"), *FIRST):
            if (python := pythons[environment]) is not None:
                taken.setdefault(label, []).append(_seconds(python, code) * 1e3)
    empty = statistics.median(taken.pop(""))
    return {label: statistics.median(values) - empty for label, values in taken.items()}


def _seconds(python: str, code: str) -> float:
    # As a user's Python does, it keeps what it compiled.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, "-c", code], check=True, cwd=ROOT, env=environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def grown(workers: Workers) -> dict[str, dict[str, float]]:
    """How the cost of one grows."""
    found: dict[str, dict[str, float]] = {}
    for title, points in growth().items():
        found[title] = {}
        for point, (work, times) in points.items():
            count = int(point.replace(",", "")) if title.startswith(("pieces", "calls")) else 1
            costs = [workers.do("tests.bench.ours", work, times)["seconds"] / times / count for _ in range(3)]
            found[title][point] = statistics.median(costs) * 1e6
    return found


def lines() -> dict[str, dict[str, float]]:
    """Lines of files that are checked in a second of CPU time, on one core."""
    from tests.bench import files

    found: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        for title, row in files.works(Path(folder)).items():
            found[title] = {name: files.LINES / seconds for name, seconds in files.measured(row).items()}
    return found


def main() -> None:
    """Measures, prints, and writes what it was asked to write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--peers", help="the Python of the environment with the other clients")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--only", default="", help="the rows of calls whose title has this")
    parser.add_argument("--page", action="store_true", help="write docs/performance.md and its plot")
    asked = parser.parse_args()
    results: dict[str, Any] = {"about": page.about(asked.peers)}
    with ExitStack() as stack:
        server = stack.enter_context(_process([sys.executable, "-m", "tests.bench.server"], dict(os.environ)))
        assert server.stdout is not None
        workers = Workers(server.stdout.readline().strip(), asked.peers, stack)
        results["calls"] = {}
        for row in CALLS:
            if asked.only in row.title:
                console.print(f"==> {row.title}")
                results["calls"][row.title] = measured(row, workers)
        if asked.only:
            console.print(results["calls"])
            return
        console.print("==> memory, latencies, the first handle, growth")
        results["memory"] = peaks(workers)
        results["paced"] = latencies(workers)
        results["growth"] = grown(workers)
        console.print("==> gateways")
        results["gateways"] = gateways.measured(workers.address, asked.peers)
    console.print("==> models")
    results["growth"] |= models.grown()
    results["first"] = first_handles(asked.peers)
    console.print("==> lines of files")
    results["lines"] = lines()
    for table in page.tables(results):
        console.print(_as_rich(table))
    if asked.json:
        asked.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if asked.page:
        page.write(results)


def _as_rich(table: page.Table) -> Table:
    shown = Table(*table.columns, title=table.title)
    for row in table.rows:
        shown.add_row(*row)
    return shown


if __name__ == "__main__":
    main()
