"""The command line on machines unlike this one: other encodings, other shells, and parts that are missing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from qianfan_typed.cli import listening

ROOT = Path(__file__).parents[2]
FOUND = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
COMMANDS = [
    *(["--help"], ["validate", "--help"], ["check", "--help"], ["schema", "--help"], ["explain", "--help"]),
    *(["explain", "v1.chat.temperature"], ["explain", "v1.chat.temperature", "--all-models"], ["schema", "v1.chat"]),
]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**FOUND, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_command_fails_where_a_character_cannot_be_written(encoding: str) -> None:
    script = (
        "import contextlib, sys; from qianfan_typed.cli import main\n"
        "for arguments in " + repr(COMMANDS) + ":\n"
        "    sys.argv[1:] = arguments\n"
        "    with contextlib.suppress(SystemExit): main()\n"
    )
    done = run("-c", script, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    # 对话Chat, the page
    assert "\\u5bf9\\u8bddChat" in done.stdout


def test_the_package_runs_as_the_command_line() -> None:
    for module in ("qianfan_typed", "qianfan_typed.cli"):
        done = run("-m", module, "explain", "v1.chat.nothing")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("qianfan-typed: ")


MISSING = "import sys; sys.modules[{name!r}] = None\nfrom qianfan_typed.cli import main"


def test_what_the_extra_brings_is_said_to_be_missing_and_what_is_ours_is_a_fault() -> None:
    done = run("-c", MISSING.format(name="rich.console"))
    assert (done.returncode, done.stderr) == (
        2,
        'qianfan-typed: the command line needs rich: pip install "qianfan-typed[cli]"\n',
    )
    done = run("-c", MISSING.format(name="qianfan_typed.cli.options"))
    assert done.returncode == 1
    assert "pip install" not in done.stderr


@pytest.mark.parametrize(
    ("windows", "lines"),
    [
        (False, ["export A=1", "export B='my t'\"'\"'oken'"]),
        (True, ['set "A=1"', 'set "B=my t\'oken"', "$env:A = '1'", "$env:B = 'my t''oken'"]),
    ],
)
def test_the_emulators_variables_are_set_as_the_shells_there_do(
    monkeypatch: pytest.MonkeyPatch, windows: bool, lines: list[str]
) -> None:
    monkeypatch.setattr(listening, "_WINDOWS", windows)
    out = io.StringIO()
    listening.print_variables(Console(file=out), "keys", {"A": "1", "B": "my t'oken"})
    assert out.getvalue().splitlines() == ["", "# keys", *lines]
