"""`qianfan-typed openai`, run as a user runs it: here, in the background, and what it says of what is wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
import urllib3

from qianfan_typed.emulator import Emulator
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
HELLO: list[Any] = [{"role": "user", "content": "a question of mine"}]
KEY = "a-key-that-nobody-is-to-see"


def environment(emulator: Emulator, home: Path) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
    own = {"PYTHONPATH": path, "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "LC_ALL": "C.UTF-8"}
    return {**os.environ, **own, **emulator.environment}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "qianfan_typed", "openai", *arguments]


@contextmanager
def serving(emulator: Emulator, home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server in a process of its own, and its address."""
    with subprocess.Popen(
        command("--port", "0", *arguments),
        env=environment(emulator, home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().removeprefix("listening on ").partition(";")[0]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_says_what_came_and_ends(emulator: Emulator, tmp_path: Path, number: signal.Signals) -> None:
    with serving(emulator, tmp_path, "--map", "gpt-4o=ernie-4.5-turbo-128k", "--api-key", KEY) as (process, url):
        with openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as client:
            client.chat.completions.create(model="gpt-4o", messages=HELLO)
            with pytest.raises(openai.BadRequestError):
                client.chat.completions.create(model="gpt-4o", messages=HELLO, logprobs=True)
        process.send_signal(number)
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert process.stderr is not None
        out, told = process.stdout.read(), process.stderr.read()
    first, second = [line.partition(" ")[2] for line in told.splitlines()]
    assert first.startswith("POST /v1/chat/completions 200 ")
    assert first.endswith(" tokens gpt-4o")
    assert second.endswith(" ms gpt-4o logprobs: unsupported_parameter")
    assert f"export OPENAI_BASE_URL={url}/v1" in out
    for hidden in (KEY, emulator.secret_key, HELLO[0]["content"]):
        assert hidden not in out + told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no state folder by that variable")
def test_in_the_background_until_it_is_stopped(emulator: Emulator, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        given = environment(emulator, tmp_path) | {"QIANFAN_TYPED_OPENAI_KEY": KEY}
        return subprocess.run(command(*arguments), env=given, capture_output=True, text=True, check=False)

    begun = run("--detach", "--port", "0")
    assert (begun.returncode, begun.stderr) == (0, "")
    first, variable, last = begun.stdout.splitlines()
    url = variable.removeprefix("export OPENAI_BASE_URL=").removesuffix("/v1")
    port = url.rpartition(":")[2]
    assert last == f"stop it with: qianfan-typed openai --stop --port {port}"
    folder = tmp_path / "state" / "qianfan-typed"
    note = folder / f"openai-{port}.json"
    try:
        assert first.endswith(f"its log is {folder / 'openai-0.log'}")
        assert [stat.S_IMODE(path.stat().st_mode) for path in (note, folder / "openai-0.log")] == [0o600, 0o600]
        headers = {"Authorization": f"Bearer {KEY}"}
        assert urllib3.request("GET", f"{url}/v1/models", headers=headers).status == 200
        assert urllib3.request("GET", f"{url}/v1/models").status == 401
        taken = run("--detach", "--port", port)
        assert taken.returncode == 2
        assert taken.stderr.startswith(f"qianfan-typed: port {port} of 127.0.0.1 is taken")
        arguments = Path(f"/proc/{json.loads(note.read_text())['pid']}/cmdline")
        assert not arguments.exists() or KEY.encode() not in arguments.read_bytes()
    finally:
        ended = run("--stop", "--port", port)
    assert (ended.returncode, ended.stderr) == (0, f"qianfan-typed: stopped: {url}\n")
    assert not note.exists()
    assert KEY not in (folder / "openai-0.log").read_text("utf-8")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(port)), 1)


def test_another_process_with_the_number_of_a_note_is_left_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    note = tmp_path / "qianfan-typed" / f"openai-{port}.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"pid": os.getpid(), "url": f"http://127.0.0.1:{port}", "instance": "x"}))
    done = run("openai", "--stop", "--port", str(port))
    assert (done.code, done.err) == (2, f"qianfan-typed: no server in the background has port {port}\n")
    assert not note.exists()


def test_what_is_wrong_is_said_before_anything_listens(run: Run, without_keys: None) -> None:
    assert run("openai").err.startswith("qianfan-typed: there are no credentials")
    done = run("openai", "--bearer-token", "bce-v3/ALTAK-x/0123456789", "--map", "gpt-4o")
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: --map gpt-4o: write it as gpt-4o=ernie-4.5-turbo-128k\n",
    )


def test_a_warning_where_others_reach_it_without_a_key(emulator: Emulator, tmp_path: Path) -> None:
    with serving(emulator, tmp_path, "--host", "0.0.0.0") as (process, _):
        process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=60)[1]
    assert told == (
        "qianfan-typed: warning: 0.0.0.0 is reached from other machines, and there is no key: --api-key sets one\n"
    )


def test_a_server_that_does_not_answer_is_not_called_stopped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        note = tmp_path / "qianfan-typed" / f"openai-{port}.json"
        note.parent.mkdir()
        note.write_text(json.dumps({"pid": os.getpid(), "url": f"http://127.0.0.1:{port}", "instance": "x"}))
        done = run("openai", "--stop", "--port", str(port))
    assert (done.code, done.err) == (
        2,
        f"qianfan-typed: the server at http://127.0.0.1:{port}, process {os.getpid()}, does not answer, so it may be"
        " another by now: look, and end it by its number\n",
    )
    assert note.exists()
