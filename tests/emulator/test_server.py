"""The emulator as a context manager, a fixture, and what our own client makes of it."""

from __future__ import annotations

import socket
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import urllib3

from qianfan_typed import serving
from qianfan_typed.emulator import Emulator, Limits
from tests.emulator.calling import HELLO, V2, Caller
from tests.emulator.test_cli import ENVIRONMENT

PROGRAM = """
def test_first(qianfan_emulator):
    qianfan_emulator.fail_next(code=18)
    assert qianfan_emulator.environment["QIANFAN_BASE_URL"] == qianfan_emulator.url

def test_second(qianfan_emulator, qianfan_emulator_server):
    assert qianfan_emulator is qianfan_emulator_server
    assert qianfan_emulator.requests == []
"""


def test_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "test_program.py").write_text(PROGRAM)
    known = [point.value for point in entry_points(group="pytest11")]
    load = [] if "qianfan_typed.pytest_plugin" in known else ["-p", "qianfan_typed.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *load]
    ended = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert "2 passed" in ended.stdout


def test_a_taken_port_raises() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        Emulator(port=taken.getsockname()[1]).start()


def test_windows_lets_no_second_emulator_have_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    # Linux has no such option: another that is off at first stands for it.
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_KEEPALIVE, raising=False)
    for platform, options in (("win32", (1, 0)), ("linux", (0, 1)), ("darwin", (0, 1))):
        monkeypatch.setattr(sys, "platform", platform)
        with serving._listen("127.0.0.1", 0) as listening:
            asked = (socket.SO_EXCLUSIVEADDRUSE, socket.SO_REUSEADDR)
            assert tuple(bool(listening.getsockopt(socket.SOL_SOCKET, one)) for one in asked) == options


@pytest.mark.parametrize(("host", "called"), [("0.0.0.0", "127.0.0.1"), ("", "127.0.0.1"), ("::", "[::1]")], ids=repr)
def test_on_every_address_the_url_names_one_that_can_be_called(host: str, called: str) -> None:
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with Emulator(host) as emulator:
        assert emulator.url == f"http://{called}:{emulator.port}"
        assert set(emulator.environment.values()) >= {emulator.url}
        assert urllib3.request("GET", f"{emulator.url}/nothing").status == 404


def test_it_can_be_started_again_on_its_port() -> None:
    with Emulator() as emulator:
        port = emulator.port
        caller = Caller(emulator)
        assert caller.v2().status == 200
        caller.pool.close()
    with Emulator(port=port) as emulator:
        assert emulator.url == f"http://127.0.0.1:{port}"


def test_before_the_start_it_has_no_url() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = Emulator().url


def test_it_does_not_start_twice() -> None:
    with Emulator() as emulator, pytest.raises(RuntimeError, match="already running"):
        emulator.start()


def test_it_stops_under_an_open_stream() -> None:
    emulator = Emulator(latency=0.2).start()
    pool = urllib3.HTTPConnectionPool(emulator.host, emulator.port, retries=False)
    headers = {"Authorization": f"Bearer {emulator.bearer_token}"}
    body = {"model": "ernie-3.5-8k", "messages": HELLO, "stream": True}
    reply = pool.request("POST", V2, json=body, headers=headers, preload_content=False)
    reply.read1()
    emulator.stop()
    with pytest.raises(urllib3.exceptions.ProtocolError):  # it did not wait for the end
        reply.read()
    reply.close()
    pool.close()


def test_limits_of_ones_own() -> None:
    with Emulator(limits=Limits(requests=1, input_tokens=1, output_tokens=1)) as emulator:
        caller = Caller(emulator)
        for _ in range(2):
            headers = caller.v2().headers
            assert headers["X-Ratelimit-Limit-Requests"] == "1"
            assert headers["X-Ratelimit-Remaining-Requests"] == "0"
            assert headers["X-Ratelimit-Remaining-Input-Tokens"] == "0"
            assert headers["X-Ratelimit-Remaining-Output-Tokens"] == "0"
        caller.pool.close()
