"""Loading of settings: from arguments, then from the environment under the names of the official SDK, then defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

import attrs

from qianfan_api.handles import Options
from qianfan_api.retry import Retry
from qianfan_typed.config.addresses import require_use, spread
from qianfan_typed.config.dot_env import with_dot_env
from qianfan_typed.config.secrets import Secret, without_traces
from qianfan_typed.config.settings import APPS_PAGE, KEYS, KEYS_PAGE, ROUTE_TABLE, TABLE, Settings
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.limits.limits import Limits

_SECRET = frozenset(name for name, one in TABLE.items() if one.secret)
_PARTNERS = {"access_key": "secret_key", "secret_key": "access_key", "ak": "sk", "sk": "ak"}


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
    keys = values.keys() & set(KEYS)
    overruled = set(KEYS) - {_PARTNERS[name] for name in keys if name in _PARTNERS} if keys else set[str]()
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
            if (value := arguments.get(alias)) is not None and not (name in KEYS and not str(value).strip())
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
    if not settings.no_auth and all(getattr(settings, name) is None for name in KEYS):
        raise ConfigurationError(message=f"there are no credentials: {HELP}", setting="QIANFAN_ACCESS_KEY")


HELP = f"""set one of these, or pass the argument of the same name
  QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY  V1 and V2: the account's keys, from {KEYS_PAGE}
  QIANFAN_BEARER_TOKEN                       V2: an API key, or a bearer token made from those keys
  QIANFAN_AK and QIANFAN_SK                  V1: an application's keys, from {APPS_PAGE}
  QIANFAN_ACCESS_TOKEN                       V1: an access token made from an application's keys"""
