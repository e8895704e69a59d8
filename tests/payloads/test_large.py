"""Large files: ranges of lines, processes and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qianfan_typed.payloads import units as readers
from tests.payloads.saying import Run, chat, lines

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
MEASURE = r"""
import re, sys
from qianfan_typed.reports import formats
from qianfan_typed.reports.findings import ViolationFilter, Tally
from qianfan_typed.payloads.units import PayloadFile
from qianfan_typed.payloads.file_check import check_payload_files
tally = Tally()
findings = check_payload_files([PayloadFile(file=sys.argv[1], api="v1.chat")], ViolationFilter(), tally, jobs=1)
formats.write(findings, sys.argv[2], sys.stdout, tally)
# Not getrusage: that counts the process before exec, which is pytest.
peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]
print(tally.checked, tally.invalid, peak, file=sys.stderr)
"""
TEXT = lines(chat(), chat(temperature=1.7), "{", "", chat(model="ERNIE-3.5-8K", top_p=0.3))


@pytest.fixture
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts files into ranges of a few lines."""
    monkeypatch.setattr(readers, "_RANGE", 500)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_many_processes_say_what_one_says(folder: Path, validate: Run, form: str) -> None:
    for name in "abc":
        (folder / f"{name}.jsonl").write_text(TEXT * 4_000, "utf-8")
    assert (folder / "a.jsonl").stat().st_size > readers._RANGE  # pyright: ignore[reportPrivateUsage]
    (folder / "d.json").write_text("[1]", "utf-8")
    arguments = ["--api", "v1.chat", "--format", form, "--max-violations", "12000"]
    one = validate(*arguments, "--jobs", "1", "a.jsonl", "d.json", "b.jsonl", "nowhere", "c.jsonl")
    many = validate(*arguments, "--jobs", "3", "a.jsonl", "d.json", "b.jsonl", "nowhere", "c.jsonl")
    assert one == many
    assert one.err == (
        "qianfan-typed: 48,001 requests in 4 files, 36,001 checked: 12,001 invalid (12,001 errors); "
        "12,002 violations not shown; not checked: 12,000 unreadable, 1 file wholly or in part\n"
    )


def test_ranges_count_lines_and_records_on(folder: Path, validate: Run, small_ranges: None) -> None:
    (folder / "a.jsonl").write_text(TEXT * 50 + TEXT.rstrip("\n"), "utf-8")
    found = [line.split(": ")[0] for line in validate("--api", "v1.chat", "--jobs", "1", "a.jsonl").lines]
    assert found == [f"a.jsonl:{place}" for place in places(51)]
    found = [line.split(": ")[0] for line in validate("--api", "v1.chat", "-", given=TEXT * 50).lines]
    assert found == [f"-:{place}" for place in places(50)]


def places(times: int) -> list[str]:
    """Where the faults of TEXT stand in a file that repeats it."""
    return [place for turn in range(times) for place in (f"{5 * turn + 2}:93", f"{5 * turn + 3}:2")]


LINUX = Path("/proc/self/status").exists()


@pytest.mark.slow
@pytest.mark.skipif(not LINUX, reason="only Linux says how much memory a process took at most")
@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        pytest.param("a.jsonl", lines(chat(), chat()), "text", id="valid"),
        pytest.param("a.jsonl", lines(chat(top_p=7), chat()), "json", id="every second invalid"),
        pytest.param("a.json", lines(chat(top_p=7), chat()).replace("\n", ",\n"), "text", id="a list"),
    ],
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str, text: str, form: str) -> None:
    file, is_list = tmp_path / name, name.endswith(".json")
    peaks: list[int] = []
    for times in (30_000, 120_000):
        file.write_text(f"[{text * times}1]" if is_list else text * times, "utf-8")
        command = [sys.executable, "-c", MEASURE, str(file), form]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        checked, _, peak = map(int, done.stderr.split())
        assert checked == 2 * times + is_list
        peaks.append(peak)
    # A file that is mapped counts where it was read last. What is held of each line would be 18 MB and more.
    mapped = file.stat().st_size // 1024 if is_list else 0
    assert peaks[1] - peaks[0] - mapped < 8_000
