"""Names that the catalogue does not know, or has for something else: the call is made, and warns once."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qianfan_typed import Qianfan, user
from qianfan_typed.core import encoding
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ApiError, RequestWarning

HELLO = [user("你好")]
SOURCE = "文本生成"
SPED = (
    "ernie-4.5-turbo-128: not a known model of v2.chat, so only what holds for all is checked; "
    "nearest: ernie-4.5-turbo-128k"
)


@pytest.fixture(scope="module")
def client() -> Iterator[Qianfan]:
    with Emulator() as emulator, Qianfan(api_key=emulator.bearer_token, base_url=emulator.url) as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_TOLD", set())


def warned(call: Callable[[], object]) -> list[Any]:
    """What a call warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with contextlib.suppress(ApiError):  # The emulator does not know the model either.
            call()
    return [one.message for one in caught]


def by_entry(client: Qianfan) -> object:
    return client.chat.completions.create(model="ernie-4.5-turbo-128", messages=HELLO)


def by_model(client: Qianfan) -> object:
    return client.v2.chat.model("ernie-4.5-turbo-128").create(HELLO)


def by_likeness(client: Qianfan) -> object:
    name = "ernie-4.5-turbo-128"
    return client.v2.chat.endpoint("mine", like=name).create(HELLO)


@pytest.mark.parametrize("call", [by_entry, by_model, by_likeness])
def test_a_misspelt_model_is_told_once_in_every_entry(client: Qianfan, call: Callable[[Qianfan], object]) -> None:
    (warning,) = warned(lambda: call(client))
    assert isinstance(warning, RequestWarning)
    assert warning.violation.message.startswith(SPED)
    assert warned(lambda: call(client)) == []


def test_a_client_that_does_not_look_says_nothing(client: Qianfan) -> None:
    assert warned(lambda: client.chat.completions.create(model="gpt-4", messages=HELLO, validate="off")) == []


def test_what_no_model_takes_is_told_of_an_unknown_one(client: Qianfan) -> None:
    found = warned(lambda: client.chat.completions.create(model="ernie-of-tomorrow", messages=HELLO, temperature=9))
    assert [one.violation.code for one in found] == ["unknown_model", "range"]


def test_a_models_name_is_no_services() -> None:
    with Emulator() as emulator:
        keys = {"access_key": emulator.access_key, "secret_key": emulator.secret_key}
        client = Qianfan(**keys, base_url=emulator.url)
        (warning,) = warned(lambda: client.v1.chat.endpoint("ERNIE-Speed-Pro-128K").create(HELLO))
    assert warning.violation.message == (
        "ERNIE-Speed-Pro-128K: a model's name, not that of a service; write client.v1.chat.ernie_speed_pro_128k, "
        "or for a service of your own write .endpoint('its_name', like='ERNIE-Speed-Pro-128K')"
    )


def test_a_model_that_one_deploys_says_how_it_is_called() -> None:
    handle: Any = Qianfan(api_key="x").v1.chat.baichuan2_13b_chat
    with pytest.raises(AttributeError) as caught:
        handle.create(HELLO)
    assert str(caught.value) == (
        "Baichuan2-13B-Chat is served only where you deployed it: write .at('your_endpoint').create"
    )


def test_headers_of_a_call_go_over_those_of_the_client() -> None:
    with Emulator() as emulator:
        client = Qianfan(api_key=emulator.bearer_token, base_url=emulator.url, headers={"X-Team": "a", "X-Other": "b"})
        client.v2.chat.ernie_4_5_turbo_128k.create(HELLO, headers={"x-team": "c"})
        client.chat.completions.create(model="ernie-4.5-turbo-128k", messages=HELLO)
        sent = [{name.lower(): value for name, value in one.headers.items()} for one in emulator.requests]
    assert [(one["x-team"], one["x-other"]) for one in sent] == [("c", "b"), ("a", "b")]
