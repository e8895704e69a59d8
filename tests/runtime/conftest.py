"""What the tests of the runtime share: a client without an environment, and a server that plays a script."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

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
