"""Serving: an ASGI application on a port of this machine, in a thread of its own. Needs the extra `server`."""

from __future__ import annotations

import socket
import sys
import threading
import time
from types import TracebackType
from typing import TypeVar

import uvicorn

Self = TypeVar("Self", bound="PortServer")

KEPT_ALIVE = 60
"""Seconds that an idle connection stays open: longer than clients keep theirs, so that none is closed under a call."""
_BACKLOG = 2048
_PATIENCE = 10.0
"""Seconds to wait for the server's thread to start or to end."""
_LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""Every address → the one that clients on the machine call. Windows has nobody at 0.0.0.0, and proxies may take it."""


class PortServer:
    """A server in a thread of its own, for a `with` block. All members may be used from any thread."""

    _called = "the server"
    """What it is in messages."""

    def __init__(self, host: str, port: int) -> None:
        """
        Args:
            host: The address to listen on.
            port: The port. 0 picks a free one.
        """
        self.host: str = host
        self._port = port
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def _config(self) -> uvicorn.Config:
        """What is served, and how."""
        raise NotImplementedError

    def start(self: Self) -> Self:
        """Starts to listen. Returns once connections are accepted.

        Raises:
            OSError: The port is taken, or the address is not this machine's.
        """
        if self._server is not None:
            raise RuntimeError(f"{self._called} is already running")
        self._socket = _listen(self.host, self._port)
        self._server = server = uvicorn.Server(self._config())
        name = self._called.removeprefix("the ").replace(" ", "-")
        self._thread = thread = threading.Thread(
            target=server.run, args=([self._socket],), name=f"qianfan-{name}", daemon=True
        )
        thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"{self._called} did not start")
            time.sleep(0.001)
        return self

    def stop(self) -> None:
        """Stops to listen and closes what is open. Does nothing where it is not running."""
        if self._server is None or self._thread is None or self._socket is None:
            return
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._socket.close()
        self._server = self._thread = self._socket = None

    def __enter__(self: Self) -> Self:
        return self if self._server is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError before it was started."""
        if self._socket is None:
            raise RuntimeError(f"{self._called} is not running: use it in a with block, or call start()")
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """`http://127.0.0.1:54321`.

        Where it listens on every address of the machine, the URL names the one that the machine itself reaches it by.
        """
        host = _LOOPBACK.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"


def _listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it every reply waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let a second server have the port of the first, and starve it.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Without it a port stays taken for a minute after the server that had it.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
