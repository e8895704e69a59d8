"""Settings: from arguments, then from the environment under the names of the official SDK, then defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast, get_args
from urllib.parse import urlsplit

import attrs

from qianfan_api.handles import Validate
from qianfan_api.platform import HOSTS, ROUTES
from qianfan_typed.errors import ConfigurationError

PREFIX = "QIANFAN_"
KEYS_PAGE = "https://console.bce.baidu.com/iam/#/iam/accesslist"
"""Where a user finds the access key and secret key of the account."""
APPS_PAGE = "https://console.bce.baidu.com/qianfan/ais/console/applicationConsole/application"
"""Where a user finds the API key and secret key of an application."""

T = TypeVar("T")


class Secret:
    """A string that must not be shown: only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def __str__(self) -> str:
        return masked(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def base_and_prefix(address: str) -> tuple[str, str]:
    """Scheme, host and port of an address, and the path that may follow them."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", f"{slash}{path}".rstrip("/")


def masked(secret: str) -> str:
    """The first four characters of a secret and `…`; of one that has no more than that, nothing."""
    return f"{secret[:4]}…" if len(secret) > 4 else "…"


@attrs.frozen(kw_only=True)
class Settings:
    """How a client reaches the platform. Times are in seconds."""

    access_key: Secret | None = None
    """IAM access key, with `secret_key`: signs V1 calls and creates bearer tokens for V2."""
    secret_key: Secret | None = None
    ak: Secret | None = None
    """An application's API key, with `sk`: gets an access token for V1."""
    sk: Secret | None = None
    access_token: Secret | None = None
    """A ready access token for V1."""
    bearer_token: Secret | None = None
    """A ready bearer token, or a permanent API key, for V2."""
    no_auth: bool = False
    """Send requests without credentials: for a gateway that adds them."""
    app_id: str | None = None
    """The application that V2 calls are booked to."""
    hosts: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Scheme and host for each key of `qianfan_api.platform.HOSTS`; a path in front is allowed."""
    model_prefix: str | None = None
    """V1: what the paths of all models begin with. None: as the platform has it."""
    routes: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Operation → path, where it is not the platform's."""
    timeout: float = 300.0
    """How long the platform may be silent."""
    connect_timeout: float = 10.0
    """How long a connection may take."""
    auth_timeout: float = 5.0
    """How long the services that hand out tokens may be silent."""
    bearer_lifetime: int = 43200
    """The lifetime to ask for when a bearer token is created."""
    signature_lifetime: int = 300
    """How long a signature is good for."""
    max_attempts: int = 3
    """How often a request is sent at most. 1: no retries."""
    backoff_factor: float = 1.0
    """The longest wait before the first retry; each further one doubles it."""
    jitter: float = 1.0
    """The share of a wait that is left to chance, from 0 to 1."""
    max_wait: float = 120.0
    """The longest wait between two attempts."""
    verify_ssl: bool = True
    """Whether certificates are checked."""
    proxy: Secret | None = None
    """A proxy's address, which may hold a password. None: as the environment says (`HTTPS_PROXY`, `NO_PROXY`)."""
    validate: Validate = "error"
    """What to do with a request that breaks a rule."""
    max_rule_age: int | None = None
    """Days. A rule whose source was read longer ago only warns. None: however old, a rule holds."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Headers to send with every request, over the client's own."""

    def secrets(self) -> list[str]:
        """Everything that must not be shown."""
        held = (self.secret_key, self.sk, self.access_token, self.bearer_token, self.access_key, self.ak)
        return [secret.reveal() for secret in held if secret is not None]


@attrs.frozen
class _Variable:
    """A setting that an environment variable gives."""

    name: str
    read: Callable[[str], Any]
    allowed: str


def _text(value: str) -> str:
    return value


def _switch(value: str) -> bool:
    return {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}[
        value.lower()
    ]


def _number(low: float, *, above: bool = False, high: float = float("inf")) -> Callable[[str], float]:
    def read(value: str) -> float:
        number = float(value)
        if not (low < number if above else low <= number) or not number <= high or number == float("inf"):
            raise ValueError
        return number

    return read


def _whole(low: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if number < low:
            raise ValueError
        return number

    return read


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    parts.port  # noqa: B018  (raises where it is no number)
    return value.rstrip("/")


def _path(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError
    return value.rstrip("/")


_CREDENTIALS = {
    "access_key": "QIANFAN_ACCESS_KEY",
    "secret_key": "QIANFAN_SECRET_KEY",
    "ak": "QIANFAN_AK",
    "sk": "QIANFAN_SK",
    "access_token": "QIANFAN_ACCESS_TOKEN",
    "bearer_token": "QIANFAN_BEARER_TOKEN",
}
_SECONDS = _number(0, above=True), "a number of seconds above 0"
_VARIABLES = {
    "app_id": _Variable("QIANFAN_APP_ID", _text, "the application's id"),
    "model_prefix": _Variable("QIANFAN_MODEL_API_PREFIX", _path, "a path that begins with /"),
    "no_auth": _Variable("QIANFAN_NO_AUTH", _switch, "true or false"),
    "timeout": _Variable("QIANFAN_LLM_API_RETRY_TIMEOUT", *_SECONDS),
    "connect_timeout": _Variable("QIANFAN_CONNECT_TIMEOUT", *_SECONDS),
    "auth_timeout": _Variable("QIANFAN_AUTH_TIMEOUT", *_SECONDS),
    "bearer_lifetime": _Variable(
        "QIANFAN_BEARER_TOKEN_EXPIRED_INTERVAL", _whole(1), "a whole number of seconds from 1"
    ),
    "signature_lifetime": _Variable("QIANFAN_IAM_SIGN_EXPIRATION_SEC", _whole(1), "a whole number of seconds from 1"),
    "max_attempts": _Variable(
        "QIANFAN_LLM_API_RETRY_COUNT", _whole(1), "a whole number of attempts from 1; 1 means no retries"
    ),
    "backoff_factor": _Variable("QIANFAN_LLM_API_RETRY_BACKOFF_FACTOR", _number(0), "a number of seconds from 0"),
    "jitter": _Variable("QIANFAN_LLM_API_RETRY_JITTER", _number(0, high=1), "a number from 0 to 1"),
    "max_wait": _Variable("QIANFAN_LLM_API_RETRY_MAX_WAIT_INTERVAL", _number(0), "a number of seconds from 0"),
    "max_rule_age": _Variable("QIANFAN_MAX_RULE_AGE", _whole(0), "a whole number of days from 0"),
    "verify_ssl": _Variable("QIANFAN_SSL_VERIFICATION_ENABLED", _switch, "true or false"),
    "proxy": _Variable("QIANFAN_PROXY", _address, "an address like http://127.0.0.1:8080"),
}
_HOST_ARGUMENTS = {"v1": "base_url", "v2": "console_api_base_url", "iam": "iam_base_url"}
_ADDRESS = "an address like https://example.com"
# The guide to the official SDK gives this name; its code reads the other one.
_OTHER_NAMES = {"QIANFAN_CONSOLE_API_BASE_URL": "QIANFAN_CONSOLE_BASE_URL"}


def load(
    environ: Mapping[str, str] | None = None,
    *,
    credentials: Mapping[str, str | None] | None = None,
    hosts: Mapping[str, str | None] | None = None,
    **arguments: Any,
) -> Settings:
    """Settings from arguments and the environment. Arguments come first; None means "not given".

    Credentials that are given by argument are the only ones that count: a key in the environment does not mix with
    them, save as the other half of a pair.

    Args:
        environ: The environment. None: the process's.
        credentials: The fields of `Settings` that hold keys and tokens.
        hosts: Addresses by the keys of `qianfan_api.platform.HOSTS`.
        arguments: The other fields of `Settings`.

    Raises:
        ConfigurationError: A value cannot be, or a key is missing or half given.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in arguments.items() if value is not None}
    values: dict[str, Any] = {
        "hosts": _hosts(environ, hosts or {}),
        "routes": {name: _read(environ, _Variable(variable, _path, "a path that begins with /"), "")
                   for name, variable in ROUTES.items() if environ.get(variable)},
    }  # fmt: skip
    for name, variable in _VARIABLES.items():
        if name in given:
            values[name] = _argument(name, variable, given.pop(name))
        elif environ.get(variable.name, "").strip():
            values[name] = _read(environ, variable, None)
    if values.get("proxy") is not None:
        values["proxy"] = Secret(values["proxy"])
    _require_policy(given.get("validate", "error"))
    values.update(given)
    values.update(_credentials(environ, credentials or {}))
    settings = Settings(**values)
    _complete(settings)
    return settings


def _argument(name: str, variable: _Variable, value: object) -> object:
    if isinstance(value, Secret):
        value = value.reveal()
    try:
        if isinstance(value, bool) != (variable.read is _switch):
            raise ValueError
        return variable.read(str(value))
    except (ValueError, KeyError):
        shown = "the value given" if name == "proxy" else repr(value)
        raise ConfigurationError(message=f"{name}: {shown} must be {variable.allowed}", setting=name) from None


def require_options(timeout: float | None, policy: str | None) -> None:
    """Raises ConfigurationError where an option of a single call cannot be."""
    if timeout is not None:
        _argument("timeout", _VARIABLES["timeout"], timeout)
    if policy is not None:
        _require_policy(policy)


def _require_policy(policy: object) -> None:
    if policy not in get_args(Validate):
        allowed = ", ".join(map(repr, get_args(Validate)))
        raise ConfigurationError(message=f"validate: {policy!r} must be one of {allowed}", setting="validate")


def _read(environ: Mapping[str, str], variable: _Variable, default: T) -> Any | T:
    text = environ.get(variable.name, "").strip()
    if not text:
        return default
    try:
        return variable.read(text)
    except (ValueError, KeyError):
        shown = "its value" if "PROXY" in variable.name else repr(text)
        raise ConfigurationError(
            message=f"{variable.name}: {shown} must be {variable.allowed}", setting=variable.name
        ) from None


def _hosts(environ: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    hosts: dict[str, str] = {}
    for name, host in HOSTS.items():
        address = given.get(name)
        if address is not None:
            argument = _HOST_ARGUMENTS.get(name, name)
            hosts[name] = cast("str", _argument(argument, _Variable(argument, _address, _ADDRESS), address))
            continue
        other = _OTHER_NAMES.get(host.setting, "")
        setting = other if environ.get(other) and not environ.get(host.setting) else host.setting
        hosts[name] = _read(environ, _Variable(setting, _address, _ADDRESS), host.url)
    return hosts


def _credentials(environ: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, Secret]:
    found = {name: value.strip() for name, value in given.items() if value and value.strip()}
    partners = {"access_key": "secret_key", "secret_key": "access_key", "ak": "sk", "sk": "ak"}
    wanted = {partners[name] for name in found if name in partners} if found else set(_CREDENTIALS)
    for name in wanted - found.keys():
        value = environ.get(_CREDENTIALS[name], "").strip()
        if value:
            found[name] = value
    for name, value in found.items():
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise ConfigurationError(
                message=f"{name}: holds white space or a character beyond ASCII, which no key has", setting=name
            )
    return {name: Secret(value) for name, value in found.items()}


def _complete(settings: Settings) -> None:
    """Raises ConfigurationError where a key is half given or none is there."""
    for first, second, page in (("access_key", "secret_key", KEYS_PAGE), ("ak", "sk", APPS_PAGE)):
        for here, missing in ((first, second), (second, first)):
            if getattr(settings, here) is not None and getattr(settings, missing) is None:
                raise ConfigurationError(
                    message=f"{here} is given, {missing} is not: set {_CREDENTIALS[missing]} or pass {missing}=…\n"
                    f"  Both stand side by side at {page}",
                    setting=_CREDENTIALS[missing],
                )
    if not settings.no_auth and not settings.secrets():
        raise ConfigurationError(message=f"there are no credentials: {HELP}", setting="QIANFAN_ACCESS_KEY")


HELP = f"""set one of these, or pass the argument of the same name
  QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY  V1 and V2: the account's keys, from {KEYS_PAGE}
  QIANFAN_BEARER_TOKEN                       V2: an API key, or a bearer token made from those keys
  QIANFAN_AK and QIANFAN_SK                  V1: an application's keys, from {APPS_PAGE}
  QIANFAN_ACCESS_TOKEN                       V1: an access token made from an application's keys"""
