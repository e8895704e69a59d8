"""Tokens: when to ask for one, how, and what to make of the reply. No I/O."""

from __future__ import annotations

import copy
import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import attrs
import msgspec

from qianfan_api.platform import ENDPOINTS
from qianfan_api.reply import FailedAttempt
from qianfan_typed.config import HiddenText
from qianfan_typed.core.bounds import whole
from qianfan_typed.core.clock import Clock
from qianfan_typed.core.error_bodies import error_in, request_id
from qianfan_typed.core.retry import RetryPolicy, Verdict
from qianfan_typed.core.signing import Credentials, sign, utc
from qianfan_typed.core.steps import Answer, HttpRequest, Pause, Renewable, Steps, send
from qianfan_typed.core.timing import Attempt
from qianfan_typed.errors import ApiError, DeadlineExceeded, DecodeError, SentError, note

log: logging.Logger = logging.getLogger("qianfan_typed")

_AHEAD = 300.0
"""A token is renewed this many seconds before it expires, or a tenth of its life if that is less."""
_MOST = 1 << 20
"""Bytes of a reply that holds a token, at most."""
_REMEMBERED = 16
"""Tokens of the past that are still masked."""
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

    @property
    def name(self) -> str:
        """What it is called in errors."""
        ...

    def request(self) -> HttpRequest: ...
    def read(self, answer: Answer) -> Grant: ...
    def mends(self, error: ApiError) -> bool:
        """Whether a refusal taught it something, so that it may be asked once more."""
        ...


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
        self._past: deque[str] = deque(maxlen=_REMEMBERED)
        self._renew_at = 0.0
        self._expires = 0.0
        self._before: str | None = None
        """The token before this one: an answer to a call that was slow may still name it."""
        self._failure: SentError | None = None
        self._failures = 0

    def __repr__(self) -> str:
        return f"<TokenStore {'empty' if self._token is None else 'stale' if self.stale() else 'valid'}>"

    def current(self) -> str | None:
        """The token, if it is valid. None: it has to be renewed."""
        return self._token if self._clock() < self._renew_at else None

    def held(self) -> str | None:
        """The token, valid or not."""
        return self._token

    def known(self) -> list[str]:
        """The tokens that it has had of late."""
        return list(self._past)

    def stale(self) -> bool:
        """Whether the token has to be renewed."""
        return self.current() is None

    def wish(self) -> Renewable:
        """What one call waits for: a token, or the failure that another call comes to while this one waits."""
        return _Wish(self, self._failures)

    def failure_since(self, failures: int) -> SentError | None:
        """The failure of a renewal that began after there had been so many."""
        return self._failure if self._failures > failures else None

    def refuse(self, token: str) -> None:
        """The platform refused a token. If it is the one that is kept, it counts no more."""
        if token == self._token:
            self._before = token
            self._token, self._renew_at, self._expires = None, 0.0, 0.0

    def renewal(self) -> Steps[None]:
        """Asks for a token and keeps it.

        Raises:
            ApiError: The platform refused, and there is no old token that still serves.
            TransportError: The same, for want of a reply.
        """
        number, learnt = 0, False
        called = time.perf_counter()
        failed: tuple[FailedAttempt, ...] = ()
        while True:
            number += 1
            request = self._source.request()
            attempt = Attempt(
                number=number,
                called=called,
                sent=time.perf_counter(),
                epoch=time.time(),
                tick=time.perf_counter,
                failed=failed,
                operation=self._source.name,
                url=request.url,
            )
            try:
                grant = self._source.read((yield from send(request, self._timeout)))
                break
            except DeadlineExceeded:
                # One call's own haste: those that wait for the token are not to fail for it.
                raise
            except SentError as error:
                attempt.blame(error)
                if not learnt and isinstance(error, ApiError) and self._source.mends(error):
                    learnt, verdict = True, Verdict(wait=0.0, free=True)
                else:
                    verdict = self._policy.after(error, number)
                if verdict.wait is None:
                    note(error, no_retry=verdict.reason)
                    if self._token is None or self._clock() >= self._expires:
                        self._failure, self._failures = error, self._failures + 1
                        raise
                    log.warning("a token that is about to expire could not be renewed: %s", error)
                    self._renew_at = min(self._clock() + _AGAIN, self._expires)
                    return
                failed += (attempt.failure(error, verdict.wait),)
                number -= verdict.free
                cause = error
            if verdict.wait:
                yield Pause(verdict.wait, cause=cause)
        self.keep(grant.token, grant.lifetime)

    def keep(self, token: str, lifetime: float) -> None:
        """Keeps a token for so many seconds. Those before it stay hidden: they still open doors for a while."""
        now = self._clock()
        self._before = self._token or self._before
        self._token = HiddenText(token)
        self._past.append(self._token)
        self._expires = now + lifetime
        self._renew_at = self._expires - min(_AHEAD, lifetime / 10)
        log.debug("%s gave a token for %.0f s", self._source.name, lifetime)


@attrs.frozen
class _Wish:
    """A token that one call waits for."""

    store: TokenStore
    failures: int
    """How many renewals had failed when it began to wait."""

    def stale(self) -> bool:
        return self.store.stale()

    def renewal(self) -> Steps[None]:
        # One failure is all that those who waited for it need to know: asked one after the other, a service that is
        # down would keep the last of a hundred waiting for a hundred timeouts.
        failure = self.store.failure_since(self.failures)
        if failure is not None:
            raise copy.copy(failure)
        yield from self.store.renewal()


@attrs.frozen
class AccessTokens:
    """OAuth: access tokens for an application's keys."""

    base: str
    prefix: str
    """What comes before the documented path: nothing, unless the host's address has a path."""
    ak: str = attrs.field(repr=False)
    sk: str = attrs.field(repr=False)
    name: str = "the service that hands out access tokens"

    def mends(self, error: ApiError) -> bool:
        return False

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
    name: str = "the service that hands out bearer tokens"

    def mends(self, error: ApiError) -> bool:
        return isinstance(self.clock, Clock) and self.clock.learn(error)

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
    answer = whole(answer, _MOST)
    error = error_in(answer)
    if error is not None:
        raise error
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _no_token(answer) from None


def _no_token(answer: Answer) -> DecodeError:
    # Without the body: it may hold the token under another name.
    start = answer.body.lstrip()[:1]
    if start == b"<":
        came = "HTML, not JSON: what stands at this address, or a proxy before it, is not the platform"
    elif start == b"{":
        came = "JSON without one"
    else:
        came = "something else than JSON" if start else "nothing"
    return DecodeError(
        message=f"a token was asked for, and what came is {came}",
        status=answer.status,
        body=b"",
        request_id=request_id(answer),
    )
