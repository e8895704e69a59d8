"""Authentication: which scheme a request shows, with which keys, and what mends a refusal. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

import attrs

from qianfan_typed.config import APPS_PAGE, KEYS_PAGE, Settings, base_and_prefix
from qianfan_typed.core.clock import Clock
from qianfan_typed.core.key_looks import misplaced
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.signing import Credentials, sign, utc
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.core.tokens import AccessTokens, BearerTokens, TokenSource, TokenStore
from qianfan_typed.errors import AuthenticationError, ConfigurationError, SentError

log: logging.Logger = logging.getLogger("qianfan_typed")


class AuthScheme(Protocol):
    """A way to show who sends a request."""

    @property
    def store(self) -> TokenStore | None:
        """Where its tokens come from. None: it needs none, or has one that cannot be renewed."""
        ...

    @property
    def fallback(self) -> AuthScheme | None:
        """What takes its place where what it shows was refused for good."""
        ...

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        """The request with its credentials. `token`: the store's."""
        ...


@attrs.frozen
class NoAuth:
    """Nothing is shown: a gateway does it."""

    store: None = None
    fallback: None = None

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        return request


@attrs.frozen
class QueryToken:
    """V1: an access token in the query."""

    store: TokenStore | None
    fixed: str | None = attrs.field(default=None, repr=False)
    fallback: AuthScheme | None = None
    """What takes the place of a given token that was refused. None: nothing can."""

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        return HttpRequest(
            method=request.method,
            base=request.base,
            path=request.path,
            query=(*request.query, ("access_token", token or self.fixed or "")),
            headers=request.headers,
            body=request.body,
            secrets=request.secrets,
        )


@attrs.frozen
class BearerToken:
    """V2: a bearer token in a header."""

    store: TokenStore | None
    fixed: str | None = attrs.field(default=None, repr=False)
    fallback: AuthScheme | None = None
    """What takes the place of a given token that was refused. None: nothing can."""

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        return _with_headers(request, {"Authorization": f"Bearer {token or self.fixed}"})


@attrs.frozen
class Signature:
    """V1: an IAM signature."""

    credentials: Credentials
    expire: int
    clock: Clock
    store: None = None
    fallback: None = None

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        now = self.clock()
        own = {"Host": request.base.partition("://")[2], "x-bce-date": utc(int(now))}
        signed = {name: value for name, value in request.headers.items() if _signs(name)} | own
        own["Authorization"] = sign(
            request.method, request.path, request.query, signed, self.credentials, now, self.expire
        )
        return _with_headers(request, own)


def _signs(name: str) -> bool:
    # A server signs every x-bce-* header that it sees.
    name = name.lower()
    return name == "content-type" or name.startswith("x-bce-")


def _with_headers(request: HttpRequest, headers: Mapping[str, str]) -> HttpRequest:
    return HttpRequest(
        method=request.method,
        base=request.base,
        path=request.path,
        query=request.query,
        headers={**request.headers, **headers},
        body=request.body,
        secrets=request.secrets,
    )


@attrs.frozen
class Cure:
    """What may mend a refusal."""

    name: Literal["token", "clock", "keys"]
    """A call takes each one once."""
    scheme: AuthScheme
    """What the next attempt shows."""


class AuthSelector:
    """The scheme that each operation is called with, by the keys of a client."""

    def __init__(self, settings: Settings, policy: RetryPolicy, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._own = settings.secrets()
        self._policy = policy
        self._clock = Clock(clock)
        self._stores: dict[str, TokenStore] = {}
        self._schemes: dict[tuple[str, ...], AuthScheme] = {}
        self._refused: set[str] = set()
        """The given tokens that were refused, by their settings."""

    def scheme(self, operation: str, accepted: tuple[str, ...]) -> AuthScheme:
        """The scheme for an operation.

        Args:
            operation: Its name, for the error.
            accepted: The schemes that it accepts: `access_token`, `iam`, `bearer`.

        Raises:
            ConfigurationError: The client has no key for any of them.
        """
        scheme = self._schemes.get(accepted)
        if scheme is None:
            scheme = self._schemes[accepted] = self._choose(operation, accepted)
        return scheme

    def usable(self, scheme: AuthScheme) -> AuthScheme:
        """A scheme, or what takes its place since its given token was refused."""
        if self._refused and scheme.fallback is not None and _given(scheme) in self._refused:
            return scheme.fallback
        return scheme

    def cure(self, scheme: AuthScheme, token: str | None, error: SentError) -> Cure | None:
        """What may mend a refusal. None: nothing.

        Args:
            scheme: What the request showed.
            token: The token that it had from the scheme's store.
            error: What came of it.
        """
        if not isinstance(error, AuthenticationError):
            return None
        if scheme.store is not None:
            if not token or not error.refresh:
                return None
            scheme.store.refuse(token)
            return Cure("token", scheme)
        if isinstance(scheme, Signature):
            return Cure("clock", scheme) if self._clock.learn(error) else None
        name = _given(scheme)
        if scheme.fallback is None or name is None or not (error.refresh or error.code is None):
            return None
        if name not in self._refused:
            self._refused.add(name)
            log.warning("the %s that was given is refused; the keys at hand take its place", name)
        return Cure("keys", scheme.fallback)

    def hint(self) -> str | None:
        """What may be wrong with the keys, by their look. None: nothing shows."""
        return misplaced(self._settings)

    def secrets(self) -> list[str]:
        """Everything that must not be shown, tokens included."""
        return self._own + [token for store in self._stores.values() for token in store.known()]

    def _choose(self, operation: str, accepted: tuple[str, ...]) -> AuthScheme:
        settings = self._settings
        if settings.no_auth:
            return NoAuth()
        own = self._of_keys(accepted)
        if "access_token" in accepted and settings.access_token:
            return QueryToken(None, settings.access_token.reveal(), own)
        if "bearer" in accepted and settings.bearer_token:
            return BearerToken(None, settings.bearer_token.reveal(), own)
        if own is None:
            raise _no_key(operation, accepted)
        return own

    def _of_keys(self, accepted: tuple[str, ...]) -> AuthScheme | None:
        """The scheme that keys serve, and not a token that was given."""
        settings = self._settings
        keys = self._keys()
        if "iam" in accepted and keys:
            return Signature(keys, settings.signature_lifetime, self._clock)
        if "bearer" in accepted and keys:
            base, prefix = base_and_prefix(settings.hosts["iam"])
            lifetime, signature = settings.bearer_lifetime, settings.signature_lifetime
            return BearerToken(
                self._store("bearer", BearerTokens(base, prefix, keys, lifetime, signature, self._clock))
            )
        if "access_token" in accepted and settings.ak and settings.sk:
            base, prefix = base_and_prefix(settings.hosts["v1"])
            return QueryToken(
                self._store("oauth", AccessTokens(base, prefix, settings.ak.reveal(), settings.sk.reveal()))
            )
        return None

    def _keys(self) -> Credentials | None:
        access, secret = self._settings.access_key, self._settings.secret_key
        return Credentials(access.reveal(), secret.reveal()) if access and secret else None

    def _store(self, name: str, source: TokenSource) -> TokenStore:
        # setdefault: two threads that come first at once must end with one store.
        return self._stores.setdefault(
            name, TokenStore(source, policy=self._policy, timeout=self._settings.auth_timeout)
        )


def _given(scheme: AuthScheme) -> str | None:
    """The setting that a scheme's given token comes from."""
    if isinstance(scheme, QueryToken):
        return "access_token"
    return "bearer_token" if isinstance(scheme, BearerToken) else None


_KEYS_FOR = {
    "iam": (f"QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY, from {KEYS_PAGE}",),
    "bearer": (
        "QIANFAN_BEARER_TOKEN, an API key or a bearer token",
        f"QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY, from {KEYS_PAGE}",
    ),
    "access_token": (f"QIANFAN_AK and QIANFAN_SK, from {APPS_PAGE}", "QIANFAN_ACCESS_TOKEN, an access token"),
}


def _no_key(operation: str, accepted: tuple[str, ...]) -> ConfigurationError:
    keys = [line for name in ("iam", "bearer", "access_token") if name in accepted for line in _KEYS_FOR[name]]
    lines = "\n".join(f"  {line}" for line in keys)
    return ConfigurationError(
        message=f"{operation} cannot be called with the keys at hand: set one of these, or pass the arguments\n{lines}",
        setting=keys[0].split(maxsplit=1)[0].rstrip(","),
    )
