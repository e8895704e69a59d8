"""Pools of urllib3: connections that know how long they may idle, and replies that are read under a patience."""

from __future__ import annotations

import http.client
import io
import logging
import socket
import ssl
import threading
import time
from typing import Any, cast
from urllib.parse import urlsplit

import urllib3

from qianfan_typed.transports.kept import PlainConnection, SecureConnection
from qianfan_typed.transports.network import IDLE_CONNECTIONS, socket_options
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.proxies import Proxy

log: logging.Logger = logging.getLogger("qianfan_typed")

CHUNK = 65536
"""How many bytes of a body are taken at once, if so many have come."""


class Bytes(io.BufferedReader):
    """The bytes of a connection, for one reply. Bytes behind the reply spoil the connection."""

    def __init__(self, line: socket.socket, file: io.BufferedReader, patience: Patience) -> None:
        self._line = line
        self._source = _Source(line, file, patience)
        super().__init__(self._source)

    @property
    def patience(self) -> Patience:
        """How long it may wait."""
        return self._source.patience

    def at_hand(self) -> bytes:
        """What can be had without waiting."""
        self._source.mode = "at hand"
        try:
            return self.read1(CHUNK) or b""
        except (OSError, ValueError):
            return b""
        finally:
            self._source.mode = "wait"

    def interrupt(self) -> None:
        """Wakes a thread that waits for bytes. For it the connection ends."""
        try:
            self._line.shutdown(socket.SHUT_RD)
        except (OSError, ValueError):
            log.debug("the connection was closed already")

    def close(self) -> None:
        if not self.closed:
            self._source.mode = "none"
            if self.peek(1):
                # Nobody asked for them. The pool drops a connection that has ended.
                self.interrupt()
        super().close()


class _Source(io.RawIOBase):
    """What a connection brings, waited for as long as the call's patience says."""

    def __init__(self, line: socket.socket, file: io.BufferedReader, patience: Patience) -> None:
        self.patience = patience
        self.mode = "wait"
        """wait: for some bytes; at hand: take what is there; none: take nothing more."""
        self._line = line
        # The file keeps the socket open where http.client closes it before the body is read.
        self._raw: Any = file.detach()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.mode == "none":
            return 0
        if self.mode == "at hand":
            self._line.settimeout(0)
        elif self.patience.until is not None:
            left = self.patience.for_bytes()
            if left <= 0:
                raise TimeoutError("timed out")
            self._line.settimeout(left)
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Serving(threading.local):
    """The call that a thread carries: urllib3 has no way to hand these down to the reply."""

    patience: Patience
    reply: Reply
    bytes: Bytes


SERVING = _Serving()


class Reply(http.client.HTTPResponse):
    """A reply that is read under a patience."""

    def __init__(self, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(sock, *more, **named)
        self.fp: io.BufferedReader = Bytes(sock, self.fp, SERVING.patience)
        SERVING.reply, SERVING.bytes = self, self.fp


class _Connection(PlainConnection):
    """A connection that knows how long it may idle. `is_connected` is asked before a call takes it from the pool."""

    response_class = Reply
    rests_until = float("inf")

    @property
    def is_connected(self) -> bool:
        return time.monotonic() < self.rests_until and super().is_connected


class _SecureConnection(SecureConnection):
    """The same, encrypted."""

    response_class = Reply
    rests_until = float("inf")

    @property
    def is_connected(self) -> bool:
        return time.monotonic() < self.rests_until and super().is_connected


class _Pool(urllib3.HTTPConnectionPool):
    """The connections to a host."""

    ConnectionCls = cast("Any", _Connection)
    idle = 0.0

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.rests_until = time.monotonic() + self.idle
        super()._put_conn(conn)


class _SecurePool(urllib3.HTTPSConnectionPool):
    """The same, encrypted."""

    ConnectionCls = cast("Any", _SecureConnection)
    idle = 0.0

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.rests_until = time.monotonic() + self.idle
        super()._put_conn(conn)


def pool_to(base: str, proxy: Proxy | None, context: ssl.SSLContext | None, idle: float) -> urllib3.HTTPConnectionPool:
    """The connections to an address.

    Args:
        base: Scheme, host and port.
        proxy: What they lead through.
        context: What encrypts them. None: nothing is encrypted.
        idle: Seconds that one without a call is kept.
    """
    parts = urlsplit(base)
    options: dict[str, Any] = {"maxsize": IDLE_CONNECTIONS, "retries": False, "socket_options": socket_options()}
    if proxy is not None:
        pool = _through_proxy(proxy, base, context, options)
    elif parts.scheme == "https":
        pool = _SecurePool(parts.hostname or "", parts.port, ssl_context=context, **options)
    else:
        pool = _Pool(parts.hostname or "", parts.port, **options)
    pool.idle = idle
    return pool


def _through_proxy(
    proxy: Proxy, base: str, context: ssl.SSLContext | None, options: dict[str, Any]
) -> _Pool | _SecurePool:
    headers = {"proxy-authorization": proxy.authorization} if proxy.authorization is not None else None
    manager = urllib3.ProxyManager(
        proxy.address, proxy_headers=headers, ssl_context=context, proxy_ssl_context=context, **options
    )
    cast("Any", manager).pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return cast("_Pool | _SecurePool", manager.connection_from_url(base))
