"""Hostile files: nothing of them reaches a terminal raw, none of them ends or hangs a run, over the real command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.payloads.saying import ENVIRONMENT, chat, command, lines

EVIL = "\x1b[31m\r\n::error file=a.py::pwned\u202e\x85##[error]x"
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|^\\s*::error file=a.py|##\\[", re.MULTILINE)
FORMATS = ["text", "json", "sarif", "junit", "github"]


@pytest.mark.parametrize("form", FORMATS)
def test_names_values_and_models_of_a_payload_are_printable_in_every_format(folder: Path, form: str) -> None:
    documents = [chat(**{EVIL: 1}), chat(model=EVIL), chat(user_id=[EVIL]), {"messages": [{"role": EVIL}]}]
    (folder / "a.jsonl").write_text(lines(*documents, {EVIL: {EVIL: 1}}), "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", "--show-unchecked", "--format", form, "a.jsonl")
    assert said.code == 1
    if form == "github":
        assert all(line.startswith(("::error file=a.jsonl,", "::warning file=a.jsonl,", "::no")) for line in said.lines)
    assert RAW.findall(said.out) == []
    assert RAW.findall(said.err) == []


@pytest.mark.skipif(os.name == "nt", reason="names of files have no such characters there")
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_cannot_be_called_like_a_command(folder: Path, form: str) -> None:
    name = "::error file=a.py::\x1b[2J\n.json"
    (folder / name).write_text("{", "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", "--format", form, ".", name)
    assert said.code == 2
    assert RAW.findall(said.out) == []
    if form == "text":
        assert said.lines[0].startswith("./::error file=a.py::\\x1b[2J\\x0a.json:1:2: error: not JSON")


DOUBLED = "a0 = [{'role': 'user', 'content': 'x'}]\n" + "".join(f"a{n + 1} = a{n} + a{n}\n" for n in range(30))
NESTED = "b0 = ['x']\n" + "".join(f"b{n + 1} = [b{n}, b{n}]\n" for n in range(30))
HEAD = "import qianfan\nc = qianfan.ChatCompletion()\n"
CALL = "c.do(model='ERNIE-3.5-8K', messages=m, temperature=1.7)\n"
HOT = "error: ERNIE-3.5-8K /temperature 1.7: must be above 0 and at most 1.0 [v1.chat.temperature.range]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# coding: rot13\nimport qianfan", "1:1: error: not Python: rot13 is no encoding of texts [file.syntax]"),
        ("# coding: zlib\nimport qianfan", "1:1: error: not Python: zlib is no encoding of texts [file.syntax]"),
        ("# coding: punycode\nimport qianfan", "1:1: error: not Python: punycode is no encoding of source code"),
        (f"{HEAD}{DOUBLED}m = a30\n{CALL}", f"35:52: {HOT}"),
        (f"{HEAD}{NESTED}m = b30\n{CALL}", f"35:52: {HOT}"),
        (f"{HEAD}m = [{{'role': 'user', 'content': 'x'}}]\n{CALL * 3000}", f"4:52: {HOT}"),
        (f"{HEAD}x = {'(' * 5000}", "error: not Python: "),
        (f"{HEAD}x = {'-' * 100_000}1", "error: "),
        (f"{HEAD}x = {'a.' * 50_000}b", "error: "),
        ("qianfan = 1\n" + "#" * 5_000_000, "1:1: error: more than 5,000,000 bytes [file.limit]"),
    ],
    ids=["rot13", "zlib", "punycode", "doubled", "nested", "3,000 calls", "brackets", "signs", "dots", "large"],
)
def test_no_python_file_ends_or_hangs_a_run(folder: Path, text: str, said: str) -> None:
    (folder / "a.py").write_text(text, "utf-8")
    (folder / "b.py").write_text(f"{HEAD}m = [{{'role': 'user', 'content': 'x'}}]\n{CALL}", "utf-8")
    found = command(folder, "check", "--ignore", "retired", "a.py", "b.py")
    assert "Traceback" not in found.err
    assert said in found.out
    assert found.lines[-1].startswith(f"b.py:4:52: {HOT}")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it")
def test_syntax_that_is_newer_than_the_python_that_runs_is_said(folder: Path) -> None:
    (folder / "a.py").write_text("import qianfan\ntype Words = list[str]\n", "utf-8")
    this = ".".join(map(str, sys.version_info[:2]))
    assert command(folder, "check", "a.py").lines == [
        f"a.py:2:6: error: not Python: invalid syntax; Python 3.12 reads a type statement, and this is {this}: run the "
        "check with the newer one [file.syntax]"
    ]


BROKEN_VALIDATE = """
from qianfan_typed.payloads import judge
def fail(*given, **named): raise KeyError("secret of the file")
judge.validate = fail
"""
BROKEN_CHECK = """
from qianfan_typed.python_source.calls import call_finder
def fail(*given, **named): raise KeyError("secret of the file")
call_finder.symbol = fail
"""


@pytest.mark.parametrize(
    ("of", "name", "broken"), [("validate", "a.json", BROKEN_VALIDATE), ("check", "a.py", BROKEN_CHECK)]
)
def test_a_fault_of_the_check_itself_is_said_of_the_file_and_the_run_goes_on(
    folder: Path, of: str, name: str, broken: str
) -> None:
    (folder / "a.json").write_text(json.dumps(chat(top_p=7)), "utf-8")
    (folder / "a.py").write_text(HEAD, "utf-8")
    more = ["--api", "v1.chat"] if of == "validate" else []
    said = command(folder, of, *more, name, "nowhere", python=broken)
    assert said.code == 2
    assert said.lines[0] == "nowhere:1:1: error: no such file or folder [file.unreadable]"
    assert said.lines[1].startswith(f"{name}:1:1: error: internal error, please report it: KeyError in fail, line ")
    assert "secret" not in said.out + said.err


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers that interrupt")
def test_a_file_that_takes_too_long_is_left_and_the_run_goes_on(folder: Path) -> None:
    slow = """
from qianfan_typed.payloads import judge, unit_check
unit_check.MOST_SECONDS = 1
validate = judge.validate
def spin(payload, **named):
    while "spin" in payload: pass
    return validate(payload, **named)
judge.validate = spin
"""
    (folder / "a.json").write_text(json.dumps(chat(spin=1)), "utf-8")
    (folder / "b.json").write_text(json.dumps(chat(top_p=7)), "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", "--ignore", "retired", "a.json", "b.json", python=slow)
    assert said.code == 2
    assert [line.partition(" (")[0] for line in said.lines] == [
        "a.json:1:1: error: it takes more than 1 seconds: what is left of it is not checked [file.limit]",
        "b.json:1:97: error: ERNIE-Speed-8K /top_p 7: must be at least 0 and at most 1.0 [v1.chat.top_p.range]",
    ]


def test_a_string_that_never_ends_is_looked_at_once(folder: Path) -> None:
    (folder / "a.json").write_text('[{"a": "' + '\\"' * 500_000, "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", "a.json")
    assert (said.code, said.lines) == (2, ["a.json:1:1000009: error: not JSON: it ends too early [file.syntax]"])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the processes")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL", "SIGINT"])
def test_workers_end_with_the_process_that_started_them(folder: Path, name: str) -> None:
    (folder / "a.jsonl").write_text(lines(chat()) * 400_000, "utf-8")
    code = "from qianfan_typed.cli import main\nmain()"
    arguments = ["validate", "--api", "v1.chat", "--jobs", "2", "--level", "error", "a.jsonl"]
    run = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    while len(workers := children(run.pid)) < 2:
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(getattr(signal, name))
    _, said = run.communicate()
    assert said == ""
    assert run.returncode != 0
    for _ in range(1000):
        if not any(map(alive, workers)):
            return
        time.sleep(0.01)
    pytest.fail("workers are left")


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("how", ["truncated", "replaced"])
def test_a_file_that_changes_while_it_is_read_is_said_once(folder: Path, name: str, how: str) -> None:
    text = lines(*[chat()] * 100)
    (folder / name).write_text(text if name == "a.jsonl" else f"[{text.replace(chr(10), ',')}{text.split(chr(10))[0]}]")
    change = {
        "truncated": f"os.truncate({name!r}, 1000)",
        "replaced": f"open('other', 'w').write('x' * {(folder / name).stat().st_size}); os.replace('other', {name!r})",
    }[how]
    between = f"""
import os
from qianfan_typed.payloads import units
units._RANGE = 1000
read = units.Unit.read
def changed(unit):
    if unit.start > 3000: {change}
    return read(unit)
units.Unit.read = changed
"""
    said = command(folder, "validate", "--api", "v1.chat", "--ignore", "retired", name, python=between)
    assert said.code == 2
    (line,) = said.lines
    assert line.endswith("error: it changed while it was read: what follows is not checked [file.changed]")
