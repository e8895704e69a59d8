"""The transport on connections of our own, for `Qianfan`: urllib3 makes and secures them, llhttp reads the replies."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping

import attrs
from urllib3 import exceptions as u3
from urllib3.util import wait_for_read

from qianfan_typed.config import Settings
from qianfan_typed.core.bounds import MOST_OF_REPLY, too_long
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.http1 import BrokenReply, ReplyReader
from qianfan_typed.transports.network import (
    IDLE_CONNECTIONS,
    connect_timeout,
    connection_broken,
    no_connection,
    presentable_cause,
    read_timeout,
    ssl_context,
)
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.routes import Route, head, route, socket_to

log: logging.Logger = logging.getLogger("qianfan_typed")

_CHUNK = 65536
"""How many bytes are taken at once, if so many have come."""
_TOGETHER = 16384
"""Bytes of a body that are copied behind the head, to be sent in one piece with it."""


class Http1Transport:
    """Carries requests over HTTP/1.1, blocking. Threads may share it."""

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
        self._places: dict[str, _Place] = {}
        self._opening = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._process = os.getpid()
        weakref.finalize(self, _close_all, self._places)

    @classmethod
    def of(cls, settings: Settings) -> Http1Transport:
        """The transport of a client."""
        proxy = settings.proxy.reveal() if settings.proxy is not None else None
        return cls(
            proxy=proxy,
            verify_ssl=settings.verify_ssl,
            idle_timeout=settings.idle_timeout,
            max_reply_bytes=settings.max_reply_bytes,
        )

    def send(self, request: HttpRequest, patience: Patience) -> Answer:
        """Sends a request; the whole reply."""
        place = self._place(request.base)
        line = self._answering(place, request, patience)
        reader, at = line.reader, time.perf_counter()
        try:
            while not reader.complete and reader.length <= self._most:
                line.receive(patience)
        except (OSError, BrokenReply) as error:
            line.close()
            failure, origin = _failure(error, request, patience, line), presentable_cause(error)
        except BaseException:
            line.close()
            raise
        else:
            answer = Answer(status=reader.status, headers=reader.headers, at=at, secrets=request.secrets)
            if reader.length > self._most:
                line.close()
                raise too_long(answer, "the platform's reply", self._most, "max_reply_bytes")
            answer.body = reader.take()
            self.keep(place, line)
            return answer
        raise failure from origin

    def open(self, request: HttpRequest, patience: Patience) -> tuple[Answer, _Body]:
        """Sends a request; the reply's head, and its body."""
        place = self._place(request.base)
        line = self._answering(place, request, patience)
        answer = Answer(status=line.reader.status, headers=line.reader.headers, at=time.perf_counter())
        return answer, _Body(self, place, line, request, patience)

    def close(self) -> None:
        """Closes the connections that wait for the next call. A later call opens new ones."""
        _close_all(self._places)

    def keep(self, place: _Place, line: _Line) -> None:
        """Keeps a connection for the next call, if its reply is whole or has only its last bytes under way."""
        if (line.reader.complete and not line.reader.reusable) or len(place.kept) >= IDLE_CONNECTIONS:
            line.close()
            return
        line.rests_until = time.monotonic() + self._idle
        place.kept.append(line)

    def _answering(self, place: _Place, request: HttpRequest, patience: Patience) -> _Line:
        """A connection on which the head of the reply has come."""
        way = place.route
        while True:
            line = self._kept(place)
            fresh = line is None
            if line is None:
                line = self._dialled(way, request, patience)
            try:
                line.send(way, request, patience)
                while not line.reader.head:
                    line.receive(patience)
            except (OSError, BrokenReply) as error:
                line.close()
                if not fresh and not line.heard and not isinstance(error, TimeoutError):
                    # It died while it waited: the platform has not read the request.
                    continue
                failure, origin = _failure(error, request, patience, line, kept=not fresh), presentable_cause(error)
            except BaseException:
                line.close()
                raise
            else:
                return line
            # Not inside the handler: what is raised there drags the library's error along.
            raise failure from origin

    def _place(self, base: str) -> _Place:
        if self._process != os.getpid():
            self._after_fork()
        place = self._places.get(base)
        if place is None:
            with self._opening:
                place = self._places.get(base) or self._places.setdefault(base, _Place(route(base, self._proxy)))
        return place

    def _after_fork(self) -> None:
        # Parent and child must not write into one connection; the parent's lock may be held for ever.
        self._opening = threading.Lock()
        self._places = {}
        self._process = os.getpid()

    def _kept(self, place: _Place) -> _Line | None:
        """A connection that waits for a call and can still serve it. The one that waited least comes first."""
        while True:
            try:
                line = place.kept.pop()
            except IndexError:
                return None
            if line.ready():
                return line
            line.close()

    def _dialled(self, way: Route, request: HttpRequest, patience: Patience) -> _Line:
        seconds = patience.for_connection()
        try:
            if seconds <= 0:
                raise TimeoutError
            if way.encrypted and self._context is None:
                self._context = ssl_context(verify=self._verify)
            return _Line(socket_to(way, self._context if way.encrypted else None, seconds))
        except (u3.ConnectTimeoutError, TimeoutError) as error:
            failure: TransportError = connect_timeout(request, patience.connect)
            origin = presentable_cause(error)
            if isinstance(error, u3.NewConnectionError):  # in some releases of urllib3 it is a kind of timeout
                failure = no_connection(request, error)
        except (u3.HTTPError, OSError) as error:
            failure, origin = no_connection(request, error), presentable_cause(error)
        raise failure from origin


@attrs.define
class _Place:
    """The connections to a host that wait for a call."""

    route: Route
    kept: deque[_Line] = attrs.field(factory=deque["_Line"])


class _Line:
    """One connection."""

    __slots__ = ("_seconds", "_socket", "heard", "reader", "rests_until", "sent")

    def __init__(self, connected: socket.socket) -> None:
        self.reader: ReplyReader = ReplyReader()
        """Of the reply that is under way, or was the last."""
        self.heard: bool = False
        """Whether anything has come since the request went out."""
        self.sent: bool = False
        """Whether the request went out whole."""
        self.rests_until: float = 0.0
        """Until when it may wait for a call, on the monotonic clock."""
        self._socket = connected
        self._seconds: float | None = None

    def ready(self) -> bool:
        """Whether it can serve a call: nobody has closed it or said anything that was not asked for."""
        if time.monotonic() >= self.rests_until:
            return False
        try:
            while not self.reader.complete:
                if not self._at_hand():
                    return False
                self._take()
            return self.reader.reusable and not self._at_hand()
        except (OSError, ValueError, BrokenReply):
            return False

    def send(self, way: Route, request: HttpRequest, patience: Patience) -> None:
        """Sends a request."""
        self.reader, self.heard, self.sent = ReplyReader(), False, False
        self._wait_at_most(patience)
        first, body = head(request, way), request.body
        try:
            if body is None or len(body) <= _TOGETHER:
                self._socket.sendall(first if body is None else first + body)
            else:
                self._socket.sendall(first)
                self._socket.sendall(body)
        except (BrokenPipeError, ConnectionResetError):
            # Who refuses a request before it is whole may have said why. If not, reading fails too.
            log.debug("the connection was closed before the request was sent whole")
        else:
            self.sent = True

    def receive(self, patience: Patience) -> None:
        """Takes what has come of the reply; waits for some.

        Raises:
            TimeoutError: Nothing came in time.
            OSError: The connection broke.
            BrokenReply: What came is no reply, or the connection was closed in the middle of one.
        """
        self._wait_at_most(patience)
        self._take()

    def wake(self) -> None:
        """Wakes a thread that waits for bytes. For it the connection has ended."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except (OSError, ValueError):
            log.debug("the connection was closed already")

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def _take(self) -> None:
        data = self._socket.recv(_CHUNK)
        if data:
            self.heard = True
            self.reader.feed(data)
        else:
            self.reader.end()

    def _at_hand(self) -> bool:
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        return pending or wait_for_read(self._socket, timeout=0)

    def _wait_at_most(self, patience: Patience) -> None:
        seconds = patience.for_bytes()
        if seconds <= 0:
            raise TimeoutError
        if seconds != self._seconds:
            self._socket.settimeout(seconds)
            self._seconds = seconds


class _Body:
    """The body of a reply that is read in pieces."""

    def __init__(
        self, transport: Http1Transport, place: _Place, line: _Line, request: HttpRequest, patience: Patience
    ) -> None:
        self._transport = transport
        self._place = place
        self._line = line
        self._request = request
        self._patience = patience
        self._failure: TransportError | None = None
        self._reading = False
        self._closed = False

    def read(self) -> bytes:
        """What has come; waits for some. Empty at the end."""
        if self._failure is not None:
            raise self._failure
        # Whoever closes it looks at `_reading` after he has set `_closed`; so one of the two sees the other.
        self._reading = True
        try:
            return self._taken()
        finally:
            self._reading = False
            if self._closed:
                self._line.close()

    def _taken(self) -> bytes:
        reader = self._line.reader
        try:
            while not self._closed:
                if data := reader.take():
                    return data
                if reader.complete:
                    break
                self._line.receive(self._patience)
        except TimeoutError:
            self._failure = read_timeout(self._request, self._patience.silence)
        except (OSError, ValueError, BrokenReply) as error:
            # A connection that breaks is a stream that ends: the reader knows whether it was too early.
            log.debug("a stream broke: %s", type(error).__name__)
            return reader.take()
        else:
            return b""
        raise self._failure

    def close(self, *, reuse: bool) -> None:
        """Keeps the connection for the next call, or closes it."""
        if self._closed:
            return
        self._closed = True
        if self._reading:
            self._line.wake()
        elif reuse and self._failure is None:
            self._transport.keep(self._place, self._line)
        else:
            self._line.close()


def _failure(
    error: Exception, request: HttpRequest, patience: Patience, line: _Line, *, kept: bool = False
) -> TransportError:
    if isinstance(error, TimeoutError):
        return read_timeout(request, patience.silence)
    lost = not line.heard
    return connection_broken(request, error, retryable=lost and not line.sent, unanswered=lost, kept=lost and kept)


def _close_all(places: Mapping[str, _Place]) -> None:
    for place in places.values():
        while place.kept:
            place.kept.pop().close()
