"""Responses of models that only chat, by OpenAI's own client: V1's, and those of V2 that the platform has none of."""

from __future__ import annotations

import json
from typing import Any

import openai
import pydantic
import pytest

from qianfan_typed.emulator import Emulator
from tests.openai_server.conftest import Serve

V1, V2 = "ERNIE-3.5-8K", "v2.chat"
ERNIE = "ernie-4.5-turbo-128k"
WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": True,
}


def sent(emulator: Emulator) -> list[Any]:
    """The bodies of the requests of chat."""
    return [one.json() for one in emulator.requests if "/chat/" in one.path]


@pytest.fixture(params=[V1, V2])
def model(request: pytest.FixtureRequest, emulator: Emulator) -> str:
    """A model of V1, and one of V2 that the platform refuses at /v2/responses."""
    if request.param == V1:
        return V1
    emulator.fail_next(code="invalid_model")
    return ERNIE


def test_an_answer_of_chat_is_a_response(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    emulator.answer_with("北京今天晴。")
    found = client.responses.create(
        model=model,
        instructions="be short",
        input="天气？",
        max_output_tokens=100,
        temperature=0.5,
        metadata={"a": "b"},
    )
    assert (found.output_text, found.status, found.model) == ("北京今天晴。", "completed", model)
    assert (found.instructions, found.metadata, found.temperature) == ("be short", {"a": "b"}, 0.5)
    assert found.usage is not None
    assert found.usage.total_tokens == found.usage.input_tokens + found.usage.output_tokens > 0
    [body] = sent(emulator)
    most = "max_output_tokens" if model == V1 else "max_completion_tokens"
    assert (body[most], body["temperature"]) == (100, 0.5)
    told = {"system": body.get("system")} if model == V1 else body["messages"].pop(0)
    assert told == {"system": "be short"} or told == {"role": "system", "content": "be short"}
    assert body["messages"] == [{"role": "user", "content": "天气？"}]


def test_the_platform_is_asked_once_whether_it_has_responses_of_a_model(
    client: openai.OpenAI, emulator: Emulator
) -> None:
    emulator.fail_next(code="invalid_model")
    for _ in range(2):
        client.responses.create(model=ERNIE, input="x")
    assert [one.path for one in emulator.requests if one.path.startswith("/v2/")] == [
        *("/v2/responses", "/v2/chat/completions", "/v2/chat/completions")
    ]


def test_functions_are_called_and_their_results_told(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    asked: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": "上海天气"}]}]
    first = client.responses.create(model=model, input=asked, tools=[WEATHER])
    call = first.output[-1]
    assert call.type == "function_call"
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "示例"})
    told: Any = {"type": "function_call_output", "call_id": call.call_id, "output": '{"degrees": 21}'}
    second = client.responses.create(model=model, input=[*asked, *first.output, told], tools=[WEATHER])
    assert "degrees" in second.output_text
    user, said, result = sent(emulator)[-1]["messages"]
    assert [user["role"], said["role"], result["role"]] == ["user", "assistant", "function" if model == V1 else "tool"]
    if model == V1:
        thought: Any = first.output[0]
        assert said["function_call"]["thoughts"] == thought.content[0].text  # V1 has its thoughts back


def test_a_stream_has_the_events_that_openai_names(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    emulator.answer_with("一二三。四五六。")
    with client.responses.stream(model=model, input="数") as stream:
        events = list(stream)
        whole = stream.get_final_response()
    kinds = [event.type for event in events]
    deltas = [kind for kind in kinds if kind == "response.output_text.delta"]
    assert kinds == [
        *("response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"),
        *deltas,
        *("response.output_text.done", "response.content_part.done", "response.output_item.done"),
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert whole.output_text == "一二三。四五六。"
    assert whole.usage is not None
    assert whole.usage.output_tokens > 0


def test_a_stream_of_a_call(client: openai.OpenAI, model: str) -> None:
    with client.responses.stream(model=model, input="上海天气", tools=[WEATHER]) as stream:
        events = list(stream)
        call = stream.get_final_response().output[-1]
    arguments = "".join(event.delta for event in events if event.type == "response.function_call_arguments.delta")
    assert call.type == "function_call"
    assert json.loads(call.arguments) == json.loads(arguments) == {"city": "示例"}


def test_thoughts_are_an_item_of_their_own(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.fail_next(code="invalid_model")
    emulator.answer_with("四", reasoning="二加二")
    with client.responses.stream(model="ernie-x1.1-preview", input="2+2?") as stream:
        thought = "".join(event.delta for event in stream if event.type == "response.reasoning_text.delta")
        whole = stream.get_final_response()
    assert (thought, whole.output_text, [item.type for item in whole.output]) == (
        "二加二",
        "四",
        ["reasoning", "message"],
    )


def test_an_answer_that_is_cut_is_incomplete(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.answer_with("一二三", finish_reason="length")
    found = client.responses.create(model=V1, input="数")
    assert (found.status, found.incomplete_details and found.incomplete_details.reason) == (
        *("incomplete", "max_output_tokens"),
    )


class Weather(pydantic.BaseModel):
    city: str
    degrees: int


def test_a_form_of_ones_own(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.fail_next(code="invalid_model")
    found = client.responses.parse(model=ERNIE, input="上海天气", text_format=Weather)
    assert found.output_parsed == Weather(city="示例", degrees=1)
    assert sent(emulator)[-1]["response_format"]["json_schema"]["name"] == "Weather"


def test_a_picture(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.fail_next(code="invalid_model")
    look: Any = {"type": "input_image", "image_url": "https://example.com/cat.png", "detail": "low"}
    asked: Any = [{"role": "user", "content": [{"type": "input_text", "text": "?"}, look]}]
    client.responses.create(model="ernie-4.5-turbo-vl", input=asked)
    assert sent(emulator)[-1]["messages"][0]["content"] == [
        {"type": "text", "text": "?"},
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png", "detail": "low"}},
    ]


@pytest.mark.parametrize(
    ("given", "param", "words"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id", "previous_response_id: the platform has nothing"),
        ({"store": True}, "store", "store: the platform has nothing like it"),
        (
            {"tools": [{"type": "file_search", "vector_store_ids": ["v"]}]},
            "tools[0].type",
            "tools[0].type: file_search",
        ),
        ({"tools": [{"type": "web_search"}]}, "tools", "tools: "),
        ({"reasoning": {"effort": "low"}}, "reasoning.effort", "reasoning.effort: the platform has nothing like it"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0].type", "input[0].type: item_reference: a model"),
        (
            {"text": {"format": {"type": "json_schema", "name": "a", "schema": {}}}},
            "text.format",
            "text.format: json_s",
        ),
        ({"temperature": 9}, "temperature", "temperature: 9: must be above 0 and at most 1.0"),
        ({"max_output_tokens": "x"}, "max_output_tokens", 'max_output_tokens: "x": must be a whole number'),
        ({"instructions": 5}, "input[0].content", "input[0].content: must be a text"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(*value) if isinstance(value, dict) else None,
)
def test_what_a_model_that_only_chats_does_not_take(
    client: openai.OpenAI, emulator: Emulator, given: dict[str, Any], param: str, words: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(**{"model": V1, "input": "x", **given})
    assert (refused.value.param, refused.value.body["message"][: len(words)]) == (param, words)
    assert sent(emulator) == []


def test_what_is_left_out_is_told(serve: Serve) -> None:
    _, client = serve(lenient=True)
    found = client.responses.with_raw_response.create(model=V1, input="x", store=True, reasoning={"effort": "low"})
    assert found.headers["x-qianfan-dropped"] == "store, reasoning.effort"


def test_a_stream_that_breaks_raises(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.cut_stream_after(2)
    with pytest.raises(openai.APIError, match="stream ended"):
        for _ in client.responses.create(model=V1, input="x", stream=True):
            pass
