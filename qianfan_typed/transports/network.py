"""The network: options of sockets, the errors of what breaks, and logs without tokens.

Every transport uses it, so that all say the same.
"""

from __future__ import annotations

import logging
import re
import select
import socket
import ssl
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from urllib3.util import wait_for_read

from qianfan_typed.core.error_bodies import id_in
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.errors import ConnectionLost, ConnectTimeout, ReadTimeout
from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.stage import Stage

_QUERY_SECRET = re.compile(r"((?:access_token|client_id|client_secret)=[^&\s]{0,4})[^&\s\"']*")


IDLE_CONNECTIONS = 64
"""How many connections to a host are kept for the next calls. More may be open at once."""


def socket_options() -> list[tuple[int, int, int | bytes]]:
    """Options of sockets: send at once, and find out within two minutes that nobody is there any more."""
    options: list[tuple[int, int, int | bytes]] = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    # Not every system has all of them: what is missing stays as the system has it.
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options


def readable(connected: socket.socket) -> Callable[[], bool]:
    """Tells, without waiting, whether there is something to be read from a socket, or its end."""
    if hasattr(select, "poll"):
        # One for all the times that it is asked: to make it costs as much as to ask.
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return lambda: bool(poll.poll(0))
    return lambda: wait_for_read(connected, timeout=0)


def root_cause(error: BaseException) -> BaseException:
    """What an error came from in the end."""
    # urllib3 has some of them as arguments alone.
    while (inner := error.__cause__ or error.__context__ or _argument(error)) is not None:
        error = inner
    return error


def _argument(error: BaseException) -> BaseException | None:
    return next((one for one in error.args if isinstance(one, BaseException)), None)


def presentable_cause(error: BaseException) -> BaseException | None:
    """What may be shown as the cause of an error: the system's own. A library's may hold the address, token and all."""
    found = root_cause(error)
    # Without its traceback: the library's frames hold headers and addresses.
    return found.with_traceback(None) if type(found).__module__ in ("builtins", "socket", "ssl") else None


def reason(error: BaseException, request: HttpRequest) -> str:
    """What lies at the bottom of an error, in words. A server's first line may be all that it was sent."""
    found = root_cause(error)
    return request.masked(masked_query(str(found))) or type(found).__name__


def masked_query(text: str) -> str:
    """A text in which the tokens and keys of addresses are masked."""
    return _QUERY_SECRET.sub(r"\1…", text)


def connect_timeout(request: HttpRequest, seconds: float, stalled: str = "") -> ConnectTimeout:
    """`stalled`: what it came to, as the end of the sentence."""
    return ConnectTimeout(message=f"no connection within {seconds:g} s{stalled}", url=request.url)


def handshake_stalled(request: HttpRequest, seconds: float) -> ConnectTimeout:
    """The same, of a library that does not say with whom."""
    return connect_timeout(request, seconds, f": the TLS handshake with {urlsplit(request.base).hostname} stalled")


def no_connection(
    request: HttpRequest, error: BaseException, certificates: Certificates, stage: Stage | None = None
) -> ConnectionLost:
    """The error of a connection that cannot be made. `stage`: how far it came. None: who made it does not say."""
    found = root_cause(error)
    host = stage.host if stage is not None else urlsplit(request.base).hostname or ""
    # The others say in their own ways that nothing more came.
    closed = isinstance(found, ssl.SSLEOFError) or (
        stage is not None and stage.handshaking and not isinstance(found, ssl.SSLError)
    )
    why = (
        f"{host} closed the connection in the TLS handshake"
        if closed
        else certificates.explained(found, host) or reason(error, request)
    )
    return ConnectionLost(
        message=f"no connection could be made: {why}",
        url=request.url,
        # A certificate or a password that does not fit today will not fit in a second.
        retryable=not isinstance(found, ssl.SSLCertVerificationError)
        and getattr(found, "status", None) != HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    )


def read_timeout(request: HttpRequest, seconds: float, headers: Mapping[str, str] | None = None) -> ReadTimeout:
    """`headers`: of the reply whose body did not come. None: they did not either, or whoever reads has them."""
    message = f"the platform was silent for {seconds:g} s"
    return ReadTimeout(message=message, url=request.url, request_id=id_in(headers or {}))


def connection_broken(
    request: HttpRequest,
    error: BaseException,
    certificates: Certificates,
    *,
    headers: Mapping[str, str] | None = None,
    retryable: bool = False,
    unanswered: bool = False,
    kept: bool = False,
) -> ConnectionLost:
    # Servers of TLS 1.3 say what they miss after the handshake.
    why = certificates.explained(root_cause(error), urlsplit(request.base).hostname or "") or reason(error, request)
    message = f"the connection broke before the reply was whole: {why}"
    return ConnectionLost(
        message=message,
        url=request.url,
        request_id=id_in(headers or {}),
        retryable=retryable,
        unanswered=unanswered,
        kept=kept,
    )


class _HideTokens(logging.Filter):
    """Masks tokens in the addresses that urllib3 logs at debug level."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                masked_query(argument) if isinstance(argument, str) else argument for argument in record.args
            )
        return True


_hide_tokens = _HideTokens()


def hide_tokens_in_logs() -> None:
    """Keeps tokens out of urllib3's log. A filter that is there already is not added twice."""
    logging.getLogger("urllib3.connectionpool").addFilter(_hide_tokens)
