"""`llama-index-llms-openai-like`."""

from __future__ import annotations

import asyncio
import os

import openai
import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike
from questions import ANSWER, ASKED, HELLO, MODEL, REFUSED, TOLD, TOO_MANY, WEATHER, get_weather

ASK = [ChatMessage(role="user", content=HELLO)]


def model(**options: int) -> OpenAILike:
    return OpenAILike(
        model=MODEL,
        api_base=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ["OPENAI_API_KEY"],
        is_chat_model=True,
        is_function_calling_model=True,
        **options,
    )


def test_chat() -> None:
    assert (model().chat(ASK).message.content or "").startswith(ANSWER)


def test_stream() -> None:
    pieces = [piece.delta or "" for piece in model().stream_chat(ASK)]
    assert len(pieces) > 3
    assert "".join(pieces) == model().chat(ASK).message.content


@pytest.mark.parametrize("streamed", [False, True])
def test_tool_loop(streamed: bool) -> None:
    tools = [FunctionTool.from_defaults(get_weather)]

    async def main() -> str:
        return str(await FunctionAgent(tools=tools, llm=model(), streaming=streamed).run(WEATHER))

    said = asyncio.run(main())
    assert ASKED == ["示例"]
    assert TOLD in said


def test_refused() -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        model(max_tokens=TOO_MANY).chat(ASK)
    assert caught.value.code == REFUSED
