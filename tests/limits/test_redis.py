"""Limits that processes share, through a Redis server of the test's own."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import attrs
import pytest
import redis

from qianfan_typed import AsyncQianfan, Limits, Qianfan, Retry, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.runners.shared_limits import SharedLimits
from tests.limits.conftest import TAKES

HELLO = [user("你好")]
ONCE = Retry(attempts=1)

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="there is no redis-server: apt-get install redis-server"
)


@attrs.define(eq=False)
class Server:
    """A Redis server on a socket of its own."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"unix://{self.folder}/redis"

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", f"{self.folder}/redis", "--save", "", "--dir"]
        self.process = subprocess.Popen([*command, str(self.folder)], stdout=subprocess.DEVNULL)
        while True:
            try:
                with redis.Redis.from_url(self.address) as client:
                    client.ping()
                    return
            except redis.ConnectionError:
                time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.address)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("r"))
    one.start()
    yield one
    one.stop()


def calls(address: str, pipe: Connection) -> None:
    """What a process does: as many calls as the platform takes in its minute."""
    with Qianfan(retry=ONCE, limits=Limits(rps=TAKES, redis=address)) as client:
        pipe.send([client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).meta.attempts for _ in range(TAKES)])


class TestProcesses:
    def test_they_keep_to_a_limit_together(self, strict: Emulator, server: Server) -> None:
        context = multiprocessing.get_context("spawn")
        started: list[tuple[Connection, Callable[[], None]]] = []
        for _ in range(3):
            here, there = context.Pipe()
            process = context.Process(target=calls, args=(server.address, there))
            process.start()
            started.append((here, process.join))
        assert [here.recv() for here, _ in started] == [[1] * TAKES] * 3
        for _, join in started:
            join()
        assert sum("chat" in request.path for request in strict.requests) == 3 * TAKES

    def test_without_it_they_are_refused(self, strict: Emulator) -> None:
        clients = [Qianfan(retry=ONCE, limits=Limits(rps=TAKES)) for _ in range(2)]
        with pytest.raises(Exception, match="rpm_rate_limit_exceeded"):
            _ = [client.v2.chat.ernie_4_5_turbo_128k.create(HELLO) for client in clients for _ in range(TAKES)]
        for client in clients:
            client.close()


class TestWhatStandsInRedis:
    @pytest.mark.anyio
    async def test_tokens_are_settled_by_the_next_call_and_keys_expire(
        self, emulator: Emulator, server: Server
    ) -> None:
        async with AsyncQianfan(limits=Limits(tpm=100_000, redis=server.address)) as client:
            first = await client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
            second = await client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
            await client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
        with server.client() as found:
            (key,) = found.keys()
            assert key.decode().endswith(":all calls:tpm")
            counted = sum(int(value) for value in found.hgetall(key).values())
            assert 60_000 < found.pttl(key) < 160_000
        settled = first.usage.total_tokens + second.usage.total_tokens
        assert settled < counted <= settled + 400

    def test_nothing_secret_stands_there(self, emulator: Emulator, server: Server) -> None:
        limits = Limits(rpm=60, redis=server.address)
        with Qianfan(limits=limits) as client:
            client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
            secrets = client.settings.secrets()
        with server.client() as found:
            keys = b" ".join(found.keys()).decode()
        assert not [secret for secret in secrets if secret in keys]
        assert server.address not in repr(limits)


class TestRedisDown:
    def test_the_limit_of_the_process_holds_and_it_is_said_once(
        self, emulator: Emulator, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.stop()
        caplog.set_level(logging.WARNING, "qianfan_typed")
        with Qianfan(limits=Limits(rps=2, redis=server.address)) as client:
            waited = [client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).meta.waited for _ in range(3)]
        assert [seconds > 0 for seconds in waited] == [False, False, True]
        assert [record.getMessage() for record in caplog.records] == [
            "Redis is out of reach (ConnectionError): limits hold for this process alone"
        ]

    def test_an_address_that_is_none(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            SharedLimits("user:secret@somewhere")
        assert str(caught.value) == "limits.redis must be an address like redis://localhost:6379/0"


def test_many_tasks_ask_one_after_the_other(strict: Emulator, server: Server) -> None:
    async def ask() -> list[int]:
        async with AsyncQianfan(retry=ONCE, limits=Limits(rps=TAKES, redis=server.address)) as client:
            create = client.v2.chat.ernie_4_5_turbo_128k.create
            replies = await asyncio.gather(*[create(HELLO) for _ in range(2 * TAKES)])
        return [reply.meta.attempts for reply in replies]

    assert asyncio.run(ask()) == [1] * 2 * TAKES


def test_a_socket_that_never_answers_holds_up_nobody_for_long(emulator: Emulator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limits = Limits(rpm=600, redis=f"redis://127.0.0.1:{silent.getsockname()[1]}")
        with Qianfan(limits=limits) as client:
            replies = [client.v2.chat.ernie_4_5_turbo_128k.create(HELLO) for _ in range(20)]
    assert len(replies) == 20
