"""Routes: the way to a host, what a request over it begins with, and how far the making of a connection came."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import attrs

from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.transports.http1 import ReplyReader, request_head
from qianfan_typed.transports.proxies import PORTS, Proxy, ProxyRefusal, proxy_for


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
    def forwarded(self) -> bool:
        """Whether a proxy reads the request, and wants the whole address in it."""
        return self.proxy is not None and not self.proxy.socks and not self.secure

    @property
    def tunnelled(self) -> bool:
        """Whether a proxy is asked for a tunnel."""
        return self.proxy is not None and not self.proxy.socks and self.secure

    @property
    def first(self) -> tuple[str, int]:
        """Host and port to which the connection is made."""
        proxy = self.proxy
        return (self.host, self.port) if proxy is None else (proxy.host, proxy.port)


def route(base: str, proxy: str | None) -> Route:
    """The way to an address.

    Args:
        base: Scheme, host and port.
        proxy: A proxy's address. None: as the environment says.
    """
    parts = urlsplit(base)
    return Route(
        base=base,
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        named=parts.netloc.rpartition("@")[2],
        secure=parts.scheme == "https",
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


def tunnel_head(route: Route) -> bytes:
    """What asks a proxy for a tunnel."""
    target = f"[{route.host}]:{route.port}" if ":" in route.host else f"{route.host}:{route.port}"
    shown = route.proxy.authorization if route.proxy is not None else None
    return request_head("CONNECT", target, target, {"Proxy-Authorization": shown} if shown is not None else {}, None)


def require_passage(route: Route, reader: ReplyReader) -> None:
    """Raises ProxyRefusal where an answer is a proxy's own, and says no."""
    if route.proxy is not None and (reader.status == 407 if route.forwarded else reader.status >= 300):
        raise ProxyRefusal.of_http(route.proxy, reader.status)


def certified(host: str) -> str:
    """The name that a host's certificate has: without the dot of a full name, and the zone of an address."""
    return host.rstrip(".").partition("%")[0]


def socks_options(proxy: Proxy) -> dict[str, Any]:
    """What python-socks is told of a proxy."""
    from python_socks import ProxyType

    return {
        "proxy_type": ProxyType.SOCKS4 if proxy.scheme.startswith("socks4") else ProxyType.SOCKS5,
        "host": proxy.host,
        "port": proxy.port,
        "username": proxy.user,
        "password": proxy.password or None,
        # The last letter says who looks names up: here, or the proxy.
        "rdns": proxy.scheme in ("socks4a", "socks5h"),
    }
