"""The transport on connections of our own, for `Qianfan`: urllib3 makes and secures them, llhttp reads the replies."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping

import attrs

from qianfan_typed.config import Settings
from qianfan_typed.config.kinds import Ca, Cert
from qianfan_typed.core.bounds import MOST_OF_REPLY, too_long
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.dialling import socket_to
from qianfan_typed.transports.http1 import BrokenReply
from qianfan_typed.transports.line import Line
from qianfan_typed.transports.network import (
    IDLE_CONNECTIONS,
    connect_timeout,
    connection_broken,
    no_connection,
    presentable_cause,
    read_timeout,
)
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.proxies import ProxyRefusal
from qianfan_typed.transports.routes import Route, require_passage, route
from qianfan_typed.transports.stage import Stage

log: logging.Logger = logging.getLogger("qianfan_typed")


class Http1Transport:
    """Carries requests over HTTP/1.1, blocking. Threads may share it."""

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
        self._places: dict[str, _Place] = {}
        self._opening = threading.Lock()
        self._process = os.getpid()
        weakref.finalize(self, _close_all, self._places)

    @classmethod
    def of(cls, settings: Settings) -> Http1Transport:
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
            failure, origin = self._failure(error, request, patience, line), presentable_cause(error)
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

    def keep(self, place: _Place, line: Line) -> None:
        """Keeps a connection for the next call, if its reply is whole or has only its last bytes under way."""
        spent = line.reader.complete and not line.reader.reusable
        if spent or not line.sent or len(place.kept) >= IDLE_CONNECTIONS:
            line.close()
            return
        line.rests_until = time.monotonic() + self._idle
        place.kept.append(line)

    def _answering(self, place: _Place, request: HttpRequest, patience: Patience) -> Line:
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
                if way.forwarded:
                    require_passage(way, line.reader)
            except ProxyRefusal as error:
                line.close()
                failure: TransportError = no_connection(request, error, self._certificates)
                origin = presentable_cause(error)
            except (OSError, BrokenReply) as error:
                line.close()
                if not fresh and not line.heard and not isinstance(error, TimeoutError):
                    # It died while it waited: the platform has not read the request.
                    continue
                failure = self._failure(error, request, patience, line, kept=not fresh)
                origin = presentable_cause(error)
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

    def _kept(self, place: _Place) -> Line | None:
        """A connection that waits for a call and can still serve it. The one that waited least comes first."""
        while True:
            try:
                line = place.kept.pop()
            except IndexError:
                return None
            if line.ready():
                return line
            line.close()

    def _dialled(self, way: Route, request: HttpRequest, patience: Patience) -> Line:
        stage, seconds = Stage(way.first[0]), patience.for_connection()
        try:
            return Line(socket_to(way, self._certificates, time.monotonic() + seconds, stage))
        except TimeoutError as error:
            failure: TransportError = connect_timeout(request, patience.connect, stage.stalled)
            origin = presentable_cause(error)
        except (OSError, BrokenReply) as error:
            failure = no_connection(request, error, self._certificates, stage)
            origin = presentable_cause(error)
        raise failure from origin

    def _failure(
        self, error: Exception, request: HttpRequest, patience: Patience, line: Line, *, kept: bool = False
    ) -> TransportError:
        if isinstance(error, TimeoutError):
            return read_timeout(request, patience.silence, line.reader.headers)
        lost = not line.heard
        return connection_broken(
            request,
            error,
            self._certificates,
            headers=line.reader.headers,
            retryable=lost and not line.sent,
            unanswered=lost,
            kept=lost and kept,
        )


@attrs.define
class _Place:
    """The connections to a host that wait for a call."""

    route: Route
    kept: deque[Line] = attrs.field(factory=deque["Line"])


class _Body:
    """The body of a reply that is read in pieces."""

    def __init__(
        self, transport: Http1Transport, place: _Place, line: Line, request: HttpRequest, patience: Patience
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


def _close_all(places: Mapping[str, _Place]) -> None:
    for place in places.values():
        while place.kept:
            place.kept.pop().close()
