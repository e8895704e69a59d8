"""How many processes are started, and that a check does without them where they cannot be."""

from __future__ import annotations

import errno
import os
import signal
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from qianfan_typed.payloads import file_check, processes, units
from qianfan_typed.payloads.processes import cores
from qianfan_typed.payloads.units import PayloadFile, most_units
from tests.payloads.saying import Run, chat, lines


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the control groups, on a machine of 64 cores where this process is in a/b."""
    (tmp_path / "cgroup").write_text("1:name=x:/y\n0::/a/b\n", "utf-8")
    (tmp_path / "fs" / "a" / "b").mkdir(parents=True)
    monkeypatch.setattr(processes, "_OWN_GROUP", tmp_path / "cgroup")
    monkeypatch.setattr(processes, "_GROUPS", tmp_path / "fs")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    return tmp_path / "fs"


@pytest.mark.parametrize(
    ("limits", "number"),
    [
        ({}, 64),
        ({"a/b": "max 100000"}, 64),
        ({"a/b": "200000 100000"}, 2),
        ({"a/b": "150000 100000", "a": "max 100000"}, 2),
        ({"a/b": "max 100000", "a": "50000 100000"}, 1),
        ({"a/b": "400000 100000", "": "300000 100000"}, 3),
        ({"a/b": "nonsense"}, 64),
    ],
)
def test_a_container_has_the_cores_that_its_quota_says(groups: Path, limits: dict[str, str], number: int) -> None:
    for group, limit in limits.items():
        (groups / group / "cpu.max").write_text(limit, "utf-8")
    assert cores() == number


def test_no_groups_no_quota(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_OWN_GROUP", groups / "nowhere")
    assert cores() == 64


@pytest.fixture
def files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of ten units or so, every second request of which is wrong."""
    monkeypatch.setattr(units, "_RANGE", 500)
    (folder / "a.jsonl").write_text(lines(*[chat(), chat(top_p=7)] * 25), "utf-8")
    return folder


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes each pool is asked for."""
    numbers: list[int] = []

    class Pool(ProcessPoolExecutor):
        def __init__(self, number: int, **more: Any) -> None:
            numbers.append(number)
            super().__init__(min(number, 2), **more)

    monkeypatch.setattr(file_check, "ProcessPoolExecutor", Pool)
    return numbers


def test_there_are_no_more_processes_than_units(
    files: Path, validate: Run, asked_for: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (files / "a.jsonl").stat().st_size
    assert most_units(PayloadFile(file="a.jsonl")) == size // 500 + 1
    assert most_units(PayloadFile(file="-")) == sys.maxsize
    assert validate("--api", "v1.chat", "--jobs", "64", "a.jsonl").code == 1
    monkeypatch.setattr(file_check, "MOST_PROCESSES", 3)
    assert validate("--api", "v1.chat", "--jobs", "64", "a.jsonl").code == 1
    assert asked_for == [size // 500 + 1, 3]
    (files / "b.json").write_text("{}", "utf-8")
    assert validate("--api", "v1.chat", "--jobs", "64", "b.json").code == 1
    assert len(asked_for) == 2


class NoPool:
    """A pool on a system that has no shared memory."""

    def __init__(self, number: int, **more: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")


class NoProcess(ProcessPoolExecutor):
    """A pool on a system that starts no other process."""

    def submit(self, function: Any, /, *given: Any, **named: Any) -> Future[Any]:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")


class Killed(ProcessPoolExecutor):
    """A pool whose processes are killed."""

    def submit(self, function: Any, /, *given: Any, **named: Any) -> Future[Any]:
        return super().submit(_end)


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("pool", [NoPool, NoProcess])
def test_where_no_process_can_be_started_this_one_checks(
    files: Path, validate: Run, monkeypatch: pytest.MonkeyPatch, pool: object
) -> None:
    alone = validate("--api", "v1.chat", "--jobs", "1", "a.jsonl")
    monkeypatch.setattr(file_check, "ProcessPoolExecutor", pool)
    assert validate("--api", "v1.chat", "--jobs", "2", "a.jsonl") == alone
    assert alone.err == "qianfan-typed: 50 requests in 1 file: 25 invalid (25 errors)\n"


def test_a_process_that_is_killed_is_said_of_its_file_and_nothing_is_green(
    files: Path, validate: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "b.jsonl").write_text(lines(chat(top_p=7)), "utf-8")
    monkeypatch.setattr(file_check, "ProcessPoolExecutor", Killed)
    said = validate("--api", "v1.chat", "--jobs", "2", "a.jsonl", "b.jsonl")
    why = "the process that checked it was ended from outside, as where memory runs out [file.stopped]"
    assert said.code == 2
    assert said.lines == [f"a.jsonl:1:1: error: {why}", f"b.jsonl:1:1: error: {why}"]
    assert said.err == (
        "qianfan-typed: 0 requests in 2 files: nothing was checked; not checked: 2 files wholly or in part\n"
    )
