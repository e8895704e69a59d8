"""`qianfan-typed batch`: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
MODEL = "ernie-4.5-turbo-128k"


def write(count: int) -> None:
    lines = (json.dumps({"id": f"q{index}", "prompt": f"问题{index}"}, ensure_ascii=False) for index in range(count))
    Path("in.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


MADE = ("-m", MODEL, "--messages-from", "prompt", "--id-from", "id")
ORDER = ("batch", "run", "in.jsonl", "out.jsonl", *MADE)


def test_a_run_says_what_it_came_to(run: Run) -> None:
    write(20)
    done = run(*ORDER, "--workers", "4", "--set", "temperature=0.5")
    assert (done.code, done.err) == (0, "")
    first, this_run, latency, tokens, cost = done.out.splitlines()
    assert first == "out.jsonl: 20 of 20 done: 20 ok"
    assert this_run.startswith("  this run 20 in ")
    assert latency.startswith("  latency  half ")
    assert tokens.startswith("  tokens   ")
    assert " yuan by the prices of 20" in cost
    assert len(Path("out.jsonl").read_text("utf-8").splitlines()) == 20


def test_what_fails_is_told_listed_and_sent_again(run: Run, emulator: Emulator) -> None:
    write(5)
    emulator.fail_next(2, code="invalid_argument", message="no\u202e")
    done = run(*ORDER, "--workers", "1")
    assert done.code == 1
    assert done.out.splitlines()[0] == "out.jsonl: 5 of 5 done: 3 ok, 2 failed"
    assert done.out.splitlines()[-1].startswith("  2 × BadRequest invalid_argument, as q0: ")
    assert done.err == "qianfan-typed: the same command with --only-failed sends again what failed\n"

    listed = run("batch", "failed", "out.jsonl")
    assert [line.split("\t")[:3] for line in listed.out.splitlines()] == [
        ["custom_id", "status", "error"],
        ["q0", "failed", "BadRequest invalid_argument"],
        ["q1", "failed", "BadRequest invalid_argument"],
    ]
    assert "\u202e" not in done.out + listed.out
    assert [json.loads(line)["index"] for line in run("batch", "failed", "out.jsonl", "--json").out.splitlines()] == [
        *(0, 1)
    ]
    assert run(*ORDER, "--only-failed").code == 0
    assert run("batch", "failed", "out.jsonl").out == "custom_id\tstatus\terror\tmessage\n"


def test_the_status(run: Run) -> None:
    write(3)
    run(*ORDER)
    done = run("batch", "status", "out.jsonl")
    assert done.out.splitlines()[0] == "out.jsonl: 3 of 3 done: 3 ok"
    assert done.out.splitlines()[-1] == "  run      by nobody now"
    said = json.loads(run("batch", "status", "out.jsonl", "--json").out)
    assert (said["total"], said["done"], said["pending"], said["running"]) == (3, 3, 0, None)


def test_an_output_of_no_batch(run: Run) -> None:
    for command in ("status", "failed", "cancel"):
        done = run("batch", command, "none.jsonl")
        assert (done.code, done.err) == (
            2,
            f"qianfan-typed: none.jsonl: is no output of a batch: there is no {Path('none.jsonl.batch/job.json')}\n",
        )


def test_nothing_to_cancel(run: Run) -> None:
    write(1)
    run(*ORDER)
    assert run("batch", "cancel", "out.jsonl").err == "qianfan-typed: out.jsonl: nobody writes it now\n"


def test_exports_in_the_order_of_the_input(run: Run) -> None:
    write(12)
    run(*ORDER, "--workers", "6")
    assert run("batch", "export", "out.jsonl", "rows.csv").err == "qianfan-typed: rows.csv: 12 rows of 12 inputs\n"
    with Path("rows.csv").open(encoding="utf-8", newline="") as file:
        assert [row["custom_id"] for row in csv.DictReader(file)] == [f"q{index}" for index in range(12)]
    run("batch", "export", "out.jsonl", "rows.jsonl")
    lines = Path("rows.jsonl").read_text("utf-8").splitlines()
    assert sorted(lines) == sorted(Path("out.jsonl").read_text("utf-8").splitlines())
    assert [json.loads(line)["index"] for line in lines] == list(range(12))
    done = run("batch", "export", "out.jsonl", "rows.txt")
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: rows.txt: ends in none of .jsonl, .csv, .parquet, which say the form\n",
    )


def test_a_dry_run_sends_nothing(run: Run, emulator: Emulator) -> None:
    write(10)
    done = run(*ORDER, "--dry-run")
    assert done.code == 0
    head, row = (line.split("\t") for line in done.out.splitlines())
    assert head == ["model", "api", "requests", "tokens in", "tokens out", "yuan", "price of"]
    assert row[:3] == [MODEL, "v2.chat", "10"]
    assert done.err.startswith("qianfan-typed: 10 requests; tokens are estimated, about ")
    assert done.err.endswith(" yuan; nothing was sent\n")
    assert emulator.requests == []
    assert sorted(path.name for path in Path().iterdir()) == ["in.jsonl"]


def test_a_dry_run_puts_nothing_elsewhere(run: Run) -> None:
    write(2)
    Path("elsewhere").mkdir()
    Path("out.jsonl").write_text("of another batch\n", "utf-8")
    output = f"{Path('elsewhere').absolute().as_uri()}/out.jsonl"
    assert run("batch", "run", "in.jsonl", output, *MADE, "--engine", "ray", "--dry-run").code == 0
    assert list(Path("elsewhere").iterdir()) == []


def test_a_dry_run_of_standard_input(run: Run) -> None:
    done = run("batch", "run", "-", "out.jsonl", *MADE, "--dry-run", stdin='{"id": "a", "prompt": "好"}\n')
    assert done.err.startswith("qianfan-typed: 1 requests; ")


def test_requests_that_break_rules(run: Run) -> None:
    write(2)
    done = run(*ORDER, "--set", "temperature=hot")
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        "2 requests of 2 cannot be sent, so nothing was: mend them, or skip_invalid leaves them out"
    )
    assert run(*ORDER, "--set", "temperature=hot", "--skip-invalid").code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("batch", "run", "in.jsonl"), "in.jsonl: say the input, then the output"),
        ((*ORDER, "--set", "temperature"), "--set temperature: say a name, = and what it is"),
        ((*ORDER, "--template", "none.jinja"), "none.jinja: No such file or directory"),
        ((*ORDER, "--resume"), "out.jsonl: nothing was begun there; leave out --resume and --only-failed"),
        (
            (*ORDER, "--engine", "ray", "--bearer-token", "bce-v3/ALTAK-a"),
            "--bearer-token: Ray would show the command line to all who see its jobs: set QIANFAN_BEARER_TOKEN instead",
        ),
    ],
    ids=["no output", "no value", "no template", "nothing begun", "a key for Ray to show"],
)
def test_what_cannot_be_asked(run: Run, words: tuple[str, ...], said: str) -> None:
    write(1)
    done = run(*words)
    assert (done.code, done.err) == (2, f"qianfan-typed: {said}\n")


def test_a_report_of_html(run: Run, emulator: Emulator) -> None:
    write(5)
    emulator.fail_next(1, code="invalid_argument", message="<b>")
    run(*ORDER, "--report", "report.html")
    page = Path("report.html").read_text("utf-8")
    assert "<h1>out.jsonl</h1>" in page
    assert "BadRequest invalid_argument" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


# --- Ctrl-C ----------------------------------------------------------------------------------------------------------


def begun(emulator: Emulator) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        **emulator.environment,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
    }
    command = [sys.executable, "-m", "qianfan_typed", *ORDER, "--workers", "4"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    ends = time.monotonic() + 60
    while not (Path("out.jsonl").exists() and Path("out.jsonl").stat().st_size) and time.monotonic() < ends:
        time.sleep(0.01)
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="no process is interrupted so there")
def test_ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on(run: Run, emulator: Emulator) -> None:
    write(300)
    emulator.slow(0.2)
    process = begun(emulator)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    rows = len(Path("out.jsonl").read_text("utf-8").splitlines())
    assert process.returncode == 130
    assert err.splitlines() == [
        "qianfan-typed: finishing what is under way; Ctrl-C once more stops now",
        f"qianfan-typed: stopped: Ctrl-C; {300 - rows} are left: the same command goes on with them",
    ]
    assert len([one for one in emulator.requests if one.path.endswith("/completions")]) == rows
    emulator.slow(0)
    assert run(*ORDER).out.startswith("out.jsonl: 300 of 300 done: 300 ok\n")
    assert len([one for one in emulator.requests if one.path.endswith("/completions")]) == 300


@pytest.mark.skipif(sys.platform == "win32", reason="no process is interrupted so there")
def test_a_second_ctrl_c_stops_now(run: Run, emulator: Emulator) -> None:
    write(300)
    process = begun(emulator)
    emulator.slow(600)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    rows = len(Path("out.jsonl").read_text("utf-8").splitlines())
    assert (process.returncode, 0 < rows < 300) == (130, True)
    assert err.splitlines()[-1].endswith(f"{300 - rows} are left: the same command goes on with them")
    emulator.slow(0)
    assert run(*ORDER).out.startswith("out.jsonl: 300 of 300 done: 300 ok\n")


# --- the page --------------------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "batches.md").read_text("utf-8")
PAGE_LINES = [
    line.removeprefix("$ ")
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if "batch " in line and "--engine" not in line  # those go to a cluster: tests/cluster
]


def test_the_commands_of_the_page_work_in_a_row(run: Run) -> None:
    Path("questions.jsonl").write_text(json.dumps({"messages": [{"role": "user", "content": "好"}]}) + "\n", "utf-8")
    Path("places.csv").write_text("id,place,topic,question\na,北京,天气,天气？\nb,上海,美食,美食？\n", "utf-8")
    Path("ask.jinja").write_text(re.findall(r"`(\{\{ .*?)`", PAGE)[0], "utf-8")
    assert PAGE_LINES
    for line in PAGE_LINES:
        name, *arguments = shlex.split(line)
        assert name == "qianfan-typed"
        done = run(*arguments)
        assert (line, done.code) == (line, 0), done.err
    assert Path("report.html").exists()
    assert Path("vectors.parquet").exists()


def test_the_page_names_every_option_and_command() -> None:
    said = set(re.findall(r"--[a-z-]+", PAGE))
    options = set(re.findall(r'"--([a-z-]+)"', (ROOT / "qianfan_typed" / "cli" / "batch.py").read_text("utf-8")))
    assert {f"--{name}" for name in options} - said - {"--json"} == set()
