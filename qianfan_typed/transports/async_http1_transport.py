"""The transport on connections of our own, for `AsyncQianfan`: asyncio makes and secures them, llhttp reads."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from weakref import WeakKeyDictionary

from qianfan_typed.config import Settings
from qianfan_typed.config.kinds import Ca, Cert
from qianfan_typed.core.bounds import MOST_OF_REPLY, too_long
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.async_line import AsyncLine, connected, plainly
from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.http1 import BrokenReply
from qianfan_typed.transports.network import (
    connect_timeout,
    connection_broken,
    no_connection,
    presentable_cause,
    read_timeout,
)
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.proxies import ProxyRefusal
from qianfan_typed.transports.routes import Route, head, require_passage, route
from qianfan_typed.transports.stage import Stage

log: logging.Logger = logging.getLogger("qianfan_typed")

_MOST_KEPT = 1000
"""How many connections to a host are kept for the next calls. More may be open at once."""


class AsyncHttp1Transport:
    """Carries requests over HTTP/1.1, awaited. Tasks may share it; each event loop has connections of its own.

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
        self._routes: dict[str, Route] = {}
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept] = WeakKeyDictionary()

    @classmethod
    def of(cls, settings: Settings) -> AsyncHttp1Transport:
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
        # What was closed before closes in the next turn of the loop.
        await asyncio.sleep(0)

    def keep(self, kept: _Kept, base: str, line: AsyncLine) -> None:
        """Keeps a connection for the next call, if its reply is whole or has only its last bytes under way."""
        waiting = kept.waiting(base)
        if (line.reader.complete and not line.reader.reusable) or not line.sent or len(waiting) >= _MOST_KEPT:
            line.close()
            return
        now = time.monotonic()
        while waiting and waiting[0].rests_until <= now:
            waiting.popleft().close()
        line.rest(now + self._idle)
        waiting.append(line)

    async def _answering(self, request: HttpRequest, patience: Patience, *, whole: bool) -> tuple[_Kept, AsyncLine]:
        """A connection on which the reply has come: its head, or the whole of it."""
        way = self._routes.get(request.base)
        if way is None:
            way = self._routes[request.base] = route(request.base, self._proxy)
        kept = self._loops.get(asyncio.get_running_loop()) or await self._begun()
        while True:
            line = kept.ready(request.base) or await kept.settled(request.base)
            fresh = line is None
            if line is None:
                line = await self._dialled(way, request, patience)
            try:
                line.send(head(request, way), request.body, most=self._most if whole else None)
                while not (line.over if whole else line.reader.head):
                    await line.wait(patience)
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
                return kept, line
            # Not inside the handler: what is raised there drags the library's error along.
            raise failure from origin

    async def _begun(self) -> _Kept:
        kept = self._loops[asyncio.get_running_loop()] = _Kept()
        # A loop finishes the generators that were begun in it before it closes: the one hook it has.
        await anext(kept.closer)
        return kept

    async def _dialled(self, way: Route, request: HttpRequest, patience: Patience) -> AsyncLine:
        stage, seconds = Stage(way.first[0]), patience.for_connection()
        try:
            if seconds <= 0:
                raise TimeoutError
            return await asyncio.wait_for(connected(way, self._certificates, stage), seconds)
        except (TimeoutError, asyncio.TimeoutError) as error:
            failure: TransportError = connect_timeout(request, patience.connect, stage.stalled)
            origin = presentable_cause(error)
        except (OSError, BrokenReply) as error:
            plain = plainly(error)
            failure = no_connection(request, plain, self._certificates, stage)
            origin = presentable_cause(plain)
        raise failure from origin

    def _failure(
        self, error: Exception, request: HttpRequest, patience: Patience, line: AsyncLine, *, kept: bool
    ) -> TransportError:
        if isinstance(error, TimeoutError):
            return read_timeout(request, patience.silence, line.reader.headers)
        lost = not line.heard
        headers = line.reader.headers
        return connection_broken(
            request, error, self._certificates, headers=headers, unanswered=lost, kept=lost and kept
        )


class _Kept:
    """The connections of one event loop that wait for a call."""

    def __init__(self) -> None:
        self._places: dict[str, deque[AsyncLine]] = {}
        self.closer: AsyncGenerator[None, None] = self._closing()
        """Closes them when it is closed."""

    def waiting(self, base: str) -> deque[AsyncLine]:
        """Those to a host. The one that has waited least is the last."""
        return self._places.setdefault(base, deque())

    def ready(self, base: str) -> AsyncLine | None:
        """One that can serve a call. None: there is none, or it has to settle."""
        waiting = self.waiting(base)
        while waiting:
            line = waiting.pop()
            if line.ready():
                return line
            if line.has_more():
                waiting.append(line)
                break
            line.close()
        return None

    async def settled(self, base: str) -> AsyncLine | None:
        """One that can serve a call, once the loop has read what came."""
        waiting = self.waiting(base)
        while waiting:
            line = waiting.pop()
            if line.ready() or (line.has_more() and await line.settled()):
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


class _Body:
    """The body of a reply that is read in pieces."""

    def __init__(self, keep: Callable[[], None], line: AsyncLine, request: HttpRequest, patience: Patience) -> None:
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
