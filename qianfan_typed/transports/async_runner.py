"""The async runner: takes the steps of a call with aiohttp, which the extra `async` brings."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from typing import TypeVar, cast

import attrs

from qianfan_api.handles import Options, Request, Target, Waiting
from qianfan_api.reply import Reply
from qianfan_typed.config import Settings
from qianfan_typed.core.calls import Call, CallPlanner
from qianfan_typed.core.steps import Answer, Pause, Read, Send, Step, Steps
from qianfan_typed.core.streaming import AsyncReplyStream, ChunkReader
from qianfan_typed.core.waiting import wait
from qianfan_typed.errors import ConfigurationError, TransportError
from qianfan_typed.transports.network import (
    Proxy,
    connect_timeout,
    connection_broken,
    no_connection,
    presentable_cause,
    proxy_for,
    read_timeout,
    root_cause,
    ssl_context,
)

try:
    import aiohttp
    from yarl import URL
except ImportError:
    raise ConfigurationError(
        message='the async client needs aiohttp: pip install "qianfan-typed[async]"', setting="qianfan-typed[async]"
    ) from None

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")

log: logging.Logger = logging.getLogger("qianfan_typed")


@attrs.frozen
class _Line:
    """What is bound to an event loop."""

    session: aiohttp.ClientSession
    renewing: asyncio.Lock


class AsyncRunner:
    """Carries calls out, awaited. All tasks may share it; each event loop has connections of its own."""

    def __init__(self, settings: Settings) -> None:
        self._planner = CallPlanner(settings)
        self._settings = settings
        self._lines: dict[asyncio.AbstractEventLoop, _Line] = {}
        self._context: ssl.SSLContext | None = None
        self._proxies: dict[str, Proxy | None] = {}

    async def create(self, target: Target[R, C], request: Request, options: Options) -> R:
        """A whole reply."""
        call = self._planner.prepare(target, request, options, stream=False)
        return await self._walk(self._planner.create(call), _Connection(self))

    def stream(self, target: Target[R, C], request: Request, options: Options) -> AsyncReplyStream[C]:
        """A reply in pieces. The request is checked now and sent when the first piece is asked for."""
        call = self._planner.prepare(target, request, options, stream=True)
        return AsyncReplyStream(lambda: self._opened(call))

    async def wait(self, target: Target[R, C], request: Request, options: Options, waiting: Waiting) -> R:
        """The last reply of a task, once it is done."""
        return await self._walk(wait(self._planner, target, request, options, waiting), _Connection(self))

    async def _opened(self, call: Call[R, C]) -> tuple[ChunkReader[C], _Connection]:
        connection = _Connection(self)
        try:
            return await self._walk(self._planner.stream(call), connection), connection
        except BaseException:
            connection.close(reuse=False)
            raise

    async def aclose(self) -> None:
        """Closes the connections of the running loop. A later call opens new ones."""
        await self._close({asyncio.get_running_loop()})

    async def _close(self, loops: set[asyncio.AbstractEventLoop]) -> None:
        """Closes the connections of some loops, and those of loops that are closed and cannot do it any more."""
        for loop in [loop for loop in self._lines if loop in loops or loop.is_closed()]:
            line = self._lines.pop(loop, None)
            if line is not None:
                await line.session.close()

    async def _walk(self, steps: Steps[T], connection: _Connection) -> T:
        """Takes steps to their end."""
        result: Answer | bytes | None = None
        error: TransportError | None = None
        try:
            while True:
                step = steps.send(result) if error is None else steps.throw(error)
                result = error = None
                try:
                    result = await self._take(step, connection)
                except TransportError as caught:
                    error = caught
        except StopIteration as end:
            return cast("T", end.value)

    async def _take(self, step: Step, connection: _Connection) -> Answer | bytes | None:
        if isinstance(step, Send):
            return await connection.send(step)
        if isinstance(step, Read):
            return await connection.read()
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
        else:
            async with (await self.line()).renewing:
                if step.token.stale():
                    await self._walk(step.token.renewal(), _Connection(self))
        return None

    async def line(self) -> _Line:
        """Session and lock of the running loop."""
        loop = asyncio.get_running_loop()
        line = self._lines.get(loop)
        if line is None or line.session.closed:
            line = self._lines[loop] = _Line(self._session(), asyncio.Lock())
            await self._close(set())
        return line

    def _session(self) -> aiohttp.ClientSession:
        if self._context is None and any(address.startswith("https") for address in self._settings.hosts.values()):
            self._context = ssl_context(self._settings)
        return aiohttp.ClientSession(
            # No limit: a call would wait for a connection longer than its timeouts say.
            connector=aiohttp.TCPConnector(limit=0, ssl=self._context or True),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
        )

    def connect_seconds(self, timeout: float) -> float:
        """Seconds to wait for a connection: not longer than a call is told to wait for anything."""
        return min(self._settings.connect_timeout, timeout)

    def proxy(self, base: str) -> Proxy | None:
        """The proxy for a host."""
        if base not in self._proxies:
            self._proxies[base] = proxy_for(self._settings, base)
        return self._proxies[base]


class _Connection:
    """The connection of one conversation: sends, and reads the body of what came."""

    def __init__(self, runner: AsyncRunner) -> None:
        self._runner = runner
        self._response: aiohttp.ClientResponse | None = None
        self._step: Send | None = None

    async def send(self, step: Send) -> Answer:
        """Sends a request. What the one before it left is dropped."""
        self.close(reuse=False)
        self._step = step
        connect = self._runner.connect_seconds(step.timeout)
        try:
            return await self._answer(step, connect)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = _transport_error(error, step, connect)
            origin = presentable_cause(error)
        # Not inside the handler: what is raised there drags the library's error along, and its address with the token.
        raise failure from origin

    async def _answer(self, step: Send, connect: float) -> Answer:
        response = await self._open(step, connect)
        at = time.perf_counter()
        headers = {name.lower(): value for name, value in response.headers.items()}
        if not step.stream:
            async with response:
                return Answer(status=response.status, headers=headers, body=await response.read(), at=at)
        self._response = response
        return Answer(status=response.status, headers=headers, at=at)

    async def _open(self, step: Send, connect: float) -> aiohttp.ClientResponse:
        request = step.request
        session = (await self._runner.line()).session
        proxy = self._runner.proxy(request.base)
        shown = {"Proxy-Authorization": proxy.authorization} if proxy is not None and proxy.authorization else {}
        # aiohttp sends a proxy's headers with CONNECT alone; without a tunnel the request itself goes to the proxy.
        tunnel = request.base.startswith("https:")
        return await session.request(
            request.method,
            URL(request.base + request.target, encoded=True),
            data=request.body,
            headers={**request.headers, **shown} if shown and not tunnel else request.headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=step.timeout),
            allow_redirects=False,
            proxy=proxy.address if proxy is not None else None,
            proxy_headers=shown if shown and tunnel else None,
        )

    async def read(self) -> bytes:
        """What has come of the body; waits for some. Empty at the end."""
        if self._response is None or self._step is None:
            return b""
        try:
            return await self._response.content.readany()
        except asyncio.TimeoutError:
            raise read_timeout(self._step.request, self._step.timeout) from None
        except (aiohttp.ClientError, OSError) as error:
            # A connection that breaks is a stream that ends: the reader knows whether it was too early.
            log.debug("a stream broke: %s", error)
            return b""

    def close(self, *, reuse: bool) -> None:
        """Gives the connection back, where the body was read to its end, or drops it."""
        response, self._response = self._response, None
        if response is not None:
            if reuse:
                response.release()
            else:
                response.close()


def _transport_error(error: Exception, step: Send, connect: float) -> TransportError:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return connect_timeout(step.request, connect)
    if isinstance(error, asyncio.TimeoutError):
        return read_timeout(step.request, step.timeout)
    if isinstance(error, aiohttp.ClientConnectorError):
        return no_connection(step.request, error)
    # The connection closed while the request was written: the platform cannot have received a whole one.
    unsent = isinstance(root_cause(error), aiohttp.ClientConnectionResetError)
    return connection_broken(step.request, error, retryable=unsent)
