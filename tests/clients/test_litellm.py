"""`litellm`, as a library."""

from __future__ import annotations

import json
from typing import Any

import litellm
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

NAMED = f"openai/{MODEL}"
MESSAGES: list[Any] = [{"role": "user", "content": HELLO}]
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Tells the weather in a city.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


def test_chat() -> None:
    reply = litellm.completion(NAMED, MESSAGES)
    assert reply.choices[0].message.content.startswith(ANSWER)
    assert reply.choices[0].finish_reason == "stop"


def test_stream() -> None:
    pieces = [chunk.choices[0].delta.content or "" for chunk in litellm.completion(NAMED, MESSAGES, stream=True)]
    assert len(pieces) > 3
    assert "".join(pieces) == litellm.completion(NAMED, MESSAGES).choices[0].message.content


@pytest.mark.parametrize("streamed", [False, True])
def test_tool_loop(streamed: bool) -> None:
    asked: list[Any] = [{"role": "user", "content": WEATHER}]
    for _ in range(2):
        reply = litellm.completion(NAMED, asked, tools=TOOLS, stream=streamed)
        message = (litellm.stream_chunk_builder(list(reply)) if streamed else reply).choices[0].message
        asked.append(message)
        for call in message.tool_calls or []:
            result = get_weather(**json.loads(call.function.arguments))
            asked.append({"role": "tool", "tool_call_id": call.id, "content": result})
    assert ASKED == ["示例"]
    assert TOLD in asked[-1].content


def test_embeddings() -> None:
    found = litellm.embedding(f"openai/{EMBEDDING}", TEXTS).data
    assert [one["index"] for one in found] == [0, 1, 2]
    assert [len(one["embedding"]) for one in found] == [DIMENSIONS] * 3
    assert nearest([one["embedding"] for one in found]) == 1


def test_refused() -> None:
    with pytest.raises(litellm.BadRequestError, match=r"max_tokens:? 99999: must be at least 2") as caught:
        litellm.completion(NAMED, MESSAGES, max_tokens=TOO_MANY)
    assert caught.value.code == REFUSED
