"""A connection, blocking: one request goes out, one reply comes in, and the next."""

from __future__ import annotations

import logging
import selectors
import socket
import ssl
import time
from typing import cast

from urllib3.util.ssltransport import SSLTransport

from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.transports.dialling import Connected
from qianfan_typed.transports.http1 import BrokenReply, ReplyReader
from qianfan_typed.transports.network import readable
from qianfan_typed.transports.protocols import Patience
from qianfan_typed.transports.routes import Route, head

log: logging.Logger = logging.getLogger("qianfan_typed")

_CHUNK = 65536
"""How many bytes are taken or given at once."""
_TOGETHER = 16384
"""Bytes of a body that are copied behind the head, to be sent in one piece with it."""
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """One connection."""

    __slots__ = ("_plain", "_readable", "_seconds", "_socket", "heard", "reader", "rests_until", "sent")

    def __init__(self, connected: Connected) -> None:
        self.reader: ReplyReader = ReplyReader()
        """Of the reply that is under way, or was the last."""
        self.heard: bool = False
        """Whether anything has come since the request went out."""
        self.sent: bool = False
        """Whether the request went out whole."""
        self.rests_until: float = 0.0
        """Until when it may wait for a call, on the monotonic clock."""
        self._socket = connected
        self._plain = isinstance(connected, socket.socket) and not isinstance(connected, ssl.SSLSocket)
        self._readable = readable(_innermost(connected)) if self._plain else bool
        self._seconds: float | None = None

    def ready(self) -> bool:
        """Whether it can serve a call: nobody has closed it or said anything that was not asked for."""
        if time.monotonic() >= self.rests_until:
            return False
        try:
            while (data := self._at_hand()) is not None:
                if self.reader.complete or not data:
                    return False
                self.reader.feed(data)
        except (OSError, ValueError, BrokenReply):
            return False
        return self.reader.reusable

    def send(self, way: Route, request: HttpRequest, patience: Patience) -> None:
        """Sends a request. One whose reply comes before it is whole is sent no further.

        Raises:
            TimeoutError: Nothing of it could be sent for too long.
            OSError: The connection broke.
            BrokenReply: What came meanwhile is no reply.
        """
        self.reader, self.heard, self.sent = self.reader.next(), False, False
        self._wait_at_most(patience)
        first, body = head(request, way), request.body
        try:
            if body is None or len(body) <= _TOGETHER:
                self._socket.sendall(first if body is None else first + body)
                self.sent = True
            elif isinstance(self._socket, SSLTransport):
                # TLS inside TLS cannot send as much as goes out at once.
                self._socket.sendall(first + body)
                self.sent = True
            else:
                self._socket.sendall(first)
                self.sent = self._sent_whole(body, patience)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            # Who refuses a request before it is whole may have said why. If not, reading fails too.
            log.debug("the connection was closed before the request was sent whole")

    def receive(self, patience: Patience) -> None:
        """Takes what has come of the reply; waits for some.

        Raises:
            TimeoutError: Nothing came in time.
            OSError: The connection broke.
            BrokenReply: What came is no reply, or the connection was closed in the middle of one.
        """
        self._wait_at_most(patience)
        self._take(self._received())

    def wake(self) -> None:
        """Wakes a thread that waits for bytes. For it the connection has ended."""
        try:
            # The socket below the encryption: the one above would say good-bye first.
            socket.socket.shutdown(_innermost(self._socket), socket.SHUT_RDWR)
        except (OSError, ValueError):
            log.debug("the connection was closed already")

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def _received(self) -> bytes:
        data = self._socket.recv(_CHUNK)
        return data if isinstance(data, bytes) else b""  # TLS inside TLS ends with the number 0

    def _take(self, data: bytes) -> None:
        if data:
            self.heard = True
            self.reader.feed(data)
        else:
            self.reader.end()

    def _at_hand(self) -> bytes | None:
        """What can be had without waiting; empty where the connection was closed. None: nothing.

        Of an encrypted one this reads what is not for us too: a ticket that came late.
        """
        if self._plain and not self._readable():
            return None
        self._seconds = None
        self._socket.settimeout(0)
        try:
            return self._received()
        except _NOT_NOW:
            return None

    def _sent_whole(self, body: bytes, patience: Patience) -> bool:
        """Sends a long body; whether all of it went out. Who refuses it may say so without reading it."""
        rest = memoryview(body)
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket.fileno(), selectors.EVENT_READ | selectors.EVENT_WRITE)
            while rest:
                seconds = patience.for_bytes()
                ready = selector.select(seconds) if seconds > 0 else []
                if not ready:
                    raise TimeoutError
                if ready[0][1] & selectors.EVENT_READ and (data := self._at_hand()) is not None:
                    self._take(data)
                    return False
                self._seconds = None
                self._socket.settimeout(0)
                try:
                    rest = rest[self._socket.send(cast("bytes", rest[:_CHUNK])) :]
                except _NOT_NOW:
                    continue
        return True

    def _wait_at_most(self, patience: Patience) -> None:
        seconds = patience.for_bytes()
        if seconds <= 0:
            raise TimeoutError
        if seconds != self._seconds:
            self._socket.settimeout(seconds)
            self._seconds = seconds


def _innermost(connected: Connected) -> socket.socket:
    return connected if isinstance(connected, socket.socket) else _innermost(connected.socket)
