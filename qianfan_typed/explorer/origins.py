"""Origins: whose script may ask for what the page shows.

The page runs on a person's own machine, where any other site's script can send requests too. A site's name may be
made to lead to this machine (DNS rebinding), so a name in `Host` must be one that nobody else can have.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer of the page carries: nothing is loaded from elsewhere, and nothing is shown in another's frame."""


def why_not(headers: Mapping[str, str], *, writes: bool, names: frozenset[str] | None = frozenset()) -> str | None:
    """Why a request is refused. None: it is the page's own, or a person's.

    Args:
        headers: By their names in lower case.
        writes: Whether it has a body: then the body must be JSON, which no form of another site can send.
        names: Names of hosts that are right besides this machine's own. None: any.
    """
    host = headers.get("host", "")
    name = _name_of(host)
    if name is None or not (names is None or _is_own(name) or name in map(str.lower, names)):
        return f"Host: {host or 'missing'}: open the page by its address, as http://127.0.0.1, or by localhost"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.casefold() != host.casefold():
        return f"Origin: {origin}: only the page itself may ask"
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none"):
        return f"Sec-Fetch-Site: {site}: only the page itself may ask"
    if writes and headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return "Content-Type: must be application/json"
    return None


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_own(name: str) -> bool:
    """Whether a name is an address, or this machine's by convention: no site of others can be called so."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
