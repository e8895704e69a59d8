"""Dialogues that grow."""

from __future__ import annotations

import json

import pytest

import qianfan_typed as qianfan
from qianfan_typed.emulator import Emulator

FUNCTION = {
    "name": "get_current_weather",
    "description": "天气查询工具",
    "parameters": {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]},
}


def test_texts_are_the_user_s() -> None:
    messages = qianfan.Messages()
    messages.append("你好")
    messages.append("你好！", role=qianfan.Role.Assistant)
    messages.append({"role": "user", "content": "再见"})
    assert messages.to_list() == [
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "你好！"},
        {"role": "user", "content": "再见"},
    ]
    assert len(messages) == 3
    assert repr(messages).startswith("QfMessages([{'role': 'user'")


def test_a_list_to_start_from_is_copied() -> None:
    first = [{"role": "user", "content": "你好"}]
    messages = qianfan.Messages(first)
    messages.append("你好！", role="assistant")
    messages.to_list().clear()
    assert len(messages) == 2
    assert len(first) == 1


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_dialogue(emulator: Emulator, version: str) -> None:
    chat = qianfan.ChatCompletion() if version == "1" else qianfan.ChatCompletion(version="2")
    messages = qianfan.Messages()
    for text in ("你好", "我在北京，周末可以去哪里玩？"):
        messages.append(text)
        response = chat.do(messages=messages)
        messages.append(response)
    assert [message["role"] for message in messages.to_list()] == ["user", "assistant"] * 2
    assert all(message["content"] for message in messages.to_list())


def test_a_typed_reply_is_as_good(emulator: Emulator) -> None:
    messages = qianfan.Messages()
    messages.append("你好")
    messages.append(qianfan.ChatCompletion().create(messages))
    assert messages.to_list()[1]["role"] == "assistant"


def test_function_turns(emulator: Emulator) -> None:
    chat = qianfan.Function()
    messages = qianfan.Messages()
    messages.append("北京的天气？")
    response = chat.do(messages, functions=[FUNCTION])
    messages.append(response)
    messages.append(json.dumps({"sky": "晴"}))
    asked, answered = messages.to_list()[1:]
    assert asked["function_call"]["name"] == "get_current_weather"
    assert answered == {"role": "function", "name": "get_current_weather", "content": '{"sky": "\\u6674"}'}
    assert chat.do(messages, functions=[FUNCTION])["result"]


def test_tool_turns(emulator: Emulator) -> None:
    chat = qianfan.ChatCompletion(version="2", model="ernie-3.5-8k")
    tools = [{"type": "function", "function": FUNCTION}]
    messages = qianfan.Messages()
    messages.append("北京的天气？")
    response = chat.do(messages, tools=tools)
    messages.append(response)
    messages.append("晴")
    calls = response.reply.choices[0].message.tool_calls
    assert calls
    assert messages.to_list()[-1] == {"role": "tool", "tool_call_id": calls[0].id, "content": "晴"}
    assert chat.do(messages, tools=tools).reply.choices[0].message.content


def test_each_tool_is_answered_once() -> None:
    calls = [{"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}} for name in ("a", "b")]
    messages = qianfan.Messages([{"role": "user", "content": "?"}, {"role": "assistant", "tool_calls": calls}])
    messages.append("first")
    messages.append("second")
    messages.append("and now?")
    assert [message.get("tool_call_id") for message in messages.to_list()[2:]] == ["a", "b", None]
    assert messages.to_list()[-1]["role"] == "user"


def test_a_call_may_be_named() -> None:
    messages = qianfan.Messages()
    messages.append("晴", role="tool", tool_call_id="b")
    assert messages.to_list() == [{"role": "tool", "content": "晴", "tool_call_id": "b"}]


def test_what_is_no_message(emulator: Emulator) -> None:
    messages = qianfan.Messages()
    with pytest.raises(TypeError, match="message: a text, a reply or a dict, not int"):
        messages.append(1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the reply holds no message"):
        messages.append(qianfan.Embedding().do(["你好"]))
    assert len(messages) == 0
