"""The sync runner: takes the steps of a call with urllib3."""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions as u3

from qianfan_api.handles import Options, Request, Target, Waiting
from qianfan_api.reply import Reply
from qianfan_typed.config import Settings
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.core.steps import Answer, Pause, Read, Renewable, Send, Step, Steps
from qianfan_typed.core.streaming import ReplyStream
from qianfan_typed.core.waiting import wait
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.network import (
    Proxy,
    connect_timeout,
    connection_broken,
    hide_tokens_in_logs,
    no_connection,
    presentable_cause,
    proxy_for,
    read_timeout,
    ssl_context,
)

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")

log: logging.Logger = logging.getLogger("qianfan_typed")

_IDLE_CONNECTIONS = 64
"""How many connections to a host are kept for the next calls. More may be open at once."""
_CHUNK = 65536
"""How many bytes of a stream are taken at once, if so many have come."""


class SyncRunner:
    """Carries calls out, blocking. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._planner = CallPlanner(settings)
        self._settings = settings
        self._renewing = threading.Lock()
        self._opening = threading.Lock()
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._context: ssl.SSLContext | None = None
        self._process = os.getpid()

    def create(self, target: Target[R, C], request: Request, options: Options) -> R:
        """A whole reply."""
        call = self._planner.prepare(target, request, options, stream=False)
        return self._walk(self._planner.create(call), _Connection(self))

    def stream(self, target: Target[R, C], request: Request, options: Options) -> ReplyStream[C]:
        """A reply in pieces."""
        call = self._planner.prepare(target, request, options, stream=True)
        connection = _Connection(self)
        try:
            return ReplyStream(self._walk(self._planner.stream(call), connection), connection)
        except BaseException:
            connection.close(reuse=False)
            raise

    def wait(self, target: Target[R, C], request: Request, options: Options, waiting: Waiting) -> R:
        """The last reply of a task, once it is done."""
        return self._walk(wait(self._planner, target, request, options, waiting), _Connection(self))

    def close(self) -> None:
        """Closes the connections that wait for the next call. A later call opens new ones."""
        with self._opening:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _walk(self, steps: Steps[T], connection: _Connection) -> T:
        """Takes steps to their end."""
        result: Answer | bytes | None = None
        error: TransportError | None = None
        try:
            while True:
                step = steps.send(result) if error is None else steps.throw(error)
                result = error = None
                try:
                    result = self._take(step, connection)
                except TransportError as caught:
                    error = caught
        except StopIteration as end:
            return cast("T", end.value)

    def _take(self, step: Step, connection: _Connection) -> Answer | bytes | None:
        if isinstance(step, Send):
            return connection.send(step)
        if isinstance(step, Read):
            return connection.read()
        if isinstance(step, Pause):
            time.sleep(step.seconds)
        else:
            self.renew(step.token)
        return None

    def renew(self, token: Renewable) -> None:
        """Renews a token, unless another thread was first."""
        with self._renewing:
            if token.stale():
                self._walk(token.renewal(), _Connection(self))

    def connect_seconds(self, timeout: float) -> float:
        """Seconds to wait for a connection: not longer than a call is told to wait for anything."""
        return min(self._settings.connect_timeout, timeout)

    def pool(self, base: str) -> urllib3.HTTPConnectionPool:
        """The connections to a host."""
        if self._process != os.getpid():
            self._after_fork()
        pool = self._pools.get(base)
        if pool is None:
            with self._opening:
                pool = self._pools.get(base) or self._pools.setdefault(base, self._open(base))
        return pool

    def _after_fork(self) -> None:
        # Parent and child must not write into one connection; the parent's locks may be held for ever.
        self._renewing, self._opening = threading.Lock(), threading.Lock()
        self._pools, self._process = {}, os.getpid()

    def _open(self, base: str) -> urllib3.HTTPConnectionPool:
        hide_tokens_in_logs()
        parts = urlsplit(base)
        options: dict[str, Any] = {"maxsize": _IDLE_CONNECTIONS, "retries": False}
        if self._context is None and parts.scheme == "https":
            self._context = ssl_context(self._settings)
        proxy = proxy_for(self._settings, base)
        if proxy is not None:
            return _through_proxy(proxy, base, self._context, options)
        if parts.scheme == "https":
            return urllib3.HTTPSConnectionPool(parts.hostname or "", parts.port, ssl_context=self._context, **options)
        return urllib3.HTTPConnectionPool(parts.hostname or "", parts.port, **options)


def _through_proxy(
    proxy: Proxy, base: str, context: ssl.SSLContext | None, options: dict[str, Any]
) -> urllib3.HTTPConnectionPool:
    headers = {"proxy-authorization": proxy.authorization} if proxy.authorization is not None else None
    manager = urllib3.ProxyManager(proxy.address, proxy_headers=headers, ssl_context=context, **options)
    return manager.connection_from_url(base)


class _Connection:
    """The connection of one conversation: sends, and reads the body of what came."""

    def __init__(self, runner: SyncRunner) -> None:
        self._runner = runner
        self._response: urllib3.BaseHTTPResponse | None = None
        self._step: Send | None = None

    def send(self, step: Send) -> Answer:
        """Sends a request. What the one before it left is dropped."""
        self.close(reuse=False)
        self._step = step
        try:
            return self._answer(step)
        except (u3.HTTPError, OSError) as error:
            failure = _transport_error(error, step, self._runner.connect_seconds(step.timeout))
            origin = presentable_cause(error)
        # Not inside the handler: what is raised there drags the library's error along.
        raise failure from origin

    def _answer(self, step: Send) -> Answer:
        response = self._open(step)
        at = time.perf_counter()
        headers = {name.lower(): value for name, value in response.headers.items()}
        if not step.stream:
            return Answer(status=response.status, headers=headers, body=response.read(), at=at)
        self._response = response
        return Answer(status=response.status, headers=headers, at=at)

    def _open(self, step: Send) -> urllib3.BaseHTTPResponse:
        request = step.request
        pool = self._runner.pool(request.base)
        # A proxy that makes no tunnel wants the whole address.
        absolute = pool.proxy is not None and pool.scheme == "http"
        return pool.urlopen(
            request.method,
            request.base + request.target if absolute else request.target,
            body=request.body,
            headers=request.headers,
            timeout=urllib3.Timeout(connect=self._runner.connect_seconds(step.timeout), read=step.timeout),
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )

    def read(self) -> bytes:
        """What has come of the body; waits for some. Empty at the end."""
        if self._response is None or self._step is None:
            return b""
        try:
            return self._response.read1(_CHUNK)
        except u3.ReadTimeoutError:
            raise read_timeout(self._step.request, self._step.timeout) from None
        except (u3.HTTPError, OSError) as error:
            # A connection that breaks is a stream that ends: the reader knows whether it was too early.
            log.debug("a stream broke: %s", error)
            return b""

    def close(self, *, reuse: bool) -> None:
        """Gives the connection back, where the body was read to its end, or drops it."""
        response, self._response = self._response, None
        if response is not None:
            if reuse:
                response.release_conn()
            else:
                response.close()


def _transport_error(error: Exception, step: Send, connect: float) -> TransportError:
    # First: in some releases of urllib3 it is a kind of ConnectTimeoutError.
    if isinstance(error, (u3.NewConnectionError, u3.ProxyError, u3.SSLError)):
        return no_connection(step.request, error)
    if isinstance(error, u3.ConnectTimeoutError):
        return connect_timeout(step.request, connect)
    if isinstance(error, u3.ReadTimeoutError):
        return read_timeout(step.request, step.timeout)
    return connection_broken(step.request, error)
