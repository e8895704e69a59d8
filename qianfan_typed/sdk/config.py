"""Configuration as the guide has it: `get_config()`, `AK(…)` and its kin, `.env` files, logs.

What the program sets comes first, then the environment, then the `.env` file.
"""

from __future__ import annotations

import difflib
import logging
import os
import ssl
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, cast, overload

from qianfan_typed.config import PREFIX, ROUTE_TABLE, TABLE, with_dot_env
from qianfan_typed.config.kinds import WAIT
from qianfan_typed.config.rows import Setting, ValueKind

T = TypeVar("T")

_log: logging.Logger = logging.getLogger("qianfan_typed")


class ConfigMember(Generic[T]):
    """A member of `Config`: an environment variable, without `QIANFAN_` in front."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.__doc__ = setting.doc

    @overload
    def __get__(self, config: None, owner: type[Config]) -> ConfigMember[T]: ...
    @overload
    def __get__(self, config: Config, owner: type[Config]) -> T | None: ...
    def __get__(self, config: Config | None, owner: type[Config]) -> ConfigMember[T] | T | None:
        return self if config is None else cast("T | None", self.setting.of_environment(config.environ()))

    def __set__(self, config: Config, value: T | None) -> None:
        config.put(str(self.setting.variable), None if value is None else str(value))


def _own(variable: str, kind: ValueKind[T], doc: str) -> ConfigMember[T]:
    return ConfigMember(Setting(name=variable, kind=kind, variable=variable, doc=doc))


class Config:
    """The settings that the documents' classes start from. None: not set, so as the platform or the client has it."""

    ACCESS_KEY = ConfigMember[str](TABLE["access_key"])
    SECRET_KEY = ConfigMember[str](TABLE["secret_key"])
    AK = ConfigMember[str](TABLE["ak"])
    SK = ConfigMember[str](TABLE["sk"])
    ACCESS_TOKEN = ConfigMember[str](TABLE["access_token"])
    BEARER_TOKEN = ConfigMember[str](TABLE["bearer_token"])
    APP_ID = ConfigMember[str](TABLE["app_id"])
    BASE_URL = ConfigMember[str](TABLE["base_url"])
    CONSOLE_API_BASE_URL = ConfigMember[str](TABLE["console_api_base_url"])
    IAM_BASE_URL = ConfigMember[str](TABLE["iam_base_url"])
    LLM_API_RETRY_TIMEOUT = ConfigMember[float](TABLE["timeout"])
    DEADLINE = ConfigMember[float](TABLE["deadline"])
    CONNECT_TIMEOUT = ConfigMember[float](TABLE["connect_timeout"])
    IDLE_TIMEOUT = ConfigMember[float](TABLE["idle_timeout"])
    LLM_API_RETRY_COUNT = ConfigMember[int](TABLE["max_attempts"])
    PROXY = ConfigMember[str](TABLE["proxy"])
    SSL_VERIFICATION_ENABLED = ConfigMember[bool](TABLE["verify_ssl"])
    CA_BUNDLE = ConfigMember[str | os.PathLike[str] | ssl.SSLContext](TABLE["ca"])
    CLIENT_CERT = ConfigMember[str | os.PathLike[str] | tuple[str, str]](TABLE["cert"])
    NO_AUTH = ConfigMember[bool](TABLE["no_auth"])
    MAX_RULE_AGE = ConfigMember[int](TABLE["max_rule_age"])
    MAX_REPLY_BYTES = ConfigMember[int](TABLE["max_reply_bytes"])
    MAX_EVENT_BYTES = ConfigMember[int](TABLE["max_event_bytes"])
    LLM_API_RETRY_BACKOFF_FACTOR = ConfigMember[float](TABLE["backoff_factor"])
    LLM_API_RETRY_JITTER = ConfigMember[float](TABLE["jitter"])
    LLM_API_RETRY_MAX_WAIT_INTERVAL = ConfigMember[float](TABLE["max_wait"])
    QPS_LIMIT = ConfigMember[float](TABLE["qps_limit"])
    RPM_LIMIT = ConfigMember[float](TABLE["rpm_limit"])
    TPM_LIMIT = ConfigMember[float](TABLE["tpm_limit"])
    TELEMETRY = ConfigMember[bool](TABLE["telemetry"])
    AUTH_TIMEOUT = ConfigMember[float](TABLE["auth_timeout"])
    BEARER_TOKEN_EXPIRED_INTERVAL = ConfigMember[int](TABLE["bearer_lifetime"])
    IAM_SIGN_EXPIRATION_SEC = ConfigMember[int](TABLE["signature_lifetime"])
    MODEL_API_PREFIX = ConfigMember[str](TABLE["model_prefix"])
    DOT_ENV_CONFIG_FILE = ConfigMember[str | os.PathLike[str]](TABLE["env_file"])
    CHAT_V2_API_ROUTE = ConfigMember[str](ROUTE_TABLE["v2.chat"])
    EMBEDDING_V2_API_ROUTE = ConfigMember[str](ROUTE_TABLE["v2.embedding"])
    RERANKER_V2_API_ROUTE = ConfigMember[str](ROUTE_TABLE["v2.rerank"])
    # Of these classes alone.
    INFER_RESOURCE_REFRESH_INTERVAL = _own(
        "QIANFAN_INFER_RESOURCE_REFRESH_INTERVAL", WAIT, "Seconds that the account's list of services is good for."
    )

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
        return dict(with_dot_env({**os.environ, **put}))

    # Type checkers do not see these: to them any name would be one that there may be.
    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            if not isinstance(getattr(Config, name, None), ConfigMember):
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


_CONFIG = Config()


def get_config() -> Config:
    """The settings that the documents' classes start from: `get_config().ACCESS_KEY = "…"`."""
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
