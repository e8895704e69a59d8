"""`Function` and models that are told of functions in the first message: what is sent, and the call that is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qianfan_typed as qianfan
from qianfan_api.v1.chat.types import ChatChunk
from qianfan_typed.core.decoding import decode
from qianfan_typed.emulator import Emulator
from qianfan_typed.sdk.functions_in_text import CallPieces

pytestmark = pytest.mark.anyio
FUNCTIONS: list[Any] = [
    {
        "name": "get_weather",
        "description": "天气",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]
HISTORY: list[dict[str, Any]] = [{"role": "user", "content": "上海天气？"}]


def sent(emulator: Emulator) -> Any:
    return emulator.requests[-1].json()


def test_functions_go_into_the_first_message_and_the_call_comes_back(emulator: Emulator) -> None:
    response = qianfan.Function().do(HISTORY, functions=FUNCTIONS)
    assert set(sent(emulator)) == {"messages"}
    [message] = sent(emulator)["messages"]
    assert message["role"] == "user"
    assert '名称：get_weather\n描述：天气\n参数：{"type":"object"' in message["content"]
    assert message["content"].endswith("问题：上海天气？")
    assert (response["result"], response["function_call"]["name"]) == ("", "get_weather")
    call = response.reply.function_call
    assert call is not None
    assert "city" in call.arguments
    assert HISTORY == [{"role": "user", "content": "上海天气？"}]


def test_the_result_goes_back_as_text(emulator: Emulator) -> None:
    messages = qianfan.Messages(HISTORY)
    function = qianfan.Function()
    messages.append(function.do(messages, functions=FUNCTIONS))
    messages.append('{"sky": "晴"}')
    response = function.do(messages, functions=FUNCTIONS)
    first, call, result = sent(emulator)["messages"]
    assert first["content"].endswith("问题：上海天气？")
    assert call["role"] == "assistant"
    assert call["content"].startswith("Action: get_weather\nAction Input: {")
    assert result == {"role": "user", "content": '{"sky": "晴"}'}
    assert response["result"]
    assert response.reply.function_call is None


async def test_the_pieces_of_a_call_come_as_one(emulator: Emulator) -> None:
    [piece] = list(qianfan.Function().do(HISTORY, functions=FUNCTIONS, stream=True))
    assert piece.reply.function_call is not None
    assert (piece["result"], piece["is_end"]) == ("", True)
    pieces = [one async for one in await qianfan.Function().ado(HISTORY, functions=FUNCTIONS, stream=True)]
    assert [one["function_call"]["name"] for one in pieces] == ["get_weather"]


def test_an_answer_streams_as_it_comes(emulator: Emulator) -> None:
    emulator.answer_with("Actually, it is sunny.")
    pieces = list(qianfan.Function().do(HISTORY, functions=FUNCTIONS, stream=True))
    assert "".join(piece["result"] for piece in pieces) == "Actually, it is sunny."
    assert len(pieces) > 1


def test_other_models_get_functions_as_such(emulator: Emulator) -> None:
    qianfan.Function(model="ERNIE-3.5-8K").do(HISTORY, functions=FUNCTIONS)
    assert sent(emulator)["functions"] == FUNCTIONS
    qianfan.Function(model="ERNIE-Functions-8K").do(HISTORY)
    assert sent(emulator) == {"messages": HISTORY}


class _Read:
    """Pieces that were read before."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __iter__(self) -> Any:
        return (decode(ChatChunk, qianfan_json(text)) for text in self._texts)

    def close(self) -> None:
        pass


def qianfan_json(text: str) -> bytes:
    import msgspec

    return msgspec.json.encode({"result": text, "is_end": False})


@given(st.lists(st.text(alphabet="Action: Input\n你{}", max_size=6), max_size=8))
def test_no_text_is_lost_however_it_is_cut(texts: list[str]) -> None:
    pieces = list(CallPieces(_Read(texts)))
    if not any(piece.function_call for piece in pieces):
        assert "".join(piece.result for piece in pieces) == "".join(texts)
