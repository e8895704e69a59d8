"""`langchain-community`, its endpoints of Qianfan: V1 through the official `qianfan`, and through ours in its place."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_community.chat_models import QianfanChatEndpoint
from langchain_community.embeddings import QianfanEmbeddingsEndpoint
from langchain_community.llms import QianfanLLMEndpoint
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from questions import ASKED, DIMENSIONS, HELLO, TEXTS, TOLD, WEATHER, get_weather, nearest

MODEL = "ERNIE-3.5-8K"
ROOT = Path(__file__).parent.parent.parent
ANSWER = f"你好！我收到了你的消息：“你好”。这是千帆模拟器代替 {MODEL} 作出的回答。"


@pytest.fixture(autouse=True, params=["qianfan", "qianfan_typed"])
def package(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What they find as `qianfan`."""
    for folder in (ROOT, ROOT / "generated"):
        monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(sys.modules, "qianfan", importlib.import_module(request.param))
    return str(request.param)


def test_chat() -> None:
    reply = QianfanChatEndpoint(model=MODEL).invoke(HELLO)
    assert reply.text.startswith(ANSWER)


def test_stream() -> None:
    chat = QianfanChatEndpoint(model=MODEL)
    pieces = [piece.text for piece in chat.stream(HELLO)]
    assert len(pieces) > 3
    assert "".join(pieces) == chat.invoke(HELLO).text


def test_tool_loop() -> None:
    weather = tool(get_weather)
    chat = QianfanChatEndpoint(model=MODEL).bind_tools([weather])
    messages: list[Any] = [HumanMessage(WEATHER)]
    messages.append(chat.invoke(messages))
    for call in messages[-1].tool_calls:
        messages.append(ToolMessage(weather.invoke(call["args"]), name=call["name"], tool_call_id=call["id"]))
    assert ASKED == ["示例"]
    # It sends what the tool says as JSON in ASCII.
    assert json.dumps(TOLD).strip('"') in chat.invoke(messages).text


def test_llm() -> None:
    llm = QianfanLLMEndpoint(model=MODEL)
    whole = llm.invoke(HELLO)
    assert whole.startswith(ANSWER)
    assert "".join(llm.stream(HELLO)) == whole


def test_embeddings() -> None:
    found = QianfanEmbeddingsEndpoint(model="bge-large-zh").embed_documents(TEXTS)
    assert [len(one) for one in found] == [DIMENSIONS] * 3
    assert nearest(found) == 1


def test_asked_for_a_stream() -> None:
    whole = QianfanChatEndpoint(model=MODEL, streaming=True, top_p=0.5, init_kwargs={"retry_count": 2}).invoke(HELLO)
    assert whole.text.startswith(ANSWER)


def test_refused(package: str) -> None:
    errors = importlib.import_module(f"{package}.errors")
    refused = errors.APIError if package == "qianfan" else errors.InvalidRequest
    with pytest.raises(refused) as caught:
        QianfanChatEndpoint(model=MODEL, temperature=1.5).invoke(HELLO)
    if package == "qianfan":
        assert caught.value.error_code == 336003
    else:
        assert [one.pointer for one in caught.value.violations] == ["/temperature"]
