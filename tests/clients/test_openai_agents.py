"""`openai-agents`, with its model for chat completions."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
from questions import ANSWER, ASKED, HELLO, MODEL, REFUSED, TOLD, TOO_MANY, WEATHER, get_weather

set_tracing_disabled(True)  # it would report to OpenAI


def agent(**options: Any) -> Agent:
    model = OpenAIChatCompletionsModel(MODEL, openai.AsyncOpenAI())
    return Agent(name="assistant", instructions="你是旅行助手", model=model, **options)


def said(asked: str, **options: Any) -> str:
    return str(asyncio.run(Runner.run(agent(**options), asked)).final_output)


def streamed(asked: str, **options: Any) -> tuple[list[str], str]:
    """The pieces of text, and the final output."""

    async def main() -> tuple[list[str], str]:
        run = Runner.run_streamed(agent(**options), asked)
        pieces = [
            event.data.delta
            async for event in run.stream_events()
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta"
        ]
        return pieces, str(run.final_output)

    return asyncio.run(main())


def test_chat() -> None:
    assert said(HELLO).startswith(ANSWER)


def test_stream() -> None:
    pieces, whole = streamed(HELLO)
    assert len(pieces) > 3
    assert "".join(pieces) == whole == said(HELLO)


def test_tool_loop() -> None:
    answer = said(WEATHER, tools=[function_tool(get_weather)])
    assert ASKED == ["示例"]
    assert TOLD in answer


def test_tool_loop_in_a_stream() -> None:
    _, answer = streamed(WEATHER, tools=[function_tool(get_weather)])
    assert ASKED == ["示例"]
    assert TOLD in answer


def test_refused() -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        said(HELLO, model_settings=ModelSettings(max_tokens=TOO_MANY))
    assert caught.value.code == REFUSED
