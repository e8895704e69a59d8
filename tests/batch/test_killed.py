"""Runs that are killed: whenever it comes, nothing that was counted is lost or done twice."""

from __future__ import annotations

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

import attrs
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


@attrs.frozen
class Killed:
    """What 50 kills came to."""

    repeated: int
    """Calls that were made more than once."""
    most: int
    """Of those, the most for one kill."""


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
    before = len(asked(emulator))
    with begun(emulator, folder, *options) as process:
        while len(asked(emulator)) - before < sent and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    return counted(folder)


def counted(folder: Path) -> set[str]:
    """The ids of the whole lines that are there."""
    path = folder / "out.jsonl"
    if not path.exists():
        return set()
    text = path.read_text("utf-8")
    path_lines = text[: text.rfind("\n") + 1].splitlines()
    import json

    return {json.loads(line)["custom_id"] for line in path_lines}


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
