"""Clients: what both have, their settings and options."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NoReturn, TypeVar

import attrs

from qianfan_api.handles import Options, Validate
from qianfan_api.keywords import Explained, explained
from qianfan_api.retry import Retry
from qianfan_typed.config import Settings, load, require_plain_hooks, without_traces
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.hooks.watch import Hook
from qianfan_typed.limits.limits import Limits

if TYPE_CHECKING:
    import ssl

    from qianfan_typed.limits import Limiter
    from qianfan_typed.runners.async_runner import AsyncRunner
    from qianfan_typed.runners.sync_runner import SyncRunner

Self = TypeVar("Self")
Client = TypeVar("Client", bound="ClientBase[Any]")
Carrier = TypeVar("Carrier")


class ClientBase(Explained, Generic[Carrier]):
    """The settings of both clients: arguments, then the environment, then defaults."""

    _awaits: ClassVar[bool]
    """Whether its calls are awaited."""

    def __init__(
        self,
        *,
        access_key: str | None = None,
        secret_key: str | None = None,
        ak: str | None = None,
        sk: str | None = None,
        access_token: str | None = None,
        bearer_token: str | None = None,
        api_key: str | None = None,
        app_id: str | None = None,
        base_url: str | None = None,
        console_api_base_url: str | None = None,
        iam_base_url: str | None = None,
        validate: Validate | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        connect_timeout: float | None = None,
        idle_timeout: float | None = None,
        max_attempts: int | None = None,
        headers: Mapping[str, str] | None = None,
        proxy: str | None = None,
        verify_ssl: bool | None = None,
        ca: str | os.PathLike[str] | ssl.SSLContext | None = None,
        cert: str | os.PathLike[str] | tuple[str, str] | None = None,
        no_auth: bool | None = None,
        max_rule_age: int | None = None,
        max_reply_bytes: int | None = None,
        max_event_bytes: int | None = None,
        retry: Retry | None = None,
        limits: Limits | Literal["catalogue"] | None = None,
        on_request: Hook | None = None,
        on_reply: Hook | None = None,
        on_retry: Hook | None = None,
        on_error: Hook | None = None,
        telemetry: bool | None = None,
        env_file: str | os.PathLike[str] | None = None,
        transport: Carrier | None = None,
    ) -> None:
        """Takes what is given, the rest from the environment.

        Args:
            access_key: The account's IAM access key, with `secret_key`: serves V1 and V2. `QIANFAN_ACCESS_KEY`.
            secret_key: Its secret. `QIANFAN_SECRET_KEY`.
            ak: An application's API key, with `sk`: serves V1. `QIANFAN_AK`.
            sk: Its secret. `QIANFAN_SK`.
            access_token: A ready access token: serves V1. `QIANFAN_ACCESS_TOKEN`.
            bearer_token: A ready bearer token or a permanent API key: serves V2. `QIANFAN_BEARER_TOKEN`.
            api_key: Another name for `bearer_token`.
            app_id: The application that V2 calls are booked to. `QIANFAN_APP_ID`.
            base_url: A gateway or a plan, also with /v1 or /v2. As a variable: V1 alone. `QIANFAN_BASE_URL`.
            console_api_base_url: Where V2 is, if elsewhere. `QIANFAN_CONSOLE_API_BASE_URL`.
            iam_base_url: Where bearer tokens are, if elsewhere. `QIANFAN_IAM_BASE_URL`.
            validate: error: refuse a request that breaks a rule (default); warn: warn and send it; off: do not look.
            timeout: Seconds that the platform may be silent, 300 by default. `QIANFAN_LLM_API_RETRY_TIMEOUT`.
            deadline: Seconds that a call may take, retries and stream too; no bound by default. `QIANFAN_DEADLINE`.
            connect_timeout: Seconds that a connection may take, 10 by default. `QIANFAN_CONNECT_TIMEOUT`.
            idle_timeout: Seconds that an idle connection is kept for a call, 30 by default. `QIANFAN_IDLE_TIMEOUT`.
            max_attempts: How often a request is sent at most, 3 by default. `QIANFAN_LLM_API_RETRY_COUNT`.
            headers: Headers to send with every request, over the client's own.
            proxy: A proxy's address. None: as `HTTPS_PROXY` and `NO_PROXY` say. `QIANFAN_PROXY`.
            verify_ssl: Whether certificates are checked, as they are by default. `QIANFAN_SSL_VERIFICATION_ENABLED`.
            ca: What to trust: a file or folder of certificates, or an `ssl.SSLContext`. `QIANFAN_CA_BUNDLE`.
            cert: A PEM file with a client certificate and its key, or the files of both. `QIANFAN_CLIENT_CERT`.
            no_auth: Send no credentials: a gateway adds them. `QIANFAN_NO_AUTH`.
            max_rule_age: Days. Rules whose source was read longer ago only warn. `QIANFAN_MAX_RULE_AGE`.
            max_reply_bytes: Bytes of a whole reply at most, 268435456 by default. `QIANFAN_MAX_REPLY_BYTES`.
            max_event_bytes: Bytes of one event of a stream at most, 67108864 by default. `QIANFAN_MAX_EVENT_BYTES`.
            retry: When to send a request again, and how often: every part of it in one value.
            limits: What calls wait for; by default nothing. catalogue: each model's default rate.
            on_request: Called with a RequestSent before each attempt. What hooks raise is logged.
            on_reply: Called with a ReplyCame when a reply came, or a stream ended.
            on_retry: Called with a RetryPlanned when an attempt failed and another follows.
            on_error: Called with a CallFailed when a call comes to an error.
            telemetry: Record OpenTelemetry spans and metrics, no content; needs the extra otel. `QIANFAN_TELEMETRY`.
            env_file: A file of variables. None: `.env`, if it is there. `QIANFAN_DOT_ENV_CONFIG_FILE`.
            transport: What carries requests: see `qianfan_typed.transports`. Yours to close. None: one of its own.

        Raises:
            ConfigurationError: A value cannot be, or a key is missing or half given.
        """
        # The arguments are rows of the table of settings: a test holds names, types and words above against it.
        arguments = {name: value for name, value in locals().items() if name not in ("self", "transport")}
        if transport is not None:
            self._require_fit(transport)
        self._transport = transport
        try:
            self._settings = load(**arguments)
            if not self._awaits:
                require_plain_hooks(self._settings)
        except ConfigurationError as error:
            failure = without_traces(error)
        else:
            return
        # A traceback may show the locals of its frames.
        del arguments, access_key, secret_key, ak, sk, access_token, bearer_token, api_key, proxy, headers
        del base_url, console_api_base_url, iam_base_url
        raise failure

    if not TYPE_CHECKING:
        __init__ = explained(__init__)

    def _require_fit(self, transport: Carrier) -> None:
        """Raises ConfigurationError where a transport is of the other kind, or none."""
        raise NotImplementedError

    @property
    def _runner(self) -> SyncRunner | AsyncRunner:
        """What carries its calls out."""
        raise NotImplementedError

    def with_options(
        self: Client,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
        validate: Validate | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> Client:
        """The same client with other options for calls that say nothing. Closing it closes nothing.

        It has the connections, tokens and limits of this one. Headers and `extra` are added to those that are set.

        Args:
            timeout: Seconds that the platform may be silent. None: as this client is set.
            deadline: Seconds that a call may take, retries and stream included. None: as this client is set.
            retry: When to send a request again, and how often. What it does not say is as this client is set.
            headers: Headers to send with each request.
            validate: "error", "warn" or "off": what to do with a request that breaks a rule.
            extra: Keys to send with each request as they are, unchecked.

        Raises:
            ConfigurationError: A value cannot be.
        """
        options = Options(extra, timeout, deadline, validate, retry, headers)
        known = {
            name: value for name in ("timeout", "deadline", "validate", "retry") if (value := getattr(options, name))
        }
        other = (kind := type(self)).__new__(kind)
        other._transport = self._transport
        other._settings = attrs.evolve(self._settings, headers={**self._settings.headers, **(headers or {})}, **known)
        other.__dict__["_runner"] = self._runner.with_options(options)
        return other

    @property
    def settings(self) -> Settings:
        """How the client is set. Secrets are masked when shown."""
        return self._settings

    @property
    def limiter(self) -> Limiter | None:
        """What keeps its calls to limits, and how much of them is used. None: there are none."""
        return self._runner.planner.limiter

    def __copy__(self: Self) -> Self:
        # It cannot be changed, and a second one would have no tokens and connections.
        return self

    def __deepcopy__(self: Self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} is not pickled: it holds keys and connections. "
            "Make one in the other process, with its keys as environment variables"
        )

    def __repr__(self) -> str:
        settings = getattr(self, "_settings", None)  # A traceback may show a client that could not be made.
        names = ("access_key", "ak", "access_token", "bearer_token")
        found = [(name, getattr(settings, name, None)) for name in names]
        shown = [f"{name}={str(secret)!r}" for name, secret in found if secret is not None]
        return f"{type(self).__name__}({', '.join(shown)})"
