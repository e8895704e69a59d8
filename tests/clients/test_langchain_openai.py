"""`langchain-openai`: chat model and embeddings."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
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


def test_chat() -> None:
    reply = ChatOpenAI(model=MODEL).invoke(HELLO)
    assert reply.text.startswith(ANSWER)
    assert reply.response_metadata["finish_reason"] == "stop"


def test_stream() -> None:
    chat = ChatOpenAI(model=MODEL, stream_usage=True)
    whole, pieces = chat.invoke(HELLO), list(chat.stream(HELLO))
    assert len(pieces) > 3
    assert "".join(piece.text for piece in pieces) == whole.text
    assert [piece.usage_metadata for piece in pieces if piece.usage_metadata] == [whole.usage_metadata]


@pytest.mark.parametrize("streamed", [False, True])
def test_tool_loop(streamed: bool) -> None:
    weather = tool(get_weather)
    chat = ChatOpenAI(model=MODEL).bind_tools([weather])

    def answer(messages: list[Any]) -> Any:
        if not streamed:
            return chat.invoke(messages)
        first, *rest = chat.stream(messages)
        for piece in rest:
            first += piece
        return first

    messages: list[Any] = [HumanMessage(WEATHER)]
    messages.append(answer(messages))
    messages += [weather.invoke(call) for call in messages[-1].tool_calls]
    assert ASKED == ["示例"]
    assert TOLD in answer(messages).text


def test_embeddings() -> None:
    # Without the check it sends texts, as all platforms but one want them; with it the numbers of OpenAI's tokens.
    found = OpenAIEmbeddings(model=EMBEDDING, check_embedding_ctx_length=False).embed_documents(TEXTS)
    assert [len(one) for one in found] == [DIMENSIONS] * 3
    assert nearest(found) == 1


def test_refused() -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        ChatOpenAI(model=MODEL, max_tokens=TOO_MANY).invoke(HELLO)
    assert caught.value.code == REFUSED
