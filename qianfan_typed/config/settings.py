"""Settings of a client, each a row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs

from qianfan_api.handles import Validate
from qianfan_api.platform import HOSTS, ROUTES
from qianfan_api.retry import Retry
from qianfan_typed.config.dot_env import VARIABLE as DOT_ENV
from qianfan_typed.config.kinds import (
    ADDRESS,
    APP_ID,
    ATTEMPTS,
    BYTES,
    CA,
    CERT,
    DAYS,
    FILE,
    HEADERS,
    HOOK,
    KEY,
    LIMITS,
    PATH,
    POLICY,
    PROXY,
    RATE,
    RETRY,
    SECONDS,
    SHARE,
    SWITCH,
    WAIT,
    WHOLE_SECONDS,
    Ca,
    Cert,
)
from qianfan_typed.config.rows import Setting, row, table
from qianfan_typed.config.secrets import Secret, secrets_in
from qianfan_typed.limits.limits import Limits

if TYPE_CHECKING:
    from qianfan_typed.hooks.watch import Hook

PREFIX = "QIANFAN_"
KEYS_PAGE = "https://console.bce.baidu.com/iam/#/iam/accesslist"
"""Where a user finds the access key and secret key of the account."""
APPS_PAGE = "https://console.bce.baidu.com/qianfan/ais/console/applicationConsole/application"
"""Where a user finds the API key and secret key of an application."""


# The guide to the official SDK gives this name; its code reads the other one.
_GUIDES_NAME = "QIANFAN_CONSOLE_BASE_URL"


@attrs.frozen(kw_only=True)
class Settings:
    """How a client reaches the platform. Times are in seconds.

    Each field is a row of the table of settings. The environment's variables, the arguments of both clients, the
    keywords of the documents' classes and the members of `get_config()` follow from it.
    """

    access_key: Secret | None = attrs.field(
        default=None,
        metadata=row(
            KEY, "QIANFAN_ACCESS_KEY", "The account's IAM access key, with `secret_key`: serves V1 and V2.", secret=True
        ),
    )
    secret_key: Secret | None = attrs.field(
        default=None, metadata=row(KEY, "QIANFAN_SECRET_KEY", "Its secret.", secret=True)
    )
    ak: Secret | None = attrs.field(
        default=None, metadata=row(KEY, "QIANFAN_AK", "An application's API key, with `sk`: serves V1.", secret=True)
    )
    sk: Secret | None = attrs.field(default=None, metadata=row(KEY, "QIANFAN_SK", "Its secret.", secret=True))
    access_token: Secret | None = attrs.field(
        default=None, metadata=row(KEY, "QIANFAN_ACCESS_TOKEN", "A ready access token: serves V1.", secret=True)
    )
    bearer_token: Secret | None = attrs.field(
        default=None,
        metadata=row(
            KEY,
            "QIANFAN_BEARER_TOKEN",
            "A ready bearer token or a permanent API key: serves V2.",
            aliases=("api_key",),
            secret=True,
        ),
    )
    app_id: str | None = attrs.field(
        default=None, metadata=row(APP_ID, "QIANFAN_APP_ID", "The application that V2 calls are booked to.")
    )
    base_url: str = attrs.field(
        default=HOSTS["v1"].url,
        metadata=row(
            ADDRESS,
            HOSTS["v1"].setting,
            "A gateway or a plan, also with /v1 or /v2. As a variable: V1 alone.",
        ),
    )
    console_api_base_url: str = attrs.field(
        default=HOSTS["v2"].url,
        metadata=row(ADDRESS, HOSTS["v2"].setting, "Where V2 is, if elsewhere.", other_variable=_GUIDES_NAME),
    )
    iam_base_url: str = attrs.field(
        default=HOSTS["iam"].url,
        metadata=row(ADDRESS, HOSTS["iam"].setting, "Where bearer tokens are, if elsewhere."),
    )
    validate: Validate = attrs.field(
        default="error",
        metadata=row(
            POLICY,
            None,
            "error: refuse a request that breaks a rule (default); warn: warn and send it; off: do not look.",
        ),
    )
    timeout: float = attrs.field(
        default=300.0,
        metadata=row(
            SECONDS,
            "QIANFAN_LLM_API_RETRY_TIMEOUT",
            "Seconds that the platform may be silent, {default} by default.",
            keyword="request_timeout",
        ),
    )
    deadline: float | None = attrs.field(
        default=None,
        metadata=row(
            SECONDS,
            "QIANFAN_DEADLINE",
            "Seconds that a call may take, retries and stream too; no bound by default.",
        ),
    )
    connect_timeout: float = attrs.field(
        default=10.0,
        metadata=row(SECONDS, "QIANFAN_CONNECT_TIMEOUT", "Seconds that a connection may take, {default} by default."),
    )
    idle_timeout: float = attrs.field(
        default=30.0,
        metadata=row(
            SECONDS, "QIANFAN_IDLE_TIMEOUT", "Seconds that an idle connection is kept for a call, {default} by default."
        ),
    )
    max_attempts: int = attrs.field(
        default=3,
        metadata=row(
            ATTEMPTS,
            "QIANFAN_LLM_API_RETRY_COUNT",
            "How often a request is sent at most, {default} by default.",
            keyword="retry_count",
            keyword_doc="Attempts after the first.",
        ),
    )
    headers: Mapping[str, str] = attrs.field(
        factory=dict[str, str],
        repr=False,
        metadata=row(HEADERS, None, "Headers to send with every request, over the client's own."),
    )
    proxy: Secret | None = attrs.field(
        default=None,
        metadata=row(
            PROXY, "QIANFAN_PROXY", "A proxy's address. None: as `HTTPS_PROXY` and `NO_PROXY` say.", secret=True
        ),
    )
    verify_ssl: bool = attrs.field(
        default=True,
        metadata=row(
            SWITCH, "QIANFAN_SSL_VERIFICATION_ENABLED", "Whether certificates are checked, as they are by default."
        ),
    )
    ca: Ca | None = attrs.field(
        default=None,
        metadata=row(
            CA, "QIANFAN_CA_BUNDLE", "What to trust: a file or folder of certificates, or an `ssl.SSLContext`."
        ),
    )
    cert: Cert | None = attrs.field(
        default=None,
        metadata=row(
            CERT, "QIANFAN_CLIENT_CERT", "A PEM file with a client certificate and its key, or the files of both."
        ),
    )
    no_auth: bool = attrs.field(
        default=False, metadata=row(SWITCH, "QIANFAN_NO_AUTH", "Send no credentials: a gateway adds them.")
    )
    max_rule_age: int | None = attrs.field(
        default=None,
        metadata=row(DAYS, "QIANFAN_MAX_RULE_AGE", "Days. Rules whose source was read longer ago only warn."),
    )
    max_reply_bytes: int = attrs.field(
        default=256 * 1024 * 1024,
        metadata=row(
            BYTES,
            "QIANFAN_MAX_REPLY_BYTES",
            "Bytes of a whole reply at most, {default} by default.",
        ),
    )
    max_event_bytes: int = attrs.field(
        default=64 * 1024 * 1024,
        metadata=row(BYTES, "QIANFAN_MAX_EVENT_BYTES", "Bytes of one event of a stream at most, {default} by default."),
    )
    backoff_factor: float = attrs.field(
        default=1.0,
        metadata=row(
            WAIT,
            "QIANFAN_LLM_API_RETRY_BACKOFF_FACTOR",
            "Seconds before the first retry at most; each further one doubles them.",
            argument=False,
            keyword="backoff_factor",
        ),
    )
    jitter: float = attrs.field(
        default=1.0,
        metadata=row(
            SHARE,
            "QIANFAN_LLM_API_RETRY_JITTER",
            "The share of a wait that is left to chance, from 0 to 1.",
            argument=False,
            keyword="retry_jitter",
        ),
    )
    max_wait: float = attrs.field(
        default=120.0,
        metadata=row(
            WAIT,
            "QIANFAN_LLM_API_RETRY_MAX_WAIT_INTERVAL",
            "Seconds between two attempts at most.",
            argument=False,
            keyword="retry_max_wait_interval",
        ),
    )
    retry: Retry | None = attrs.field(
        default=None,
        metadata=row(RETRY, None, "When to send a request again, and how often: every part of it in one value."),
    )
    limits: Limits | None = attrs.field(
        default=None,
        metadata=row(LIMITS, None, "What calls wait for; by default nothing. catalogue: each model's default rate."),
    )
    qps_limit: float | None = attrs.field(
        default=None,
        metadata=row(RATE, "QIANFAN_QPS_LIMIT", "Requests a second, over all calls. 0: no limit.", argument=False),
    )
    rpm_limit: float | None = attrs.field(
        default=None,
        metadata=row(RATE, "QIANFAN_RPM_LIMIT", "Requests a minute, over all calls. 0: no limit.", argument=False),
    )
    tpm_limit: float | None = attrs.field(
        default=None,
        metadata=row(RATE, "QIANFAN_TPM_LIMIT", "Tokens a minute, over all calls. 0: no limit.", argument=False),
    )
    on_request: Hook | None = attrs.field(
        default=None,
        metadata=row(HOOK, None, "Called with a RequestSent before each attempt. What hooks raise is logged."),
    )
    on_reply: Hook | None = attrs.field(
        default=None,
        metadata=row(HOOK, None, "Called with a ReplyCame when a reply came, or a stream ended."),
    )
    on_retry: Hook | None = attrs.field(
        default=None, metadata=row(HOOK, None, "Called with a RetryPlanned when an attempt failed and another follows.")
    )
    on_error: Hook | None = attrs.field(
        default=None, metadata=row(HOOK, None, "Called with a CallFailed when a call comes to an error.")
    )
    telemetry: bool = attrs.field(
        default=False,
        metadata=row(
            SWITCH,
            "QIANFAN_TELEMETRY",
            "Record OpenTelemetry spans and metrics, no content; needs the extra otel.",
        ),
    )
    auth_timeout: float = attrs.field(
        default=5.0,
        metadata=row(
            SECONDS,
            "QIANFAN_AUTH_TIMEOUT",
            "Seconds that the services which hand out tokens may be silent.",
            argument=False,
        ),
    )
    bearer_lifetime: int = attrs.field(
        default=43200,
        metadata=row(
            WHOLE_SECONDS,
            "QIANFAN_BEARER_TOKEN_EXPIRED_INTERVAL",
            "Seconds that a bearer token is asked to last.",
            argument=False,
        ),
    )
    signature_lifetime: int = attrs.field(
        default=300,
        metadata=row(
            WHOLE_SECONDS, "QIANFAN_IAM_SIGN_EXPIRATION_SEC", "Seconds that a signature is good for.", argument=False
        ),
    )
    model_prefix: str | None = attrs.field(
        default=None,
        metadata=row(
            PATH,
            "QIANFAN_MODEL_API_PREFIX",
            "What the paths of V1's models begin with. None: as the platform has it.",
            argument=False,
        ),
    )
    env_file: str | None = attrs.field(
        default=None,
        metadata=row(FILE, DOT_ENV, "A file of variables. None: `.env`, if it is there."),
    )
    v2_alone: str | None = None
    """The address that was given for all calls, where its path names a version, so that V1 is not there."""
    routes: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Operation → path, where it is not the platform's."""

    @property
    def hosts(self) -> Mapping[str, str]:
        """Scheme and host for each key of `qianfan_api.platform.HOSTS`."""
        return {name: getattr(self, field) for name, field in _HOST_FIELDS.items()}

    def secrets(self) -> list[str]:
        """Everything that must not be shown: keys, the proxy's password, headers that show who calls."""
        held: list[Secret | None] = [getattr(self, name) for name in KEYS]
        found = [secret.reveal() for secret in held if secret is not None]
        if self.proxy is not None:
            password = urlsplit(self.proxy.reveal()).password
            found += [password, unquote(password)] if password else []
        return found + secrets_in(self.headers)


TABLE: Mapping[str, Setting] = table(Settings)
"""The settings by name."""
ROUTE_TABLE: Mapping[str, Setting] = {
    operation: Setting(name=operation, kind=PATH, variable=variable, doc=f"The path of {operation}.", argument=False)
    for operation, variable in ROUTES.items()
}
"""The paths that the environment may change, by operation."""

KEYS = tuple(name for name, one in TABLE.items() if one.kind is KEY)
"""The settings that are keys or tokens."""
_HOST_FIELDS = {name: host.setting.removeprefix(PREFIX).lower() for name, host in HOSTS.items()}


def key_among(given: Mapping[str, object]) -> str | None:
    """The first argument of a client that must not be shown. None: all may be."""
    return next((name for name in given if name in TABLE and TABLE[name].secret), None)
