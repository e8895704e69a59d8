r"""The platform's signature, `bce-auth-v1`: pure functions for both ends of the wire.

canonical    = METHOD \n path \n sorted query \n sorted signed headers
info         = bce-auth-v1/{access key}/{timestamp}/{seconds it is good for}
signing key  = hex(HMAC-SHA256(secret key, info))
signature    = hex(HMAC-SHA256(signing key, canonical))
header       = {info}/{names of the signed headers}/{signature}
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import cast
from urllib.parse import quote

import attrs

Pairs = Mapping[str, str] | Iterable[tuple[str, str]]

DEFAULT_SIGNED = frozenset({"host", "content-md5", "content-length", "content-type"})
"""The headers that an authorization signs which names none."""


_SPACE = " \t\n\r\v\f"
"""White space as bytes have it: str.strip would take more, the platform's libraries do not."""


class BadAuthorization(ValueError):
    """An `Authorization` header that is no `bce-auth-v1` signature."""


@attrs.frozen
class Credentials:
    """An IAM key pair."""

    access_key: str = attrs.field(repr=False)
    secret_key: str = attrs.field(repr=False)


@attrs.frozen
class Authorization:
    """The parts of an `Authorization` header."""

    access_key: str
    timestamp: str
    """As it was sent: `2025-01-01T00:00:00Z`."""
    expires: int
    """How many seconds the signature is good for."""
    signed: frozenset[str]
    """Names of the signed headers in lower case. Empty: the default ones. The order they are sent in says nothing."""
    signature: str

    @property
    def issued(self) -> float:
        """When it was signed, in seconds since the epoch."""
        moment = datetime.strptime(self.timestamp, "%Y-%m-%dT%H:%M:%SZ")
        return moment.replace(tzinfo=timezone.utc).timestamp()

    def expired(self, now: float) -> bool:
        """Whether it is too old at `now`, in seconds since the epoch."""
        return now > self.issued + self.expires


@lru_cache(maxsize=2048)
def encode(text: str) -> str:
    """Percent-encodes all but letters, digits and `-._~`; slashes too."""
    return quote(text, safe="")


@lru_cache(maxsize=8)
def utc(second: int) -> str:
    """A moment in seconds since the epoch as the platform writes it: `2025-01-01T00:00:00Z`."""
    return datetime.fromtimestamp(second, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical_request(
    method: str, path: str, query: Pairs = (), headers: Pairs = (), signed: Collection[str] = DEFAULT_SIGNED
) -> str:
    """What is signed of a request.

    Args:
        method: The HTTP method in capitals.
        path: The path as it stands in the request line, without the query.
        query: Names and values, decoded. `authorization` is left out.
        headers: All headers of the request. Those not in `signed` are left out, and so are empty ones.
        signed: Names in lower case. Headers that begin with `x-bce-` are signed whether they stand here or not.
    """
    lines: list[str] = []
    for name, value in _pairs(headers):
        name, value = name.strip(_SPACE).lower(), value.strip(_SPACE)
        if value and (name in signed or name.startswith("x-bce-")):
            lines.append(f"{encode(name)}:{encode(value)}")
    return _canonical(method, path, query, lines)


def _canonical(method: str, path: str, query: Pairs, lines: list[str]) -> str:
    fields = ""
    if query:
        pairs = [f"{encode(name)}={encode(value)}" for name, value in _pairs(query) if name.lower() != "authorization"]
        fields = "&".join(sorted(pairs))
    lines.sort()
    return "\n".join((method, path, fields, *lines)) if lines else f"{method}\n{path}\n{fields}\n"


def _pairs(given: Pairs) -> Iterable[tuple[str, str]]:
    return cast("Mapping[str, str]", given).items() if isinstance(given, Mapping) else given


def signature(secret_key: str, info: str, canonical: str) -> str:
    """The signature of a canonical request; `info` is the header up to the names of the signed headers."""
    return hmac.digest(_signing_key(secret_key, info), canonical.encode(), "sha256").hex()


def _signing_key(secret_key: str, info: str) -> bytes:
    return hmac.digest(secret_key.encode(), info.encode(), "sha256").hex().encode()


@lru_cache(maxsize=8)
def _of_second(access_key: str, secret_key: str, second: int, expire: int) -> tuple[str, bytes]:
    """The info and the signing key of a second. They are good for all its requests: hundreds of them."""
    info = f"bce-auth-v1/{access_key}/{utc(second)}/{expire}"
    return info, _signing_key(secret_key, info)


@lru_cache(maxsize=64)
def _signed_names(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Names of headers as the authorization has them, and each as the canonical request does."""
    own = [name.strip(_SPACE).lower() for name in names]
    return ";".join(sorted({name.strip().lower() for name in names})), tuple(map(encode, own))


def sign(
    method: str,
    path: str,
    query: Pairs,
    headers: Mapping[str, str],
    credentials: Credentials,
    timestamp: float,
    expire: int = 300,
) -> str:
    """The `Authorization` header of a request. All of `headers` are signed.

    Args:
        method: The HTTP method in capitals.
        path: The path as it stands in the request line, without the query.
        query: Names and values, decoded.
        headers: The headers to sign; `host` and `x-bce-date` belong to them.
        credentials: The IAM key pair.
        timestamp: When the request is made, in seconds since the epoch.
        expire: How many seconds the signature is good for.
    """
    info, key = _of_second(credentials.access_key, credentials.secret_key, int(timestamp), expire)
    signed, names = _signed_names(tuple(headers))
    lines = [
        f"{name}:{encode(value)}"
        for name, given in zip(names, headers.values(), strict=True)
        if (value := given.strip(_SPACE))
    ]
    canonical = _canonical(method, path, query, lines)
    return f"{info}/{signed}/{hmac.digest(key, canonical.encode(), 'sha256').hex()}"


_AUTHORIZATION = re.compile(
    r"bce-auth-v1/(?P<key>[^/]+)/(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/(?P<expires>\d{1,9})"
    r"/(?P<signed>[^/]*)/(?P<signature>[0-9a-f]{64})",
)


def parse_authorization(header: str) -> Authorization:
    """Takes an `Authorization` header apart.

    Raises:
        BadAuthorization: It is no `bce-auth-v1` signature.
    """
    found = _AUTHORIZATION.fullmatch(header.strip())
    if found is None:
        raise BadAuthorization("not bce-auth-v1/{access key}/{timestamp}/{seconds}/{signed headers}/{signature}")
    authorization = Authorization(
        access_key=found["key"],
        timestamp=found["time"],
        expires=int(found["expires"]),
        signed=frozenset(name.strip().lower() for name in found["signed"].split(";") if name.strip()),
        signature=found["signature"],
    )
    try:
        authorization.issued  # noqa: B018
    except ValueError:
        raise BadAuthorization(f"{authorization.timestamp} is no date") from None
    return authorization


def verify(
    authorization: Authorization, secret_key: str, method: str, path: str, query: Pairs = (), headers: Pairs = ()
) -> bool:
    """Whether a request was signed with `secret_key`. Takes the same time whatever the answer. Says nothing of its age.

    A signed header that is missing counts as not signed, as the platform's libraries have it.
    """
    info = f"bce-auth-v1/{authorization.access_key}/{authorization.timestamp}/{authorization.expires}"
    canonical = canonical_request(method, path, query, headers, authorization.signed or DEFAULT_SIGNED)
    return hmac.compare_digest(signature(secret_key, info, canonical), authorization.signature)
