"""A connection, awaited: one request goes out, one reply comes in, and the next; and the making of one."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Callable
from typing import cast

from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.http1 import BrokenReply, ReplyReader
from qianfan_typed.transports.network import readable, socket_options
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.proxies import Proxy, ProxyRefusal
from qianfan_typed.transports.routes import Route, certified, require_passage, socks_options, tunnel_head
from qianfan_typed.transports.stage import Stage

_FULL = 262_144
"""Bytes of a body that wait to be read, above which no more are taken from the network."""
_TURNS = 3
"""Turns of a loop in which it reads what has come: in one it sees that there is something, in the next it takes it."""
_ANY_TIME = 1e6
"""Seconds: what a connection may take is bounded by who waits for it."""


class AsyncLine(asyncio.Protocol):
    """One connection."""

    __slots__ = (
        "_encrypted",
        "_expires",
        "_failure",
        "_line",
        "_lost",
        "_most",
        "_patience",
        "_paused",
        "_readable",
        "_resting",
        "_timer",
        "_unread",
        "_waiter",
        "at",
        "heard",
        "reader",
        "rests_until",
    )

    def __init__(self) -> None:
        self.reader: ReplyReader = ReplyReader()
        """Of the reply that is under way, or was the last."""
        self.heard: bool = False
        """Whether anything has come since the request went out."""
        self.at: float = 0.0
        """When the reply's head came, on the clock of latencies."""
        self.rests_until: float = 0.0
        """Until when it may wait for a call, on the monotonic clock."""
        self._line: asyncio.Transport | None = None
        self._readable: Callable[[], bool] = bool
        """Whether something has come that the loop has not handed out."""
        self._waiter: asyncio.Future[None] | None = None
        self._patience: Patience | None = None
        self._expires = 0.0
        """When the waiting ends, on the loop's clock."""
        self._timer: asyncio.TimerHandle | None = None
        self._failure: Exception | None = None
        self._most: int | None = None
        self._lost = self._paused = self._resting = self._encrypted = False
        self._unread = 0

    def send(self, first: bytes, body: bytes | None, *, most: int | None) -> None:
        """Sends a request.

        Args:
            first: Its head.
            body: Its body.
            most: Bytes of a whole reply at most: who waits is woken when all of it is here, or too much. None: he is
                woken whenever something has come.
        """
        self.reader, self.heard, self.at, self._most = self.reader.next(), False, 0.0, most
        self._resting = False
        if self._line is None or self._lost:
            raise ConnectionResetError("the connection was closed")
        self._line.write(first if body is None else first + body)

    def wait(self, patience: Patience) -> asyncio.Future[None]:
        """What is done when something has come of the reply: to be awaited at once.

        Raises:
            TimeoutError: Nothing came in time.
            OSError: The connection broke.
            BrokenReply: What came is no reply, or the connection was closed in the middle of one.
        """
        self._raise_failure()
        seconds = patience.for_bytes()
        if seconds <= 0:
            raise TimeoutError
        loop, self._patience = asyncio.get_running_loop(), patience
        self._waiter = waiter = loop.create_future()
        self._put_off(loop, seconds)
        return waiter

    def _put_off(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """The waiting is to end after so many seconds from now.

        A timer for each waiting would be a tenth of a call. So there is one, and when it fires it looks whether its
        time was put off.
        """
        self._expires = expires = loop.time() + seconds
        if self._timer is None or self._timer.when() > expires:
            self._stop_timer()
            self._timer = loop.call_at(expires, self._expire, loop)

    @property
    def over(self) -> bool:
        """Whether all of a whole reply is here, or too much of it."""
        return self.reader.complete or (self._most is not None and self.reader.length > self._most)

    def take(self) -> bytes:
        """The part of the body that has come since the last time."""
        self._unread = 0
        if self._paused and self._line is not None:
            self._paused = False
            self._line.resume_reading()
        return self.reader.take()

    def rest(self, until: float) -> None:
        """Waits for a call, until an instant of the monotonic clock."""
        self.rests_until, self._resting = until, True
        self.take()

    @property
    def sent(self) -> bool:
        """Whether the request went out whole."""
        return self._line is not None and not self._line.get_write_buffer_size()

    def ready(self) -> bool:
        """Whether it can serve a call: nobody has closed it or said anything that was not asked for."""
        # What has come, but was not handed out by the loop yet, would be taken for the next reply.
        return self._is_fit() and not self._readable()

    def has_more(self) -> bool:
        """Whether it may be ready once the loop has read: of an encrypted one that may be a ticket that came late."""
        return self._encrypted and self._is_fit()

    async def settled(self) -> bool:
        """Lets the loop read; whether it is ready then."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
            if self.ready():
                return True
        return False

    def _is_fit(self) -> bool:
        if self._lost or self._line is None or self._line.is_closing() or time.monotonic() >= self.rests_until:
            return False
        return self.reader.reusable and self.sent

    def close(self) -> None:
        """Closes the connection, and wakes who waits for it."""
        self._stop_timer()
        if self._line is not None:
            self._line.abort()

    async def secured(self, context: ssl.SSLContext, host: str, stage: Stage) -> None:
        """Encrypts what goes on, for a host at the end of the connection."""
        stage.encrypts(host)
        line, loop = cast("asyncio.Transport", self._line), asyncio.get_running_loop()
        try:
            secure = await loop.start_tls(line, self, context, server_hostname=certified(host))
        except TypeError:
            # Until Python 3.11, whatever the loop.
            raise OSError("TLS inside TLS needs Python 3.11: give a proxy with http://") from None
        self._line, self._encrypted = secure, True
        if secure is None or self._lost:
            raise ConnectionResetError("the connection was closed in the TLS handshake")

    # What follows is called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = cast("asyncio.Transport", transport)
        connected = transport.get_extra_info("socket")
        self._readable = readable(connected)
        for level, name, value in socket_options():
            connected.setsockopt(level, name, value)

    def data_received(self, data: bytes) -> None:
        reader = self.reader
        if self._resting and reader.complete:
            # Nobody asked for it.
            self.close()
            return
        self.heard = True
        try:
            reader.feed(data)
        except BrokenReply as error:
            self._failure = error
            self.close()
        if reader.head and not self.at:
            self.at = time.perf_counter()
        if self._most is None and not self._resting:
            self._unread += len(data)
            if self._unread > _FULL and not self._paused and self._line is not None:
                self._paused = True
                self._line.pause_reading()
        if self._most is None or self.over or self._failure is not None:
            self._wake()
        elif self._waiter is not None and self._patience is not None:
            # It is silence that has a bound, not the whole reply.
            self._put_off(asyncio.get_running_loop(), self._patience.for_bytes())

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        try:
            if exc is not None:
                self._failure = self._failure or exc
            self.reader.end()
        except BrokenReply as error:
            self._failure = self._failure or error
        self._wake()
        self._stop_timer()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is None or waiter.done():
            return
        if self._failure is not None and not self.reader.complete:
            waiter.set_exception(self._failure)
        else:
            waiter.set_result(None)

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._waiter is None or self._waiter.done():
            return
        if loop.time() < self._expires:
            self._timer = loop.call_at(self._expires, self._expire, loop)
        else:
            self._waiter.set_exception(TimeoutError())

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _raise_failure(self) -> None:
        if self._failure is not None and not self.reader.complete:
            raise self._failure


async def connected(way: Route, certificates: Certificates, stage: Stage) -> AsyncLine:
    """A connection that leads to the address, through a proxy and encrypted where the route has it.

    Raises:
        OSError: The system, the proxy or the encryption says no.
        BrokenReply: What the proxy says is no HTTP.
    """
    proxy, loop = way.proxy, asyncio.get_running_loop()
    # Before anything is connected: it may raise a ConfigurationError.
    context = certificates.context if way.secure or (proxy is not None and proxy.encrypted) else None
    try:
        if proxy is not None and proxy.socks:
            through = await _through_socks(way, proxy, stage)
            _, line = await loop.create_connection(AsyncLine, sock=through)
        else:
            _, line = await loop.create_connection(AsyncLine, *way.first)
    except UnicodeError:
        raise OSError(f"{way.first[0]} cannot be the name of a host") from None
    try:
        if proxy is not None and proxy.encrypted and context is not None:
            await line.secured(context, proxy.host, stage)
        if proxy is not None and way.tunnelled:
            await _tunnelled(line, way, proxy, stage)
        if way.secure and context is not None:
            await line.secured(context, way.host, stage)
    except BaseException:
        line.close()
        raise
    return line


async def _through_socks(way: Route, proxy: Proxy, stage: Stage) -> socket.socket:
    from python_socks import ProxyError, ProxyTimeoutError
    from python_socks.async_.asyncio import Proxy as Socks

    stage.asks(proxy.named)
    try:
        return await Socks(**socks_options(proxy)).connect(way.host, way.port, timeout=_ANY_TIME)
    except (ProxyTimeoutError, ProxyError) as error:
        failure = ProxyRefusal.of_socks(proxy, error) if isinstance(error, ProxyError) else TimeoutError()
    # Not inside the handler: the library's error would be taken for the cause.
    raise failure


async def _tunnelled(line: AsyncLine, way: Route, proxy: Proxy, stage: Stage) -> None:
    stage.asks(proxy.named)
    line.send(tunnel_head(way), None, most=None)
    while not line.reader.head:
        await line.wait(Patience(connect=_ANY_TIME, silence=_ANY_TIME))
    require_passage(way, line.reader)


def plainly(error: Exception) -> Exception:
    """An error of a connection as the system words it: asyncio adds the address."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, (ssl.SSLError, socket.gaierror)):
        return OSError(error.errno, os.strerror(error.errno))
    return error
