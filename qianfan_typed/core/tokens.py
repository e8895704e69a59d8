"""Tokens: when to ask for one, how, and what to make of the reply. No I/O."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import attrs
import msgspec

from qianfan_api.platform import ENDPOINTS
from qianfan_typed.core.error_bodies import error_in, request_id
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.signing import Credentials, sign, utc
from qianfan_typed.core.steps import Answer, HttpRequest, Pause, Steps, send
from qianfan_typed.errors import ApiError, DecodeError, TransportError

log: logging.Logger = logging.getLogger("qianfan_typed")

_AHEAD = 300.0
"""A token is renewed this many seconds before it expires, or a tenth of its life if that is less."""
_AGAIN = 30.0
"""Where that fails, the old token serves on and this many seconds pass before the next try."""


@attrs.frozen
class Grant:
    """A token, as it was handed out."""

    token: str = attrs.field(repr=False)
    lifetime: float
    """Seconds."""


class TokenSource(Protocol):
    """A service that hands out tokens."""

    def request(self) -> HttpRequest: ...
    def read(self, answer: Answer) -> Grant: ...


class TokenStore:
    """A token that is asked for when it is wanted, kept, and renewed before it expires or when the platform refuses it.

    A runner takes the steps of `renewal()` under a lock, so that one call asks and the others wait for what it gets.
    """

    def __init__(
        self,
        source: TokenSource,
        *,
        policy: RetryPolicy,
        timeout: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._policy = policy
        self._timeout = timeout
        self._clock = clock
        self._token: str | None = None
        self._renew_at = 0.0
        self._expires = 0.0

    def __repr__(self) -> str:
        return f"<TokenStore {'empty' if self._token is None else 'stale' if self.stale() else 'valid'}>"

    def current(self) -> str | None:
        """The token, if it is valid. None: it has to be renewed."""
        return self._token if self._clock() < self._renew_at else None

    def held(self) -> str | None:
        """The token, valid or not."""
        return self._token

    def stale(self) -> bool:
        """Whether the token has to be renewed."""
        return self.current() is None

    def refuse(self, token: str) -> None:
        """The platform refused a token. If it is the one that is kept, it counts no more."""
        if token == self._token:
            self._token, self._renew_at, self._expires = None, 0.0, 0.0

    def renewal(self) -> Steps[None]:
        """Asks for a token and keeps it.

        Raises:
            ApiError: The platform refused, and there is no old token that still serves.
            TransportError: The same, for want of a reply.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                grant = self._source.read((yield from send(self._source.request(), self._timeout)))
                break
            except (ApiError, TransportError, DecodeError) as error:
                wait = self._policy.wait(error, attempt)
                if wait is None:
                    if self._token is None or self._clock() >= self._expires:
                        raise
                    log.warning("a token that is about to expire could not be renewed: %s", error)
                    self._renew_at = min(self._clock() + _AGAIN, self._expires)
                    return
                failed = error
            yield Pause(wait, cause=failed)
        now = self._clock()
        self._token = grant.token
        self._expires = now + grant.lifetime
        self._renew_at = self._expires - min(_AHEAD, grant.lifetime / 10)


@attrs.frozen
class AccessTokens:
    """OAuth: access tokens for an application's keys."""

    base: str
    prefix: str
    """What comes before the documented path: nothing, unless the host's address has a path."""
    ak: str = attrs.field(repr=False)
    sk: str = attrs.field(repr=False)

    def request(self) -> HttpRequest:
        endpoint = ENDPOINTS["oauth"]
        return HttpRequest(
            method=endpoint.method,
            base=self.base,
            path=self.prefix + endpoint.path,
            query=(("grant_type", "client_credentials"), ("client_id", self.ak), ("client_secret", self.sk)),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=b"",
            secrets=lambda: (self.sk, self.ak),
        )

    def read(self, answer: Answer) -> Grant:
        data = _object(answer)
        token, lifetime = data.get("access_token"), data.get("expires_in")
        if not isinstance(token, str) or not token:
            raise _no_token(answer)
        return Grant(token, float(lifetime) if isinstance(lifetime, (int, float)) else 0.0)


@attrs.frozen
class BearerTokens:
    """IAM: bearer tokens for the account's keys."""

    base: str
    prefix: str
    """What comes before the documented path: nothing, unless the host's address has a path."""
    credentials: Credentials
    lifetime: int
    """Seconds to ask for."""
    signature_lifetime: int
    clock: Callable[[], float] = time.time

    def request(self) -> HttpRequest:
        endpoint = ENDPOINTS["bearer"]
        now = self.clock()
        path, query = self.prefix + endpoint.path, (("expireInSeconds", str(self.lifetime)),)
        headers = {"Host": self.base.partition("://")[2], "x-bce-date": utc(int(now))}
        headers["Authorization"] = sign(
            endpoint.method, path, query, headers, self.credentials, now, self.signature_lifetime
        )
        return HttpRequest(
            method=endpoint.method,
            base=self.base,
            path=path,
            query=query,
            headers=headers,
            secrets=lambda: (self.credentials.secret_key, self.credentials.access_key),
        )

    def read(self, answer: Answer) -> Grant:
        data = _object(answer)
        token = data.get("token")
        if not isinstance(token, str) or not token:
            raise _no_token(answer)
        # The difference of its own two times: the platform's clock need not be ours.
        created, expires = _moment(data.get("createTime")), _moment(data.get("expireTime"))
        return Grant(token, expires - created if created and expires and expires > created else float(self.lifetime))


def _moment(value: object) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _object(answer: Answer) -> dict[str, Any]:
    error = error_in(answer)
    if error is not None:
        raise error
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _no_token(answer) from None


def _no_token(answer: Answer) -> DecodeError:
    # Without the body: it may hold the token under another name.
    return DecodeError(
        message="the service that hands out tokens answered without one",
        status=answer.status,
        body=b"",
        request_id=request_id(answer),
    )
