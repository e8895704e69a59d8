"""Keywords of the guide's constructors and calls: sorted, checked, turned into settings."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeAlias, TypedDict, cast

import attrs

from qianfan_api.handles import Target, Validate
from qianfan_typed.config import Settings, load
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.sdk.config import get_config
from qianfan_typed.sdk.targets import parameters_of

Version: TypeAlias = Literal["1", "2", 1, 2]


class ClientOptions(TypedDict, total=False):
    """What every constructor takes besides `model` and `endpoint`. Left out: as `get_config()` has it."""

    access_key: str | None
    """The account's IAM access key, with `secret_key`: serves V1 and V2."""
    secret_key: str | None
    ak: str | None
    """An application's API key, with `sk`: serves V1."""
    sk: str | None
    access_token: str | None
    """A ready access token: serves V1."""
    bearer_token: str | None
    """A ready bearer token or a permanent API key: serves V2."""
    api_key: str | None
    """Another name for `bearer_token`."""
    app_id: str | None
    """The application that V2 calls are booked to."""
    base_url: str | None
    console_api_base_url: str | None
    iam_base_url: str | None
    validate: Validate | None
    """What to do with a request that breaks a rule: error (default), warn or off."""
    query_per_second: float | None
    """How many calls a second this object sends at most; it waits in between."""
    request_per_minute: float | None
    """The same for a minute."""
    retry_count: int | None
    """Attempts after the first."""
    request_timeout: float | None
    """Seconds that the platform may be silent."""
    backoff_factor: float | None
    """Seconds before the first retry; each further one doubles them."""
    retry_jitter: float | None
    """The share of a wait that is left to chance, from 0 to 1."""
    retry_max_wait_interval: float | None
    """Seconds between two attempts at most."""
    proxy: str | None
    verify_ssl: bool | None
    no_auth: bool | None
    show_total_latency: bool | None
    """Taken and not needed: the statistics are always there."""
    sync_reading_thread_count: int | None
    """Taken and not needed: no thread is started."""


@attrs.frozen(kw_only=True)
class CallOptions:
    """What a call takes besides the parameters of its operation."""

    retry_count: int | None = None
    request_timeout: float | None = None
    backoff_factor: float | None = None
    retry_jitter: float | None = None
    retry_max_wait_interval: float | None = None
    validate: Validate | None = None
    extra: Mapping[str, object] | None = None
    """Keys to send as they are, unchecked."""
    show_total_latency: bool | None = None
    auto_concat_truncate: bool = False
    """Chat: ask for the rest of an answer that was cut for its length, until it is whole."""
    truncated_continue_prompt: str = "继续"
    """What asks for the rest."""
    truncate_overlong_msgs: bool = False
    """Chat: leave out the oldest messages of a dialogue that is too long for the model."""


_CALL = frozenset(field.name for field in attrs.fields(CallOptions))
_RETRYING = ("retry_count", "backoff_factor", "retry_jitter", "retry_max_wait_interval")
_SETTINGS = {
    "backoff_factor": "backoff_factor",
    "retry_jitter": "jitter",
    "retry_max_wait_interval": "max_wait",
    "request_timeout": "timeout",
    **{name: name for name in ("app_id", "validate", "proxy", "verify_ssl", "no_auth")},
}
_KEYS = ("access_key", "secret_key", "ak", "sk", "access_token", "bearer_token")
_HOSTS = {"v1": "base_url", "v2": "console_api_base_url", "iam": "iam_base_url"}


def require_known(owner: str, keywords: Mapping[str, object], known: Collection[str]) -> None:
    """Raises TypeError, with the nearest name, where a keyword is none of those known."""
    for name in keywords:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise TypeError(f"{owner} got an unexpected keyword argument {name!r}{hint}")


def require_client_options(owner: str, options: Mapping[str, object], more: Collection[str]) -> None:
    """Raises TypeError where a constructor does not know a keyword. `more`: what it takes besides."""
    require_known(owner, options, {*ClientOptions.__annotations__, *more})


def take_call_options(keywords: Mapping[str, object]) -> tuple[CallOptions, dict[str, object]]:
    """The options of a call, and the parameters of its operation that are left."""
    options = {name: value for name, value in keywords.items() if name in _CALL and value is not None}
    return CallOptions(**cast("Any", options)), {name: value for name, value in keywords.items() if name not in _CALL}


def require_parameters(owner: str, target: Target[Any, Any], parameters: Mapping[str, object]) -> None:
    """Raises TypeError where a keyword is neither an option nor a parameter of the operation.

    A service that the catalogue does not know takes any parameter: then only a near miss of an option is refused.
    """
    if target.model is not None:
        require_known(owner, parameters, parameters_of(target.operation.name) | _CALL)
        return
    for name in parameters:
        near = difflib.get_close_matches(name, _CALL, 1, 0.85)
        if near:
            require_known(owner, {name: None}, near)


def settings_of(options: Mapping[str, object]) -> Settings:
    """Settings from a constructor's keywords, then from `get_config()`.

    Raises:
        ConfigurationError: A value cannot be, or a key is missing or half given.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    keys = {name: given.get(name) for name in _KEYS}
    if "api_key" in given:
        if keys["bearer_token"] is not None:
            message = "api_key and bearer_token are two names for one thing: give one"
            raise ConfigurationError(message=message, setting="api_key")
        keys["bearer_token"] = given["api_key"]
    arguments = {setting: given[name] for name, setting in _SETTINGS.items() if name in given}
    if "retry_count" in given:
        arguments["max_attempts"] = _attempts(given["retry_count"])
    hosts = {host: given.get(name) for host, name in _HOSTS.items()}
    return load(get_config().environ(), credentials=keys, hosts=hosts, **arguments)


def retrying(options: Mapping[str, object], call: CallOptions) -> dict[str, object] | None:
    """A constructor's keywords with what a call says of retries. None: it says nothing."""
    said = {name: getattr(call, name) for name in _RETRYING if getattr(call, name) is not None}
    return {**options, **said} if said else None


def _attempts(retry_count: object) -> int:
    if not isinstance(retry_count, int) or isinstance(retry_count, bool) or retry_count < 0:
        raise ConfigurationError(
            message=f"retry_count: {retry_count!r} must be a whole number of attempts after the first, from 0",
            setting="retry_count",
        )
    return retry_count + 1
