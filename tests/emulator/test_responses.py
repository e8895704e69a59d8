"""Responses: what the platform remembers, and the events of a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from qianfan_api.shapes import ResponseInput, ResponseTool
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import BadRequest, RateLimited, StreamCut

MODEL = "qwen3-14b"
WEATHER: ResponseTool = {
    "type": "function",
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
pytestmark = pytest.mark.anyio


@pytest.fixture
def client(environment: Emulator) -> Iterator[Qianfan]:
    with Qianfan() as made:
        yield made


def test_a_text_is_answered(client: Qianfan) -> None:
    response = client.v2.responses.create("你好", model=MODEL)
    assert (response.status, response.model, response.object) == ("completed", MODEL, "response")
    assert response.text.startswith("你好！我收到了你的消息：“你好”。")
    assert [item.type for item in response.output] == ["message"]
    assert response.usage is not None
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens
    assert "x-ratelimit-remaining-requests" in response.meta.headers


def test_a_response_goes_on_from_another(client: Qianfan) -> None:
    first = client.v2.responses.create("你好", model=MODEL, max_output_tokens=8)
    assert (first.status, first.incomplete_details) == ("incomplete", {"reason": "max_output_tokens"})
    rest = client.v2.responses.create("继续", model=MODEL, previous_response_id=first.id)
    whole = client.v2.responses.create("你好", model=MODEL)
    assert first.text + rest.text == whole.text
    assert rest.previous_response_id == first.id


def test_what_is_stored_can_be_asked_for_and_deleted(client: Qianfan) -> None:
    items: list[ResponseInput] = [{"role": "developer", "content": "短。"}, {"role": "user", "content": "你好"}]
    response = client.v2.responses.create(items, model=MODEL)
    assert client.v2.responses.get(response.id) == response
    listed = client.v2.responses.input_items.list(response.id, order="asc")
    assert [(one.role, one.content and one.content[0].text) for one in listed.data] == [
        ("developer", "短。"),
        ("user", "你好"),
    ]
    newest = client.v2.responses.input_items.list(response.id, limit=1)
    assert ([one.role for one in newest.data], newest.has_more) == (["user"], True)
    assert client.v2.responses.delete(response.id).deleted
    with pytest.raises(BadRequest, match=f"response {response.id} not found"):
        client.v2.responses.get(response.id)


def test_what_is_not_stored_is_forgotten(client: Qianfan) -> None:
    response = client.v2.responses.create("你好", model=MODEL, store=False)
    with pytest.raises(BadRequest, match=f"response {response.id} not found"):
        client.v2.responses.create("继续", model=MODEL, previous_response_id=response.id)


def test_a_function_is_called_and_its_output_answered(client: Qianfan) -> None:
    response = client.v2.responses.create("北京的天气？", model=MODEL, tools=[WEATHER])
    [call] = response.output
    assert (call.type, call.name, response.text) == ("function_call", "weather", "")
    assert json.loads(call.arguments or "").keys() == {"city"}
    output: ResponseInput = {"type": "function_call_output", "call_id": call.call_id or "", "output": "晴"}
    answer = client.v2.responses.create([output], model=MODEL, previous_response_id=response.id)
    assert "返回的结果：晴" in answer.text


def test_a_stream_tells_what_happens_in_events(client: Qianfan) -> None:
    with client.v2.responses.stream("你好", model=MODEL, thinking={"type": "enabled"}) as stream:
        events = list(stream)
    kinds = list(dict.fromkeys(one.type for one in events))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.reasoning_text.delta",
        "response.reasoning_text.done",
        "response.output_item.done",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.completed",
    ]
    assert [one.type == one.event for one in events] == [True] * len(events)
    assert [one.sequence_number for one in events] == list(range(len(events)))
    last = events[-1].response
    assert last is not None
    assert "".join(one.text for one in events) == last.text
    assert client.v2.responses.get(last.id).text == last.text


def test_a_stream_that_is_cut_or_wrong_says_so(client: Qianfan, environment: Emulator) -> None:
    environment.cut_stream_after(chunks=3)
    with pytest.raises(StreamCut, match=r"before the event response\.completed or response\.failed or "):
        list(client.v2.responses.stream("你好", model=MODEL))
    environment.error_in_stream(code="rpm_rate_limit_exceeded", after=2)
    with pytest.raises(RateLimited):
        list(client.v2.responses.stream("你好", model=MODEL))
    environment.fail_next(code="rpm_rate_limit_exceeded", times=1)
    assert client.v2.responses.create("你好", model=MODEL).meta.attempts == 2


async def test_all_of_it_awaited(environment: Emulator) -> None:
    async with AsyncQianfan() as client:
        response = await client.v2.responses.create("你好", model=MODEL)
        pieces = [one.text async for one in client.v2.responses.stream("你好", model=MODEL)]
        assert "".join(pieces) == response.text
        assert (await client.v2.responses.get(response.id)).text == response.text
        assert len((await client.v2.responses.input_items.list(response.id)).data) == 1
        assert (await client.v2.responses.delete(response.id)).deleted
