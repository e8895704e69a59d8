"""The transport on aiohttp, for `AsyncQianfan`. The extra `aiohttp` brings the library."""

from __future__ import annotations

import asyncio
import functools
import io
import logging
import os
import select
import socket
import time
from collections.abc import AsyncGenerator, Mapping
from types import SimpleNamespace
from typing import Any, cast
from weakref import WeakKeyDictionary

import attrs

from qianfan_typed.config import Settings
from qianfan_typed.config.kinds import Ca, Cert
from qianfan_typed.core.bounds import MOST_OF_REPLY, too_long
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import ConfigurationError, TransportError
from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.network import (
    connect_timeout,
    connection_broken,
    no_connection,
    presentable_cause,
    read_timeout,
    root_cause,
    socket_options,
)
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.proxies import Proxy, ProxyRefusal, proxy_for

try:
    import aiohttp
    from aiohttp.client_proto import ResponseHandler
    from yarl import URL
except ImportError:
    raise ConfigurationError(
        message='AiohttpTransport needs aiohttp: pip install "qianfan-typed[aiohttp]"', setting="qianfan-typed[aiohttp]"
    ) from None

log: logging.Logger = logging.getLogger("qianfan_typed")

_LONG = 2**20
_OF_PARENTS: list[object] = []
"""The connections of the processes that this one was forked from, kept so that nothing closes them."""
_ENDING = 1.0
"""Seconds that the last bytes of a body may be under way once the platform has said all."""


class AiohttpTransport:
    """Carries requests with aiohttp, awaited. Tasks may share it; each event loop has connections of its own.

    They are closed by `aclose()`, and where nobody calls it, with their event loop.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify_ssl: bool = True,
        ca: Ca | None = None,
        cert: Cert | None = None,
        idle_timeout: float = 30.0,
        max_reply_bytes: int = MOST_OF_REPLY,
    ) -> None:
        """
        Args:
            proxy: A proxy's address. None: as `HTTPS_PROXY` and `NO_PROXY` say.
            verify_ssl: Whether certificates are checked.
            ca: A file or folder of certificates to trust, or an `ssl.SSLContext`, which is used as it is.
            cert: A PEM file with a client certificate and its key, or the files of both.
            idle_timeout: Seconds that a connection without a call is kept for the next one.
            max_reply_bytes: Bytes of a whole reply at most.
        """
        self._most = max_reply_bytes
        self._proxy = proxy
        self._certificates = Certificates(verify=verify_ssl, ca=ca, cert=cert)
        self._idle = idle_timeout
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Line] = WeakKeyDictionary()
        self._proxies: dict[str, Proxy | None] = {}
        self._process = os.getpid()

    @classmethod
    def of(cls, settings: Settings) -> AiohttpTransport:
        """The transport of a client."""
        proxy = settings.proxy.reveal() if settings.proxy is not None else None
        return cls(
            proxy=proxy,
            verify_ssl=settings.verify_ssl,
            ca=settings.ca,
            cert=settings.cert,
            idle_timeout=settings.idle_timeout,
            max_reply_bytes=settings.max_reply_bytes,
        )

    async def asend(self, request: HttpRequest, patience: Patience) -> Answer:
        """Sends a request; the whole reply."""
        use = _Use()
        try:
            return await self._whole(request, patience, use)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = self._transport_error(error, request, patience, use)
            origin = presentable_cause(error)
        # Not inside the handler: what is raised there drags the library's error along, and its address with the token.
        raise failure from origin

    async def _whole(self, request: HttpRequest, patience: Patience, use: _Use) -> Answer:
        # Apart, so that its locals are in no traceback: a response shows its address, token and all.
        response = await self._opened(request, patience, use)
        at = time.perf_counter()
        async with response:
            headers = _headers(response)
            answer = Answer(status=response.status, headers=headers, at=at, secrets=request.secrets)
            answer.body = await _whole_body(response, answer, self._most)
        return answer

    async def aopen(self, request: HttpRequest, patience: Patience) -> tuple[Answer, _Body]:
        """Sends a request; the reply's head, and its body."""
        use = _Use()
        try:
            response = await self._opened(request, patience, use)
            being_read = self._lines[asyncio.get_running_loop()].being_read
            answer = Answer(status=response.status, headers=_headers(response), at=time.perf_counter())
            return answer, _Body(response, request, patience, being_read)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = self._transport_error(error, request, patience, use)
            origin = presentable_cause(error)
        raise failure from origin

    async def aclose(self) -> None:
        """Closes the connections of the running loop. A later call opens new ones."""
        line = self._lines.pop(asyncio.get_running_loop(), None)
        if line is not None:
            await line.closer.aclose()

    async def _opened(self, request: HttpRequest, patience: Patience, use: _Use) -> aiohttp.ClientResponse:
        connect, silence = patience.for_connection(), patience.for_bytes()
        if connect <= 0 or silence <= 0:
            raise asyncio.TimeoutError
        line = self._lines.get(asyncio.get_running_loop())
        if line is None or line.session.closed or self._process != os.getpid():
            line = await self._new_line()
        proxy = self._proxy_for(request.base)
        shown = {"Proxy-Authorization": proxy.authorization} if proxy is not None and proxy.authorization else {}
        # aiohttp sends a proxy's headers with CONNECT alone; without a tunnel the request itself goes to the proxy.
        tunnel = request.base.startswith("https:")
        total = None if patience.until is None else max(0.001, patience.until - time.monotonic())
        response = await line.session.request(
            request.method,
            URL(request.base + request.target, encoded=True),
            data=_data(request.body),
            headers={**request.headers, **shown} if shown and not tunnel else request.headers,
            timeout=aiohttp.ClientTimeout(total=total, sock_connect=patience.connect, sock_read=patience.silence),
            allow_redirects=False,
            ssl=self._certificates.context if tunnel or (proxy is not None and proxy.encrypted) else True,
            proxy=proxy.address if proxy is not None else None,
            proxy_headers=shown if shown and tunnel else None,
            trace_request_ctx=use,
        )
        if response.status == 407 and proxy is not None and not tunnel:
            response.close()
            raise ProxyRefusal.of_http(proxy, response.status)
        use.headers = _headers(response)
        return response

    async def _new_line(self) -> _Line:
        if self._process != os.getpid():
            # Parent and child must not write into one connection. Nor may the child close the parent's: they watch by
            # one epoll, and what the child no longer watches the parent would not hear of.
            _OF_PARENTS.append(self._lines)
            self._lines, self._process = WeakKeyDictionary(), os.getpid()
        session = aiohttp.ClientSession(
            connector=_Connector(self._idle),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trace_configs=[_tracing()],
        )
        being_read: set[aiohttp.ClientResponse] = set()
        line = _Line(session, being_read, _closing(session, being_read))
        self._lines[asyncio.get_running_loop()] = line
        await anext(line.closer)
        return line

    def _transport_error(self, error: Exception, request: HttpRequest, patience: Patience, use: _Use) -> TransportError:
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return connect_timeout(request, patience.connect)
        if isinstance(error, asyncio.TimeoutError):
            return read_timeout(request, patience.silence, use.headers)
        if isinstance(error, aiohttp.ClientHttpProxyError) and (proxy := self._proxy_for(request.base)) is not None:
            return no_connection(request, ProxyRefusal.of_http(proxy, error.status), self._certificates)
        if isinstance(error, (aiohttp.ClientConnectorError, ProxyRefusal)):
            return no_connection(request, error, self._certificates)
        # The connection closed while the request was written: the platform cannot have received a whole one.
        unsent = isinstance(root_cause(error), aiohttp.ClientConnectionResetError)
        lost, headers = use.headers is None, use.headers
        return connection_broken(
            request,
            error,
            self._certificates,
            headers=headers,
            retryable=unsent,
            unanswered=lost,
            kept=lost and use.kept,
        )

    def _proxy_for(self, base: str) -> Proxy | None:
        if base not in self._proxies:
            self._proxies[base] = proxy_for(self._proxy, base, without_socks="AiohttpTransport")
        return self._proxies[base]


@attrs.define
class _Use:
    """How far a request came."""

    kept: bool = False
    """Whether its connection had served before."""
    headers: Mapping[str, str] | None = None
    """Of the reply. None: none had come."""


def _tracing() -> aiohttp.TraceConfig:
    """Notes that a connection had served before."""
    tracing = aiohttp.TraceConfig()

    async def reused(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        use: _Use = context.trace_request_ctx
        use.kept = True

    tracing.on_connection_reuseconn.append(reused)
    return tracing


@attrs.frozen
class _Line:
    """What is bound to an event loop."""

    session: aiohttp.ClientSession
    being_read: set[aiohttp.ClientResponse]
    closer: AsyncGenerator[None, None]


async def _closing(
    session: aiohttp.ClientSession, being_read: set[aiohttp.ClientResponse]
) -> AsyncGenerator[None, None]:
    # A loop finishes the generators that were begun in it, before it closes and where nobody holds them any more: the
    # one hook that it has.
    try:
        yield
    finally:
        for response in being_read:
            response.close()
        await session.close()
        # A transport closes in the next turn of the loop.
        await asyncio.sleep(0)


class _Body:
    """The body of a reply that is read in pieces."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        request: HttpRequest,
        patience: Patience,
        being_read: set[aiohttp.ClientResponse],
    ) -> None:
        self._response = response
        self._being_read = being_read
        being_read.add(response)
        self._request = request
        self._silence = patience.silence
        self._loop = asyncio.get_running_loop()
        self._failure: TransportError | None = None

    async def aread(self) -> bytes:
        """What has come; waits for some. Empty at the end."""
        if self._failure is not None:
            raise self._failure
        try:
            return await self._response.content.readany()
        except asyncio.TimeoutError:
            self._failure = read_timeout(self._request, self._silence)
        except (aiohttp.ClientError, OSError) as error:
            # A connection that breaks is a stream that ends: the reader knows whether it was too early.
            log.debug("a stream broke: %s", type(error).__name__)
            return b""
        raise self._failure

    def close(self, *, reuse: bool) -> None:
        """Gives the connection back, now or when the last bytes have come, or closes it."""
        if self._loop.is_closed():
            return
        if not _runs_here(self._loop):
            # The collector of garbage comes by in any thread.
            self._loop.call_soon_threadsafe(functools.partial(self.close, reuse=reuse))
            return
        content = self._response.content
        if content.is_eof():
            self._response.release()
            self._being_read.discard(self._response)
        elif reuse:
            # aiohttp gives the connection back when the end has come.
            late = self._loop.call_later(_ENDING, functools.partial(self.close, reuse=False))
            content.on_eof(late.cancel)
            content.on_eof(functools.partial(self._being_read.discard, self._response))
        else:
            self._response.close()
            self._being_read.discard(self._response)
            # Closing alone would leave a task that waits for bytes to wait for ever.
            content.set_exception(aiohttp.ClientConnectionError("closed"))


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


class _Protocol(ResponseHandler):
    """A connection on which what comes unasked is no reply."""

    resting: bool = False
    """Whether it waits for its next call."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        line: socket.socket | None = transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            for level, option, value in socket_options():
                line.setsockopt(level, option, value)

    def close(self) -> None:
        line = self.transport
        super().close()
        if line is not None and line.get_extra_info("ssl_object") is not None:
            # An encrypted one would wait for the other side's good-bye, beyond the end of its loop.
            line.abort()

    def set_response_params(self, **params: Any) -> None:
        self.resting = False
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if self.resting and data:
            self.close()
        else:
            super().data_received(data)

    def is_connected(self) -> bool:
        # The pool asks before a call takes the connection. What the loop has not read yet is unasked too.
        return super().is_connected() and not self.should_close and not self._has_bytes()

    def _has_bytes(self) -> bool:
        line = self.transport.get_extra_info("socket") if self.transport is not None else None
        return line is not None and _readable(line.fileno())


def _readable(descriptor: int) -> bool:
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


class _Connector(aiohttp.TCPConnector):
    """Connections that are dropped, not used again, where something comes on them unasked."""

    def __init__(self, idle: float) -> None:
        # No limit: a call would wait for a connection longer than its timeouts say. No rounding of timeouts.
        options: dict[str, Any] = {"keepalive_timeout": idle, "timeout_ceil_threshold": float("inf")}
        cast("Any", super()).__init__(limit=0, **options)
        self._factory = cast("Any", functools.partial(_Protocol, loop=self._loop))

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        protocol.resting = True
        super()._release(key, protocol, should_close=should_close)


def _data(body: bytes | None) -> bytes | io.BytesIO | None:
    # aiohttp warns of a long one that is given as it is.
    return io.BytesIO(body) if body is not None and len(body) > _LONG else body


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


async def _whole_body(response: aiohttp.ClientResponse, answer: Answer, most: int) -> bytes:
    """The bytes of a whole reply, as they came. Raises DecodeError where there are too many."""
    length = response.content_length
    if length is not None and length <= most:
        return await response.read()
    parts: list[bytes] = []
    left = most
    while left >= 0 and (length is None or length <= most) and (data := await response.content.readany()):
        parts.append(data)
        left -= len(data)
    if left < 0 or (length is not None and length > most):
        response.close()
        raise too_long(answer, "the platform's reply", most, "max_reply_bytes")
    return b"".join(parts)
