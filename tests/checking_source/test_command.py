"""`qianfan-typed check`: its exit codes, and what it prints where."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qianfan_typed import cli

WRONG = "from qianfan_typed import Qianfan\nQianfan().v1.chat.ernie_lite_8k_0922.create([], tmp=1)\n"
RIGHT = "from qianfan_typed import Qianfan, user\nQianfan().v1.chat.ernie_speed_8k.create([user('你好')])\n"


class Ran:
    """What a run of the command gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **files: str) -> Ran:
        for name, text in files.items():
            Path(f"{name}.py").write_text(text, "utf-8")
        monkeypatch.setattr(sys, "argv", ["qianfan-typed", "check", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out, err)

    return run


def test_right_code_is_said_to_be(check: Callable[..., Ran]) -> None:
    ran = check(".", right=RIGHT)
    assert (ran.code, ran.out, ran.err) == (0, "", "no findings in any of 1 call, 1 file\n")


def test_findings_are_printed_a_line_each(check: Callable[..., Ran]) -> None:
    ran = check("wrong.py", wrong=WRONG)
    assert ran.code == 1
    page = "(对话Chat, read 2025-01-13)"
    lines = ran.out.splitlines()
    assert lines[0] == (
        "wrong.py:2:19: warning: /model ERNIE-Lite-8K-0922: retired; use ERNIE-Lite-8K [retired] "
        "(qianfan 0.4.12.3 (Python SDK), read 2025-01-13)"
    )
    assert lines[1] == f"wrong.py:2:45: warning: /messages must not be empty [empty] {page}"
    assert lines[2].startswith("wrong.py:2:49: warning: /tmp not a known name; ")
    assert lines[2].endswith(f" [unknown] {page}")
    assert ran.err == "3 findings in 1 of 1 call, 1 file\n"


def test_the_least_level_and_what_to_leave_out(check: Callable[..., Ran]) -> None:
    assert check("wrong.py", "--level", "error", wrong=WRONG).code == 0
    ran = check("wrong.py", "--ignore", "retired", "--ignore", "v1.chat.messages", "--ignore", "unknown")
    assert (ran.code, ran.out, ran.err) == (0, "", "no findings in any of 1 call, 1 file\n")


def test_json_is_one_object(check: Callable[..., Ran]) -> None:
    ran = check("--format", "json", "wrong.py", "right.py", wrong=WRONG, right=RIGHT)
    whole = json.loads(ran.out)
    assert (whole["checked"], whole["invalid"], len(whole["violations"])) == (2, 1, 3)
    assert whole["violations"][1] == {
        "file": "wrong.py",
        "line": 2,
        "column": 45,
        "record": None,
        "api": "v1.chat",
        "model": "ERNIE-Lite-8K-0922",
        "pointer": "/messages",
        "code": "empty",
        "message": "must not be empty",
        "level": "warning",
        "rule": "v1.chat.messages.empty",
        "source": "对话Chat, read 2025-01-13",
    }


def test_github_gets_workflow_commands(check: Callable[..., Ran]) -> None:
    ran = check("--format", "github", "wrong.py", wrong=WRONG)
    assert ran.out.splitlines()[1] == (
        "::warning file=wrong.py,line=2,col=45,title=v1.chat.messages.empty::"
        "/messages must not be empty [empty] (对话Chat, read 2025-01-13)"
    )


def test_a_file_that_cannot_be_checked_is_2_and_the_others_are_checked(check: Callable[..., Ran]) -> None:
    ran = check("broken.py", "no.py", "wrong.py", broken="import qianfan\nx = = 1\n", wrong=WRONG)
    assert ran.code == 2
    assert len(ran.out.splitlines()) == 3
    assert ran.err.splitlines() == [
        "qianfan-typed: broken.py:2: not Python: invalid syntax",
        "qianfan-typed: no.py: no such file or folder",
        "3 findings in 1 of 1 call, 2 files",
    ]


def test_wrong_usage_is_2(check: Callable[..., Ran]) -> None:
    assert check().code == 2
    assert check(".", "--format", "xml").code == 2
