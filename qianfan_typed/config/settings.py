"""Settings: from arguments, then from the environment under the names of the official SDK, then defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import attrs

from qianfan_api.handles import Options, Validate
from qianfan_api.platform import HOSTS, ROUTES
from qianfan_api.retry import Retry
from qianfan_typed.config.addresses import require_use, spread
from qianfan_typed.config.dot_env import VARIABLE as DOT_ENV
from qianfan_typed.config.dot_env import with_dot_env
from qianfan_typed.config.rows import (
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
    Setting,
    row,
    table,
)
from qianfan_typed.config.secrets import Secret, secrets_in, without_traces
from qianfan_typed.errors import ConfigurationError
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
        held: list[Secret | None] = [getattr(self, name) for name in _KEYS]
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

_SECRET = frozenset(name for name, one in TABLE.items() if one.secret)
_KEYS = tuple(name for name, one in TABLE.items() if one.kind is KEY)
_PARTNERS = {"access_key": "secret_key", "secret_key": "access_key", "ak": "sk", "sk": "ak"}
_HOST_FIELDS = {name: host.setting.removeprefix(PREFIX).lower() for name, host in HOSTS.items()}


def load(environ: Mapping[str, str] | None = None, **arguments: object) -> Settings:
    """Settings from arguments and the environment. Arguments come first; None means "not given".

    Credentials that are given by argument are the only ones that count: a key in the environment does not mix with
    them, save as the other half of a pair.

    Args:
        environ: The environment. None: the process's.
        **arguments: Fields of `Settings`, or their other names.

    Raises:
        ConfigurationError: A value cannot be, or a key is missing or half given.
    """
    try:
        return _loaded(environ, arguments)
    except ConfigurationError as error:
        failure = without_traces(error)
    # A traceback may show the locals of its frames: those of this one hold no secret.
    environ, arguments = None, {}
    raise failure


def _loaded(environ: Mapping[str, str] | None, arguments: Mapping[str, object]) -> Settings:
    values: dict[str, Any] = {
        name: TABLE[name].of_argument(value, named) for name, (named, value) in _given(arguments).items()
    }
    _spread_retry(values)
    env_file = values.get("env_file")
    if environ is None or env_file is not None:
        environ = with_dot_env(os.environ if environ is None else environ, env_file)
    address = values.get("base_url")
    spread(values)
    given = frozenset(values)
    keys = values.keys() & set(_KEYS)
    overruled = set(_KEYS) - {_PARTNERS[name] for name in keys if name in _PARTNERS} if keys else set[str]()
    for name in TABLE:
        if name not in values and name not in overruled:
            value = TABLE[name].of_environment(environ)
            if value is not None:
                values[name] = value
    values = {name: Secret(value) if name in _SECRET else value for name, value in values.items()}
    _gather_limits(values)
    routes = {name: path for name, one in ROUTE_TABLE.items() if (path := one.of_environment(environ)) is not None}
    settings = Settings(**values, routes=routes)
    _require_keys(settings)
    require_use(settings, given, address)
    return settings


_ALSO = {"attempts": "max_attempts", "backoff": "backoff_factor", "jitter": "jitter", "max_wait": "max_wait"}
"""Parts of a `Retry` → the settings that say the same."""


def _spread_retry(values: dict[str, Any]) -> None:
    """Puts the parts of a `Retry` that have settings of their own where those are."""
    retry: Retry = values.get("retry", Retry())
    for part, name in _ALSO.items():
        value = getattr(retry, part)
        if value is not None:
            if name in values:
                message = f"{name} and retry.{part} are two names for one thing: give one"
                raise ConfigurationError(message=message, setting=name)
            values[name] = value


_LIMITS = {"qps_limit": "rps", "rpm_limit": "rpm", "tpm_limit": "tpm"}
"""Settings → the parts of `Limits` that say the same."""


def _gather_limits(values: dict[str, Any]) -> None:
    """Puts the limits of the environment where none are given."""
    limits: Limits = values.get("limits") or Limits()
    more = {part: values[name] for name, part in _LIMITS.items() if values.get(name) and getattr(limits, part) is None}
    if more:
        values["limits"] = attrs.evolve(limits, **more)


def _given(arguments: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    """The arguments that are given: name in the table → the name they are given by, and the value.

    A key of white space is none.
    """
    given: dict[str, tuple[str, object]] = {}
    for name, one in TABLE.items():
        found = {
            alias: value.reveal() if isinstance(value, Secret) else value
            for alias in (*one.aliases, name)
            if (value := arguments.get(alias)) is not None and not (one.kind is KEY and not str(value).strip())
        }
        if len(found) > 1:
            message = f"{' and '.join(found)} are two names for one thing: give one"
            raise ConfigurationError(message=message, setting=next(iter(found)))
        given.update((name, (alias, value)) for alias, value in found.items())
    return given


def require_options(options: Options) -> None:
    """Raises ConfigurationError where an option of a single call cannot be."""
    if options.timeout is not None:
        TABLE["timeout"].of_argument(options.timeout)
    if options.deadline is not None:
        TABLE["deadline"].of_argument(options.deadline)
    if options.validate is not None:
        TABLE["validate"].of_argument(options.validate)
    if options.headers is not None:
        TABLE["headers"].of_argument(options.headers)
    if options.retry is not None:
        budget = TABLE["retry"].of_argument(options.retry).budget
        if budget is not None and budget != float("inf"):
            message = f'retry.budget: {budget!r} is the client\'s to have; a call may only have float("inf")'
            raise ConfigurationError(message=message, setting="retry.budget")


def require_plain_hooks(settings: Settings) -> None:
    """Raises ConfigurationError where a hook is a coroutine function: a client that blocks cannot await it."""
    for name in ("on_request", "on_reply", "on_retry", "on_error"):
        if iscoroutinefunction(getattr(settings, name)):
            message = f"{name} is a coroutine function, and Qianfan awaits none: give a function, or use AsyncQianfan"
            raise ConfigurationError(message=message, setting=name)


def _require_keys(settings: Settings) -> None:
    """Raises ConfigurationError where a key is half given or none is there."""
    for first, second, page in (("access_key", "secret_key", KEYS_PAGE), ("ak", "sk", APPS_PAGE)):
        for here, missing in ((first, second), (second, first)):
            if getattr(settings, here) is not None and getattr(settings, missing) is None:
                variable = TABLE[missing].variable
                raise ConfigurationError(
                    message=f"{here} is given, {missing} is not: set {variable} or pass {missing}=…\n"
                    f"  Both stand side by side at {page}",
                    setting=variable,
                )
    if not settings.no_auth and all(getattr(settings, name) is None for name in _KEYS):
        raise ConfigurationError(message=f"there are no credentials: {HELP}", setting="QIANFAN_ACCESS_KEY")


HELP = f"""set one of these, or pass the argument of the same name
  QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY  V1 and V2: the account's keys, from {KEYS_PAGE}
  QIANFAN_BEARER_TOKEN                       V2: an API key, or a bearer token made from those keys
  QIANFAN_AK and QIANFAN_SK                  V1: an application's keys, from {APPS_PAGE}
  QIANFAN_ACCESS_TOKEN                       V1: an access token made from an application's keys"""
