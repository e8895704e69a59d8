"""`.env` files: one reader for the clients and the documents' classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qianfan_typed import AsyncQianfan, Qianfan, get_config
from qianfan_typed.config import load
from qianfan_typed.errors import ConfigurationError

CLIENTS = pytest.mark.parametrize("client", [Qianfan, AsyncQianfan])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def app(client: Any, **arguments: Any) -> Any:
    return client(api_key="bce-v3/x", **arguments).settings.app_id


@CLIENTS
def test_the_file_of_the_working_directory_is_read(client: Any, folder: Path) -> None:
    assert app(client) is None
    (folder / ".env").write_text("# mine\nexport QIANFAN_APP_ID = 'app-1' # the first\nOTHER=x\n", "utf-8-sig")
    assert app(client) == "app-1"
    assert get_config().APP_ID == "app-1"


@CLIENTS
def test_the_variable_names_another_file(client: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("QIANFAN_APP_ID=app-1")
    (folder / "mine.env").write_text('QIANFAN_APP_ID="app-2"')
    monkeypatch.setenv("QIANFAN_DOT_ENV_CONFIG_FILE", "mine.env")
    assert app(client) == "app-2"
    assert get_config().APP_ID == "app-2"


@CLIENTS
def test_the_argument_goes_before_the_variable(client: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "mine.env").write_text("QIANFAN_APP_ID=app-2")
    (folder / "other.env").write_text("QIANFAN_APP_ID=app-3")
    monkeypatch.setenv("QIANFAN_DOT_ENV_CONFIG_FILE", "mine.env")
    assert app(client, env_file=folder / "other.env") == "app-3"


@CLIENTS
def test_the_environment_wins_over_the_file(client: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("QIANFAN_APP_ID=app-1\nQIANFAN_CONNECT_TIMEOUT=7")
    monkeypatch.setenv("QIANFAN_APP_ID", "app-9")
    assert app(client) == "app-9"
    assert client(api_key="bce-v3/x").settings.connect_timeout == 7
    assert client(api_key="bce-v3/x", connect_timeout=8).settings.connect_timeout == 8


@CLIENTS
@pytest.mark.parametrize(
    ("encoding", "words"), [("utf-16", "is UTF-16"), ("gbk", "looks like GBK"), ("latin-1", "is not UTF-8")]
)
def test_a_file_of_another_encoding_is_named_with_it(client: Any, folder: Path, encoding: str, words: str) -> None:
    text = "QIANFAN_APP_ID=é1" if encoding == "latin-1" else "QIANFAN_APP_ID=应用"
    (folder / ".env").write_bytes(text.encode(encoding))
    with pytest.raises(ConfigurationError) as caught:
        client(api_key="bce-v3/x")
    assert str(caught.value) == f".env {words}: save it as UTF-8"


@CLIENTS
def test_a_file_that_was_asked_for_has_to_be_there(client: Any, folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^env_file: none\.env cannot be read: No such file or directory$"):
        client(api_key="bce-v3/x", env_file="none.env")


def test_keys_of_a_file_serve(folder: Path) -> None:
    (folder / ".env").write_text("QIANFAN_BEARER_TOKEN=bce-v3/from-the-file")
    assert repr(Qianfan()) == "Qianfan(bearer_token='bce-…')"
    assert load({"QIANFAN_NO_AUTH": "1"}).bearer_token is None
