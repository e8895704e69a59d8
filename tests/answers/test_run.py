"""Runs: functions are called for the model until it answers; on V1 and V2, sync and async."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from qianfan_typed import Qianfan, errors, user
from qianfan_typed.answers.tools import function_tool
from qianfan_typed.emulator import Emulator
from tests.answers.conftest import Talker

ASK = [user("用 get_weather 查上海的天气")]


@function_tool
def get_weather(city: str) -> dict[str, Any]:
    """The weather of a city."""
    return {"city": city, "degrees": 21}


async def get_sky(city: str) -> str:
    """The sky over a city."""
    await asyncio.sleep(0)
    return "晴"


def breaks(city: str) -> str:
    """Always fails."""
    raise LookupError(f"没有 {city}")


def sent(emulator: Emulator) -> list[Any]:
    return [one.json() for one in emulator.requests if "chat" in one.path]


def test_a_function_is_called_and_its_result_told(talk: Talker, emulator: Emulator) -> None:
    found = talk(talk.handle.run(ASK, tools=[get_weather], temperature=0.5))
    [call] = found.calls
    city = json.loads(call.arguments)["city"]
    assert (call.turn, call.name, call.result, call.error) == (1, "get_weather", {"city": city, "degrees": 21}, None)
    assert call.told == json.dumps({"city": city, "degrees": 21}, ensure_ascii=False, separators=(",", ":"))
    assert "degrees" in found.reply.text
    assert found.replies[-1] is found.reply
    asked, told = sent(emulator)
    assert (asked["messages"], asked["temperature"], told["temperature"]) == (ASK, 0.5, 0.5)
    assert told["messages"] == found.messages[:-1]
    assert [message["role"] for message in found.messages] == [
        *("user", "assistant", "function" if talk.dialect == "v1" else "tool", "assistant")
    ]


def test_the_conversation_goes_on_with_the_history(talk: Talker) -> None:
    found = talk(talk.handle.run(ASK, tools=[get_weather]))
    assert talk(talk.handle.create([*found.messages, user("谢谢")])).text


@pytest.mark.parametrize("function", [get_weather, get_weather.function, get_sky], ids=["tool", "plain", "async"])
def test_functions_may_be_plain_or_async(talk: Talker, function: Any) -> None:
    found = talk(talk.handle.run([user("?")], tools=[function]))
    assert [call.error for call in found.calls] == [None]


def test_no_call_is_an_answer(talk: Talker, emulator: Emulator) -> None:
    emulator.answer_with("你好")
    found = talk(talk.handle.run(ASK, tools=[get_weather]))
    assert (found.reply.text, found.calls, len(found.replies)) == ("你好", [], 1)


def test_the_model_is_told_of_an_exception(talk: Talker) -> None:
    found = talk(talk.handle.run([user("?")], tools=[breaks]))
    [call] = found.calls
    assert isinstance(call.error, LookupError)
    assert json.loads(call.told) == {"error": f"LookupError: {call.error}"}


def test_or_the_caller_is(talk: Talker) -> None:
    with pytest.raises(LookupError, match=r"^没有 "):
        talk(talk.handle.run([user("?")], tools=[breaks], on_error="raise"))


def test_arguments_that_do_not_fit_are_told_and_not_called(talk: Talker, emulator: Emulator) -> None:
    called: list[str] = []

    def get_weather(city: int) -> str:
        called.append(str(city))
        return "晴"

    tool = function_tool(get_weather)
    tool.parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    found = talk(talk.handle.run([user("?")], tools=[tool], on_error="raise"))
    said = "the arguments of get_weather do not fit: /city: Expected `int`, got `str`"
    assert json.loads(found.calls[0].told) == {"error": said}
    assert called == []


def test_a_model_that_goes_on_calling_runs_out_of_turns(talk: Talker) -> None:
    with pytest.raises(errors.TurnsExceeded) as caught:
        talk(talk.handle.run(ASK, tools=[get_weather], max_turns=1))
    assert str(caught.value) == "no answer in 1 turn: the last one called get_weather; max_turns= allows more"
    assert len(caught.value.messages) == 3
    assert caught.value.calls[0].name == "get_weather"


def test_calls_of_one_turn_run_at_the_same_time(emulator: Emulator) -> None:
    both = threading.Barrier(2, timeout=20)

    def first(city: str) -> str:
        both.wait()
        return "1"

    def second(city: str) -> str:
        both.wait()
        return "2"

    with Qianfan() as client:
        found = client.v2.chat.ernie_4_5_turbo_128k.run([user("first second")], tools=[first, second])
    assert [(call.name, call.told, call.error) for call in found.calls] == [("first", "1", None), ("second", "2", None)]


def test_coroutines_of_one_turn_run_at_the_same_time(emulator: Emulator) -> None:
    from qianfan_typed import AsyncQianfan

    async def main() -> list[Any]:
        came = asyncio.Event()

        async def first(city: str) -> str:
            await asyncio.wait_for(came.wait(), 20)
            return "1"

        async def second(city: str) -> str:
            came.set()
            return "2"

        async with AsyncQianfan() as client:
            handle = client.v2.chat.ernie_4_5_turbo_128k
            return [*(await handle.run([user("first second")], tools=[first, second])).calls]

    assert [(call.name, call.told) for call in asyncio.run(main())] == [("first", "1"), ("second", "2")]


def test_a_function_that_is_not_there_is_told(talk: Talker, emulator: Emulator) -> None:
    tool = function_tool(get_weather.function, name="other")
    tool.name = "get_sun"
    offered = function_tool(get_weather.function)
    from qianfan_typed.answers.dialects import FunctionCall
    from qianfan_typed.answers.run import (  # what no emulated model does: it calls only what it is offered
        Due,
        Outcome,
        _told,
    )

    called = _told(1, Due(FunctionCall("get_sun", "{}"), None), Outcome(), "raise", {"get_weather": offered})
    assert json.loads(called.told) == {"error": "no function is called get_sun; there are get_weather"}


def test_what_cannot_be_written_as_json_is_the_callers_mistake(talk: Talker) -> None:
    def get_weather(city: str) -> object:
        return object()

    with pytest.raises(TypeError, match=r"^get_weather: what it returned cannot be written as JSON: "):
        talk(talk.handle.run(ASK, tools=[get_weather]))


def test_an_empty_text_is_told_as_json(talk: Talker) -> None:
    def get_weather(city: str) -> str:
        return ""

    assert talk(talk.handle.run(ASK, tools=[get_weather])).calls[0].told == '""'


def test_two_functions_of_one_name_are_refused(talk: Talker) -> None:
    with pytest.raises(TypeError, match=r"^tools: two functions are called get_weather; give one of them name=$"):
        talk(talk.handle.run(ASK, tools=[get_weather, get_weather.function]))


def test_no_functions_are_refused(talk: Talker) -> None:
    with pytest.raises(TypeError, match=r"^tools: none is given; use create\(\) for an answer without them$"):
        talk(talk.handle.run(ASK, tools=[]))


def test_the_openai_like_entry_runs_too(emulator: Emulator) -> None:
    with Qianfan() as client:
        found = client.chat.completions.run(model="ernie-4.5-turbo-128k", messages=ASK, tools=[get_weather])
        assert [call.name for call in found.calls] == ["get_weather"]
        with pytest.raises(errors.InvalidRequest, match=r"^ernie-novel-8k"):
            client.chat.completions.run(model="ernie-novel-8k", messages=[], tools=[get_weather])


def test_a_handle_whose_models_call_no_functions_says_which_do(emulator: Emulator) -> None:
    with Qianfan() as client, pytest.raises(AttributeError) as caught:
        getattr(client.v1.chat.ernie_4_0_8k, "run")  # noqa: B009  (a type checker knows that it is not there)
    assert str(caught.value).startswith("Ernie40Chat has no run")
