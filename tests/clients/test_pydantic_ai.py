"""`pydantic-ai`, with its model for OpenAI's chat completions."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.embeddings import Embedder
from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel
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


def agent() -> Agent:
    return Agent(OpenAIChatModel(MODEL))


def test_chat() -> None:
    assert agent().run_sync(HELLO).output.startswith(ANSWER)


def test_stream() -> None:
    async def main() -> list[str]:
        async with agent().run_stream(HELLO) as run:
            return [piece async for piece in run.stream_text(delta=True, debounce_by=None)]

    pieces = asyncio.run(main())
    assert len(pieces) > 3
    assert "".join(pieces) == agent().run_sync(HELLO).output


def test_tool_loop() -> None:
    said = Agent(OpenAIChatModel(MODEL), tools=[get_weather]).run_sync(WEATHER).output
    assert ASKED == ["示例"]
    assert TOLD in said


def test_tool_loop_in_a_stream() -> None:
    async def main() -> str:
        async with Agent(OpenAIChatModel(MODEL), tools=[get_weather]).run_stream(WEATHER) as run:
            return str(await run.get_output())

    said = asyncio.run(main())
    assert ASKED == ["示例"]
    assert TOLD in said


def test_output_of_a_class() -> None:
    class City(BaseModel):
        name: str
        inhabitants: int

    assert isinstance(Agent(OpenAIChatModel(MODEL), output_type=City).run_sync(HELLO).output, City)


def test_embeddings() -> None:
    found = Embedder(OpenAIEmbeddingModel(EMBEDDING)).embed_documents_sync(TEXTS).embeddings
    assert [len(one) for one in found] == [DIMENSIONS] * 3
    assert nearest([list(one) for one in found]) == 1


def test_refused() -> None:
    with pytest.raises(ModelHTTPError) as caught:
        agent().run_sync(HELLO, model_settings={"max_tokens": TOO_MANY})
    assert (caught.value.status_code, caught.value.body["code"]) == (400, REFUSED)
