"""Configuration as the guide has it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import qianfan_typed as qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.sdk.config import Config

HELLO = [qianfan.user("你好")]


@pytest.fixture
def nowhere(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An emulator without keys in the environment."""
    monkeypatch.delenv("QIANFAN_ACCESS_KEY")
    monkeypatch.delenv("QIANFAN_SECRET_KEY")
    return emulator


def test_functions_set_keys(nowhere: Emulator) -> None:
    qianfan.AK(nowhere.ak)
    qianfan.SK(nowhere.sk)
    assert qianfan.ChatCompletion().do(HELLO)["result"]
    assert "access_token" in nowhere.requests[-1].query


def test_functions_set_the_account_s_keys(nowhere: Emulator) -> None:
    qianfan.AccessKey(nowhere.access_key)
    qianfan.SecretKey(nowhere.secret_key)
    assert qianfan.ChatCompletion().do(HELLO)["result"]
    assert qianfan.ChatCompletion(version="2").do(HELLO)["choices"]


def test_an_access_token(nowhere: Emulator) -> None:
    qianfan.AccessToken("24.made-up")
    with pytest.raises(qianfan.errors.AuthenticationError):
        qianfan.ChatCompletion().do(HELLO)


def test_get_config(nowhere: Emulator) -> None:
    config = qianfan.get_config()
    assert config.AK is None
    config.AK, config.SK = nowhere.ak, nowhere.sk
    config.LLM_API_RETRY_COUNT = 1
    assert (nowhere.ak, 1) == (config.AK, config.LLM_API_RETRY_COUNT)
    nowhere.fail_next(1, code=336100)
    with pytest.raises(qianfan.errors.Overloaded):
        qianfan.ChatCompletion().do(HELLO)
    assert repr(config) == "<Config: AK, SK, BASE_URL, CONSOLE_API_BASE_URL, IAM_BASE_URL, LLM_API_RETRY_COUNT set>"
    config.AK = None
    assert config.AK is None


def test_what_is_set_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANFAN_NO_AUTH", "true")
    monkeypatch.setenv("QIANFAN_QPS_LIMIT", "2.5")
    config = Config()
    assert config.NO_AUTH is True
    assert config.QPS_LIMIT == 2.5
    config.QPS_LIMIT = 3
    assert config.QPS_LIMIT == 3


def test_names_that_there_are_not() -> None:
    config = qianfan.get_config()
    with pytest.raises(AttributeError, match=r"there is no setting ACCES_KEY; did you mean ACCESS_KEY\?"):
        config.ACCES_KEY = "x"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="there is no setting ak; did you mean AK"):
        config.ak  # type: ignore[attr-defined]  # noqa: B018


def test_a_value_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANFAN_QPS_LIMIT", "many")
    with pytest.raises(ConfigurationError, match=r"^QIANFAN_QPS_LIMIT: 'many' must be a number from 0$"):
        qianfan.get_config().QPS_LIMIT  # noqa: B018


def test_a_wrong_value_is_told_in_the_same_words_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "must be true or false"
    monkeypatch.setenv("QIANFAN_NO_AUTH", "perhaps")
    for use in (qianfan.Qianfan, lambda: qianfan.get_config().NO_AUTH, lambda: qianfan.ChatCompletion().do(HELLO)):
        with pytest.raises(ConfigurationError, match=f"^QIANFAN_NO_AUTH: 'perhaps' {words}$"):
            use()
    for call in (qianfan.Qianfan, lambda **given: qianfan.ChatCompletion(**given).do(HELLO)):
        with pytest.raises(ConfigurationError, match=f"^verify_ssl: 1 {words}$"):
            call(verify_ssl=1)


def test_a_constructor_s_setting_is_named_as_the_constructor_has_it() -> None:
    with pytest.raises(ConfigurationError, match=r"^request_timeout: 0 must be a number of seconds above 0, at"):
        qianfan.ChatCompletion(request_timeout=0, ak="a", sk="s").do(HELLO)


def test_constructors_take_every_setting_of_the_client(nowhere: Emulator) -> None:
    given = {"ak": nowhere.ak, "sk": nowhere.sk, "headers": {"X-Team": "a"}, "connect_timeout": 3, "max_rule_age": 1}
    with pytest.warns(qianfan.errors.RequestWarning, match="temperature"), pytest.raises(qianfan.errors.BadRequest):
        qianfan.ChatCompletion(**given).do(HELLO, temperature=1.7)
    assert nowhere.requests[-1].headers["x-team"] == "a"


class TestDotEnv:
    def test_the_file_that_the_environment_names(
        self, nowhere: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "qianfan.env"
        file.write_text(
            f"# keys\n\nexport QIANFAN_AK='{nowhere.ak}'\nQIANFAN_SK = \"{nowhere.sk}\"  # of the application\n"
            "QIANFAN_APP_ID=app-x # ours\nOTHER=1\nno line\n",
            encoding="utf-8",
        )
        monkeypatch.setenv("QIANFAN_DOT_ENV_CONFIG_FILE", str(file))
        config = qianfan.get_config()
        assert (nowhere.ak, nowhere.sk, "app-x") == (config.AK, config.SK, config.APP_ID)
        assert "OTHER" not in config.environ()
        assert qianfan.ChatCompletion().do(HELLO)["result"]

    def test_dot_env_beside_the_program(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("QIANFAN_AK=here\n", encoding="utf-8")
        assert qianfan.get_config().AK == "here"

    def test_the_environment_goes_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("QIANFAN_AK=file\n", encoding="utf-8")
        monkeypatch.setenv("QIANFAN_AK", "environment")
        assert qianfan.get_config().AK == "environment"

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("QIANFAN_AK=first\nQIANFAN_SK=second\n", encoding="utf-8-sig")
        assert (qianfan.get_config().AK, qianfan.get_config().SK) == ("first", "second")

    @pytest.mark.parametrize(
        ("encoding", "what"),
        [("gbk", "looks like GBK"), ("utf-16", "is UTF-16"), ("utf-16-le", "is UTF-16"), ("latin-1", "is not UTF-8")],
    )
    def test_a_file_that_is_not_utf_8_is_named(self, tmp_path: Path, encoding: str, what: str) -> None:
        comment = "clé" if encoding == "latin-1" else "我们的密钥"
        (tmp_path / ".env").write_bytes(f"# {comment}\nQIANFAN_AK=here\n".encode(encoding))
        for use in (lambda: qianfan.get_config().AK, lambda: qianfan.ChatCompletion().do(HELLO)):
            with pytest.raises(ConfigurationError) as caught:
                use()
            assert (str(caught.value), caught.value.setting) == (
                f".env {what}: save it as UTF-8",
                "QIANFAN_DOT_ENV_CONFIG_FILE",
            )

    def test_no_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QIANFAN_DOT_ENV_CONFIG_FILE", "/nowhere/.env")
        assert qianfan.get_config().AK is None


def test_logs(caplog: pytest.LogCaptureFixture, emulator: Emulator) -> None:
    log = logging.getLogger("qianfan_typed")
    before = log.level
    try:
        emulator.fail_next(1, code=336100)
        qianfan.enable_log()
        qianfan.ChatCompletion().do(HELLO, backoff_factor=0, retry_count=1)
        assert "attempt 1 failed" in caplog.text
        caplog.clear()
        emulator.fail_next(1, code=336100)
        qianfan.disable_log()
        qianfan.ChatCompletion().do(HELLO, backoff_factor=0, retry_count=1)
        assert caplog.text == ""
        qianfan.enable_log("DEBUG")
        assert log.level == logging.DEBUG
    finally:
        log.setLevel(before)
        log.handlers.clear()
