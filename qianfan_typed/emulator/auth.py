"""Authentication: signatures, access tokens and bearer tokens, really checked."""

from __future__ import annotations

import hmac
import re
import threading
import time
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, unquote

import attrs

from qianfan_typed.core import signing
from qianfan_typed.emulator import text
from qianfan_typed.emulator.refusals import refused

EARLY = 900.0
"""Seconds that a signature's date may lie ahead: clocks differ."""
ACCESS_TOKEN_LIFETIME = 2592000
"""Seconds."""
UNKNOWN_KEY = "NotFound, cause: Could not find credential."
WRONG_SIGNATURE = "SignatureDoesNotMatch, cause: Fail to authn user: Signature does not match"
"""The platform's own words: the official SDK tells by them which of the two keys is wrong."""
_PORT = re.compile(r":\d+$")


@attrs.frozen(kw_only=True)
class Keys:
    """The keys that the emulator accepts. Test values: they open nothing else."""

    access_key: str = "emulator-access-key"
    secret_key: str = "emulator-secret-key"
    ak: str = "emulator-ak"
    sk: str = "emulator-sk"
    bearer_token: str = "bce-v3/ALTAK-emulator0000000000000/0123456789abcdef0123456789abcdef01234567"
    """A bearer token that never expires, as the console makes them."""


@attrs.frozen
class Received:
    """What a signature covers of a request, as it came over the wire."""

    method: str
    path: str
    """Percent-encoded."""
    query: str
    headers: tuple[tuple[str, str], ...]


@attrs.define
class Tokens:
    """The tokens of one kind that were handed out. Times are seconds since the epoch. Thread-safe."""

    _expiry: dict[str, float] = attrs.field(factory=dict[str, float])
    _made: int = 0
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def issue(self, write: Callable[[int], str], expiry: float) -> str:
        """Hands out a token that is good until `expiry`. `write` makes it of its number, from 1."""
        with self._lock:
            self._made += 1
            token = write(self._made)
            self._expiry[token] = expiry
            return token

    def expiry(self, token: str) -> float | None:
        """Until when the token is good. None: it was never handed out, or was revoked."""
        with self._lock:
            return self._expiry.get(token)

    def expire_all(self) -> None:
        """Makes every token too old."""
        with self._lock:
            self._expiry = dict.fromkeys(self._expiry, 0.0)

    def revoke_all(self) -> None:
        """Forgets every token: they are invalid then, not expired."""
        with self._lock:
            self._expiry.clear()

    def clear(self) -> None:
        """Back to the beginning."""
        with self._lock:
            self._expiry.clear()
            self._made = 0


@attrs.define
class Guard:
    """Hands out tokens and checks what requests bring."""

    keys: Keys
    access_tokens: Tokens = attrs.field(factory=Tokens)
    bearer_tokens: Tokens = attrs.field(factory=Tokens)
    ahead: float = 0.0
    """Seconds by which the guard's clock is ahead of time."""

    def now(self) -> float:
        """Seconds since the epoch, as tokens and signatures count."""
        return time.time() + self.ahead

    def make_access_token(self, client_id: str, client_secret: str) -> str:
        """A token for an application's keys. Raises Refused."""
        if not _same(client_id, self.keys.ak):
            raise refused("oauth", "bad_keys", "unknown client id")
        if not _same(client_secret, self.keys.sk):
            raise refused("oauth", "bad_keys", "Client authentication failed")
        expiry = self.now() + ACCESS_TOKEN_LIFETIME
        rest = f"{ACCESS_TOKEN_LIFETIME}.{int(expiry)}.282335-emulator"
        return self.access_tokens.issue(lambda number: f"24.{text.digest(f'access/{number}', 32)}.{rest}", expiry)

    def make_bearer_token(self, lifetime: int) -> str:
        """A token for whoever signed the request; good for `lifetime` seconds."""
        return self.bearer_tokens.issue(
            lambda number: f"bce-v3/ALTAK-{text.digest(f'name/{number}', 21)}/{text.digest(f'bearer/{number}', 40)}",
            self.now() + lifetime,
        )

    def check_access_token(self, token: str) -> None:
        """Raises Refused with a V1 code."""
        expiry = self.access_tokens.expiry(token)
        if expiry is None:
            raise refused("v1", "bad_token")
        if self.now() >= expiry:
            raise refused("v1", "expired_token")

    def check_bearer_token(self, authorization: str) -> None:
        """Raises Refused with a V2 code."""
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise refused("v2", "no_token", "the header Authorization must be: Bearer bce-v3/ALTAK-…")
        token = token.strip()
        expiry = self.bearer_tokens.expiry(token)
        if _same(token, self.keys.bearer_token):
            return
        if expiry is None:
            raise refused("v2", "bad_token", "the token was never issued")
        if self.now() >= expiry:
            raise refused("v2", "expired_token", "the token has expired")

    def check_signature(self, received: Received, header: str) -> None:
        """Raises Refused with a code of the IAM service."""
        try:
            authorization = signing.parse_authorization(header)
        except signing.BadAuthorization as error:
            raise refused("iam", "no_token", str(error)) from None
        if not _same(authorization.access_key, self.keys.access_key):
            raise refused("iam", "bad_signature", UNKNOWN_KEY)
        now = self.now()
        if authorization.expired(now) or authorization.issued > now + EARLY:
            words = f"signed at {authorization.timestamp} for {authorization.expires} seconds"
            raise refused("iam", "expired_signature", words)
        query = parse_qsl(received.query, keep_blank_values=True)
        # A client signs the path as it holds it, escaped or not, and the host with its port or without; over the wire
        # the path always comes escaped, and the host with a port that is not its scheme's own.
        if not any(
            signing.verify(authorization, self.keys.secret_key, received.method, path, query, headers)
            for path in (received.path, unquote(received.path))
            for headers in (received.headers, _without_port(received.headers))
        ):
            raise refused("iam", "bad_signature", WRONG_SIGNATURE)

    def clear(self) -> None:
        """Forgets every token that was handed out."""
        self.access_tokens.clear()
        self.bearer_tokens.clear()
        self.ahead = 0.0


def _without_port(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers, with a Host that names no port."""
    return [(name, _PORT.sub("", value) if name.lower() == "host" else value) for name, value in headers]


def _same(one: str, two: str) -> bool:
    """Compares in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), two.encode())
