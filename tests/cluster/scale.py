"""Measurements on Ray and the simulation that stands on them: writes `docs/scale.md` and its plots."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qianfan_typed import AsyncQianfan, user
from qianfan_typed.batch.blocking import run_blocking
from qianfan_typed.batch.engine import Engine
from qianfan_typed.batch.run import BatchOrder, BatchRun
from qianfan_typed.batch.work import BatchProgress
from qianfan_typed.config import load
from qianfan_typed.limits.leases import LIFE, LeaseWish
from qianfan_typed.ray.budgets import BudgetActor
from qianfan_typed.ray.engine import Cluster, ClusterEngine
from tests.cluster.simulation import Costs, Outcome, simulate

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("SCALE_ROWS", "10000"))
MODEL = "ernie-4.5-turbo-128k"
WORKERS = [1, 3, 10, 30, 100, 300, 1000]
LIVES = [0.1, 0.25, 0.5, 2.0]
CROWDS = [5, 6, 20]
"""Workers for each life: they would send 1.08, 1.29 and 4.3 times the limit of 6,000 a minute."""
SETTLED = (5, 10)
"""Turns after which it shows what five workers, who hardly reach the limit, leave unused, and those to see it in."""
ASKS = 3000


@contextmanager
def server() -> Iterator[str]:
    """A platform that costs next to nothing, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def bare(address: str) -> dict[str, float]:
    """The async client alone, 64 calls at once: rows a second, and CPU seconds of a row."""

    async def go() -> None:
        async with AsyncQianfan(**given(address)) as client:
            chat = client.v2.chat.ernie_4_5_turbo_128k
            rows = iter(range(COUNT))

            async def work() -> None:
                for index in rows:
                    await chat.create([user(f"问题{index}")])

            await asyncio.gather(*(work() for _ in range(64)))

    return timed(partial(asyncio.run, go()))


def given(address: str) -> dict[str, Any]:
    return {"bearer_token": "bce-v3/ALTAK-test/0123456789abcdef", "base_url": address}


def timed(work: Any) -> dict[str, float]:
    began, spent = time.perf_counter(), cpu()
    work()
    return {"rate": COUNT / (time.perf_counter() - began), "cpu": (cpu() - spent) / COUNT}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def batch(address: str, engine: Any) -> dict[str, float]:
    """A batch, 64 calls at once: rows a second, and CPU seconds of a row in the process that writes."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "in.jsonl")
        lines = (json.dumps({"messages": [user(f"问题{index}")]}, ensure_ascii=False) for index in range(COUNT))
        source.write_text("\n".join(lines), "utf-8")
        order = BatchOrder(inputs=source, output=Path(folder, "out.jsonl"), model=MODEL, workers=64)
        told: list[BatchProgress] = []
        run = BatchRun(order, engine=engine, on_progress=told.append)

        def go() -> None:
            report = run_blocking(run, load(None, **given(address)), workers=64)
            assert report.summary.ok == COUNT

        spent = timed(go)
        # Ray takes seconds to begin its actors: what counts is from the first row to the last.
        first = next(one for one in told if one.begun)
        last = next(one for one in told if one.begun == COUNT)
        return {**spent, "rate": (last.begun - first.begun) / (last.seconds - first.seconds)}


class MeasuredBudget(BudgetActor):
    """A budget that tells what it has spent."""

    def cpu(self) -> float:
        """CPU seconds."""
        return cpu()


def budget(ray: Any) -> dict[str, float]:
    """CPU seconds that the budget works on a question."""
    actor = ray.remote(MeasuredBudget).remote()
    wishes = [LeaseWish("rpm", 10**9, 60.05, 1, 50)]
    ray.get(actor.lease.remote(wishes, []))
    began = ray.get(actor.cpu.remote())
    for _ in range(ASKS // 50):
        ray.get([actor.lease.remote(wishes, []) for _ in range(50)])
    return {"cpu": (ray.get(actor.cpu.remote()) - began) / ASKS}


def measured() -> dict[str, dict[str, float]]:
    import ray

    found: dict[str, dict[str, float]] = {}
    with server() as address:
        found["bare"] = bare(address)
        found["local"] = batch(address, Engine)
        ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        try:
            for count in (1, 2, 4):
                cluster = Cluster(actors=count, given=given(address))
                found[f"ray {count}"] = batch(address, partial(ClusterEngine, cluster))
            found["budget"] = budget(ray)
        finally:
            ray.shutdown()
    found["machine"] = {"rows": COUNT, "cores": os.cpu_count() or 1, "load": os.getloadavg()[2]}
    return found


def simulated(costs: Costs) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for rpm in (60_000, 600_000):
        found[f"{rpm:,} rpm"] = [simulate(count, rpm, LIFE, costs, engine=True) for count in WORKERS]
    for life in LIVES:
        found[f"life {life:g}"] = [simulate(count, 6_000, life, costs, engine=True, turns=SETTLED) for count in CROWDS]
    return found


def main(options: Sequence[str]) -> None:
    at_hand = ROOT / ".venvs" / "scale.json"
    if "--simulate" not in options or not at_hand.exists():
        at_hand.write_text(json.dumps(measured()), "utf-8")
    rows = json.loads(at_hand.read_text("utf-8"))
    costs = Costs(caller=rows["bare"]["cpu"], driver=rows["ray 1"]["cpu"], budget=rows["budget"]["cpu"])
    from tests.cluster.page import write

    write(rows, costs, simulated(costs))


if __name__ == "__main__":
    main(sys.argv[1:])
