"""Server: the emulator in a thread of its own."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TypedDict

import uvicorn

from qianfan_api.platform import HOSTS
from qianfan_typed.emulator.app import make_app
from qianfan_typed.emulator.auth import Keys
from qianfan_typed.emulator.connections import Connections
from qianfan_typed.emulator.plans import Plans
from qianfan_typed.emulator.platform import Limits, Platform, Recorded

if TYPE_CHECKING:
    from qianfan_typed.client import AsyncQianfan, Qianfan

_BACKLOG = 2048
_KEPT_ALIVE = 60
"""Seconds that an idle connection stays open: longer than clients keep theirs, so that none is closed under a call."""
_PATIENCE = 10.0
"""Seconds to wait for the server's thread to start or to end."""
_LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""Every address → the one that clients on the machine call. Windows has nobody at 0.0.0.0, and proxies may take it."""


class Connection(TypedDict):
    """What a client of the emulator is made with."""

    access_key: str
    secret_key: str
    base_url: str
    console_api_base_url: str
    iam_base_url: str
    max_attempts: int


class Emulator(Plans):
    """The platform on a port of this machine.

        with Emulator() as emulator:
            os.environ.update(emulator.environment)
            ...

    It serves OAuth access tokens, IAM bearer tokens and every operation of both dialects, checks signatures, tokens and
    requests as the platform does, and gives the same answer to the same question. All members may be used from any
    thread.

    Args:
        host: The address to listen on.
        port: The port. 0 picks a free one.
        keys: The keys to accept. Left out: fixed test values.
        latency: Seconds before each reply, and between the chunks of a stream.
        clock: Gives the `created` of replies, in seconds since the epoch. Tokens and signatures go by the real time.
        limits: What the rate-limit headers say, and what is refused where they are enforced.
        vary: A seed. Replies then take turns in the forms that the platform's samples show: V1 streams whose last chunk
            has text, or without finish_reason; V2 streams without a role, answers that end as normal. The same seed
            gives the same replies. None: the usual form.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        keys: Keys | None = None,
        latency: float = 0.0,
        clock: Callable[[], float] = time.time,
        limits: Limits | None = None,
        vary: int | None = None,
    ) -> None:
        self.host = host
        self._port = port
        super().__init__(
            Platform(keys=keys or Keys(), latency=latency, clock=clock, limits=limits or Limits(), seed=vary)
        )
        self._connections = Connections()
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Emulator:
        """Starts to listen. Returns once connections are accepted."""
        if self._server is not None:
            raise RuntimeError("the emulator is already running")
        self._socket = _listen(self.host, self._port)
        config = uvicorn.Config(
            make_app(self._platform, self._connections),
            http=self._connections.protocol(),
            ws="none",
            timeout_keep_alive=_KEPT_ALIVE,
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="qianfan-emulator", daemon=True
        )
        self._thread.start()
        self._wait_until_started(self._server, self._thread)
        return self

    def _wait_until_started(self, server: uvicorn.Server, thread: threading.Thread) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the emulator did not start")
            time.sleep(0.001)

    def stop(self) -> None:
        """Stops to listen and closes what is open. Does nothing where it is not running."""
        if self._server is None or self._thread is None or self._socket is None:
            return
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._socket.close()
        self._server = self._thread = self._socket = None

    def __enter__(self) -> Emulator:
        return self if self._server is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- where it is, and what opens it ------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError before it was started."""
        if self._socket is None:
            raise RuntimeError("the emulator is not running: use it in a with block, or call start()")
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """`http://127.0.0.1:54321`: the base URL of V1, OAuth and IAM. V2 clients of OpenAI's take `url + "/v2"`.

        Where it listens on every address of the machine, the URL names the one that the machine itself reaches it by.
        """
        host = _LOOPBACK.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"

    @property
    def access_key(self) -> str:
        """The IAM access key."""
        return self._platform.keys.access_key

    @property
    def secret_key(self) -> str:
        """The IAM secret key."""
        return self._platform.keys.secret_key

    @property
    def ak(self) -> str:
        """The application's API key, for OAuth."""
        return self._platform.keys.ak

    @property
    def sk(self) -> str:
        """The application's secret key, for OAuth."""
        return self._platform.keys.sk

    @property
    def bearer_token(self) -> str:
        """A bearer token that never expires."""
        return self._platform.keys.bearer_token

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a Qianfan client at the emulator, with IAM keys. One host serves for all three."""
        return {
            **{host.setting: self.url for host in HOSTS.values()},
            "QIANFAN_ACCESS_KEY": self.access_key,
            "QIANFAN_SECRET_KEY": self.secret_key,
        }

    def client(self) -> Qianfan:
        """A client of the emulator, with IAM keys, whatever the environment says. It tries once, and waits for nothing.

        Close it, or use it in a `with` block.
        """
        from qianfan_typed.client import Qianfan  # Late: a server alone needs no client.

        return Qianfan(**self._connection())

    def async_client(self) -> AsyncQianfan:
        """The same, awaited: for `async with`."""
        from qianfan_typed.client import AsyncQianfan

        return AsyncQianfan(**self._connection())

    def _connection(self) -> Connection:
        return {
            "access_key": self.access_key,
            "secret_key": self.secret_key,
            "base_url": self.url,
            "console_api_base_url": self.url,
            "iam_base_url": self.url,
            "max_attempts": 1,
        }

    # --- what came in ------------------------------------------------------------------------------------------------

    @property
    def requests(self) -> list[Recorded]:
        """The requests since the start or the last reset, oldest first; the last 10,000 of them."""
        return self._platform.recorded()

    @property
    def calls(self) -> list[Recorded]:
        """Of the requests, those that ask for no token."""
        return [one for one in self.requests if not one.for_token]

    @property
    def token_calls(self) -> list[Recorded]:
        """Of the requests, those that ask for an access token or a bearer token."""
        return [one for one in self.requests if one.for_token]

    @property
    def clock(self) -> Callable[[], float]:
        """Gives the `created` of replies, in seconds since the epoch."""
        return self._platform.clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self._platform.clock = clock


def _listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it every reply waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let a second emulator have the port of the first, and starve it.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Without it a port stays taken for a minute after the emulator that had it.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
