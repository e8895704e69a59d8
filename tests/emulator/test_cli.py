"""The command line, run as a user runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from qianfan_api.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
COMMAND = [sys.executable, "-m", "qianfan_typed.cli"]


@contextmanager
def running(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """The emulator in a process of its own, and its first line."""
    command = [*COMMAND, "emulator", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            process.kill()


def test_the_first_line_tells_where_it_listens() -> None:
    with running() as (_, line):
        start, _, url = line.rpartition(" ")
        assert start == "listening on"
        reply = urllib3.request("POST", f"{url}/oauth/2.0/token")
        assert reply.status == 400


def test_the_variables_are_printed_and_open_it() -> None:
    with running("--access-key", "mine", "--bearer-token", "my token", "--latency", "1") as (process, line):
        url = line.split()[-1]
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip("\n") for _ in range(18)]
        assert f"export QIANFAN_BASE_URL={url}" in lines
        assert f"export QIANFAN_CONSOLE_API_BASE_URL={url}" in lines
        assert f"export QIANFAN_IAM_BASE_URL={url}" in lines
        assert "export QIANFAN_ACCESS_KEY=mine" in lines
        assert "export QIANFAN_SECRET_KEY=emulator-secret-key" in lines
        assert "export OPENAI_API_KEY='my token'" in lines
        assert urllib3.request("GET", f"{url}/v2/models", headers={"Authorization": "Bearer my token"}).status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(number: signal.Signals) -> None:
    with running() as (process, _):
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "emulator", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=30)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == (
        f"qianfan-typed: port {port} of 127.0.0.1 is taken: choose another with --port, or --port 0 for a free one\n"
    )


@pytest.mark.parametrize(
    ("module", "extra"),
    [("typer", "cli"), ("rich", "cli"), ("starlette", "server"), ("uvicorn", "server"), ("rstr", "server")],
)
def test_a_missing_extra_is_named(module: str, extra: str) -> None:
    program = f"import sys; sys.modules[{module!r}] = None; from qianfan_typed.cli import main; main()"
    command = [sys.executable, "-c", program, "emulator", "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=30)
    assert ended.returncode == 2
    assert ended.stderr.endswith(f'pip install "qianfan-typed[{extra}]"\n')
    assert ended.stderr.count("\n") == 1


def test_help() -> None:
    ended = subprocess.run(
        [*COMMAND, "emulator", "--help"], capture_output=True, text=True, env=ENVIRONMENT, timeout=30
    )
    assert ended.returncode == 0
    for option in ("--host", "--port", "--access-key", "--secret-key", "--ak", "--sk", "--bearer-token", "--latency"):
        assert option in ended.stdout


def test_the_help_says_what_it_serves() -> None:
    command = [*COMMAND, "emulator", "--help"]
    environment = {**ENVIRONMENT, "COLUMNS": "300"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    for operation in OPERATIONS.values():
        assert f"{operation.name}: {operation.method} {' or '.join((operation.path, *operation.also))}" in done.stdout
    assert "oauth tokens: POST /oauth/2.0/token" in done.stdout
