"""The guide's configuration: `get_config()`, `AK(…)` and its kin, `.env` files, logs.

What the program sets comes first, then the environment, then the `.env` file.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, overload

from qianfan_typed.config import PREFIX
from qianfan_typed.errors import ConfigurationError

T = TypeVar("T")

_DOT_ENV = f"{PREFIX}DOT_ENV_CONFIG_FILE"
_LINE = re.compile(
    r"(?:export\s+)?(?P<name>\w+)\s*=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>.*?))"
    r"(?:\s+#.*)?"
)

_log: logging.Logger = logging.getLogger("qianfan_typed")


class _Setting(Generic[T]):
    """A member of `Config`: the environment variable of the same name, with `QIANFAN_` in front."""

    def __init__(self, read: Callable[[str], T], doc: str) -> None:
        self._read = read
        self._name = ""
        self.__doc__ = doc

    def __set_name__(self, owner: type[Config], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, config: None, owner: type[Config]) -> _Setting[T]: ...
    @overload
    def __get__(self, config: Config, owner: type[Config]) -> T | None: ...
    def __get__(self, config: Config | None, owner: type[Config]) -> _Setting[T] | T | None:
        if config is None:
            return self
        text = config.environ().get(PREFIX + self._name, "").strip()
        try:
            return self._read(text) if text else None
        except (ValueError, KeyError):
            raise ConfigurationError(
                message=f"{PREFIX}{self._name}: {text!r} cannot be read", setting=PREFIX + self._name
            ) from None

    def __set__(self, config: Config, value: T | None) -> None:
        config.put(PREFIX + self._name, None if value is None else str(value))


def _switch(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}[
        text.lower()
    ]


class Config:
    """The settings that the guide's classes start from. None: not set, so as the platform or the client has it."""

    ACCESS_KEY = _Setting(str, "The account's IAM access key.")
    SECRET_KEY = _Setting(str, "The account's IAM secret key.")
    AK = _Setting(str, "An application's API key (V1).")
    SK = _Setting(str, "An application's secret key (V1).")
    ACCESS_TOKEN = _Setting(str, "A ready access token (V1).")
    BEARER_TOKEN = _Setting(str, "A ready bearer token or a permanent API key (V2).")
    APP_ID = _Setting(str, "The application that V2 calls are booked to.")
    NO_AUTH = _Setting(_switch, "Whether requests go without credentials.")
    BASE_URL = _Setting(str, "The host of V1.")
    CONSOLE_API_BASE_URL = _Setting(str, "The host of V2.")
    IAM_BASE_URL = _Setting(str, "The host that makes bearer tokens.")
    MODEL_API_PREFIX = _Setting(str, "What the paths of V1's models begin with.")
    CHAT_V2_API_ROUTE = _Setting(str, "The path of chat on V2.")
    AUTH_TIMEOUT = _Setting(float, "Seconds to wait for a token.")
    IAM_SIGN_EXPIRATION_SEC = _Setting(int, "Seconds that a signature is good for.")
    BEARER_TOKEN_EXPIRED_INTERVAL = _Setting(int, "Seconds that a bearer token is asked to last.")
    LLM_API_RETRY_COUNT = _Setting(int, "How often a request is sent at most. 1: no retries.")
    LLM_API_RETRY_TIMEOUT = _Setting(float, "Seconds that the platform may be silent.")
    LLM_API_RETRY_BACKOFF_FACTOR = _Setting(float, "Seconds before the first retry; each further one doubles them.")
    LLM_API_RETRY_JITTER = _Setting(float, "The share of a wait that is left to chance, from 0 to 1.")
    LLM_API_RETRY_MAX_WAIT_INTERVAL = _Setting(float, "Seconds between two attempts at most.")
    QPS_LIMIT = _Setting(float, "Requests a second, over all objects with the same keys. 0: no limit.")
    RPM_LIMIT = _Setting(float, "Requests a minute, over all objects with the same keys. 0: no limit.")
    INFER_RESOURCE_REFRESH_INTERVAL = _Setting(float, "Seconds that the account's list of services is good for.")
    SSL_VERIFICATION_ENABLED = _Setting(_switch, "Whether certificates are checked.")
    PROXY = _Setting(str, "A proxy's address.")

    def __init__(self) -> None:
        object.__setattr__(self, "_put", dict[str, str]())

    def put(self, variable: str, value: str | None) -> None:
        """Sets an environment variable for these classes alone. None: as it was."""
        put: dict[str, str] = self.__dict__["_put"]
        put.pop(variable, None)
        if value is not None:
            put[variable] = value

    def environ(self) -> dict[str, str]:
        """The environment, with the `.env` file beneath it and what the program set above it."""
        put: dict[str, str] = self.__dict__["_put"]
        return {**_dot_env(os.environ.get(_DOT_ENV) or ".env"), **os.environ, **put}

    # Type checkers do not see these: to them any name would be one that there may be.
    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            if not isinstance(getattr(Config, name, None), _Setting):
                _no_such(name)
            object.__setattr__(self, name, value)

        def __getattr__(self, name: str) -> NoReturn:
            _no_such(name)

    def __repr__(self) -> str:
        given = [name for name in vars(Config) if name.isupper() and self.environ().get(PREFIX + name)]
        return f"<Config: {', '.join(given) or 'nothing'} set>"


def _no_such(name: str) -> NoReturn:
    near = difflib.get_close_matches(name.upper(), [known for known in vars(Config) if known.isupper()], 1)
    raise AttributeError(f"there is no setting {name}{f'; did you mean {near[0]}?' if near else ''}")


def _dot_env(path: str) -> dict[str, str]:
    """The `QIANFAN_*` lines of a `.env` file: `NAME=value`, with quotes, `export` and comments as shells have them."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError:
        return {}
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is not None and match["name"].startswith(PREFIX):
            found[match["name"]] = next(
                value for value in (match["single"], match["double"], match["bare"]) if value is not None
            )
    return found


_CONFIG = Config()


def get_config() -> Config:
    """The settings that the guide's classes start from: `get_config().ACCESS_KEY = "…"`."""
    return _CONFIG


def AK(ak: str) -> None:  # noqa: N802  (the guide's name)
    """Sets an application's API key for all objects made from now on."""
    _CONFIG.AK = ak


def SK(sk: str) -> None:  # noqa: N802
    """Sets an application's secret key for all objects made from now on."""
    _CONFIG.SK = sk


def AccessKey(access_key: str) -> None:  # noqa: N802
    """Sets the account's IAM access key for all objects made from now on."""
    _CONFIG.ACCESS_KEY = access_key


def SecretKey(secret_key: str) -> None:  # noqa: N802
    """Sets the account's IAM secret key for all objects made from now on."""
    _CONFIG.SECRET_KEY = secret_key


def AccessToken(access_token: str) -> None:  # noqa: N802
    """Sets an access token for all objects made from now on."""
    _CONFIG.ACCESS_TOKEN = access_token


def enable_log(log_level: int | str = logging.INFO) -> None:
    """Shows what the client does, on stderr unless the program has set up logging itself."""
    _log.setLevel(log_level)
    if not _log.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("[%(levelname)s] %(asctime)s %(name)s: %(message)s"))
        _log.addHandler(handler)


def disable_log() -> None:
    """Shows nothing any more."""
    _log.setLevel(logging.CRITICAL + 1)
