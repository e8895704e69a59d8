"""Many calls at once: results in order, failures as values, one back-off that all share."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from qianfan_api.answers import Progress
from qianfan_typed import AsyncQianfan, Qianfan, errors, user
from qianfan_typed.emulator import Emulator
from tests.answers.conftest import Talker


def requests(count: int) -> list[dict[str, Any]]:
    return [{"messages": [user(f"第{number}个问题")]} for number in range(count)]


def test_results_come_in_the_order_of_the_requests(talk: Talker) -> None:
    results = talk(talk.handle.create_many(requests(40), workers=8))
    assert [f"第{number}个问题" in reply.text for number, reply in enumerate(results)] == [True] * 40


def test_a_call_that_fails_is_a_value(talk: Talker) -> None:
    wrong = [*requests(2), {"messages": []}]
    first, second, third = talk(talk.handle.create_many(wrong))
    assert first.text
    assert second.text
    assert isinstance(third, errors.InvalidRequest)


def test_a_hundred_refusals_cost_no_call(talk: Talker, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    from qianfan_typed.answers import many

    monkeypatch.setattr(many, "_FIRST_WAIT", 0.001)
    monkeypatch.setattr(many, "_LONGEST_WAIT", 0.01)
    emulator.fail_next(status=429, times=100)
    results = talk(talk.handle.create_many(requests(200)))
    assert [type(one).__name__ for one in results] == ["ChatReply"] * 200
    assert len([one for one in emulator.requests if "chat" in one.path]) == 300


def test_refusals_that_do_not_end_become_values(talk: Talker, emulator: Emulator) -> None:
    emulator.fail_next(status=429, times=50)
    results = talk(talk.handle.create_many(requests(3), patience=0))
    assert {type(one) for one in results} == {errors.RateLimited}


def test_a_request_that_the_platform_breaks_over_is_sent_three_times(
    talk: Talker, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qianfan_typed.answers import many

    monkeypatch.setattr(many, "_FIRST_WAIT", 0.001)
    emulator.fail_next(status=500, times=2)
    assert [one.text[:2] for one in talk(talk.handle.create_many(requests(1)))] == ["你好"]
    emulator.fail_next(status=500, times=3)
    assert [type(one) for one in talk(talk.handle.create_many(requests(1)))] == [errors.ServerError]


def test_the_platforms_own_wait_is_kept(emulator: Emulator) -> None:
    from qianfan_typed.answers.many import SharedState

    shared: SharedState[Any] = SharedState(requests(2), 120, None)
    refusal = errors.RateLimited(code=18, message="", status=429, retry_after=30)
    assert next(shared.intake)[0] == 0
    assert shared.came(0, refusal, 1e9)
    assert 29 < shared.pause() <= 30


def test_waits_double_and_those_under_way_do_not_add_to_them() -> None:
    from qianfan_typed.answers.many import SharedState

    shared: SharedState[Any] = SharedState(requests(2), 120, None)
    refusal = errors.RateLimited(code=18, message="", status=429)
    assert next(shared.intake)[0] == 0
    waits: list[float] = []
    for sent in (1e9, 0.0, 0.0, 1e9, 1e9):
        shared.came(0, refusal, sent)
        waits.append(round(shared.pause()))
    assert waits == [1, 1, 1, 2, 4]


def test_progress_is_told_after_each_call(talk: Talker) -> None:
    told: list[Progress] = []
    wrong = [*requests(3), {"messages": []}]
    talk(talk.handle.create_many(wrong, workers=1, on_progress=told.append))
    assert [(one.done, one.failed, one.total, one.refused, one.wait) for one in told] == [
        *((1, 0, 4, 0, 0.0), (2, 0, 4, 0, 0.0), (3, 0, 4, 0, 0.0), (4, 1, 4, 0, 0.0))
    ]


def test_requests_may_come_from_an_iterator(talk: Talker) -> None:
    told: list[Progress] = []
    results = talk(talk.handle.create_many((one for one in requests(5)), workers=2, on_progress=told.append))
    assert len(results) == 5
    assert {one.total for one in told} == {None}


def test_no_requests_have_no_results(talk: Talker) -> None:
    assert talk(talk.handle.create_many([])) == []


def test_a_misspelt_keyword_is_raised_and_ends_the_batch(talk: Talker, emulator: Emulator) -> None:
    with pytest.raises(TypeError, match="temprature"):
        talk(talk.handle.create_many([{"messages": [], "temprature": 1}, *requests(500)], workers=1))
    assert [one for one in emulator.requests if "chat" in one.path] == []


def test_at_least_one_worker_is_needed(talk: Talker) -> None:
    with pytest.raises(ValueError, match=r"^workers: 0: must be at least 1$"):
        talk(talk.handle.create_many(requests(1), workers=0))


def test_other_operations_have_it_too(emulator: Emulator) -> None:
    with Qianfan() as client:
        one, two = client.v1.embedding.bge_large_zh.create_many([{"input": ["山"]}, {"input": ["河"]}])
    assert not isinstance(one, Exception)
    assert not isinstance(two, Exception)
    assert one.data[0].embedding != two.data[0].embedding


def test_cancelling_ends_what_is_under_way(emulator: Emulator) -> None:
    import asyncio

    async def main() -> None:
        emulator.slow(5)
        async with AsyncQianfan() as client:
            batch = client.v2.chat.ernie_4_5_turbo_128k.create_many(requests(50), workers=3)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(batch, 0.3)
            assert len([task for task in asyncio.all_tasks() if not task.done()]) == 1

    asyncio.run(main())
    emulator.slow(0)


def test_workers_are_how_many_calls_are_under_way(emulator: Emulator) -> None:
    from qianfan_typed.answers.many import create_many

    lock, now, most = threading.Lock(), [0], [0]
    three = threading.Barrier(3, timeout=20)

    def create(**request: Any) -> Any:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        three.wait()
        with lock:
            now[0] -= 1
        return request["messages"]

    assert len(create_many(create, requests(9), 3, 120, None)) == 9
    assert most == [3]
