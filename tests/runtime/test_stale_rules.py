"""The platform refuses what our rules passed: the error says that the rules may be out of date."""

from __future__ import annotations

import datetime
import warnings

import pytest

from qianfan_typed import Qianfan, user, validate
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import BadRequest, InvalidRequest, RateLimited, RequestWarning


@pytest.fixture
def client(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Qianfan:
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return Qianfan()


def test_a_refusal_of_what_our_rules_passed_names_the_rule_and_its_age(
    qianfan_emulator: Emulator, client: Qianfan
) -> None:
    qianfan_emulator.fail_next(code=336003, message="temperature must be at most 0.5")
    with pytest.raises(BadRequest) as caught:
        client.v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=0.9)
    age = (datetime.date.today() - datetime.date(2025, 1, 13)).days
    assert caught.value.doubt is not None
    assert f"It met v1.chat.temperature (对话Chat, read 2025-01-13, {age} days ago)." in caught.value.doubt
    assert "may be out of date" in str(caught.value)


def test_a_refusal_that_names_no_parameter_says_so_without_a_rule(qianfan_emulator: Emulator, client: Qianfan) -> None:
    qianfan_emulator.fail_next(code="invalid_argument")
    with pytest.raises(BadRequest) as caught:
        client.v2.chat.ernie_lite_pro_128k.create([user("你好")])
    assert caught.value.doubt is not None
    assert "It met" not in caught.value.doubt


def test_nothing_is_doubted_where_nothing_was_checked(qianfan_emulator: Emulator, client: Qianfan) -> None:
    qianfan_emulator.fail_next(code=336003, times=2)
    with pytest.raises(BadRequest) as off:
        client.v1.chat.ernie_lite_pro_128k.create([user("你好")], validate="off")
    with pytest.raises(BadRequest) as unknown:
        client.v1.chat.endpoint("my_service").create([user("你好")])
    assert off.value.doubt is unknown.value.doubt is None


def test_other_errors_are_no_doubt(qianfan_emulator: Emulator, client: Qianfan) -> None:
    qianfan_emulator.fail_next(code=336501, retry_after=1000)
    with pytest.raises(RateLimited) as caught:
        client.v1.chat.ernie_lite_pro_128k.create([user("你好")])
    assert caught.value.doubt is None


def test_rules_older_than_the_age_given_only_warn() -> None:
    payload = {"model": "ERNIE-Lite-Pro-128K", "messages": [{"role": "user", "content": "你好"}], "temperature": 1.7}
    age = (datetime.date.today() - datetime.date(2025, 1, 13)).days
    assert [one.level for one in validate(payload, api="v1.chat", max_age=age)] == ["error"]
    assert [one.level for one in validate(payload, api="v1.chat", max_age=age - 1)] == ["warning"]


def test_a_client_warns_by_rules_that_are_too_old(
    qianfan_emulator: Emulator, client: Qianfan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidRequest):
        client.v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=1.7)
    monkeypatch.setenv("QIANFAN_MAX_RULE_AGE", "30")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(BadRequest):  # the emulator goes by the rules whatever their age
            Qianfan().v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=1.7)
    assert [warning.category for warning in caught] == [RequestWarning]
