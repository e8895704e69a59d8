"""Answers on demand: texts, objects, calls of functions, reasoning, ends, flags; and what is recorded of requests."""

from __future__ import annotations

import time
from typing import Any, NamedTuple, TypedDict

import attrs
import pydantic
import pytest

from qianfan_typed import user
from qianfan_typed.emulator import Emulator, Recorded
from qianfan_typed.errors import NotFound, ReadTimeout, TransportError

HELLO = [user("你好")]


@attrs.frozen
class Weather:
    city: str
    degrees: float


class Dict(TypedDict):
    city: str
    degrees: float


class Row(NamedTuple):
    city: str
    degrees: float


class Model(pydantic.BaseModel):
    city: str
    degrees: float


def test_several_come_one_after_the_other_and_then_the_emulators_own(emulator: Emulator) -> None:
    emulator.answer_with("一", "二", times=2)
    with emulator.client() as client:
        said = [client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).text for _ in range(5)]
    assert said[:4] == ["一", "二", "一", "二"]
    assert said[4].startswith("你好！我收到了你的消息")


@pytest.mark.parametrize("kind", [Weather, Dict, Row, Model])
def test_an_object_is_what_parse_reads_however_the_model_is_asked(emulator: Emulator, kind: Any) -> None:
    value = kind(city="上海", degrees=21.5)
    with emulator.client() as client:
        # By its schema, by a function that it must call, by words.
        for handle in (client.v2.chat.ernie_4_5_turbo_128k, client.v1.chat.ernie_3_5_8k, client.v1.chat.ernie_4_0_8k):
            emulator.answer_with(value)
            assert handle.parse(HELLO, into=kind).parsed == value


def test_so_is_a_list(emulator: Emulator) -> None:
    said = [Weather("上海", 21.0), Weather("北京", 9.0)]
    with emulator.client() as client:
        for handle in (client.v2.chat.ernie_4_5_turbo_128k, client.v1.chat.ernie_3_5_8k):
            emulator.answer_with(said)
            assert handle.parse(HELLO, into=list[Weather]).parsed == said


def test_what_json_cannot_say_is_refused_at_once(emulator: Emulator) -> None:
    with pytest.raises(TypeError, match="object: cannot be an answer: Encoding objects of type object is unsupported"):
        emulator.answer_with(object())


def test_calls_of_functions_that_nobody_offered(emulator: Emulator) -> None:
    with emulator.client() as client:
        emulator.answer_with(None, tool_calls=[("f", {"city": "上海"}), ("g", "{broken")])
        message = client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).choices[0].message
        assert [(one.function.name, one.function.arguments) for one in message.tool_calls or []] == [
            ("f", '{"city": "上海"}'),
            ("g", "{broken"),
        ]
        emulator.answer_with(tool_calls=[("f", {}), ("g", {})])
        reply = client.v1.chat.ernie_3_5_8k.create(HELLO)
        assert reply.function_call is not None
        assert (reply.function_call.name, reply.result) == ("f", "")


def test_a_text_stands_beside_calls(emulator: Emulator) -> None:
    emulator.answer_with("我查一下。", tool_calls=[("f", {})], times=2)
    with emulator.client() as client:
        chat = client.v2.chat.ernie_4_5_turbo_128k
        whole = chat.create(HELLO)
        with chat.stream(HELLO) as stream:
            list(stream)
            streamed = stream.reply()
    for reply in (whole, streamed):
        assert reply.text == "我查一下。"
        calls: Any = reply.to_message().get("tool_calls")
        assert [one["function"]["name"] for one in calls] == ["f"]


def test_reasoning_and_why_it_ends(emulator: Emulator) -> None:
    emulator.answer_with("上海今天", reasoning="先查天气。", finish_reason="length")
    emulator.answer_with(finish_reason="content_filter")
    with emulator.client() as client:
        choice = client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).choices[0]
        assert (choice.message.content, choice.message.reasoning_content) == ("上海今天", "先查天气。")
        assert choice.finish_reason == "length"
        reply = client.v1.chat.ernie_3_5_8k.create(HELLO)
        assert (reply.finish_reason, reply.result[:3]) == ("content_filter", "你好！")


def test_a_flag_of_this_answer(emulator: Emulator) -> None:
    emulator.answer_with("一", flag=2)
    emulator.answer_with(flag=3)
    with emulator.client() as client:
        choice = client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).choices[0]
        assert (choice.message.content, choice.flag, choice.finish_reason) == ("一", 2, "content_filter")
        reply = client.v1.chat.ernie_3_5_8k.create(HELLO)
        assert (reply.flag, reply.need_clear_history) == (3, True)


def test_requests_for_tokens_stand_apart(emulator: Emulator) -> None:
    with emulator.client() as client:
        client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
    assert [one.path for one in emulator.token_calls] == ["/v1/BCE-BEARER/token"]
    assert [one.path for one in emulator.calls] == ["/v2/chat/completions"]
    assert [*emulator.token_calls, *emulator.calls] == emulator.requests


def test_what_became_of_each_is_recorded(emulator: Emulator) -> None:
    emulator.fail_next(status=404)
    with emulator.client() as client:
        chat = client.v2.chat.ernie_4_5_turbo_128k
        with pytest.raises(NotFound):
            chat.create(HELLO)
        list(chat.stream(HELLO))
    assert [(one.status, one.client_left) for one in emulator.calls] == [(404, False), (200, False)]
    assert emulator.calls[-1].json()["messages"][0]["content"] == "你好"


def settled(emulator: Emulator) -> Recorded:
    """The last request, once it is seen that the client has left."""
    until = time.monotonic() + 20
    while not emulator.calls[-1].client_left and time.monotonic() < until:
        time.sleep(0.01)
    return emulator.calls[-1]


def test_a_client_that_leaves_before_the_reply(emulator: Emulator) -> None:
    with emulator.client() as client:
        client.v2.models.list()  # For the token.
        emulator.slow(0.5)
        with pytest.raises(ReadTimeout):
            client.v2.chat.ernie_4_5_turbo_128k.create(HELLO, timeout=0.05)
        seen = settled(emulator)
    assert (seen.client_left, seen.status) == (True, None)


def test_a_client_that_leaves_a_stream(emulator: Emulator) -> None:
    emulator.slow(0.05)
    with emulator.client() as client:
        with client.v2.chat.ernie_4_5_turbo_128k.stream(HELLO) as stream:
            next(iter(stream))
        seen = settled(emulator)
    assert (seen.client_left, seen.status) == (True, 200)


def test_a_connection_that_the_emulator_drops_was_left_by_nobody(emulator: Emulator) -> None:
    emulator.drop_connection(2)
    with emulator.client() as client, pytest.raises(TransportError):
        client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
    assert (emulator.calls[-1].client_left, emulator.calls[-1].status) == (False, None)
