"""Authentication: which scheme a request shows, and with which keys. Pure; tokens come from a `TokenStore`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs

from qianfan_typed.config import APPS_PAGE, KEYS_PAGE, Settings, base_and_prefix
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.signing import Credentials, sign, utc
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.core.tokens import AccessTokens, BearerTokens, TokenSource, TokenStore
from qianfan_typed.errors import ConfigurationError


class AuthScheme(Protocol):
    """A way to show who sends a request."""

    @property
    def store(self) -> TokenStore | None:
        """Where its tokens come from. None: it needs none, or has one that cannot be renewed."""
        ...

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        """The request with its credentials. `token`: the store's."""
        ...


@attrs.frozen
class NoAuth:
    """Nothing is shown: a gateway does it."""

    store: None = None

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        return request


@attrs.frozen
class QueryToken:
    """V1: an access token in the query."""

    store: TokenStore | None
    fixed: str | None = attrs.field(default=None, repr=False)

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

    def authorised(self, request: HttpRequest, token: str | None) -> HttpRequest:
        return _with_headers(request, {"Authorization": f"Bearer {token or self.fixed}"})


@attrs.frozen
class Signature:
    """V1: an IAM signature."""

    credentials: Credentials
    expire: int
    clock: Callable[[], float]
    store: None = None

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


class AuthSelector:
    """The scheme that each operation is called with, by the keys of a client."""

    def __init__(self, settings: Settings, policy: RetryPolicy, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._own = settings.secrets()
        self._policy = policy
        self._clock = clock
        self._stores: dict[str, TokenStore] = {}
        self._schemes: dict[tuple[str, ...], AuthScheme] = {}

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

    def secrets(self) -> list[str]:
        """Everything that must not be shown, tokens included."""
        return self._own + [token for store in self._stores.values() for token in store.known()]

    def _choose(self, operation: str, accepted: tuple[str, ...]) -> AuthScheme:
        settings = self._settings
        if settings.no_auth:
            return NoAuth()
        keys = self._keys()
        if "access_token" in accepted and settings.access_token:
            return QueryToken(None, settings.access_token.reveal())
        if "bearer" in accepted and settings.bearer_token:
            return BearerToken(None, settings.bearer_token.reveal())
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
        raise _no_key(operation, accepted)

    def _keys(self) -> Credentials | None:
        access, secret = self._settings.access_key, self._settings.secret_key
        return Credentials(access.reveal(), secret.reveal()) if access and secret else None

    def _store(self, name: str, source: TokenSource) -> TokenStore:
        # setdefault: two threads that come first at once must end with one store.
        return self._stores.setdefault(
            name, TokenStore(source, policy=self._policy, timeout=self._settings.auth_timeout)
        )


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
