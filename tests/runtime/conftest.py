"""What the tests of the runtime share: clients on every transport, and a server that plays a script."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.config import Settings, load
from qianfan_typed.transports import AiohttpTransport, Urllib3Transport

if TYPE_CHECKING:
    from tests.runtime.callers import Caller

STREAMS = Path(__file__).parent / "streams"
"""Streams in the form that the V1 and the V2 page show, with texts of our own; the V2 one with a comment before it."""


@attrs.define
class Seen:
    """A request that came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


def reply(body: bytes | str, *headers: str, status: int = 200) -> bytes:
    """A whole HTTP reply."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + data


def stream(*pieces: bytes, end: bool = True, status: int = 200) -> bytes:
    """A chunked HTTP reply; without its end it was cut."""
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head + body + (b"0\r\n\r\n" if end else b"")


class Script:
    """Answers the requests that come, on real sockets, with what it is told, in order."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answers: list[bytes | Callable[[Seen, socket.socket], None]] = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        # On Linux closing alone would leave accept() waiting; BSD and macOS find nothing to shut down.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            with connection, connection.makefile("rb") as lines:
                while first := lines.readline().decode().split():
                    headers: dict[str, str] = {}
                    while line := lines.readline().decode().strip():
                        name, _, value = line.partition(":")
                        headers[name.lower()] = value.strip()
                    body = lines.read(int(headers.get("content-length", 0)))
                    seen = Seen(first[0], first[1], headers, body, number)
                    self.seen.append(seen)
                    answer = self.answers.pop(0) if self.answers else reply("{}", status=500)
                    if callable(answer):
                        answer(seen, connection)
                        continue
                    connection.sendall(answer)
                    if b"\r\nTransfer-Encoding" in answer and not answer.endswith(b"0\r\n\r\n"):
                        return
        except OSError:
            return


@pytest.fixture
def script() -> Iterator[Script]:
    """A server that plays a script."""
    server = Script()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine must not reach the tests."""
    import os

    for name in list(os.environ):
        if name.startswith("QIANFAN_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


IAM = {"access_key": "test_ak", "secret_key": "test_sk"}
HELLO = [user("你好")]
OK = reply('{"id": "as-1", "result": "hello"}', "X-Bce-Request-Id: as-head")
BUSY = reply('{"error_code": 336100, "error_msg": "high load"}')
PIECES = [f'data: {{"result": "{n}", "is_end": {str(n == 2).lower()}}}\n\n'.encode() for n in range(3)]


def hosts_of(script: Script) -> dict[str, str]:
    """Settings that send every call to the script."""
    return dict.fromkeys(("base_url", "console_api_base_url", "iam_base_url"), script.url)


class Sync:
    """A client that blocks, called the way both are."""

    def __init__(self, script: Script, transport: Callable[[Settings], Any] | None = None, **settings: Any) -> None:
        arguments = {**IAM, **hosts_of(script), **settings}
        self.transport = transport(load(**arguments)) if transport is not None else None
        self.client = Qianfan(**{"transport": self.transport, **arguments})

    def create(self, **options: Any) -> Any:
        return self.client.v1.chat.ernie_lite_pro_128k.create(HELLO, **options)

    def stream(self, **options: Any) -> Iterator[Any]:
        return iter(self.client.v1.chat.ernie_lite_pro_128k.stream(HELLO, **options))

    def close(self) -> None:
        self.client.close()
        if self.transport is not None:
            self.transport.close()


class Async:
    """The other one, awaited in a loop of its own."""

    def __init__(self, script: Script, transport: Callable[[Settings], Any] | None = None, **settings: Any) -> None:
        arguments = {**IAM, **hosts_of(script), **settings}
        self.transport = transport(load(**arguments)) if transport is not None else None
        self.client = AsyncQianfan(**{"transport": self.transport, **arguments})

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def create(self, **options: Any) -> Any:
        return self.loop.run_until_complete(self.client.v1.chat.ernie_lite_pro_128k.create(HELLO, **options))

    def stream(self, **options: Any) -> Iterator[Any]:
        return Awaited(self.loop, self.client.v1.chat.ernie_lite_pro_128k.stream(HELLO, **options))

    def close(self) -> None:
        if self.loop.is_closed():
            return
        self.loop.run_until_complete(self.client.aclose())
        if self.transport is not None:
            self.loop.run_until_complete(self.transport.aclose())
        self.loop.close()


class Awaited(Iterator[Any]):
    """A stream that is awaited, read the way the other one is."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pieces: Any) -> None:
        self._loop = loop
        self._pieces = pieces

    def __next__(self) -> Any:
        try:
            return self._loop.run_until_complete(anext(self._pieces))
        except StopAsyncIteration:
            raise StopIteration from None

    def close(self) -> None:
        self._loop.run_until_complete(self._pieces.aclose())


Both = Sync | Async
Make = Callable[..., Both]


@attrs.frozen
class Line:
    """A client on a transport. Every fault is played to each of them."""

    name: str
    client: type[Sync] | type[Async]
    transport: Callable[[Settings], Any] | None = None
    """Makes the transport. None: the client has one of its own."""


LINES = [
    Line("sync", Sync),
    Line("async", Async),
    Line("urllib3", Sync, Urllib3Transport.of),
    Line("aiohttp", Async, AiohttpTransport.of),
]


@pytest.fixture(params=LINES, ids=lambda line: line.name)
def make(request: pytest.FixtureRequest, script: Script) -> Iterator[Make]:
    """Makes clients of the script's server, on each transport."""
    made: list[Both] = []
    line: Line = request.param

    def new(**settings: Any) -> Both:
        made.append(line.client(script, line.transport, **settings))
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without waits."""
    monkeypatch.setenv("QIANFAN_LLM_API_RETRY_BACKOFF_FACTOR", "0")


@pytest.fixture(params=["v1", "v2"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both dialects."""
    return str(request.param)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def caller(request: pytest.FixtureRequest, script: Script, dialect: str) -> Iterator[Caller]:
    """Both clients on both dialects."""
    from tests.runtime.callers import Caller

    found = Caller(dialect, bool(request.param), script)
    yield found
    found.close()
