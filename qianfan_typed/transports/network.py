"""The network: certificates, proxies, kept connections, the errors of what breaks, and logs without tokens.

Every transport uses it, so that all say the same.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import ssl
from base64 import b64encode
from typing import cast
from urllib.parse import unquote, urlsplit

import attrs

from qianfan_typed.config import TABLE
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.errors import ConfigurationError, ConnectionLost, ConnectTimeout, ReadTimeout

_QUERY_SECRET = re.compile(r"((?:access_token|client_id|client_secret)=[^&\s]{0,4})[^&\s\"']*")


IDLE_CONNECTIONS = 64
"""How many connections to a host are kept for the next calls. More may be open at once."""


def ssl_context(*, verify: bool) -> ssl.SSLContext:
    """The context for all of a client's connections. Reading the certificates takes 14 ms: made once, when wanted."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


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


def proxy_for(given: str | None, base: str) -> Proxy | None:
    """The proxy for a host: the given one, else the environment's. None: go straight.

    The environment's proxy does not count for this machine: nobody means it for an emulator on 127.0.0.1.

    Raises:
        ConfigurationError: It is of a kind that is not supported, or its address cannot be.
    """
    if given is not None:
        return _proxy(given, str(TABLE["proxy"].variable))
    # Imported late: 10 ms that a client without calls does not need.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(base)
    host = parts.hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1" or cast("bool", proxy_bypass(parts.netloc)):
        return None
    proxies = getproxies()
    kind = parts.scheme if parts.scheme in proxies else "all"
    return _proxy(proxies[kind], _origin(kind)) if proxies.get(kind) else None


def _proxy(address: str, origin: str) -> Proxy:
    if "://" not in address:
        address = f"http://{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise _unfit(origin, f"a {parts.scheme} proxy is not supported, only http and https")
    if parts.username is None:
        return Proxy(address)
    user = unquote(parts.username)
    if ":" in user:
        raise _unfit(origin, "the user of a proxy cannot have a colon in its name")
    return Proxy(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), user, unquote(parts.password or ""))


def _origin(kind: str) -> str:
    """Where a proxy of the environment comes from: the variable, as it is written, or the system."""
    names = [name for name, value in os.environ.items() if name.lower() == f"{kind}_proxy" and value]
    return max(names, default="the proxy settings of the system")  # lower case counts first, and sorts last


def _unfit(origin: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        message=f"{origin}: {what}. Set QIANFAN_PROXY, or NO_PROXY to go straight", setting="QIANFAN_PROXY"
    )


def root_cause(error: BaseException) -> BaseException:
    """What an error came from in the end."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def presentable_cause(error: BaseException) -> BaseException | None:
    """What may be shown as the cause of an error: the system's own. A library's may hold the address, token and all."""
    found = root_cause(error)
    return found if type(found).__module__ in ("builtins", "socket", "ssl") else None


def reason(error: BaseException) -> str:
    """What lies at the bottom of an error, in words."""
    found = root_cause(error)
    return masked_query(str(found)) or type(found).__name__


def masked_query(text: str) -> str:
    """A text in which the tokens and keys of addresses are masked."""
    return _QUERY_SECRET.sub(r"\1…", text)


def connect_timeout(request: HttpRequest, seconds: float) -> ConnectTimeout:
    return ConnectTimeout(message=f"no connection within {seconds:g} s", url=request.url)


def no_connection(request: HttpRequest, error: BaseException) -> ConnectionLost:
    # A certificate that does not fit today will not fit in a second.
    retryable = not isinstance(error, ssl.SSLError) and "CERTIFICATE_VERIFY_FAILED" not in reason(error)
    return ConnectionLost(message=f"no connection could be made: {reason(error)}", url=request.url, retryable=retryable)


def read_timeout(request: HttpRequest, seconds: float) -> ReadTimeout:
    return ReadTimeout(message=f"the platform was silent for {seconds:g} s", url=request.url)


def connection_broken(request: HttpRequest, error: BaseException, *, retryable: bool = False) -> ConnectionLost:
    message = f"the connection broke before the reply was whole: {reason(error)}"
    return ConnectionLost(message=message, url=request.url, retryable=retryable)


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
