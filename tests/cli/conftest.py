"""What the tests of the command line share: an emulator to call, commands run in this process, and terminals."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from qianfan_typed import cli
from qianfan_typed.emulator import Emulator


@attrs.frozen
class Done:
    """A command that was run."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def emulator(qianfan_emulator: Emulator) -> Emulator:
    """The emulator, by its short name."""
    return qianfan_emulator


@pytest.fixture
def run(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Run:
    """Runs a command in this process, with the emulator's variables set: `run("chat", "你好", stdin="…")`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["qianfan-typed", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        sys.stdout.flush()
        came = capfdbinary.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, came.out.decode(), came.err.decode())

    return command


@pytest.fixture
def without_keys(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """No keys in the environment. After `run`, which sets them."""
    for name in ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY", "QIANFAN_AK", "QIANFAN_SK", "QIANFAN_BEARER_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def terminal(emulator: Emulator, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Runs a command in a terminal, with the emulator's variables set."""
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo-terminal that pexpect can open")
    from tests.cli.terminal import Terminal

    opened: list[Terminal] = []

    def open_terminal(*arguments: str, **given: Any) -> Terminal:
        environment = {**emulator.environment, **given.pop("environment", {})}
        one = Terminal(*arguments, home=tmp_path, environment=environment, **given)
        opened.append(one)
        return one

    yield open_terminal
    for one in opened:
        one.close()
