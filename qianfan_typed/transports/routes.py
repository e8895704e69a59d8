"""Routes: the way to a host, what a request over it begins with, and the sockets that urllib3 connects and secures."""

from __future__ import annotations

import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import attrs
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.transports.http1 import request_head
from qianfan_typed.transports.network import Proxy, proxy_for, socket_options

_PORTS = {"http": 80, "https": 443}


@attrs.frozen(kw_only=True)
class Route:
    """The way to a scheme, host and port."""

    base: str
    """`https://qianfan.baidubce.com`."""
    host: str
    port: int
    named: str
    """Host and port as the `Host` header has them."""
    secure: bool
    proxy: Proxy | None = None

    @property
    def encrypted(self) -> bool:
        """Whether any part of it is encrypted."""
        return self.secure or (self.proxy is not None and self.proxy.address.startswith("https:"))

    @property
    def forwarded(self) -> bool:
        """Whether a proxy reads the request, and wants the whole address in it."""
        return self.proxy is not None and not self.secure


def route(base: str, proxy: str | None) -> Route:
    """The way to an address.

    Args:
        base: Scheme, host and port.
        proxy: A proxy's address. None: as the environment says.
    """
    parts = urlsplit(base)
    secure = parts.scheme == "https"
    return Route(
        base=base,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        named=parts.netloc.rpartition("@")[2],
        secure=secure,
        proxy=proxy_for(proxy, base),
    )


def head(request: HttpRequest, route: Route) -> bytes:
    """Request line and headers, as they go over a route."""
    headers = request.headers
    if route.forwarded and route.proxy is not None and route.proxy.authorization is not None:
        headers = {**headers, "Proxy-Authorization": route.proxy.authorization}
    length = len(request.body) if request.body is not None else 0 if request.method == "POST" else None
    target = request.base + request.target if route.forwarded else request.target
    return request_head(request.method, target, route.named, headers, length)


def socket_to(route: Route, context: ssl.SSLContext | None, seconds: float) -> socket.socket:
    """A socket that leads to the address, through a tunnel and encrypted where the route has it.

    Args:
        route: The way.
        context: How it is encrypted. None: it is not.
        seconds: How long each step may take: the connection, the tunnel, the handshake.

    Raises:
        urllib3.exceptions.HTTPError: There is no connection.
        OSError: The same: the system, or the proxy, says no.
    """
    connection = _connection(route, context, seconds)
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    found = connection.sock
    # The socket lives on without it.
    connection.sock = None
    return found


def _connection(route: Route, context: ssl.SSLContext | None, seconds: float) -> HTTPConnection:
    options: dict[str, Any] = {"timeout": seconds, "socket_options": socket_options()}
    proxy = route.proxy
    if proxy is None:
        if route.secure:
            return HTTPSConnection(route.host, route.port, ssl_context=context, **options)
        return HTTPConnection(route.host, route.port, **options)
    parts = urlsplit(proxy.address)
    encrypted = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if not route.secure:
        if encrypted:
            return HTTPSConnection(host, port, ssl_context=context, **options)
        return HTTPConnection(host, port, **options)
    config = _proxy_config(context)
    tunnel = HTTPSConnection(
        host, port, ssl_context=context, proxy=parse_url(proxy.address), proxy_config=config, **options
    )
    headers = {"Proxy-Authorization": proxy.authorization} if proxy.authorization is not None else None
    tunnel.set_tunnel(route.host, route.port, headers, scheme=parts.scheme)
    return tunnel


def _proxy_config(context: ssl.SSLContext | None) -> Any:
    # The one way to hand a context to it: urllib3 shows it in the signature of its connections, but keeps its name.
    from urllib3._base_connection import ProxyConfig

    return ProxyConfig(
        ssl_context=context, use_forwarding_for_https=False, assert_hostname=None, assert_fingerprint=None
    )
