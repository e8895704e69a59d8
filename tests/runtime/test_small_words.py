"""Small words: what names, messages and representations say where one looks at them in passing."""

from __future__ import annotations

import warnings
from typing import Any, get_args
from unittest.mock import create_autospec

import jedi
import pytest

from qianfan_api.registry import VALIDATORS, ApiName
from qianfan_api.validation import operation_name
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.errors import ConfigurationError
from tests.typing.checking import SEARCH


def test_the_names_of_operations_are_those_that_validate_takes() -> None:
    names = get_args(ApiName)
    assert set(VALIDATORS) <= set(names)
    assert {operation_name(name) for name in names} == set(VALIDATORS)


@pytest.mark.parametrize(
    ("space", "word", "there"),
    [
        ("v1.chat", "ernie_x1_turbo_32k", "client.v2.chat.ernie_x1_turbo_32k"),
        ("v2.chat", "ernie_functions_8k", "client.v1.chat.ernie_functions_8k"),
        ("v1.chat", "bge_large_zh", "client.v1.embedding.bge_large_zh"),
    ],
)
def test_a_model_of_elsewhere_is_said_to_be_there(space: str, word: str, there: str) -> None:
    version, name = space.split(".")
    of = getattr(getattr(Qianfan(api_key="x"), version), name)
    with pytest.raises(AttributeError) as caught:
        getattr(of, word)
    assert str(caught.value) == f"{word}: no model of {space} is called so; {there} is there"


def test_a_bad_key_is_called_as_it_was_given() -> None:
    with pytest.raises(ConfigurationError, match=r"^api_key: "):
        Qianfan(api_key="a b")
    with pytest.raises(ConfigurationError, match=r"^bearer_token: "):
        Qianfan(bearer_token="a b")


def test_settings_show_nothing_of_a_secret() -> None:
    client = Qianfan(access_key="ALTAK-access", secret_key="hidden-secret", headers={"X-Key": "hidden-header"})
    shown = repr(client.settings)
    assert not [part for part in ("ALTA", "hidd", "-secret") if part in shown]
    assert "access_key=Secret('…')" in shown


@pytest.mark.parametrize("kind", [Qianfan, AsyncQianfan])
def test_a_client_is_mocked_without_a_word_on_retired_models(kind: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mocked = create_autospec(kind)
        assert create_autospec(kind(api_key="x")).chat is not None
    assert mocked is not None


def offered(line: str) -> set[str]:
    """What jedi offers at the end of a line, for those who know the client."""
    code = f"from qianfan_typed import Qianfan\nclient = Qianfan()\n{line}"
    script = jedi.Script(code, project=jedi.Project(".", added_sys_path=SEARCH.split(":")))
    return {str(one.name) for one in script.complete(3, len(line))}


@pytest.mark.parametrize("line", ["client.v1.", "client.v2.chat.", "client.chat.", "client.embeddings."])
def test_editors_are_offered_nothing_of_how_a_part_is_kept(line: str) -> None:
    names = offered(line)
    assert names
    assert not names & {"attrname", "func", "lock"}
