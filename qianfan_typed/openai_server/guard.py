"""Guard: who may call. Who has the key, if one is set; and no page of another site, for which browsers would call."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

from starlette.types import Scope

from qianfan_typed.openai_server.adapter import Terms
from qianfan_typed.openai_server.refusals import INVALID, Refused

Headers = Mapping[bytes, bytes]


def headers_of(scope: Scope) -> Headers:
    """The headers of a request; names in lower case. Of two with one name, the last."""
    return dict(scope["headers"])


def require_entry(headers: Headers, terms: Terms) -> None:
    """Sees to it that a request comes from somebody who may call.

    Raises:
        Refused: It comes from a page of another site, by another host's name, or without the key.
    """
    host = headers.get(b"host", b"").decode("latin-1")
    if terms.hosts is not None and _name(host) not in terms.hosts:
        message = (
            f"Host: {_name(host)}: this server is called by {' or '.join(sorted(terms.hosts))}, unless it has a key"
        )
        raise Refused(message=message, status=403, kind="permission_error", code="wrong_host")
    origin = headers.get(b"origin")
    if origin is not None and not _is_own(origin.decode("latin-1"), host, terms):
        message = "Origin: pages of other sites may not call this server: --cors names those that may"
        raise Refused(message=message, status=403, kind="permission_error", code="wrong_origin")
    if terms.api_key is None:
        return
    scheme, _, shown = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"basic":
        shown = _password(shown)
    # Of the same time, whatever is shown.
    if not hmac.compare_digest(shown.strip(), terms.api_key.reveal().encode()):
        raise Refused(
            message="Authorization: the key is wrong or missing: send the one that this server was started with",
            status=401,
            kind=INVALID,
            code="invalid_api_key",
            # For the page: a browser asks its user, and sends it as a password.
            headers={"www-authenticate": 'Basic realm="qianfan-typed openai", charset="UTF-8"'},
        )


def _is_own(origin: str, host: str, terms: Terms) -> bool:
    return origin in terms.origins or origin.partition("://")[2] == host != ""


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _password(shown: bytes) -> bytes:
    try:
        return base64.b64decode(shown, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""
