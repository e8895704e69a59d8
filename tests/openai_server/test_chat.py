"""Chat by OpenAI's own client, with models of V2 and of V1: whole, in pieces, with tools, forms and several answers."""

from __future__ import annotations

import json
from typing import Any

import openai
import pydantic
import pytest

from qianfan_typed.emulator import Emulator
from qianfan_typed.openai_server import OpenAIServer
from tests.openai_server.conftest import Serve

V2, V1 = "gpt-4o", "gpt-3.5-turbo"
MODELS = pytest.mark.parametrize("model", [V2, V1], ids=["V2", "V1"])
HELLO: list[Any] = [{"role": "user", "content": "你好"}]
WEATHER: list[Any] = [{"role": "user", "content": "北京的天气怎么样？"}]


def function(name: str, argument: str = "city") -> Any:
    parameters = {"type": "object", "properties": {argument: {"type": "string"}}, "required": [argument]}
    described = f"Tells something of a {argument}."
    return {"type": "function", "function": {"name": name, "description": described, "parameters": parameters}}


TOOLS = [function("get_weather")]


@MODELS
def test_a_whole_answer(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    emulator.answer_with("北京今天晴。")
    reply = client.chat.completions.create(model=model, messages=HELLO)
    choice = reply.choices[0]
    assert (reply.object, choice.index, choice.finish_reason) == ("chat.completion", 0, "stop")
    assert (choice.message.role, choice.message.content) == ("assistant", "北京今天晴。")
    assert reply.model == {V2: "ernie-4.5-turbo-128k", V1: "ERNIE-3.5-8K"}[model]
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0
    assert reply._request_id


def test_what_v2_says_goes_on_byte_for_byte(server: OpenAIServer, client: openai.OpenAI, emulator: Emulator) -> None:
    raw = client.chat.completions.with_raw_response.create(model=V2, messages=HELLO)
    direct = openai.OpenAI(base_url=f"{emulator.url}/v2", api_key=emulator.bearer_token)
    with direct:
        own = direct.chat.completions.with_raw_response.create(model="ernie-4.5-turbo-128k", messages=HELLO)
    same = json.loads(own.content) | {name: json.loads(raw.content)[name] for name in ("id", "created")}
    assert raw.content == json.dumps(same, ensure_ascii=False, separators=(",", ":")).encode()
    assert raw.headers["x-request-id"]


@MODELS
def test_a_stream_with_its_usage(client: openai.OpenAI, model: str) -> None:
    whole = client.chat.completions.create(model=model, messages=HELLO)
    options: Any = {"include_usage": True}
    pieces = list(client.chat.completions.create(model=model, messages=HELLO, stream=True, stream_options=options))
    *said, last = pieces
    assert [piece.usage for piece in said] == [None] * len(said)
    assert (last.choices, last.usage) == ([], whole.usage)
    assert said[0].choices[0].delta.role == "assistant"
    assert "".join(piece.choices[0].delta.content or "" for piece in said) == whole.choices[0].message.content
    assert [piece.choices[0].finish_reason for piece in said] == [None] * (len(said) - 1) + ["stop"]
    assert {piece.object for piece in pieces} == {"chat.completion.chunk"}


@MODELS
def test_a_stream_without_usage_has_none(client: openai.OpenAI, model: str) -> None:
    pieces = list(client.chat.completions.create(model=model, messages=HELLO, stream=True))
    assert all(piece.choices for piece in pieces)


@pytest.mark.anyio
@MODELS
async def test_awaited(server: OpenAIServer, model: str) -> None:
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0) as client:
        whole = await client.chat.completions.create(model=model, messages=HELLO)
        stream = await client.chat.completions.create(model=model, messages=HELLO, stream=True)
        said = [piece.choices[0].delta.content or "" async for piece in stream]
    assert "".join(said) == whole.choices[0].message.content


@MODELS
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_tool_is_called_and_its_result_told(client: openai.OpenAI, model: str, streamed: bool) -> None:
    def ask(messages: list[Any]) -> Any:
        if not streamed:
            return client.chat.completions.create(model=model, messages=messages, tools=TOOLS).choices[0]
        with client.chat.completions.stream(model=model, messages=messages, tools=TOOLS) as stream:
            return stream.get_final_completion().choices[0]

    called = ask(WEATHER)
    assert called.finish_reason == "tool_calls"
    (call,) = called.message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "示例"})
    result = {"role": "tool", "tool_call_id": call.id, "content": "示例今天 20 度"}
    said = ask([*WEATHER, called.message.to_dict(), result])
    assert said.finish_reason == "stop"
    assert "示例今天 20 度" in said.message.content


def test_tools_that_are_called_at_once(client: openai.OpenAI) -> None:
    tools = [function("get_weather"), function("get_time")]
    asked: list[Any] = [{"role": "user", "content": "get_weather and get_time of 北京?"}]
    message = client.chat.completions.create(model=V2, messages=asked, tools=tools).choices[0].message
    with client.chat.completions.stream(model=V2, messages=asked, tools=tools) as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls or []
    calls = [(call.id, call.function.name) for call in message.tool_calls or [] if call.type == "function"]
    assert [name for _, name in calls] == ["get_weather", "get_time"]
    assert [(call.id, call.function.name) for call in streamed] == calls
    alone = client.chat.completions.create(model=V2, messages=asked, tools=tools, parallel_tool_calls=False)
    assert len(alone.choices[0].message.tool_calls or []) == 1
    results = [{"role": "tool", "tool_call_id": name, "content": f"result of {called}"} for name, called in calls]
    history: list[Any] = [*asked, message, *results]
    said = client.chat.completions.create(model=V2, messages=history, tools=tools).choices[0].message.content
    assert "result of get_time" in (said or "")


def test_calls_that_were_made_at_once_are_told_to_v1_one_after_the_other(
    client: openai.OpenAI, emulator: Emulator
) -> None:
    calls = [
        {"id": name, "type": "function", "function": {"name": f"get_{name}", "arguments": "{}"}} for name in ("a", "b")
    ]
    messages: list[Any] = [
        *({"role": "developer", "content": "be brief"}, {"role": "user", "content": "a and b?"}),
        {"role": "assistant", "content": None, "tool_calls": calls},
        *({"role": "tool", "tool_call_id": name, "content": text} for name, text in (("b", "B"), ("a", ""))),
    ]
    client.chat.completions.create(model=V1, messages=messages, tools=[function("get_a"), function("get_b")])
    sent: Any = emulator.requests[-1].json()
    assert sent["system"] == "be brief"
    assert [one["name"] for one in sent["functions"]] == ["get_a", "get_b"]
    assert sent["messages"] == [
        {"role": "user", "content": "a and b?"},
        {"role": "assistant", "content": "", "function_call": {"name": "get_b", "arguments": "{}"}},
        {"role": "function", "name": "get_b", "content": "B"},
        {"role": "assistant", "content": "", "function_call": {"name": "get_a", "arguments": "{}"}},
        {"role": "function", "name": "get_a", "content": '""'},
    ]


def test_speakers_take_turns_on_v1(client: openai.OpenAI, emulator: Emulator) -> None:
    parts = [{"type": "text", "text": "two"}, {"type": "text", "text": "!"}]
    messages: list[Any] = [
        *({"role": "user", "content": "one"}, {"role": "user", "content": parts}),
        *({"role": "assistant", "content": "three"}, {"role": "assistant", "content": "four"}),
        {"role": "user", "content": "five"},
    ]
    client.chat.completions.create(model=V1, messages=messages)
    sent: Any = emulator.requests[-1].json()
    assert [(one["role"], one["content"]) for one in sent["messages"]] == [
        *(("user", "one\n\ntwo!"), ("assistant", "three\n\nfour"), ("user", "five"))
    ]


def test_a_model_of_v1_without_system_is_told_in_the_first_message(client: openai.OpenAI, emulator: Emulator) -> None:
    messages: list[Any] = [{"role": "system", "content": "be brief"}, *HELLO]
    client.chat.completions.create(model="Llama-2-7B-Chat", messages=messages)
    sent: Any = emulator.requests[-1].json()
    assert sent["messages"] == [{"role": "user", "content": "be brief\n\n你好"}]
    assert "system" not in sent


def test_developers_and_several_instructions_lead_as_one_system_message_on_v2(
    client: openai.OpenAI, emulator: Emulator
) -> None:
    told: list[Any] = [{"role": "system", "content": "a"}, {"role": "developer", "content": "b"}]
    client.chat.completions.create(model=V2, messages=[*told, *HELLO])
    sent: Any = emulator.requests[-1].json()
    assert sent["messages"] == [{"role": "system", "content": "a\n\nb"}, *HELLO]


@pytest.mark.parametrize(("choice", "expected"), [("none", None), ("auto", None), ("required", "get_weather")])
def test_the_choice_of_a_tool_on_v1(client: openai.OpenAI, emulator: Emulator, choice: Any, expected: Any) -> None:
    client.chat.completions.create(model=V1, messages=HELLO, tools=TOOLS, tool_choice=choice)
    sent: Any = emulator.requests[-1].json()
    assert ("functions" in sent) is (choice != "none")
    assert (sent.get("tool_choice") or {"function": {"name": None}})["function"]["name"] == expected


class Weather(pydantic.BaseModel):
    city: str
    degrees: int


def test_an_answer_in_the_form_of_a_class(client: openai.OpenAI) -> None:
    reply = client.chat.completions.parse(model=V2, messages=WEATHER, response_format=Weather)
    assert isinstance(reply.choices[0].message.parsed, Weather)


def test_a_form_that_v1_does_not_have_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.parse(model=V1, messages=WEATHER, response_format=Weather)
    assert caught.value.message.endswith("response_format: json_schema: models of V1 take text or json_object")


@MODELS
def test_several_answers(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    one = client.chat.completions.create(model=model, messages=HELLO)
    reply = client.chat.completions.create(model=model, messages=HELLO, n=3)
    assert [choice.index for choice in reply.choices] == [0, 1, 2]
    assert one.usage is not None
    assert reply.usage is not None
    assert reply.usage.total_tokens == 3 * one.usage.total_tokens
    assert all("n" not in json.loads(request.body) for request in emulator.requests if b"messages" in request.body)


@MODELS
def test_several_answers_in_one_stream(client: openai.OpenAI, model: str) -> None:
    whole = client.chat.completions.create(model=model, messages=HELLO, n=2)
    options: Any = {"include_usage": True}
    told = ["", ""]
    usages: list[Any] = []
    for piece in client.chat.completions.create(model=model, messages=HELLO, n=2, stream=True, stream_options=options):
        usages += [piece.usage] if piece.usage else []
        for choice in piece.choices:
            told[choice.index] += choice.delta.content or ""
    assert told == [choice.message.content for choice in whole.choices]
    assert usages == [whole.usage]


@MODELS
def test_words_that_end_the_answer(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    emulator.answer_with("one. two. three.")
    reply = client.chat.completions.create(model=model, messages=HELLO, stop="two", max_completion_tokens=50)
    sent: Any = emulator.requests[-1].json()
    assert sent["stop"] == ["two"]
    assert sent[{V2: "max_completion_tokens", V1: "max_output_tokens"}[model]] == 50
    assert reply.choices[0].finish_reason == "stop"


@MODELS
def test_an_answer_that_is_cut_and_one_that_is_unsafe(client: openai.OpenAI, emulator: Emulator, model: str) -> None:
    cut = client.chat.completions.create(model=model, messages=HELLO, max_tokens=4)
    emulator.flag_next(3)
    unsafe = client.chat.completions.create(model=model, messages=HELLO)
    assert [one.choices[0].finish_reason for one in (cut, unsafe)] == ["length", "content_filter"]
    assert unsafe.choices[0].to_dict()["flag"] == 3


def test_what_v2_called_normal_in_2024_is_stop(serve: Serve) -> None:
    with Emulator(vary=1) as emulator:
        _, client = serve(settings=emulator.environment)
        ended = {
            client.chat.completions.create(model=V2, messages=[{"role": "user", "content": str(number)}])
            .choices[0]
            .finish_reason
            for number in range(8)
        }
        assert ended == {"stop"}
        for number in range(8):
            question: list[Any] = [{"role": "user", "content": str(number)}]
            *_, last = client.chat.completions.create(model=V2, messages=question, stream=True)
            assert last.choices[0].finish_reason == "stop"


def test_likelihoods_of_a_model_of_v1_that_has_them(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(
        model="Qianfan-Chinese-Llama-2-13B-v1", messages=HELLO, logprobs=True, top_logprobs=2
    )
    found = reply.choices[0].logprobs
    assert found is not None
    assert found.content
    assert found.content[0].bytes == list(found.content[0].token.encode())
    assert len(found.content[0].top_logprobs) == 2


def test_an_image_in_a_message(client: openai.OpenAI, emulator: Emulator) -> None:
    seen = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    messages: list[Any] = [{"role": "user", "content": [{"type": "text", "text": "what is it?"}, seen]}]
    client.chat.completions.create(model="ernie-4.5-turbo-vl", messages=messages)
    sent: Any = emulator.requests[-1].json()
    assert sent["messages"] == messages
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=V1, messages=messages)
    assert caught.value.param == "messages[0].content[1]"


def test_parameters_of_the_platform_pass_beside_openais(client: openai.OpenAI, emulator: Emulator) -> None:
    client.chat.completions.create(
        model=V2, messages=HELLO, web_search_options={}, extra_body={"penalty_score": 1.2, "stream_options": None}
    )
    sent: Any = emulator.requests[-1].json()
    assert (sent["web_search"], sent["penalty_score"]) == ({"enable": True}, 1.2)
    client.chat.completions.create(model=V1, messages=HELLO, user="me", extra_body={"disable_search": True})
    sent = emulator.requests[-1].json()
    assert (sent["user_id"], sent["disable_search"]) == ("me", True)


@MODELS
def test_texts_alone(client: openai.OpenAI, model: str) -> None:
    reply = client.completions.create(model=model, prompt=["你好", "再见"], n=2)
    assert [choice.index for choice in reply.choices] == [0, 1, 2, 3]
    first = client.completions.create(model=model, prompt="你好", max_tokens=100).choices[0]
    assert (first.text, first.finish_reason) == (reply.choices[0].text, "stop")
    pieces = list(client.completions.create(model=model, prompt="你好", stream=True))
    assert "".join(piece.choices[0].text for piece in pieces) == first.text
    assert pieces[-1].choices[0].finish_reason == "stop"
    assert {piece.object for piece in pieces} == {"text_completion"}


def test_a_model_of_v1_that_continues_texts(client: openai.OpenAI, emulator: Emulator) -> None:
    reply = client.completions.create(model="CodeLlama-7b-Instruct", prompt="def f(", stop="x", temperature=0.5)
    assert reply.choices[0].text
    assert emulator.requests[-1].json() == {"prompt": "def f(", "stop": ["x"], "temperature": 0.5}
