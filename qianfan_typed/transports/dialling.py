"""Dialling, blocking: a socket that leads to a host, through a proxy and encrypted where the route has it."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TypeAlias, cast

from urllib3.util.ssltransport import SSLTransport

from qianfan_typed.transports.certificates import Certificates
from qianfan_typed.transports.http1 import ReplyReader
from qianfan_typed.transports.network import socket_options
from qianfan_typed.transports.proxies import Proxy, ProxyRefusal
from qianfan_typed.transports.routes import Route, certified, require_passage, socks_options, tunnel_head
from qianfan_typed.transports.stage import Stage

Connected: TypeAlias = socket.socket | SSLTransport
"""A socket, or TLS inside TLS, which no socket of Python's can do."""

_CHUNK = 65536


def socket_to(route: Route, certificates: Certificates, until: float, stage: Stage) -> Connected:
    """A socket that leads to the address.

    Args:
        route: The way.
        certificates: How it is encrypted.
        until: When it has to be there, on the monotonic clock. Names are looked up without a bound.
        stage: How far it came.

    Raises:
        TimeoutError: It was not there in time.
        OSError: The system, the proxy or the encryption says no.
        BrokenReply: What the proxy says is no HTTP.
    """
    proxy = route.proxy
    # Before anything is connected: it may raise a ConfigurationError.
    context = certificates.context if route.secure or (proxy is not None and proxy.encrypted) else None
    found: Connected
    if proxy is not None and proxy.socks:
        found = _through_socks(route, proxy, until, stage)
    else:
        found = _connected(*route.first, until)
    try:
        if proxy is not None and proxy.encrypted and context is not None:
            found = _secured(found, context, proxy.host, until, stage)
        if proxy is not None and route.tunnelled:
            _tunnelled(found, route, proxy, until, stage)
        if route.secure and context is not None:
            found = _secured(found, context, route.host, until, stage)
    except BaseException:
        found.close()
        raise
    return found


def _connected(host: str, port: int, until: float) -> socket.socket:
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"{host} cannot be the name of a host") from None
    failure: OSError | None = None
    for behind, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        found = socket.socket(family, kind, protocol)
        try:
            # An address where nobody answers leaves time for those behind it.
            found.settimeout(_left(until) / behind)
            for option in socket_options():
                found.setsockopt(*option)
            found.connect(address)
        except OSError as error:
            found.close()
            failure = error
        except BaseException:
            found.close()
            raise
        else:
            return found
    raise failure or OSError(f"{host} has no address")


def _through_socks(route: Route, proxy: Proxy, until: float, stage: Stage) -> socket.socket:
    from python_socks import ProxyError, ProxyTimeoutError
    from python_socks.sync import Proxy as Socks

    stage.asks(proxy.named)
    try:
        found = Socks(**socks_options(proxy)).connect(route.host, route.port, timeout=_left(until))
    except (ProxyTimeoutError, ProxyError) as error:
        failure = ProxyRefusal.of_socks(proxy, error) if isinstance(error, ProxyError) else TimeoutError()
    else:
        return _with_options(found)
    # Not inside the handler: the library's error would be taken for the cause.
    raise failure


def _with_options(found: socket.socket) -> socket.socket:
    for option in socket_options():
        found.setsockopt(*option)
    return found


def _secured(plain: Connected, context: ssl.SSLContext, host: str, until: float, stage: Stage) -> Connected:
    stage.encrypts(host)
    plain.settimeout(_left(until))
    if isinstance(plain, socket.socket) and not isinstance(plain, ssl.SSLSocket):
        return context.wrap_socket(plain, server_hostname=certified(host))
    # It takes whatever has the methods of a socket.
    return SSLTransport(cast("socket.socket", plain), context, server_hostname=certified(host))


def _tunnelled(found: Connected, route: Route, proxy: Proxy, until: float, stage: Stage) -> None:
    stage.asks(proxy.named)
    found.settimeout(_left(until))
    found.sendall(tunnel_head(route))
    reader = ReplyReader()
    while not reader.head:
        found.settimeout(_left(until))
        data = found.recv(_CHUNK)
        if not isinstance(data, bytes) or not data:
            reader.end()
            break
        reader.feed(data)
    require_passage(route, reader)


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
