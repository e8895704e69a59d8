"""The transport on urllib3, for `Qianfan`."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
import weakref
from collections.abc import Mapping
from typing import cast

import urllib3
from urllib3 import exceptions as u3

from qianfan_typed.config import Settings
from qianfan_typed.config.kinds import Ca, Cert
from qianfan_typed.core.bounds import MOST_OF_REPLY, too_long
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.kept import KeptConnectionLost
from qianfan_typed.transports.network import (
    IDLE_CONNECTIONS,
    connect_timeout,
    connection_broken,
    handshake_stalled,
    hide_tokens_in_logs,
    no_connection,
    presentable_cause,
    read_timeout,
    root_cause,
)
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.proxies import ProxyRefusal, proxy_for
from qianfan_typed.transports.urllib3_pools import CHUNK, SERVING, pool_to

log: logging.Logger = logging.getLogger("qianfan_typed")

_LAST_CHUNK = b"\r\n0\r\n\r\n"
"""What comes after the last piece of a body in chunks."""


_TUNNEL = re.compile(r"^Tunnel connection failed: (\d+)")
"""What http.client says of a proxy's refusal."""


class Urllib3Transport:
    """Carries requests with urllib3, blocking. Threads may share it."""

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
        self._opening = threading.Lock()
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._ending: list[_Body] = []
        """Bodies of streams that have said all, and whose last bytes may still be under way."""
        weakref.finalize(self, _drop, self._ending)
        self._process = os.getpid()

    @classmethod
    def of(cls, settings: Settings) -> Urllib3Transport:
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
        return cast("Answer", self._carried(request, patience, whole=True))

    def open(self, request: HttpRequest, patience: Patience) -> tuple[Answer, _Body]:
        """Sends a request; the reply's head, and its body."""
        return cast("tuple[Answer, _Body]", self._carried(request, patience, whole=False))

    def close(self) -> None:
        """Closes the connections that wait for the next call. A later call opens new ones."""
        with self._opening:
            pools, self._pools = list(self._pools.values()), {}
        _drop(self._ending)
        for pool in pools:
            pool.close()

    def _carried(self, request: HttpRequest, patience: Patience, *, whole: bool) -> Answer | tuple[Answer, _Body]:
        pool = self._pool(request.base)
        while self._ending:
            self._ending.pop().settle()
        headers: Mapping[str, str] | None = None
        try:
            response = _opened(pool, request, patience)
            headers = {name.lower(): value for name, value in response.headers.items()}
            if response.status == 407 and _is_forwarded(pool, request):
                response.close()
                raise u3.HTTPError(OSError(f"Tunnel connection failed: {response.status}"))
            at = time.perf_counter()
            if whole:
                answer = Answer(status=response.status, headers=headers, at=at, secrets=request.secrets)
                answer.body = _whole_body(response, answer, self._most)
                return answer
            return Answer(status=response.status, headers=headers, at=at), _Body(self._ending, response, request)
        except (u3.HTTPError, OSError) as error:
            failure = self._transport_error(error, request, patience, headers)
            origin = presentable_cause(error)
        # Not inside the handler: what is raised there drags the library's error along.
        raise failure from origin

    def _transport_error(
        self, error: Exception, request: HttpRequest, patience: Patience, headers: Mapping[str, str] | None
    ) -> TransportError:
        """`headers`: of the reply. None: none had come."""
        found = root_cause(error)
        if isinstance(found, TimeoutError) and "handshake" in str(found):
            return handshake_stalled(request, patience.connect)
        refused = _TUNNEL.search(str(found))
        if refused is not None and (proxy := proxy_for(self._proxy, request.base)) is not None:
            return no_connection(request, ProxyRefusal.of_http(proxy, int(refused[1])), self._certificates)
        # First: in some releases of urllib3 it is a kind of ConnectTimeoutError.
        if isinstance(error, (u3.NewConnectionError, u3.ProxyError, u3.SSLError)):
            return no_connection(request, error, self._certificates)
        if isinstance(error, u3.ConnectTimeoutError):
            return connect_timeout(request, patience.connect)
        if isinstance(error, u3.ReadTimeoutError):
            return read_timeout(request, patience.silence, headers)
        kept = any(isinstance(one, KeptConnectionLost) for one in error.args)
        return connection_broken(
            request, error, self._certificates, headers=headers, unanswered=headers is None, kept=kept
        )

    def _pool(self, base: str) -> urllib3.HTTPConnectionPool:
        if self._process != os.getpid():
            self._after_fork()
        pool = self._pools.get(base)
        if pool is None:
            with self._opening:
                pool = self._pools.get(base) or self._pools.setdefault(base, self._new_pool(base))
        return pool

    def _after_fork(self) -> None:
        # Parent and child must not write into one connection; the parent's lock may be held for ever.
        self._opening = threading.Lock()
        self._pools, self._process = {}, os.getpid()
        self._ending.clear()

    def _new_pool(self, base: str) -> urllib3.HTTPConnectionPool:
        hide_tokens_in_logs()
        proxy = proxy_for(self._proxy, base, without_socks="Urllib3Transport")
        secure = base.startswith("https:") or (proxy is not None and proxy.encrypted)
        return pool_to(base, proxy, self._certificates.context if secure else None, self._idle)


def _drop(ending: list[_Body]) -> None:
    while ending:
        ending.pop().close(reuse=False)


class _Body:
    """The body of a reply that is read in pieces."""

    def __init__(self, ending: list[_Body], response: urllib3.BaseHTTPResponse, request: HttpRequest) -> None:
        self._ending = ending
        self._response = response
        self._request = request
        self._reply, self._bytes = SERVING.reply, SERVING.bytes
        self._tail = b""
        """What came behind the last piece."""
        self._whole = False
        self._failure: TransportError | None = None

    def read(self) -> bytes:
        """What has come; waits for some. Empty at the end."""
        if self._failure is not None:
            raise self._failure
        try:
            data = self._response.read1(CHUNK)
        except u3.ReadTimeoutError:
            self._failure = read_timeout(self._request, self._bytes.patience.silence)
        except (u3.HTTPError, OSError, ValueError, AttributeError) as error:
            # A connection that breaks is a stream that ends: the reader knows whether it was too early. The last two
            # are what a reader finds whose connection was closed by another thread.
            log.debug("a stream broke: %s", type(error).__name__)
            return b""
        else:
            self._whole = not data
            return data
        raise self._failure

    def close(self, *, reuse: bool) -> None:
        """Gives the connection back, now or when the last bytes have come, or closes it."""
        if reuse and (self._whole or self._end_has_come()):
            self._give_back()
        elif reuse and self._response.chunked and len(self._ending) < IDLE_CONNECTIONS:
            self._ending.append(self)
        else:
            self._bytes.interrupt()
            self._response.close()

    def settle(self) -> None:
        """Gives the connection back, if the last bytes have come meanwhile, or closes it."""
        if self._end_has_come():
            self._give_back()
        else:
            self._response.close()

    def _end_has_come(self) -> bool:
        """Whether all the rest of the body is here. What is here is taken."""
        if not self._response.chunked:
            return self._response.length_remaining == 0
        self._tail += self._bytes.at_hand()
        return self._tail == _LAST_CHUNK

    def _give_back(self) -> None:
        self._reply.close()
        self._response.release_conn()


def _is_forwarded(pool: urllib3.HTTPConnectionPool, request: HttpRequest) -> bool:
    return pool.proxy is not None and request.base.startswith("http:")


def _opened(pool: urllib3.HTTPConnectionPool, request: HttpRequest, patience: Patience) -> urllib3.BaseHTTPResponse:
    # A proxy that makes no tunnel wants the whole address.
    absolute = _is_forwarded(pool, request)
    SERVING.patience = patience
    connect, silence = patience.for_connection(), patience.for_bytes()
    if connect <= 0 or silence <= 0:
        raise u3.ConnectTimeoutError
    return pool.urlopen(
        request.method,
        request.base + request.target if absolute else request.target,
        body=request.body,
        headers=request.headers,
        timeout=urllib3.Timeout(connect=connect, read=silence),
        retries=False,
        redirect=False,
        assert_same_host=False,
        preload_content=False,
        decode_content=False,
    )


def _whole_body(response: urllib3.BaseHTTPResponse, answer: Answer, most: int) -> bytes:
    """The bytes of a whole reply, as they came. Raises DecodeError where there are too many."""
    length = getattr(response, "length_remaining", None)
    if length is not None and length <= most:
        return response.read()
    parts: list[bytes] = []
    left = most
    while left >= 0 and (length is None or length <= most) and (data := response.read(CHUNK)):
        parts.append(data)
        left -= len(data)
    if left < 0 or (length is not None and length > most):
        response.close()
        raise too_long(answer, "the platform's reply", most, "max_reply_bytes")
    return b"".join(parts)
