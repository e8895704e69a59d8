"""Settings: where they come from, and what is said of the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from qianfan_api.platform import HOSTS
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.config import Secret, Settings, load
from qianfan_typed.errors import ConfigurationError

KEYS = {"QIANFAN_ACCESS_KEY": "env-access", "QIANFAN_SECRET_KEY": "env-secret"}


def refusal(environ: Mapping[str, str], **arguments: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(environ, **arguments)
    return str(caught.value)


def revealed(settings: Settings) -> dict[str, str]:
    names = ("access_key", "secret_key", "ak", "sk", "access_token", "bearer_token")
    return {name: secret.reveal() for name in names if (secret := getattr(settings, name)) is not None}


def test_defaults() -> None:
    settings = load(KEYS)
    assert settings.hosts == {name: host.url for name, host in HOSTS.items()}
    assert (settings.timeout, settings.max_attempts, settings.backoff_factor) == (300, 3, 1)
    assert (settings.jitter, settings.max_wait, settings.auth_timeout) == (1, 120, 5)
    assert (settings.bearer_lifetime, settings.signature_lifetime) == (43200, 300)
    assert (settings.verify_ssl, settings.proxy, settings.validate, settings.no_auth) == (True, None, "error", False)


def test_every_variable_of_the_official_sdk_counts() -> None:
    settings = load(
        {
            **KEYS,
            "QIANFAN_AK": "ak",
            "QIANFAN_SK": "sk",
            "QIANFAN_ACCESS_TOKEN": "24.token",
            "QIANFAN_BEARER_TOKEN": "bce-v3/token",
            "QIANFAN_APP_ID": "app-1",
            "QIANFAN_BASE_URL": "http://v1.example:81/",
            "QIANFAN_CONSOLE_API_BASE_URL": "http://v2.example/gateway/",
            "QIANFAN_IAM_BASE_URL": "http://iam.example",
            "QIANFAN_MODEL_API_PREFIX": "/models/",
            "QIANFAN_CHAT_V2_API_ROUTE": "/v9/chat",
            "QIANFAN_AUTH_TIMEOUT": "7.5",
            "QIANFAN_BEARER_TOKEN_EXPIRED_INTERVAL": "600",
            "QIANFAN_IAM_SIGN_EXPIRATION_SEC": "60",
            "QIANFAN_LLM_API_RETRY_COUNT": "5",
            "QIANFAN_LLM_API_RETRY_TIMEOUT": "90",
            "QIANFAN_LLM_API_RETRY_BACKOFF_FACTOR": "0",
            "QIANFAN_LLM_API_RETRY_JITTER": "0.5",
            "QIANFAN_LLM_API_RETRY_MAX_WAIT_INTERVAL": "30",
            "QIANFAN_SSL_VERIFICATION_ENABLED": "False",
            "QIANFAN_PROXY": "http://user:pass@proxy:3128",
            "QIANFAN_NO_AUTH": "true",
        }
    )
    assert revealed(settings) == {
        "access_key": "env-access",
        "secret_key": "env-secret",
        "ak": "ak",
        "sk": "sk",
        "access_token": "24.token",
        "bearer_token": "bce-v3/token",
    }
    assert settings.hosts == {
        "v1": "http://v1.example:81",
        "v2": "http://v2.example/gateway",
        "iam": "http://iam.example",
    }
    assert (settings.app_id, settings.model_prefix, settings.routes) == ("app-1", "/models", {"v2.chat": "/v9/chat"})
    assert (settings.auth_timeout, settings.bearer_lifetime, settings.signature_lifetime) == (7.5, 600, 60)
    assert (settings.max_attempts, settings.timeout, settings.backoff_factor) == (5, 90, 0)
    assert (settings.jitter, settings.max_wait, settings.verify_ssl) == (0.5, 30, False)
    assert settings.proxy == Secret("http://user:pass@proxy:3128")
    assert settings.no_auth is True


def test_the_guides_name_of_the_console_host_counts_too() -> None:
    assert load({**KEYS, "QIANFAN_CONSOLE_BASE_URL": "http://one"}).hosts["v2"] == "http://one"
    both = {**KEYS, "QIANFAN_CONSOLE_BASE_URL": "http://one", "QIANFAN_CONSOLE_API_BASE_URL": "http://two"}
    assert load(both).hosts["v2"] == "http://two"


def test_arguments_come_before_the_environment() -> None:
    environ = {**KEYS, "QIANFAN_BASE_URL": "http://env", "QIANFAN_LLM_API_RETRY_COUNT": "5"}
    settings = load(environ, base_url="http://argument", max_attempts=1)
    assert (settings.hosts["v1"], settings.max_attempts) == ("http://argument", 1)


def test_keys_by_argument_do_not_mix_with_those_of_the_environment() -> None:
    environ = {**KEYS, "QIANFAN_ACCESS_TOKEN": "24.env", "QIANFAN_BEARER_TOKEN": "bce-v3/env"}
    assert revealed(load(environ, ak="a", sk="s")) == {"ak": "a", "sk": "s"}


def test_the_other_half_of_a_pair_may_stand_in_the_environment() -> None:
    assert revealed(load(KEYS, access_key="mine")) == {
        "access_key": "mine",
        "secret_key": "env-secret",
    }


def test_empty_variables_are_none_at_all() -> None:
    settings = load({**KEYS, "QIANFAN_AK": "", "QIANFAN_LLM_API_RETRY_COUNT": " ", "QIANFAN_PROXY": ""})
    assert (settings.ak, settings.max_attempts, settings.proxy) == (None, 3, None)


def test_white_space_around_a_key_is_not_part_of_it() -> None:
    assert revealed(load({}, bearer_token="bce-v3/token\n")) == {"bearer_token": "bce-v3/token"}


def test_no_credentials() -> None:
    assert refusal({}) == (
        "there are no credentials: set one of these, or pass the argument of the same name\n"
        "  QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY  V1 and V2: the account's keys, "
        "from https://console.bce.baidu.com/iam/#/iam/accesslist\n"
        "  QIANFAN_BEARER_TOKEN                       V2: an API key, or a bearer token made from those keys\n"
        "  QIANFAN_AK and QIANFAN_SK                  V1: an application's keys, "
        "from https://console.bce.baidu.com/qianfan/ais/console/applicationConsole/application\n"
        "  QIANFAN_ACCESS_TOKEN                       V1: an access token made from an application's keys"
    )
    assert load({"QIANFAN_NO_AUTH": "1"}).no_auth


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"QIANFAN_ACCESS_KEY": "alone"},
            "access_key is given, secret_key is not: set QIANFAN_SECRET_KEY or pass secret_key=…\n"
            "  Both stand side by side at https://console.bce.baidu.com/iam/#/iam/accesslist",
        ),
        (
            {"QIANFAN_SECRET_KEY": "alone"},
            "secret_key is given, access_key is not: set QIANFAN_ACCESS_KEY or pass access_key=…\n"
            "  Both stand side by side at https://console.bce.baidu.com/iam/#/iam/accesslist",
        ),
        (
            {"QIANFAN_AK": "alone"},
            "ak is given, sk is not: set QIANFAN_SK or pass sk=…\n"
            "  Both stand side by side at "
            "https://console.bce.baidu.com/qianfan/ais/console/applicationConsole/application",
        ),
        (
            {**KEYS, "QIANFAN_LLM_API_RETRY_COUNT": "abc"},
            "QIANFAN_LLM_API_RETRY_COUNT: 'abc' must be a whole number of attempts from 1; 1 means no retries",
        ),
        (
            {**KEYS, "QIANFAN_LLM_API_RETRY_COUNT": "0"},
            "QIANFAN_LLM_API_RETRY_COUNT: '0' must be a whole number of attempts from 1; 1 means no retries",
        ),
        (
            {**KEYS, "QIANFAN_LLM_API_RETRY_TIMEOUT": "-1"},
            "QIANFAN_LLM_API_RETRY_TIMEOUT: '-1' must be a number of seconds above 0, at most 2,000,000",
        ),
        (
            {**KEYS, "QIANFAN_LLM_API_RETRY_TIMEOUT": "nan"},
            "QIANFAN_LLM_API_RETRY_TIMEOUT: 'nan' must be a number of seconds above 0, at most 2,000,000",
        ),
        (
            {**KEYS, "QIANFAN_LLM_API_RETRY_JITTER": "2"},
            "QIANFAN_LLM_API_RETRY_JITTER: '2' must be a number from 0 to 1",
        ),
        (
            {**KEYS, "QIANFAN_SSL_VERIFICATION_ENABLED": "maybe"},
            "QIANFAN_SSL_VERIFICATION_ENABLED: 'maybe' must be true or false",
        ),
        (
            {**KEYS, "QIANFAN_BASE_URL": "aip.baidubce.com"},
            "QIANFAN_BASE_URL: 'aip.baidubce.com' must be an address like https://example.com",
        ),
        (
            {**KEYS, "QIANFAN_CONSOLE_BASE_URL": "ftp://x"},
            "QIANFAN_CONSOLE_BASE_URL: 'ftp://x' must be an address like https://example.com",
        ),
        (
            {**KEYS, "QIANFAN_MODEL_API_PREFIX": "models"},
            "QIANFAN_MODEL_API_PREFIX: 'models' must be a path that begins with /",
        ),
        (
            {**KEYS, "QIANFAN_PROXY": "user:password@proxy"},
            "QIANFAN_PROXY: its value must be an address like http://127.0.0.1:8080",
        ),
        (
            {"QIANFAN_BEARER_TOKEN": "bce-v3/two words"},
            "QIANFAN_BEARER_TOKEN: its value must be ASCII without white space, as keys are",
        ),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_allowed(environ: dict[str, str], message: str) -> None:
    assert refusal(environ) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"timeout": -5}, "timeout: -5 must be a number of seconds above 0, at most 2,000,000"),
        ({"timeout": True}, "timeout: True must be a number of seconds above 0, at most 2,000,000"),
        ({"max_attempts": 0}, "max_attempts: 0 must be a whole number of attempts from 1; 1 means no retries"),
        ({"max_attempts": 1.5}, "max_attempts: 1.5 must be a whole number of attempts from 1; 1 means no retries"),
        ({"connect_timeout": 0}, "connect_timeout: 0 must be a number of seconds above 0, at most 2,000,000"),
        ({"proxy": "secret@proxy"}, "proxy: the value given must be an address like http://127.0.0.1:8080"),
        ({"validate": "loud"}, "validate: 'loud' must be one of 'error', 'warn', 'off'"),
        ({"base_url": "nowhere"}, "base_url: 'nowhere' must be an address like https://example.com"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(arguments: dict[str, Any], message: str) -> None:
    assert refusal(KEYS, **arguments) == message


def test_two_names_for_one_thing_are_one_too_many() -> None:
    with pytest.raises(ConfigurationError, match=r"^api_key and bearer_token are two names for one thing: give one$"):
        Qianfan(api_key="bce-v3/one", bearer_token="bce-v3/two")
    assert Qianfan(api_key="bce-v3/one").settings.bearer_token == Secret("bce-v3/one")


def test_both_clients_take_the_same_arguments() -> None:
    assert Qianfan.__init__ is AsyncQianfan.__init__


def test_secrets_show_four_characters_at_most() -> None:
    assert str(Secret("bce-v3/ALTAK-secret")) == "bce-…"
    assert repr(Secret("abcd")) == "Secret('…')"
    settings = load({"QIANFAN_PROXY": "http://user:password@proxy", **KEYS}, headers={"X-Gateway": "header-secret"})
    for shown in (repr(settings), str(settings), f"{settings.secret_key}"):
        for secret in ("env-access", "env-secret", "password", "header-secret"):
            assert secret not in shown
