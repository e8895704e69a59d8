"""What the emulator says, and in which form."""

from __future__ import annotations

import json
from typing import Any, get_args, get_type_hints

import attrs
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.operations import V1_CHAT, V2_CHAT
from qianfan_typed.emulator import Emulator, text
from tests.emulator.calling import HELLO, Caller

TEXT = (
    "你好！我收到了你的消息：“你好”。这是千帆模拟器代替 ERNIE-Lite-Pro-128K 作出的回答。"
    "它不经过任何模型，同样的问题总会得到同样的回答。如果还有别的问题，请继续提问。"
)
WEATHER = {
    "name": "get_current_weather",
    "description": "天气查询工具",
    "parameters": {
        "type": "object",
        "properties": {"location": {"type": "string"}, "days": {"type": "integer", "minimum": 3}},
        "required": ["location", "days"],
    },
}
CLOCK = {"name": "get_time", "description": "时间", "parameters": {"type": "object", "properties": {}}}
ARGUMENTS = '{"location": "示例", "days": 3}'


def said(got: Any) -> Any:
    return got.json["choices"][0]["message"]


def deltas(events: list[Any]) -> list[Any]:
    return [choice["delta"] for event in events if event != "[DONE]" for choice in event["choices"]]


class TestV1:
    def test_whole_reply(self, emulator: Emulator, caller: Caller) -> None:
        emulator.clock = lambda: 1700000000.9
        got = caller.v1()
        assert got.json == {
            "id": "as-xpdj3rzq4t",
            "object": "chat.completion",
            "created": 1700000000,
            "result": TEXT,
            "is_truncated": False,
            "need_clear_history": False,
            "finish_reason": "normal",
            "usage": {"prompt_tokens": 2, "completion_tokens": 78, "total_tokens": 80},
        }
        assert got.headers["Statement"] == "AI-generated"
        assert got.headers["X-Bce-Request-Id"] == got.json["id"]
        assert got.headers["X-Ratelimit-Limit-Requests"] == "3000"
        assert got.headers["X-Ratelimit-Remaining-Requests"] == "2999"
        assert got.headers["X-Ratelimit-Limit-Tokens"] == "300000"
        assert got.headers["X-Ratelimit-Remaining-Tokens"] == str(300000 - 80)

    def test_stream(self, caller: Caller) -> None:
        got = caller.v1(stream=True)
        assert got.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert b"[DONE]" not in got.body
        assert [event["sentence_id"] for event in got.events] == list(range(6))
        assert [event["is_end"] for event in got.events] == [False] * 5 + [True]
        assert "".join(event["result"] for event in got.events) == TEXT
        assert got.events[-1]["usage"] == {"prompt_tokens": 2, "completion_tokens": 78, "total_tokens": 80}

    def test_the_same_question_gets_the_same_answer(self, emulator: Emulator, caller: Caller) -> None:
        emulator.clock = lambda: 0
        first = caller.v1()
        assert caller.v1().json["id"] != first.json["id"]
        emulator.reset()
        assert caller.v1().json == first.json

    @pytest.mark.parametrize("stream", [False, True])
    def test_stop(self, caller: Caller, stream: bool) -> None:
        got = caller.v1(stop=["从未出现", "模拟器", "作出"], stream=stream)
        replies = got.events if stream else [got.json]
        assert "".join(reply["result"] for reply in replies) == TEXT.partition("模拟器")[0]
        assert replies[-1]["finish_reason"] == "stop"
        assert not replies[-1]["is_truncated"]

    @pytest.mark.parametrize("stream", [False, True])
    def test_max_output_tokens(self, caller: Caller, stream: bool) -> None:
        got = caller.v1(max_output_tokens=10, stream=stream)
        replies = got.events if stream else [got.json]
        assert "".join(reply["result"] for reply in replies) == "你好！我收到了你的消"
        assert replies[-1]["is_truncated"]
        assert replies[-1]["finish_reason"] == "length"
        assert replies[-1]["usage"]["completion_tokens"] == 10

    def test_min_output_tokens(self, caller: Caller) -> None:
        got = caller.v1(min_output_tokens=200)
        assert got.json["usage"]["completion_tokens"] >= 200
        assert got.json["result"].startswith(TEXT)

    def test_continuation(self, caller: Caller) -> None:
        messages = list(HELLO)
        parts: list[str] = []
        for _ in range(4):
            parts.append(caller.v1(messages=messages, max_output_tokens=20).json["result"])
            messages += [{"role": "assistant", "content": parts[-1]}, {"role": "user", "content": "继续"}]
        assert "".join(parts) == TEXT

    def test_json(self, caller: Caller) -> None:
        got = caller.v1("chat/completions", response_format="json_object")
        assert json.loads(got.json["result"])["answer"].startswith("你好！")

    def test_search(self, caller: Caller) -> None:
        got = caller.v1("chat/completions", enable_citation=True)
        assert [result["index"] for result in got.json["search_info"]["search_results"]] == [1, 2]
        assert "^[1]^" in got.json["result"]
        got = caller.v1("chat/completions", enable_trace=True)
        assert "search_info" in got.json
        assert "^[1]^" not in got.json["result"]
        got = caller.v1("chat/completions", enable_trace=True, disable_search=True)
        assert "search_info" not in got.json

    def test_logprobs(self, caller: Caller) -> None:
        got = caller.v1("chat/qianfan_chinese_llama_2_13b", logprobs=True, top_logprobs=2)
        tokens = got.json["logprobs"]["content"]
        assert "".join(token["token"] for token in tokens) == got.json["result"]
        assert all(token["logprob"] < 0 and len(token["top_logprobs"]) == 2 for token in tokens)

    @pytest.mark.parametrize("stream", [False, True])
    def test_functions(self, caller: Caller, stream: bool) -> None:
        got = caller.v1("chat/completions", functions=[WEATHER], stream=stream)
        reply = got.events[-1] if stream else got.json
        assert reply["result"] == ""
        assert reply["finish_reason"] == "function_call"
        assert reply["function_call"]["name"] == "get_current_weather"
        assert reply["function_call"]["arguments"] == ARGUMENTS

    def test_the_function_that_is_chosen_or_named(self, caller: Caller) -> None:
        choice = {"type": "function", "function": {"name": "get_time"}}
        got = caller.v1("chat/completions", functions=[WEATHER, CLOCK], tool_choice=choice)
        assert got.json["function_call"]["name"] == "get_time"
        got = caller.v1(
            "chat/completions", functions=[WEATHER, CLOCK], messages=[{"role": "user", "content": "请用 get_time"}]
        )
        assert got.json["function_call"]["name"] == "get_time"

    def test_result_of_a_function(self, caller: Caller) -> None:
        call = {"name": "get_time", "arguments": "{}"}
        messages = [
            *HELLO,
            {"role": "assistant", "content": "", "function_call": call},
            {"role": "function", "name": "get_time", "content": "12:00"},
        ]
        got = caller.v1("chat/completions", functions=[CLOCK], messages=messages)
        assert got.json["result"].startswith("根据 get_time 返回的结果：12:00。")


class TestV2:
    def test_whole_reply(self, emulator: Emulator, caller: Caller) -> None:
        emulator.clock = lambda: 1700000000
        got = caller.v2(messages=[{"role": "system", "content": "平台助手"}, *HELLO])
        content = TEXT.replace("ERNIE-Lite-Pro-128K", "ernie-3.5-8k")
        assert got.json == {
            "id": "as-3mbm3xz1ij",
            "object": "chat.completion",
            "created": 1700000000,
            "model": "ernie-3.5-8k",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content},
                    "finish_reason": "stop",
                    "flag": 0,
                }
            ],
            "usage": {"prompt_tokens": 6, "completion_tokens": 78, "total_tokens": 84},
        }
        assert got.headers["Statement"] == "AI-generated"
        assert {name: value for name, value in got.headers.items() if name.startswith("x-ratelimit-")} == {
            "x-ratelimit-limit-requests": "3000",
            "x-ratelimit-limit-input-tokens": "300000",
            "x-ratelimit-limit-output-tokens": "300000",
            "x-ratelimit-remaining-requests": "2999",
            "x-ratelimit-remaining-input-tokens": str(300000 - 6),
            "x-ratelimit-remaining-output-tokens": str(300000 - 78),
        }

    def test_stream(self, caller: Caller) -> None:
        got = caller.v2(stream=True)
        *chunks, end = got.events
        assert end == "[DONE]"
        assert not any("usage" in chunk for chunk in chunks)
        first, *rest = deltas(chunks)
        assert first == {"role": "assistant", "content": "你好！"}
        assert rest[-1] == {"content": ""}
        assert not any("role" in delta for delta in rest)
        assert not any("flag" in choice for chunk in chunks for choice in chunk["choices"])
        assert "".join(delta["content"] for delta in deltas(chunks)) == said(caller.v2())["content"]
        assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]

    def test_usage_in_a_stream(self, caller: Caller) -> None:
        *chunks, _ = caller.v2(stream=True, stream_options={"include_usage": True}).events
        assert [chunk["usage"] for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
        assert chunks[-1]["choices"] == []
        assert chunks[-1]["usage"] == caller.v2().json["usage"]
        *chunks, _ = caller.v2(stream=True, stream_options={"chunk_include_usage": True}).events
        counts = [chunk["usage"]["completion_tokens"] for chunk in chunks]
        assert counts == sorted(counts)
        assert counts[-1] == caller.v2().json["usage"]["completion_tokens"]

    def test_limits(self, caller: Caller) -> None:
        got = caller.v2(max_completion_tokens=5)
        assert (said(got)["content"], got.json["choices"][0]["finish_reason"]) == ("你好！我收", "length")
        assert said(caller.v2(max_tokens=5))["content"] == "你好！我收"
        assert said(caller.v2(max_tokens=5, max_completion_tokens=6))["content"] == "你好！我收到"

    def test_stop(self, caller: Caller) -> None:
        got = caller.v2(stop=["！"])
        assert (said(got)["content"], got.json["choices"][0]["finish_reason"]) == ("你好", "stop")

    def test_reasoning(self, caller: Caller) -> None:
        assert "reasoning_content" not in said(caller.v2())
        got = caller.v2("deepseek-r1")
        assert said(got)["reasoning_content"].startswith("用户的最后一条消息是：“你好”。")
        *chunks, _ = caller.v2("deepseek-r1", stream=True).events
        assert "".join(delta.get("reasoning_content", "") for delta in deltas(chunks)) == said(got)["reasoning_content"]

    def test_reasoning_on_request(self, caller: Caller) -> None:
        assert "reasoning_content" in said(caller.v2("my-service", enable_thinking=True))
        assert "reasoning_content" in said(caller.v2("my-service", thinking={"type": "enabled"}))
        assert "reasoning_content" not in said(caller.v2("my-service", thinking={"type": "disabled"}))
        got = caller.v2("my-service", enable_thinking=True, thinking_budget=3)
        assert said(got)["reasoning_content"] == "用户的"

    def test_max_completion_tokens_counts_reasoning_and_max_tokens_does_not(self, caller: Caller) -> None:
        whole = caller.v2("my-service", enable_thinking=True)
        thought = len(text.tokens(said(whole)["reasoning_content"]))
        got = caller.v2("my-service", enable_thinking=True, max_completion_tokens=thought + 2)
        assert said(got)["content"] == "你好"
        assert got.json["usage"]["completion_tokens"] == thought + 2
        assert said(caller.v2("my-service", enable_thinking=True, max_tokens=2))["content"] == "你好"

    def test_json(self, caller: Caller) -> None:
        got = caller.v2(response_format={"type": "json_object"})
        assert json.loads(said(got)["content"])["answer"].startswith("你好！")

    @pytest.mark.parametrize("named", [False, True])
    def test_json_schema(self, caller: Caller, named: bool) -> None:
        schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 7}}, "required": ["n"]}
        form = {"name": "numbers", "schema": schema} if named else schema
        got = caller.v2(response_format={"type": "json_schema", "json_schema": form})
        jsonschema.validate(json.loads(said(got)["content"]), schema)

    def test_search(self, caller: Caller) -> None:
        model = "ernie-4.5-turbo-128k"
        got = caller.v2(model, web_search={"enable": True, "enable_citation": True, "enable_trace": True})
        assert [result["index"] for result in got.json["search_results"]] == [1, 2]
        assert "^[1]^" in said(got)["content"]
        assert got.json["usage"]["prompt_tokens_details"]["search_tokens"] > 0
        usage = got.json["usage"]
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        got = caller.v2(model, web_search={"enable": True})
        assert "search_results" not in got.json
        *chunks, _ = caller.v2(model, web_search={"enable": True, "enable_trace": True}, stream=True).events
        assert ["search_results" in chunk for chunk in chunks].count(True) == 1

    def test_the_signal_of_a_search(self, caller: Caller) -> None:
        search = {"enable": True, "enable_status": True}
        signal, *chunks, _ = caller.v2("ernie-4.5-turbo-128k", web_search=search, stream=True).events
        assert signal["choices"] == [
            {
                "index": 0,
                "delta": {"role": "assistant", "content": ""},
                "delta_tag": "search_status",
                "finish_reason": None,
            }
        ]
        others = [choice for one in chunks for choice in one["choices"]]
        assert not any("delta_tag" in choice or "role" in choice["delta"] for choice in others)

    def test_tokens_that_were_read_before(self, caller: Caller) -> None:
        messages = [*HELLO, {"role": "assistant", "content": "你好！"}, {"role": "user", "content": "再见"}]
        assert caller.v2("ernie-4.0-turbo-8k").json["usage"]["prompt_tokens_details"] == {"cached_tokens": 0}
        got = caller.v2("ernie-4.0-turbo-8k", messages=messages)
        assert got.json["usage"]["prompt_tokens_details"] == {"cached_tokens": 5}
        assert "prompt_tokens_details" not in caller.v2(messages=messages).json["usage"]

    def test_tools(self, caller: Caller) -> None:
        tools = [{"type": "function", "function": one} for one in (WEATHER, CLOCK)]
        got = caller.v2(tools=tools)
        (call,) = said(got)["tool_calls"]
        assert call["function"] == {"name": "get_current_weather", "arguments": ARGUMENTS}
        assert said(got)["content"] == ""
        assert got.json["choices"][0]["finish_reason"] == "tool_calls"

    def test_tools_in_a_stream(self, caller: Caller) -> None:
        *chunks, _ = caller.v2(tools=[{"type": "function", "function": WEATHER}], stream=True).events
        assert deltas(chunks)[0]["role"] == "assistant"
        first, *rest = [delta["tool_calls"][0] for delta in deltas(chunks) if "tool_calls" in delta]
        assert first["function"] == {"name": "get_current_weather", "arguments": ""}
        assert len(rest) > 1
        assert "".join(piece["function"]["arguments"] for piece in rest) == ARGUMENTS

    def test_tool_choice(self, caller: Caller) -> None:
        tools = [{"type": "function", "function": one} for one in (WEATHER, CLOCK)]
        assert "tool_calls" not in said(caller.v2(tools=tools, tool_choice="none"))
        assert "tool_calls" in said(caller.v2(tools=tools, tool_choice="required"))
        choice = {"type": "function", "function": {"name": "get_time"}}
        assert said(caller.v2(tools=tools, tool_choice=choice))["tool_calls"][0]["function"]["name"] == "get_time"

    def test_parallel_tool_calls(self, caller: Caller) -> None:
        tools = [{"type": "function", "function": one} for one in (WEATHER, CLOCK)]
        asked = [{"role": "user", "content": "get_time 和 get_current_weather"}]
        assert len(said(caller.v2(messages=asked, tools=tools))["tool_calls"]) == 2
        assert len(said(caller.v2(messages=asked, tools=tools, parallel_tool_calls=False))["tool_calls"]) == 1

    def test_content_parts(self, caller: Caller) -> None:
        parts = [
            {"type": "text", "text": "图里有什么？"},
            {"type": "image_url", "image_url": {"url": "https://x/y.png"}},
        ]
        got = caller.v2("ernie-4.5-turbo-vl", messages=[{"role": "user", "content": parts}])
        assert "图里有什么？" in said(got)["content"]


def test_a_text_that_the_test_gives(emulator: Emulator, caller: Caller) -> None:
    emulator.answer_with("一。二。", times=2)
    assert caller.v1().json["result"] == "一。二。"
    assert said(caller.v2(tools=[{"type": "function", "function": CLOCK}]))["content"] == "一。二。"
    assert caller.v1().json["result"] == TEXT


@given(st.text())
def test_tokens_sentences_and_clauses_lose_nothing(words: str) -> None:
    assert "".join(text.tokens(words)) == words
    assert "".join(text.sentences(words)) == words
    assert "".join(text.clauses(words)) == words


def unknown(sent: Any, kind: Any) -> list[str]:
    """The members that an answer has and its reply class has not."""
    if isinstance(sent, list):
        return [name for item in sent for name in unknown(item, kind)]
    members = next((one for one in (kind, *get_args(kind)) if attrs.has(one)), None)
    if members is None:
        inner = [one for one in get_args(kind) if one is not type(None)]
        return unknown(sent, inner[0]) if inner and not isinstance(sent, str | int | float) else []
    if not isinstance(sent, dict):
        return []
    hints = get_type_hints(members)
    found = [f"{members.__name__}.{name}" for name in sent if name not in hints]
    return found + [name for key, item in sent.items() if key in hints for name in unknown(item, hints[key])]


def test_every_member_that_is_sent_is_documented(caller: Caller) -> None:
    search = {"enable": True, "enable_trace": True}
    tools = [{"type": "function", "function": WEATHER}]
    usage = {"include_usage": True}
    for got in (
        caller.v1("chat/completions", enable_trace=True),
        caller.v1("chat/completions", functions=[WEATHER]),
        caller.v1("chat/qianfan_chinese_llama_2_13b", logprobs=True, top_logprobs=1),
    ):
        assert unknown(got.json, V1_CHAT.reply) == []
    for event in caller.v1("chat/completions", enable_trace=True, stream=True).events:
        assert unknown(event, V1_CHAT.chunk) == []
    for got in (caller.v2("deepseek-r1"), caller.v2(tools=tools), caller.v2("ernie-4.5-turbo-128k", web_search=search)):
        assert unknown(got.json, V2_CHAT.reply) == []
    for got in (caller.v2("deepseek-r1", stream=True, stream_options=usage), caller.v2(tools=tools, stream=True)):
        assert [name for event in got.events[:-1] for name in unknown(event, V2_CHAT.chunk)] == []
