"""What docs/emulator.md shows, runs, and what it lists is there."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.clients import __main__ as clients
from tests.emulator.test_cli import COMMAND, ENVIRONMENT

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "emulator.md").read_text("utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAMS = [code for code in PYTHON if not code.startswith("# test_")]
CALLS = re.findall(r"^\| (`\w+\(.*?\)`(?:, `\w+\(\)`)*) \|", PAGE, re.MULTILINE)


def test_the_tests_pass(tmp_path: Path) -> None:
    (code,) = set(PYTHON) - set(PROGRAMS)
    (tmp_path / "test_program.py").write_text(code, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ended = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert "3 passed" in ended.stdout, ended.stdout


@pytest.mark.parametrize("code", PROGRAMS, ids=range(len(PROGRAMS)))
def test_the_programs_run(code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("os.environ", dict(ENVIRONMENT))
    exec(compile(code, "docs/emulator.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()


def test_the_command_is_there() -> None:
    (line,) = re.findall(r"^qianfan-typed (emulator .*)$", PAGE, re.MULTILINE)
    ended = subprocess.run([*COMMAND, *line.split(), "--help"], capture_output=True, text=True, env=ENVIRONMENT)
    assert ended.returncode == 0
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) == set(re.findall(r"--[a-z-]+", ended.stdout)) - {"--help"}


def test_every_call_that_is_listed_exists_and_none_is_left_out() -> None:
    listed = {
        name: set(re.findall(r"\w+", rest)) for cell in CALLS for name, rest in re.findall(r"(\w+)\((.*?)\)", cell)
    }
    public = {name for name, _ in inspect.getmembers(Emulator, inspect.isfunction) if not name.startswith("_")}
    assert set(listed) == public - {"start", "stop", "client", "async_client"}
    for name, words in listed.items():
        known = inspect.signature(getattr(Emulator, name)).parameters.keys()
        assert words <= known | {"seconds"}, name


def test_the_clients_that_are_listed_are_those_that_are_run() -> None:
    table = PAGE.partition("## Clients that work against it")[2]
    listed = set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE))
    pinned = {
        re.split(r"[=\[]", line)[0]
        for line in clients.REQUIREMENTS.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    }
    # What runs the tests, and what ours stands on in the place of `qianfan`.
    assert listed == pinned - {"pytest", "cattrs", "httptools", "msgspec"}
    modules = [path.read_text("utf-8") for path in clients.HERE.glob("test_*.py")]
    tested = {name for module in modules for name in re.findall(r"\A\"\"\"`([\w-]+)`", module)}
    assert tested == {name.removesuffix("-slim") for name in listed} - {"qianfan"}


def test_each_client_is_pinned() -> None:
    lines = [line for line in clients.REQUIREMENTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w-]+(\[\w+\])?==[\w.]+", line)] == []


@pytest.fixture
def no_settings_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away what this machine tells pip."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "pip_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.mark.usefixtures("no_settings_of_pip")
def test_without_a_registry_nothing_is_tested_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    assert clients.main([], tmp_path / "clients") == 0
    assert capsys.readouterr().out.endswith("==> the registry cannot be reached: the clients are NOT tested\n")


@pytest.mark.usefixtures("no_settings_of_pip")
def test_a_package_that_is_not_there_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert clients.main([], tmp_path / "clients") == 1
    assert capsys.readouterr().err.endswith("==> the clients cannot be installed\n")
