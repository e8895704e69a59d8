"""`openai`, sync and async."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import openai
import pytest
from questions import (
    ANSWER,
    ASKED,
    DIMENSIONS,
    EMBEDDING,
    HELLO,
    MODEL,
    REFUSED,
    TEXTS,
    TOLD,
    TOO_MANY,
    WEATHER,
    get_weather,
    nearest,
)

MESSAGES: list[Any] = [{"role": "user", "content": HELLO}]
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


def test_chat() -> None:
    with openai.OpenAI() as client:
        reply = client.chat.completions.create(model=MODEL, messages=MESSAGES)
    assert (reply.choices[0].message.content or "").startswith(ANSWER)
    assert reply.choices[0].finish_reason == "stop"


def test_stream() -> None:
    with openai.OpenAI() as client:
        whole = client.chat.completions.create(model=MODEL, messages=MESSAGES)
        options: Any = {"stream": True, "stream_options": {"include_usage": True}}
        chunks = list(client.chat.completions.create(model=MODEL, messages=MESSAGES, **options))
    said = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert said == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage


def test_stream_in_asyncio() -> None:
    async def main() -> str:
        async with openai.AsyncOpenAI() as client:
            chunks = await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
            return "".join([choice.delta.content or "" async for chunk in chunks for choice in chunk.choices])

    assert asyncio.run(main()).startswith(ANSWER)


@pytest.mark.parametrize("streamed", [False, True])
def test_tool_loop(streamed: bool) -> None:
    asked: list[Any] = [{"role": "user", "content": WEATHER}]
    with openai.OpenAI() as client:
        for _ in range(2):
            if streamed:
                with client.chat.completions.stream(model=MODEL, messages=asked, tools=TOOLS) as stream:
                    message = stream.get_final_completion().choices[0].message
            else:
                message = client.chat.completions.create(model=MODEL, messages=asked, tools=TOOLS).choices[0].message
            asked.append(message)
            for call in message.tool_calls or []:
                result = get_weather(**json.loads(call.function.arguments))
                asked.append({"role": "tool", "tool_call_id": call.id, "content": result})
    assert ASKED == ["示例"]
    assert TOLD in asked[-1].content


@pytest.mark.parametrize("form", [{}, {"encoding_format": "float"}], ids=["base64", "float"])
def test_embeddings(form: Any) -> None:
    with openai.OpenAI() as client:
        found = client.embeddings.create(model=EMBEDDING, input=TEXTS, **form).data
    assert [one.index for one in found] == [0, 1, 2]
    assert [len(one.embedding) for one in found] == [DIMENSIONS] * 3
    assert nearest([one.embedding for one in found]) == 1


def test_refused() -> None:
    with openai.OpenAI() as client, pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=TOO_MANY)
    assert caught.value.code == REFUSED
    # The platform and the server write the name of the field in ways of their own.
    assert re.search("max_tokens:? 99999: must be at least 2 and at most 12288", caught.value.message)
    # What the server's own rules refuse never reached the platform, which gives the ids.
    assert ("X-Bce-Request-Id" in caught.value.response.headers) == (REFUSED == "invalid_argument")
