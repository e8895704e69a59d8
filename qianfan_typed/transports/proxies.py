"""Proxies: which one leads to a host, what it is shown, and what its refusals mean."""

from __future__ import annotations

import os
from base64 import b64encode
from http import HTTPStatus
from importlib.util import find_spec
from typing import cast
from urllib.parse import unquote, urlsplit

import attrs

from qianfan_typed.config import TABLE
from qianfan_typed.errors import ConfigurationError

PORTS = {"http": 80, "https": 443}
"""The ports of addresses that name none."""
_SOCKS = {"socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}


@attrs.frozen
class Proxy:
    """A proxy and what it is shown."""

    address: str
    """Scheme, host and port."""
    user: str | None = None
    password: str = attrs.field(default="", repr=False)

    @property
    def authorization(self) -> str | None:
        """The header that shows user and password. None: there is no user."""
        if self.user is None:
            return None
        # UTF-8, as browsers and curl send it: passwords of Chinese companies are not Latin-1.
        return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"

    @property
    def scheme(self) -> str:
        return urlsplit(self.address).scheme

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or {**PORTS, **_SOCKS}[self.scheme]

    @property
    def encrypted(self) -> bool:
        """Whether it is spoken to in TLS."""
        return self.scheme == "https"

    @property
    def socks(self) -> bool:
        """Whether it passes bytes on, and knows nothing of HTTP."""
        return self.scheme in _SOCKS

    @property
    def named(self) -> str:
        """Host and port, as errors say them."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


class ProxyRefusal(OSError):
    """A proxy does not do what it is asked for. The text says why."""

    status: int = 0
    """What a proxy of HTTP answered with."""

    @classmethod
    def of_http(cls, proxy: Proxy, status: int) -> ProxyRefusal:
        """The refusal that a status says."""
        said = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
        advice = ""
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            advice = (
                ". It does not take the user and the password of its address"
                if proxy.user is not None
                else ". It wants a user and a password: http://user:password@host:port, percent-encoded"
            )
        refusal = cls(f"the proxy {proxy.named} answered {said}{advice}")
        refusal.status = status
        return refusal

    @classmethod
    def of_socks(cls, proxy: Proxy, error: Exception) -> ProxyRefusal:
        """The refusal that an error of python-socks says."""
        return cls(f"the proxy {proxy.named} said: {error}")


def proxy_for(given: str | None, base: str, *, without_socks: str | None = None) -> Proxy | None:
    """The proxy for a host: the given one, else the environment's. None: go straight.

    The environment's proxy does not count for this machine: nobody means it for an emulator on 127.0.0.1.

    Args:
        given: A proxy's address.
        base: Scheme, host and port.
        without_socks: The transport that cannot go through SOCKS, as a refusal names it. None: it can.

    Raises:
        ConfigurationError: It is of a kind that is not supported, or its address cannot be.
    """
    if given is not None:
        variable = str(TABLE["proxy"].variable)
        return _proxy(given, variable if os.environ.get(variable, "").strip() == given else "proxy", without_socks)
    # Imported late: 10 ms that a client without calls does not need.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(base)
    host = parts.hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1" or cast("bool", proxy_bypass(parts.netloc)):
        return None
    proxies = getproxies()
    kind = parts.scheme if parts.scheme in proxies else "all"
    return _proxy(proxies[kind], _origin(kind), without_socks) if proxies.get(kind) else None


def _proxy(address: str, origin: str, without_socks: str | None) -> Proxy:
    if "://" not in address:
        address = f"http://{address}"
    parts = urlsplit(address)
    if parts.scheme not in (*PORTS, *_SOCKS):
        raise _unfit(origin, f"a {parts.scheme} proxy is not supported, only http, https, socks5(h) and socks4(a)")
    try:
        parts.port  # noqa: B018  (raises where it is no number)
    except ValueError:
        raise _unfit(origin, "the port of a proxy must be a number from 0 to 65535") from None
    if not parts.hostname:
        raise _unfit(origin, "it names no host, as in http://proxy.example:8080")
    if parts.scheme in _SOCKS:
        _require_socks(parts.scheme, origin, without_socks)
    if parts.username is None:
        return Proxy(address)
    user = unquote(parts.username)
    if ":" in user and parts.scheme in PORTS:
        raise _unfit(origin, "the user of a proxy cannot have a colon in its name")
    return Proxy(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), user, unquote(parts.password or ""))


def _require_socks(scheme: str, origin: str, without_socks: str | None) -> None:
    if without_socks is not None:
        raise _unfit(origin, f"{without_socks} goes through no {scheme} proxy; the client's own transport does")
    if find_spec("python_socks") is None:
        raise _unfit(origin, f'a {scheme} proxy needs python-socks: pip install "qianfan-typed[socks]"')


def _origin(kind: str) -> str:
    """Where a proxy of the environment comes from: the variable, as it is written, or the system."""
    names = [name for name, value in os.environ.items() if name.lower() == f"{kind}_proxy" and value]
    return max(names, default="the proxy settings of the system")  # lower case counts first, and sorts last


def _unfit(origin: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        message=f"{origin}: {what}. Set QIANFAN_PROXY, or NO_PROXY to go straight", setting="QIANFAN_PROXY"
    )
