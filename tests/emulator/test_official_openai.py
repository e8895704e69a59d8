"""The official package `openai`, unmodified, works against the emulator's V2."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from qianfan_typed.emulator import Emulator

openai = pytest.importorskip("openai")

pytestmark = pytest.mark.anyio
HELLO = [{"role": "user", "content": "你好"}]
MODEL = "ernie-3.5-8k"
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_current_weather",
            "parameters": {
                "type": "object",
                "properties": {"location": {"type": "string"}, "unit": {"enum": ["c", "f"]}},
                "required": ["location", "unit"],
            },
        },
    }
]


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Any]:
    with openai.OpenAI(base_url=f"{emulator.url}/v2", api_key=emulator.bearer_token, max_retries=0) as made:
        yield made


@pytest.fixture
async def async_client(emulator: Emulator) -> AsyncIterator[Any]:
    made = openai.AsyncOpenAI(base_url=f"{emulator.url}/v2", api_key=emulator.bearer_token, max_retries=0)
    async with made:
        yield made


def test_create(client: Any) -> None:
    reply = client.chat.completions.create(model=MODEL, messages=HELLO)
    assert reply.choices[0].message.content.startswith("你好！我收到了你的消息：“你好”。")
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens
    assert reply.id.startswith("as-")


def test_stream(client: Any) -> None:
    whole = client.chat.completions.create(model=MODEL, messages=HELLO)
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model=MODEL, messages=HELLO, stream=True, stream_options=options))
    said = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert said == whole.choices[0].message.content
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].usage == whole.usage


async def test_async_create_and_stream(async_client: Any) -> None:
    whole = await async_client.chat.completions.create(model=MODEL, messages=HELLO)
    stream = await async_client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    said = [chunk.choices[0].delta.content async for chunk in stream]
    assert "".join(said) == whole.choices[0].message.content


def test_tools_in_two_turns(client: Any) -> None:
    asked: list[Any] = [{"role": "user", "content": "北京的天气？"}]
    reply = client.chat.completions.create(model=MODEL, messages=asked, tools=TOOLS)
    call = reply.choices[0].message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ("get_current_weather", '{"location": "示例", "unit": "c"}')
    asked += [reply.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "20 度"}]
    again = client.chat.completions.create(model=MODEL, messages=asked, tools=TOOLS)
    assert again.choices[0].finish_reason == "stop"
    assert "返回的结果：20 度" in again.choices[0].message.content


def test_stream_of_a_tool_call(client: Any) -> None:
    with client.chat.completions.stream(model=MODEL, messages=HELLO, tools=TOOLS) as stream:
        call = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert call.function.arguments == '{"location": "示例", "unit": "c"}'


def test_models(client: Any) -> None:
    assert MODEL in [model.id for model in client.models.list()]


def test_refused(client: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=HELLO, temperature=1.5)
    assert caught.value.code == "invalid_argument"


def test_wrong_token(emulator: Emulator) -> None:
    client = openai.OpenAI(base_url=f"{emulator.url}/v2", api_key="wrong", max_retries=0)
    with client, pytest.raises(openai.AuthenticationError) as caught:
        client.chat.completions.create(model=MODEL, messages=HELLO)
    assert caught.value.code == "invalid_iam_token"


def test_retries(emulator: Emulator) -> None:
    emulator.fail_next(2, code="rpm_rate_limit_exceeded", retry_after=0.01)
    with openai.OpenAI(base_url=f"{emulator.url}/v2", api_key=emulator.bearer_token, max_retries=2) as client:
        assert client.chat.completions.create(model=MODEL, messages=HELLO).choices
    assert len(emulator.requests) == 3


def test_error_in_mid_stream(emulator: Emulator, client: Any) -> None:
    emulator.error_in_stream("internal_error", after=2)
    stream = client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    with pytest.raises(openai.APIError, match="Internal error"):
        list(stream)
