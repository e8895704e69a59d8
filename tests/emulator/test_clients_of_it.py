"""Clients that the emulator makes of itself."""

from __future__ import annotations

import asyncio

import pytest

from qianfan_typed import Qianfan, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import RateLimited

HELLO = [user("你好")]
ELSEWHERE = {
    "QIANFAN_BASE_URL": "http://127.0.0.1:1",
    "QIANFAN_CONSOLE_API_BASE_URL": "http://127.0.0.1:1",
    "QIANFAN_IAM_BASE_URL": "http://127.0.0.1:1",
    "QIANFAN_ACCESS_KEY": "another",
    "QIANFAN_SECRET_KEY": "another",
}


@pytest.fixture(autouse=True)
def environment_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that point elsewhere."""
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)


def test_a_client_calls_both_dialects_whatever_the_environment_says(emulator: Emulator) -> None:
    with emulator.client() as client:
        assert client.v1.chat.ernie_3_5_8k.create(HELLO).text
        assert client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).text


def test_an_awaited_client_does_too(emulator: Emulator) -> None:
    async def main() -> None:
        async with emulator.async_client() as client:
            assert (await client.v1.chat.ernie_3_5_8k.create(HELLO)).text
            assert (await client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)).text

    asyncio.run(main())


def test_a_failure_is_told_at_once(emulator: Emulator) -> None:
    emulator.fail_next(code="rpm_rate_limit_exceeded", retry_after=60)
    with emulator.client() as client, pytest.raises(RateLimited):
        client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)


def test_the_fixture_calls_the_emulator_of_the_test(qianfan_client: Qianfan, qianfan_emulator: Emulator) -> None:
    qianfan_emulator.answer_with("好")
    assert qianfan_client.v1.chat.ernie_3_5_8k.create(HELLO).result == "好"
    assert qianfan_emulator.requests[-1].json() == {"messages": HELLO}
