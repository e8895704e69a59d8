"""Runs that are killed: whenever it comes, nothing that was counted is lost or done twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.batch.conftest import Write, asked, question, rows_in

ROOT = Path(__file__).parents[2]
WORKERS = 8
KILLS, FAULTS = 50, 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no process is killed so there"),
]


@contextmanager
def begun(emulator: Emulator, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command, running."""
    command = [sys.executable, "-m", "qianfan_typed", "batch", "run", "in.jsonl", "out.jsonl"]
    environment = {
        **os.environ,
        **emulator.environment,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
    }
    process = subprocess.Popen(
        [*command, "--workers", str(WORKERS), *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def killed_at(emulator: Emulator, folder: Path, sent: int, *options: str) -> set[str]:
    """Runs the command until the emulator has had so many more calls, kills it, and gives what was on the disk then."""
    before = len(emulator.requests)
    with begun(emulator, folder, *options) as process:
        while len(emulator.requests) - before < sent and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    return counted(folder)


def counted(folder: Path) -> set[str]:
    """The ids of the whole lines that are there."""
    path = folder / "out.jsonl"
    if not path.exists():
        return set()
    data = path.read_bytes()
    return {json.loads(line)["custom_id"] for line in data[: data.rfind(b"\n") + 1].splitlines()}


def finished(emulator: Emulator, folder: Path, *options: str) -> int:
    """Runs the command to its end. Gives its exit code."""
    with begun(emulator, folder, *options) as process:
        out, err = process.communicate(timeout=120)
        assert process.returncode in (0, 1), out + err
        return process.returncode


def test_killed_at_50_random_moments_nothing_is_lost_or_done_twice(
    emulator: Emulator, write: Write, tmp_path: Path
) -> None:
    draw = random.Random(20261128)
    emulator.slow(0.02)
    count = 1500
    write("in.jsonl", *(question(f"问题{index}", custom_id=f"q{index}") for index in range(count)))
    kept: set[str] = set()
    repeats: list[int] = []
    for _ in range(KILLS):
        before = Counter(asked(emulator))
        now = killed_at(emulator, tmp_path, draw.randrange(1, 30))
        assert kept <= now, "a row that was on the disk is lost"
        again = {text for text in Counter(asked(emulator)) - before if f"q{text.removeprefix('问题')}" in kept}
        assert again == set(), "a call is repeated whose row was on the disk"
        kept = now
        calls = Counter(asked(emulator))
        repeats.append(sum(calls.values()) - len(calls) - sum(repeats))
    assert finished(emulator, tmp_path) == 0
    rows = rows_in(tmp_path / "out.jsonl")
    assert sorted(row["index"] for row in rows) == list(range(count))
    calls = Counter(asked(emulator))
    repeats.append(sum(calls.values()) - len(calls) - sum(repeats))
    print(f"{KILLS} kills: {sum(repeats)} calls repeated, at most {max(repeats)} after one kill")
    assert max(repeats) <= WORKERS
    assert calls.keys() == {f"问题{index}" for index in range(count)}


def test_killed_30_times_while_the_platform_fails(emulator: Emulator, write: Write, tmp_path: Path) -> None:
    draw = random.Random(20261129)
    count = 400
    write("in.jsonl", *(question(f"问题{index}", custom_id=f"q{index}") for index in range(count)))
    kept: set[str] = set()
    for _ in range(FAULTS):
        before = Counter(asked(emulator))
        match draw.choice(["storm", "resets", "slow", "broken"]):
            case "storm":
                emulator.fail_next(draw.randrange(1, 6), code="rpm_rate_limit_exceeded", retry_after=0.05)
            case "resets":
                emulator.drop_connection(draw.randrange(1, 5))
            case "slow":
                emulator.slow(draw.random() / 20)
                emulator.expire_tokens()
            case _:
                emulator.fail_next(draw.randrange(1, 5), status=500)
        now = killed_at(emulator, tmp_path, draw.randrange(5, 20))
        assert kept <= now, "a row that was on the disk is lost"
        again = {text for text in Counter(asked(emulator)) - before if f"q{text.removeprefix('问题')}" in kept}
        assert again == set(), "a call is repeated whose row was on the disk"
        kept = now
    emulator.slow(0)
    left = finished(emulator, tmp_path)
    rows = rows_in(tmp_path / "out.jsonl")
    assert sorted(row["index"] for row in rows) == list(range(count))
    failed = {row["index"] for row in rows if row["status"] == "failed"}
    assert (left == 1) == bool(failed)
    while failed:
        before = Counter(asked(emulator))
        finished(emulator, tmp_path, "--only-failed")
        assert (Counter(asked(emulator)) - before).keys() <= {f"问题{index}" for index in failed}
        failed = {row["index"] for row in rows_in(tmp_path / "out.jsonl") if row["status"] == "failed"}
    rows = rows_in(tmp_path / "out.jsonl")
    assert sorted(row["index"] for row in rows) == list(range(count))
    assert {row["status"] for row in rows} == {"ok"}


def test_killed_in_rounds_of_what_failed(emulator: Emulator, write: Write, tmp_path: Path) -> None:
    """The old rows stay until new ones stand; at the end there is one of each."""
    draw = random.Random(20261130)
    count = 120
    write("in.jsonl", *(question(f"问题{index}", custom_id=f"q{index}") for index in range(count)))
    emulator.fail_next(count, code="invalid_argument")
    assert finished(emulator, tmp_path) == 1
    emulator.slow(0.02)
    for _ in range(5):
        killed_at(emulator, tmp_path, draw.randrange(5, 25), "--only-failed")
        assert counted(tmp_path) == {f"q{index}" for index in range(count)}
    assert finished(emulator, tmp_path, "--only-failed") == 0
    rows = rows_in(tmp_path / "out.jsonl")
    assert sorted(row["index"] for row in rows) == list(range(count))
    calls = Counter(asked(emulator))
    assert sum(calls.values()) - 2 * count <= 5 * WORKERS


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this user may not mount a disk")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_full(emulator: Emulator, write: Write, tmp_path: Path, small_disk: Path) -> None:
    count = 600
    source = write("in.jsonl", *(question(f"问题{index}", custom_id=f"q{index}") for index in range(count)))
    (small_disk / "in.jsonl").symlink_to(source)
    with begun(emulator, small_disk) as process:
        out, err = process.communicate(timeout=120)
    told = "what was counted is there; make room, and give the same command again"
    assert (process.returncode, out, err) == (2, "", f"qianfan-typed: out.jsonl: No space left on device: {told}\n")
    kept = counted(small_disk)
    assert 100 < len(kept) < count
    assert len(asked(emulator)) - len(kept) <= WORKERS
    subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)
    assert finished(emulator, small_disk) == 0
    assert kept <= counted(small_disk)
    rows = rows_in(small_disk / "out.jsonl")
    assert sorted(row["index"] for row in rows) == list(range(count))
    assert len(asked(emulator)) - count <= WORKERS
