"""Many calls at once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

import qianfan_typed as qianfan
from qianfan_api.qf_messages import MessagesInput
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import InvalidRequest
from qianfan_typed.sdk.batch import begun, gathered
from tests.sdk.usages import sent_to

pytestmark = pytest.mark.anyio
PROMPTS = ["一", "二", "三", "四", "五"]


def test_results_in_the_order_of_the_input(emulator: Emulator) -> None:
    task = qianfan.Completion().batch_do(PROMPTS, worker_num=2)
    results = task.results()
    assert [prompt in result["result"] for prompt, result in zip(PROMPTS, results, strict=True)
            if isinstance(result, qianfan.QfResponse)] == [True] * 5  # fmt: skip
    assert task.finished_count() == task.total_count() == task.task_count() == len(task) == 5
    assert repr(task) == "<BatchRequestFuture 5/5>"


def test_each_item_is_sent_once(emulator: Emulator) -> None:
    qianfan.Completion().batch_do(PROMPTS).wait()
    asked: list[Any] = [request.json() for request in emulator.requests if request.body]
    assert sorted(body["messages"][0]["content"] for body in asked) == sorted(PROMPTS)


def test_exceptions_stand_in_place(emulator: Emulator) -> None:
    dialogues: list[MessagesInput] = [
        [qianfan.user("你好")],
        [qianfan.user("")],
        qianfan.Messages([qianfan.user("再见")]),
    ]
    task = qianfan.ChatCompletion().batch_do(dialogues, worker_num=3)
    first, second, third = task.results()
    assert isinstance(first, qianfan.QfResponse)
    assert isinstance(second, InvalidRequest)
    assert isinstance(third, qianfan.QfResponse)
    futures = list(task)
    assert futures[0].result()["result"] == first["result"]
    with pytest.raises(InvalidRequest):
        futures[1].result()


def test_an_empty_list(emulator: Emulator) -> None:
    task = qianfan.Completion().batch_do([])
    task.wait()
    assert task.results() == []
    assert list(task) == []
    assert task.total_count() == task.finished_count() == 0


def test_it_returns_at_once(emulator: Emulator) -> None:
    emulator.slow(0.6)
    task = qianfan.Completion().batch_do(PROMPTS)
    assert task.finished_count() < 5
    task.wait()
    assert task.finished_count() == 5


def test_all_are_under_way_at_once_where_nothing_is_said_of_workers() -> None:
    together = threading.Barrier(9, timeout=60)
    task = begun([together.wait] * 9, None)
    task.wait()
    assert sorted(task.results()) == list(range(9))


def test_workers_bound_what_is_under_way() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def call() -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return most

    begun([call] * 9, 3).wait()
    assert most == 3


@pytest.mark.parametrize("workers", [0, -1])
async def test_workers_that_cannot_be(workers: int) -> None:
    with pytest.raises(ValueError, match=r"worker_num: .* must be at least 1"):
        begun([], workers)
    with pytest.raises(ValueError, match=r"worker_num: .* must be at least 1"):
        await gathered([], workers)


def test_options_and_parameters_of_each_call(emulator: Emulator) -> None:
    qianfan.Completion().batch_do(PROMPTS[:2], model="ERNIE-Lite-Pro-128K", temperature=0.3).wait()
    assert sent_to(emulator) == ["chat/ernie-lite-pro-128k"] * 2
    assert all(request.json()["temperature"] == 0.3 for request in emulator.requests)


def test_streams(emulator: Emulator) -> None:
    for future in qianfan.Completion().batch_do(PROMPTS[:2], stream=True):
        assert "".join(piece["result"] for piece in future.result()).startswith("你好")


async def test_awaited(emulator: Emulator) -> None:
    results = await qianfan.Completion().abatch_do([*PROMPTS, ""], worker_num=2)
    assert [isinstance(result, qianfan.QfResponse) for result in results] == [True] * 5 + [False]
    assert isinstance(results[-1], InvalidRequest)
    assert await qianfan.Completion().abatch_do([]) == []
    assert len(sent_to(emulator)) == 5


async def test_streams_awaited(emulator: Emulator) -> None:
    for stream in await qianfan.Completion().abatch_do(PROMPTS[:2], stream=True):
        assert not isinstance(stream, Exception)
        assert [piece async for piece in stream][-1].reply.to_dict()["is_end"]


async def test_the_other_classes(emulator: Emulator) -> None:
    assert len(qianfan.Embedding().batch_do([["一"], ["二"]]).results()) == 2
    assert len(await qianfan.Embedding(version="2").abatch_do([["一"], ["二"]])) == 2
    (ranked,) = qianfan.Reranker().batch_do([("天气", ["晴", "美食"])]).results()
    assert isinstance(ranked, qianfan.QfResponse)
    (drawn,) = qianfan.Text2Image().batch_do(["cat"], with_decode="base64").results()
    assert isinstance(drawn, qianfan.QfResponse)
    assert drawn["data"][0]["image"].startswith(b"\x89PNG")
    (seen,) = qianfan.Image2Text(endpoint="mine").batch_do([("?", "9j/4")]).results()
    assert isinstance(seen, qianfan.QfResponse)
    (asked,) = await qianfan.Plugin().abatch_do(["你好"], plugins=["eChart"])
    assert isinstance(asked, qianfan.QfResponse)


def test_an_item_of_another_form_is_refused_before_anything_is_sent(emulator: Emulator) -> None:
    ranker: Any = qianfan.Reranker()
    said: list[str] = []
    for items, more in (
        (["天气"], {}),
        ([("天气", ["晴"]), ("天气",)], {}),
        ("天气", {}),
        ([("天气", ["晴"])], {"documents": ["a"]}),
    ):
        with pytest.raises(TypeError) as caught:
            ranker.batch_do(items, **more)
        said.append(str(caught.value))
    assert said == [
        "Reranker.batch_do(): item 0: '天气' must be a tuple (query, documents)",
        "Reranker.batch_do(): item 1: ('天气',) must be a tuple (query, documents)",
        "Reranker.batch_do(): query_list: must be a list, not str",
        "Reranker.batch_do() takes documents in each item: [(query, documents), …]",
    ]
    assert emulator.requests == []


async def test_a_bad_keyword_is_refused_before_anything_is_sent(emulator: Emulator) -> None:
    completion: Any = qianfan.Completion(model="ERNIE-Lite-Pro-128K")
    with pytest.raises(TypeError) as caught:
        completion.batch_do(PROMPTS, temprature=0.5)
    assert str(caught.value) == (
        "Completion.batch_do() got an unexpected keyword argument 'temprature'; did you mean temperature?"
    )
    with pytest.raises(TypeError) as caught:
        await completion.abatch_do(PROMPTS, worker_nums=3)
    assert str(caught.value) == (
        "Completion.abatch_do() got an unexpected keyword argument 'worker_nums'; did you mean worker_num?"
    )
    assert emulator.requests == []
