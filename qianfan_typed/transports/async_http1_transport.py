"""The transport on connections of our own, for `AsyncQianfan`: asyncio makes and secures them, llhttp reads."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from urllib3.util import wait_for_read

from qianfan_typed.config import Settings
from qianfan_typed.core.bounds import MOST_OF_REPLY, too_long
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.http1 import BrokenReply, ReplyReader, request_head
from qianfan_typed.transports.network import (
    Proxy,
    connect_timeout,
    connection_broken,
    no_connection,
    presentable_cause,
    read_timeout,
    socket_options,
    ssl_context,
)
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.routes import Route, head, route

log: logging.Logger = logging.getLogger("qianfan_typed")

_MOST_KEPT = 1000
"""How many connections to a host are kept for the next calls. More may be open at once."""
_FULL = 262_144
"""Bytes of a body that wait to be read, above which no more are taken from the network."""


class AsyncHttp1Transport:
    """Carries requests over HTTP/1.1, awaited. Tasks may share it; each event loop has connections of its own.

    They are closed by `aclose()`, and where nobody calls it, with their event loop.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify_ssl: bool = True,
        idle_timeout: float = 30.0,
        max_reply_bytes: int = MOST_OF_REPLY,
    ) -> None:
        """
        Args:
            proxy: A proxy's address. None: as `HTTPS_PROXY` and `NO_PROXY` say.
            verify_ssl: Whether certificates are checked.
            idle_timeout: Seconds that a connection without a call is kept for the next one.
            max_reply_bytes: Bytes of a whole reply at most.
        """
        self._most = max_reply_bytes
        self._proxy = proxy
        self._verify = verify_ssl
        self._idle = idle_timeout
        self._routes: dict[str, Route] = {}
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept] = WeakKeyDictionary()
        self._context: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: Settings) -> AsyncHttp1Transport:
        """The transport of a client."""
        proxy = settings.proxy.reveal() if settings.proxy is not None else None
        return cls(
            proxy=proxy,
            verify_ssl=settings.verify_ssl,
            idle_timeout=settings.idle_timeout,
            max_reply_bytes=settings.max_reply_bytes,
        )

    async def asend(self, request: HttpRequest, patience: Patience) -> Answer:
        """Sends a request; the whole reply."""
        kept, line = await self._answering(request, patience, whole=True)
        reader = line.reader
        answer = Answer(status=reader.status, headers=reader.headers, at=line.at, secrets=request.secrets)
        if reader.length > self._most:
            line.close()
            raise too_long(answer, "the platform's reply", self._most, "max_reply_bytes")
        answer.body = reader.take()
        self.keep(kept, request.base, line)
        return answer

    async def aopen(self, request: HttpRequest, patience: Patience) -> tuple[Answer, _Body]:
        """Sends a request; the reply's head, and its body."""
        kept, line = await self._answering(request, patience, whole=False)
        answer = Answer(status=line.reader.status, headers=line.reader.headers, at=line.at)
        return answer, _Body(lambda: self.keep(kept, request.base, line), line, request, patience)

    async def aclose(self) -> None:
        """Closes the connections of the running loop that wait for the next call. A later call opens new ones."""
        kept = self._loops.pop(asyncio.get_running_loop(), None)
        if kept is not None:
            await kept.closer.aclose()

    def keep(self, kept: _Kept, base: str, line: _Line) -> None:
        """Keeps a connection for the next call, if its reply is whole or has only its last bytes under way."""
        waiting = kept.waiting(base)
        if (line.reader.complete and not line.reader.reusable) or len(waiting) >= _MOST_KEPT:
            line.close()
            return
        now = time.monotonic()
        while waiting and waiting[0].rests_until <= now:
            waiting.popleft().close()
        line.rest(now + self._idle)
        waiting.append(line)

    async def _answering(self, request: HttpRequest, patience: Patience, *, whole: bool) -> tuple[_Kept, _Line]:
        """A connection on which the reply has come: its head, or the whole of it."""
        way = self._routes.get(request.base)
        if way is None:
            way = self._routes[request.base] = route(request.base, self._proxy)
        kept = await self._kept()
        while True:
            line = kept.taken(request.base)
            fresh = line is None
            if line is None:
                line = await self._dialled(way, request, patience)
            try:
                line.send(head(request, way), request.body, most=self._most if whole else None)
                while not (line.over if whole else line.reader.head):
                    await line.wait(patience)
            except (OSError, BrokenReply) as error:
                line.close()
                if not fresh and not line.heard and not isinstance(error, TimeoutError):
                    # It died while it waited: the platform has not read the request.
                    continue
                failure = _failure(error, request, patience, unanswered=not line.heard, kept=not fresh)
                origin = presentable_cause(error)
            except BaseException:
                line.close()
                raise
            else:
                return kept, line
            # Not inside the handler: what is raised there drags the library's error along.
            raise failure from origin

    async def _kept(self) -> _Kept:
        loop = asyncio.get_running_loop()
        kept = self._loops.get(loop)
        if kept is None:
            kept = self._loops[loop] = _Kept()
            # A loop finishes the generators that were begun in it before it closes: the one hook it has.
            await anext(kept.closer)
        return kept

    async def _dialled(self, way: Route, request: HttpRequest, patience: Patience) -> _Line:
        if way.encrypted and self._context is None:
            self._context = ssl_context(verify=self._verify)
        seconds = patience.for_connection()
        try:
            if seconds <= 0:
                raise TimeoutError
            return await asyncio.wait_for(_connected(way, self._context), seconds)
        except (TimeoutError, asyncio.TimeoutError) as error:
            failure: TransportError = connect_timeout(request, patience.connect)
            origin = presentable_cause(error)
        except (OSError, BrokenReply) as error:
            plain = _plain(error)
            failure, origin = no_connection(request, plain), presentable_cause(plain)
        raise failure from origin


class _Kept:
    """The connections of one event loop that wait for a call."""

    def __init__(self) -> None:
        self._places: dict[str, deque[_Line]] = {}
        self.closer: AsyncGenerator[None, None] = self._closing()
        """Closes them when it is closed."""

    def waiting(self, base: str) -> deque[_Line]:
        """Those to a host. The one that has waited least is the last."""
        return self._places.setdefault(base, deque())

    def taken(self, base: str) -> _Line | None:
        """One that can serve a call."""
        waiting = self.waiting(base)
        while waiting:
            line = waiting.pop()
            if line.ready():
                return line
            line.close()
        return None

    async def _closing(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            for waiting in self._places.values():
                while waiting:
                    waiting.pop().close()
            # A transport closes in the next turn of the loop.
            await asyncio.sleep(0)


class _Line(asyncio.Protocol):
    """One connection."""

    __slots__ = (
        "_failure",
        "_line",
        "_lost",
        "_most",
        "_paused",
        "_resting",
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
        self._waiter: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._most: int | None = None
        self._lost = self._paused = self._resting = False
        self._unread = 0

    def send(self, first: bytes, body: bytes | None, *, most: int | None) -> None:
        """Sends a request.

        Args:
            first: Its head.
            body: Its body.
            most: Bytes of a whole reply at most: who waits is woken when all of it is here, or too much. None: he is
                woken whenever something has come.
        """
        self.reader, self.heard, self.at, self._most = ReplyReader(), False, 0.0, most
        self._resting = False
        if self._line is None or self._lost:
            raise ConnectionResetError("the connection was closed")
        self._line.write(first if body is None else first + body)

    async def wait(self, patience: Patience) -> None:
        """Waits until something has come of the reply.

        Raises:
            TimeoutError: Nothing came in time.
            OSError: The connection broke.
            BrokenReply: What came is no reply, or the connection was closed in the middle of one.
        """
        self._raise_failure()
        seconds = patience.for_bytes()
        if seconds <= 0:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(seconds, self._expire)
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None
        self._raise_failure()

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

    def ready(self) -> bool:
        """Whether it can serve a call: nobody has closed it or said anything that was not asked for."""
        if self._lost or self._line is None or self._line.is_closing() or time.monotonic() >= self.rests_until:
            return False
        # What has come, but was not handed out by the loop yet, would be taken for the next reply.
        return self.reader.reusable and not wait_for_read(self._line.get_extra_info("socket"), timeout=0)

    def close(self) -> None:
        """Closes the connection, and wakes who waits for it."""
        if self._line is not None:
            self._line.abort()

    async def secured(self, context: ssl.SSLContext, host: str) -> None:
        """Encrypts what goes on, for a host at the end of the connection."""
        line = cast("asyncio.Transport", self._line)
        self._line = await asyncio.get_running_loop().start_tls(line, self, context, server_hostname=host)

    # What follows is called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = cast("asyncio.Transport", transport)
        connected = transport.get_extra_info("socket")
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

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        try:
            if exc is not None:
                self._failure = self._failure or exc
            self.reader.end()
        except BrokenReply as error:
            self._failure = self._failure or error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _expire(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(TimeoutError())

    def _raise_failure(self) -> None:
        if self._failure is not None and not self.reader.complete:
            raise self._failure


class _Body:
    """The body of a reply that is read in pieces."""

    def __init__(self, keep: Callable[[], None], line: _Line, request: HttpRequest, patience: Patience) -> None:
        self._keep = keep
        self._line = line
        self._request = request
        self._patience = patience
        self._failure: TransportError | None = None
        self._closed = False

    async def aread(self) -> bytes:
        """What has come; waits for some. Empty at the end."""
        if self._failure is not None:
            raise self._failure
        line = self._line
        try:
            while not self._closed:
                if data := line.take():
                    return data
                if line.reader.complete:
                    break
                await line.wait(self._patience)
        except TimeoutError:
            self._failure = read_timeout(self._request, self._patience.silence)
        except (OSError, BrokenReply) as error:
            # A connection that breaks is a stream that ends: the reader knows whether it was too early.
            log.debug("a stream broke: %s", type(error).__name__)
            return line.take()
        else:
            return b""
        raise self._failure

    def close(self, *, reuse: bool) -> None:
        """Keeps the connection for the next call, or closes it."""
        if self._closed:
            return
        self._closed = True
        if reuse and self._failure is None:
            self._keep()
        else:
            self._line.close()


async def _connected(way: Route, context: ssl.SSLContext | None) -> _Line:
    """A connection that leads to the address, through a tunnel and encrypted where the route has it."""
    proxy = way.proxy
    if proxy is None:
        return await _opened(way.host, way.port, context if way.secure else None)
    parts = urlsplit(proxy.address)
    encrypted = parts.scheme == "https"
    line = await _opened(parts.hostname or "", parts.port or (443 if encrypted else 80), context if encrypted else None)
    if not way.secure or context is None:
        return line
    try:
        await _tunnelled(line, way, proxy)
        await line.secured(context, way.host)
    except BaseException:
        line.close()
        raise
    return line


async def _opened(host: str, port: int, context: ssl.SSLContext | None) -> _Line:
    loop = asyncio.get_running_loop()
    name = host if context is not None else None
    return (await loop.create_connection(_Line, host, port, ssl=context, server_hostname=name))[1]


async def _tunnelled(line: _Line, way: Route, proxy: Proxy) -> None:
    """Asks a proxy for a tunnel. The time that it may take is bounded by who waits for the connection."""
    target = f"[{way.host}]:{way.port}" if ":" in way.host else f"{way.host}:{way.port}"
    shown = {"Proxy-Authorization": proxy.authorization} if proxy.authorization is not None else {}
    line.send(request_head("CONNECT", target, target, shown, None), None, most=None)
    while not line.reader.head:
        await line.wait(Patience(connect=3600.0, silence=3600.0))
    status = line.reader.status
    if status >= 300:
        said = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        raise OSError(f"Tunnel connection failed: {status} {said}".strip())


def _plain(error: Exception) -> Exception:
    """An error of a connection as the system words it: asyncio adds the address."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, (ssl.SSLError, socket.gaierror)):
        return OSError(error.errno, os.strerror(error.errno))
    return error


def _failure(
    error: Exception, request: HttpRequest, patience: Patience, *, unanswered: bool, kept: bool
) -> TransportError:
    if isinstance(error, TimeoutError):
        return read_timeout(request, patience.silence)
    return connection_broken(request, error, unanswered=unanswered, kept=unanswered and kept)
