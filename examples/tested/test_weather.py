"""Tests without the platform: `pytest examples/tested`. The fixtures come with qianfan-typed[server]."""

from __future__ import annotations

from weather import forecast

from qianfan_typed import Qianfan
from qianfan_typed.emulator import Emulator


def test_the_forecast_is_the_answer(qianfan_client: Qianfan, qianfan_emulator: Emulator) -> None:
    qianfan_emulator.answer_with("晴，最高 25 度。")
    assert forecast(qianfan_client, "北京") == "晴，最高 25 度。"


def test_the_model_is_asked_for_the_city(qianfan_client: Qianfan, qianfan_emulator: Emulator) -> None:
    forecast(qianfan_client, "北京")
    assert qianfan_emulator.calls[-1].json()["messages"] == [{"role": "user", "content": "北京明天的天气？"}]


def test_a_busy_platform_gets_an_apology(qianfan_client: Qianfan, qianfan_emulator: Emulator) -> None:
    qianfan_emulator.fail_next(code="rpm_rate_limit_exceeded")
    assert forecast(qianfan_client, "北京") == "请稍后再试"
