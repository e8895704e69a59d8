"""Server: the emulator in a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

import uvicorn

from qianfan_api.platform import HOSTS
from qianfan_typed.emulator.app import make_app
from qianfan_typed.emulator.auth import Keys
from qianfan_typed.emulator.connections import Connections
from qianfan_typed.emulator.page import with_page
from qianfan_typed.emulator.planned_failures import Failure, StreamFailure, Where
from qianfan_typed.emulator.platform import Limits, Platform, Recorded
from qianfan_typed.emulator.refusals import Refused
from qianfan_typed.serving import KEPT_ALIVE, PortServer

if TYPE_CHECKING:
    from qianfan_typed.client import AsyncQianfan, Qianfan


class Connection(TypedDict):
    """What a client of the emulator is made with."""

    access_key: str
    secret_key: str
    base_url: str
    console_api_base_url: str
    iam_base_url: str
    max_attempts: int


class Emulator(PortServer):
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

    _called = "the emulator"

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
        super().__init__(host, port)
        self._platform = Platform(
            keys=keys or Keys(), latency=latency, clock=clock, limits=limits or Limits(), seed=vary
        )
        self._connections = Connections()
        self._page = with_page(make_app(self._platform, self._connections), self._platform, host)

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._page,
            http=self._connections.protocol(),
            ws="none",
            timeout_keep_alive=KEPT_ALIVE,
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )

    # --- where it is, and what opens it ------------------------------------------------------------------------------

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
    def clock(self) -> Callable[[], float]:
        """Gives the `created` of replies, in seconds since the epoch."""
        return self._platform.clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self._platform.clock = clock

    # --- failures ----------------------------------------------------------------------------------------------------

    def fail_next(
        self,
        times: int = 1,
        *,
        code: int | str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        message: str = "",
        body: bytes | None = None,
        on: Where = "model",
    ) -> None:
        """Lets the next requests fail.

        Args:
            times: How many.
            code: The platform's error code: an int on V1, a string on V2. Its table gives the HTTP status.
            status: The HTTP status. Without a code: the first code that comes with it, else no JSON at all.
            retry_after: Seconds, for the header Retry-After.
            message: What the error says besides the code's meaning.
            body: What to send in place of the error's JSON.
            on: `model`: calls of models. `token`: OAuth and bearer requests. `any`: whatever comes.

        Raises:
            ValueError: Neither a code nor a status is given.
        """
        if code is None and status is None:
            raise ValueError("say how to fail: code=18, code='rpm_rate_limit_exceeded' or status=503")
        failure = Failure(code=code, status=status, retry_after=retry_after, message=message, body=body, where=on)
        self._platform.failures.requests.add(failure, times)

    def drop_connection(self, times: int = 1, *, on: Where = "model") -> None:
        """Lets the next requests get no reply: the connection closes."""
        self._platform.failures.requests.add(Failure(drop=True, where=on), times)

    def cut_stream_after(self, chunks: int, *, times: int = 1, abrupt: bool = False) -> None:
        """Lets the next streams end after `chunks` chunks, without their end.

        Args:
            chunks: How many chunks still come.
            times: How many streams.
            abrupt: Whether the connection is lost. Otherwise the HTTP body ends as a whole one does.
        """
        self._platform.failures.streams.add(StreamFailure(after=chunks, abrupt=abrupt), times)

    def error_in_stream(
        self, code: int | str, after: int = 1, *, times: int = 1, message: str = "", spread: bool = False
    ) -> None:
        """Lets the next streams carry an error after `after` chunks, and end there.

        Args:
            code: The platform's error code: an int on V1, a string on V2.
            after: How many chunks come before it.
            times: How many streams.
            message: What the error says besides the code's meaning.
            spread: V1: whether the error's JSON takes several lines.
        """
        failure = StreamFailure(after=after, refusal=Refused(code, message), spread=spread)
        self._platform.failures.streams.add(failure, times)

    def slow(self, latency: float) -> None:
        """Waits `latency` seconds before each reply and between chunks, until the next reset."""
        self._platform.latency = latency

    def answer_with(self, answer: str, times: int = 1) -> None:
        """Lets the next answers have this text, in place of the emulator's own and of calls of functions."""
        self._platform.failures.texts.add(answer, times)

    def flag_next(self, flag: int = 1, times: int = 1) -> None:
        """Lets the content check find the next answers of chats unsafe: they end as content_filter.

        Args:
            flag: How unsafe, as the pages number it: 1 to 4.
            times: How many answers.
        """
        self._platform.failures.flags.add(flag, times)

    def finish_videos_after(self, polls: int, *, fail: bool = False) -> None:
        """Sets how many questions find a video unfinished, 2 where nobody says, until the next reset.

        Args:
            polls: How many. The first finds it pending, others running, the one after them done. 0: it is done at once.
            fail: Whether videos that are asked for from now on come to nothing.
        """
        self._platform.videos.polls, self._platform.videos.fail = polls, fail

    # --- time and tokens ---------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Lets time pass for tokens and signatures."""
        self._platform.guard.ahead += seconds

    def expire_tokens(self) -> None:
        """Makes the access tokens and bearer tokens that were handed out too old. The permanent one stays good."""
        self._platform.guard.access_tokens.expire_all()
        self._platform.guard.bearer_tokens.expire_all()

    def revoke_tokens(self) -> None:
        """Makes the access tokens and bearer tokens that were handed out invalid. The permanent one stays good."""
        self._platform.guard.access_tokens.revoke_all()
        self._platform.guard.bearer_tokens.revoke_all()

    def reset(self) -> None:
        """Forgets requests, planned failures, tokens, time that passed, files, batches, responses; ids start anew."""
        self._platform.reset()
        self._page.log.clear()
