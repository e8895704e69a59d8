"""`qianfan-typed check`: its exit codes, and what it prints where."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.payloads.saying import Run

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
RIGHT = "from qianfan_typed import Qianfan, user\nQianfan().v1.chat.ernie_3_5_8k.create([user('你好')])\n"
WRONG = "from qianfan_typed import Qianfan\nQianfan().v1.chat.ernie_lite_8k_0922.create([], top=1)\n"
LITE = "ERNIE-Lite-8K-0922"
PAGE = "(对话Chat, read 2025-01-13)"
SAID = [
    f"wrong.py:2:19: warning: {LITE} /model {LITE}: retired on 2024-07-04; use ERNIE-Lite-Pro-128K "
    "[v1.chat.model.retired] (模型列表, retired models, read 2026-03-07)",
    f"wrong.py:2:45: warning: {LITE} /messages must not be empty [v1.chat.messages.empty] {PAGE}",
    f"wrong.py:2:49: warning: {LITE} /top not a known name; did you mean stop or top_p? [v1.chat.unknown] {PAGE}",
]
BROKEN = "import qianfan\n你好 = = 1\n"
BROKEN_SAID = "broken.py:2:6: error: not Python: invalid syntax [file.syntax]"


def test_right_code_passes_in_silence(check: Run) -> None:
    said = check(".", right=RIGHT)
    assert (said.code, said.out, said.err) == (0, "", "qianfan-typed: 1 call in 1 file: all valid\n")


def test_a_violation_is_a_line_with_its_place(check: Run) -> None:
    said = check("wrong.py", wrong=WRONG)
    assert (said.code, said.lines) == (1, SAID)
    assert said.err == "qianfan-typed: 1 call in 1 file: 1 invalid (3 warnings)\n"


def test_the_least_level_and_what_to_leave_out(check: Run) -> None:
    assert check("wrong.py", "--level", "error", wrong=WRONG).code == 0
    said = check("wrong.py", "--ignore", "retired", "--ignore", "v1.chat.messages", "--ignore", "unknown")
    assert (said.code, said.out, said.err) == (0, "", "qianfan-typed: 1 call in 1 file: all valid\n")


def test_max_violations_limits_what_is_shown(check: Run) -> None:
    said = check(".", "--max-violations", "2", wrong=WRONG, zz=WRONG)
    assert (said.code, said.lines) == (1, SAID[:2])
    assert said.err == "qianfan-typed: 2 calls in 2 files: 2 invalid (6 warnings); 4 violations not shown\n"
    assert check(".", "--max-violations", "0").lines == []


def test_a_file_that_is_not_python_is_2_and_the_others_are_checked(check: Run) -> None:
    said = check("broken.py", "no.py", "no*.py", "wrong.py", broken=BROKEN, wrong=WRONG)
    missing = [
        "no.py:1:1: error: no such file or folder [file.unreadable]",
        "no*.py:1:1: error: no file matches [file.unreadable]",
    ]
    assert (said.code, said.lines) == (2, [*missing, BROKEN_SAID, *SAID])
    assert said.err == (
        "qianfan-typed: 1 call in 2 files: 1 invalid (3 warnings); not checked: 3 files wholly or in part\n"
    )


def test_what_is_not_python_is_said_whatever_is_left_out(check: Run) -> None:
    said = check(".", "--level", "error", "--ignore", "file", broken=BROKEN)
    assert (said.code, said.lines) == (2, [BROKEN_SAID])


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        pytest.param("import qianfan\n\tx", "2:1", "unexpected indent", id="indented"),
        pytest.param("import qianfan\r\rf('你好', (", "3:9", "'(' was never closed", id="line ends of old"),
        pytest.param(b"import qianfan\nx = '\xe4\xbd\xa0\xff'", "2:7", "not UTF-8", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbf# \xff qianfan", "1:3", "not UTF-8", id="not UTF-8 after a byte order mark"),
        pytest.param(b"# coding: gbk\n# qianfan \xc4\xe3\xff", "2:12", "not GBK", id="not what it says"),
        pytest.param("# coding: no-such\n# qianfan", "1:1", "unknown encoding: no-such", id="no encoding"),
        pytest.param("# qianfan\n" + "-" * 100_000 + "1", "1:1", "nested too deeply", id="deep"),
    ],
)
def test_what_is_not_python_has_a_place(check: Run, text: str | bytes, place: str, why: str) -> None:
    said = check("a.py", a=text)
    assert (said.code, said.lines) == (2, [f"a.py:{place}: error: not Python: {why} [file.syntax]"])


def test_a_file_that_cannot_be_read_is_2_and_the_others_are_checked(
    check: Run, folder: Path, symlink: Callable[[Path, str], None]
) -> None:
    symlink(folder / "gone.py", "nowhere.py")
    said = check(".", wrong=WRONG)
    assert said.code == 2
    assert said.lines == ["gone.py:1:1: error: No such file or directory [file.unreadable]", *SAID]


def test_standard_input_is_checked(check: Run) -> None:
    said = check("-", given=WRONG)
    assert said.lines == [line.replace("wrong.py", "-") for line in SAID]
    assert check("-", given=b"# qianfan \xff").lines == ["-:1:11: error: not Python: not UTF-8 [file.syntax]"]


def test_what_does_not_mention_the_platform_is_said_to_hold_no_call(check: Run) -> None:
    said = check(".", other="import json\n")
    assert (said.code, said.err) == (0, "qianfan-typed: 0 calls in 1 file: nothing was checked\n")


def test_output_is_utf_8_whatever_the_machine_prints(folder: Path) -> None:
    (folder / "wrong.py").write_text(WRONG, "utf-8")
    command = [sys.executable, "-m", "qianfan_typed.cli", "check", "wrong.py"]
    done = subprocess.run(command, env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}, capture_output=True)
    assert done.stdout.decode("utf-8").splitlines() == SAID


def test_wrong_usage_is_2(check: Run) -> None:
    assert check(".", "--format", "xml").code == 2
    said = check()
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "qianfan-typed: nothing to check: name files, folders or -, "
        "or set source in [tool.qianfan-typed] of pyproject.toml\n"
    )


CONFIGURATION = """\
[tool.qianfan-typed]
paths = ["payloads"]
source = ["src", "tools/*.py"]
ignore = ["retired", "v1.chat.unknown"]
"""


@pytest.fixture
def configured(folder: Path) -> Path:
    """A project with a configuration and code."""
    (folder / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    for name in ("src/deep/a.py", "tools/b.py", "other/c.py"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(WRONG, "utf-8")
    return folder


def test_what_the_command_leaves_out_is_in_pyproject(configured: Path, check: Run) -> None:
    said = check()
    assert said.lines == [SAID[1].replace("wrong.py", name) for name in ("src/deep/a.py", "tools/b.py")]
    assert said.err == "qianfan-typed: 2 calls in 2 files: 2 invalid (2 warnings)\n"


def test_the_command_goes_before_pyproject(configured: Path, check: Run) -> None:
    assert check("other").lines == [SAID[1].replace("wrong.py", "other/c.py")]
    with (configured / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('level = "error"\n')
    assert check().lines == []
    assert len(check("--level", "warning").lines) == 2
    assert check("--level", "warning", "--ignore", "empty").lines == []


def test_source_begins_at_pyproject(configured: Path, check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(configured / "src" / "deep")
    assert [line.split(":")[0] for line in check().lines] == ["../../src/deep/a.py", "../../tools/b.py"]


def test_a_wrong_configuration_is_wrong_usage(folder: Path, check: Run) -> None:
    (folder / "pyproject.toml").write_text('[tool.qianfan-typed]\nsource = "src"\nsuorce = []\n', "utf-8")
    said = check("a.py")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "qianfan-typed: pyproject.toml: [tool.qianfan-typed] source: 'src': must be a list of strings; "
        "suorce: not a setting; did you mean source?\n"
    )
