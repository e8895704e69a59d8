"""Batches on a cluster: the same lines as here, whatever dies meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qianfan_typed.batch.blocking import run_blocking
from qianfan_typed.batch.engine import Engine
from qianfan_typed.batch.run import BatchOrder, BatchRun
from qianfan_typed.cli.batch_cluster import placed
from qianfan_typed.config import load
from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator.platform import Limits as PlatformLimits
from qianfan_typed.errors import AuthenticationError
from qianfan_typed.limits import Limits
from qianfan_typed.ray.engine import Cluster, ClusterEngine
from tests.cluster.conftest import environment
from tests.cluster.test_stages import A_SECOND, MODEL, VECTORS, parent_of, processes

ROOT = Path(__file__).parents[2]


def lines_of(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of an output by their id: each has one."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len({row["custom_id"] for row in rows}) == len(rows)
    return {row["custom_id"]: row for row in rows}


def settled(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what differs from call to call: the time it took, and the reply's id and moment."""
    reply = {name: value for name, value in (row["reply"] or {}).items() if name not in ("id", "created")}
    return {**row, "reply": reply, "latency": None, "error": row["error"] and {**row["error"], "request_id": None}}


def write(path: Path, count: int) -> Path:
    asked = [{"custom_id": f"q{at}", "messages": [{"role": "user", "content": f"问题{at}"}]} for at in range(count)]
    asked[0] = {"custom_id": "q0", "messages": []}
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in asked), "utf-8")
    return path


def run(engine: Any, given: Mapping[str, Any], **order: Any) -> Any:
    return run_blocking(BatchRun(BatchOrder(**order), engine=engine), load(None, **given), workers=order["workers"])


def on_ray(given: Mapping[str, Any], actors: int = 2) -> Any:
    return partial(ClusterEngine, Cluster(actors=actors, given=given))


def given_of(emulator: Emulator) -> dict[str, Any]:
    return {"bearer_token": emulator.bearer_token, "base_url": emulator.url}


@pytest.mark.usefixtures("ray")
def test_both_engines_write_the_same_lines(emulator: Emulator, tmp_path: Path) -> None:
    given = given_of(emulator)
    order = {"inputs": write(tmp_path / "in.jsonl", 300), "model": MODEL, "workers": 16, "skip_invalid": True}
    here = run(Engine, given, output=tmp_path / "here.jsonl", **order)
    there = run(on_ray(given), given, output=tmp_path / "there.jsonl", **order)
    ours, theirs = lines_of(tmp_path / "here.jsonl"), lines_of(tmp_path / "there.jsonl")
    assert {name: settled(row) for name, row in theirs.items()} == {name: settled(row) for name, row in ours.items()}
    assert list(next(iter(theirs.values()))) == list(next(iter(ours.values())))
    assert (there.summary.ok, there.summary.invalid) == (here.summary.ok, here.summary.invalid) == (299, 1)


@pytest.mark.usefixtures("ray")
def test_parquet_and_places_of_arrow(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    parquet.write_table(pa.table({"text": [f"文{at}" for at in range(100)]}), tmp_path / "elsewhere" / "in.parquet")
    source = (tmp_path / "elsewhere").as_uri()
    given = given_of(emulator)
    with placed([f"{source}/in.parquet"], f"{source}/out.parquet", "ray") as (inputs, output):
        order = {"inputs": inputs, "output": output, "api": "v2.embedding", "model": VECTORS, "workers": 8}
        run(on_ray(given), given, columns={"input": "text"}, **order)
    came = parquet.read_table(tmp_path / "elsewhere" / "out.parquet")
    assert came["status"].to_pylist() == ["ok"] * 100
    assert came["index"].to_pylist() == list(range(100))


@pytest.mark.usefixtures("ray")
def test_a_limit_holds_over_all_actors(tmp_path: Path) -> None:
    with Emulator(limits=PlatformLimits(requests=A_SECOND, seconds=1.0, enforced=True)) as emulator:
        given = {**given_of(emulator), "limits": Limits(rps=A_SECOND)}
        order = {"inputs": write(tmp_path / "in.jsonl", 4 * A_SECOND), "model": MODEL, "workers": 16}
        run(on_ray(given), given, output=tmp_path / "out.jsonl", skip_invalid=True, **order)
        # Nothing was refused, so nothing was sent twice.
        assert len(emulator.requests) == 4 * A_SECOND - 1
    assert [row["status"] for row in lines_of(tmp_path / "out.jsonl").values()].count("ok") == 4 * A_SECOND - 1


@pytest.mark.usefixtures("ray")
def test_a_killed_actor_costs_what_it_had_under_way(emulator: Emulator, tmp_path: Path) -> None:
    emulator.slow(0.05)
    given, killed = given_of(emulator), list[int]()

    def watch(state: Any) -> None:
        if state.done > 40 and not killed:
            killed.append(min(processes("ray::CallerActor")))
            os.kill(killed[0], signal.SIGKILL)

    order = BatchOrder(
        inputs=write(tmp_path / "in.jsonl", 400),
        output=tmp_path / "out.jsonl",
        model=MODEL,
        workers=8,
        skip_invalid=True,
    )
    one = BatchRun(order, engine=on_ray(given), on_progress=watch)
    report = run_blocking(one, load(None, **given), workers=8)
    assert (len(killed), report.summary.ok, len(lines_of(tmp_path / "out.jsonl"))) == (1, 399, 400)
    # At once an actor has four calls under way, and four whose rows nobody has fetched.
    assert 399 <= len(emulator.requests) <= 399 + 8


@pytest.mark.usefixtures("ray")
def test_keys_are_not_with_the_services_of_ray(emulator: Emulator, tmp_path: Path) -> None:
    token = "bce-v3/ALTAK-seen/by-nobody-else"
    order = {"inputs": write(tmp_path / "in.jsonl", 2), "model": MODEL, "workers": 1, "skip_invalid": True}
    given = {**given_of(emulator), "bearer_token": token}
    with pytest.raises(AuthenticationError):
        run(on_ray(given, actors=1), given, output=tmp_path / "out.jsonl", **order)
    assert [one.headers["authorization"] for one in emulator.requests] == [f"Bearer {token}"]
    # They keep the names of actors, and what actors are begun with.
    assert "gcs_server" in {name for name, memory in services() if b"qianfan-typed-budget" in memory}
    assert {name for name, memory in services() if token.encode() in memory} == set()


def services() -> Iterator[tuple[str, bytes]]:
    """The services that this process's Ray has begun, and what each has in its memory, a piece at a time."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name = (folder / "comm").read_text().strip()
            if name not in ("gcs_server", "raylet") or parent_of(folder) != os.getpid():
                continue
            maps = (folder / "maps").read_text().splitlines()
            with (folder / "mem").open("rb", buffering=0) as memory:
                for first, last in (line.split()[0].split("-") for line in maps if line.split()[1].startswith("rw")):
                    memory.seek(int(first, 16))
                    with contextlib.suppress(OSError):
                        yield name, memory.read(int(last, 16) - int(first, 16))
        except OSError:  # It ended meanwhile.
            continue


@pytest.mark.usefixtures("ray")
def test_refused_keys_end_the_run_without_a_row(emulator: Emulator, tmp_path: Path) -> None:
    given = {**given_of(emulator), "bearer_token": "bce-v3/wrong"}
    order = {"inputs": write(tmp_path / "in.jsonl", 30), "model": MODEL, "workers": 2, "skip_invalid": True}
    with pytest.raises(AuthenticationError):
        run(on_ray(given, actors=1), given, output=tmp_path / "out.jsonl", **order)
    assert list(lines_of(tmp_path / "out.jsonl")) == ["q0"]


def test_a_killed_command_goes_on(ray: Any, emulator: Emulator, tmp_path: Path) -> None:
    emulator.slow(0.05)
    write(tmp_path / "in.jsonl", 300)
    command = [sys.executable, "-m", "qianfan_typed", "batch", "run", "in.jsonl", "out.jsonl", "--model", MODEL]
    command += ["--workers", "8", "--skip-invalid", "--engine", "ray", "--actors", "1"]
    command += ["--address", ray.get_runtime_context().gcs_address]
    environ = {**os.environ, **environment(emulator), "PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}"}
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL) as process:
        while len(emulator.requests) < 100 and process.poll() is None:
            time.sleep(0.01)
        process.kill()
    kept = (tmp_path / "out.jsonl").read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]
    assert kept
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, env=environ, capture_output=True, check=False)
    rows = lines_of(tmp_path / "out.jsonl")
    assert (done.returncode, len(rows)) == (1, 300), done.stderr.decode()  # One breaks a rule.
    assert (tmp_path / "out.jsonl").read_bytes().startswith(kept)
    assert len(emulator.requests) <= 299 + 2 * 8
