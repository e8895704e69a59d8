"""What may stand in a conversation beside messages: replies, their messages, choices, and what OpenAI gives."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from qianfan_typed import Qianfan, system, trim, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import InvalidRequest
from tests.answers.conftest import Talker

HELLO = [user("你好")]


def sent(emulator: Emulator) -> list[dict[str, Any]]:
    body: Any = emulator.requests[-1].json()
    return list(body["messages"])


def test_a_reply_stands_for_its_message(talk: Talker, emulator: Emulator) -> None:
    reply = talk(talk.handle.create(HELLO))
    talk(talk.handle.create([*HELLO, reply, user("还有呢？")]))
    assert sent(emulator) == [*HELLO, {"role": "assistant", "content": reply.text}, user("还有呢？")]


@pytest.mark.parametrize("validate", ["error", "warn", "off"])
def test_so_it_does_however_requests_are_checked(talk: Talker, emulator: Emulator, validate: str) -> None:
    reply = talk(talk.handle.create(HELLO))
    talk(talk.handle.create([*HELLO, reply, user("还有呢？")], validate=validate))
    assert sent(emulator)[1] == {"role": "assistant", "content": reply.text}


def test_the_message_and_the_choice_of_a_reply_do_too(emulator: Emulator) -> None:
    with Qianfan() as client:
        chat = client.v2.chat.ernie_4_5_turbo_128k
        reply = chat.create(HELLO)
        chat.create([*HELLO, reply.choices[0].message, user("1"), reply.choices[0], user("2")])
        said = {"role": "assistant", "content": reply.text}
        assert sent(emulator) == [*HELLO, said, user("1"), said, user("2")]
        client.v2.chat.endpoint("mine").create([*HELLO, reply, user("1")])
        assert sent(emulator)[1] == said


def test_calls_of_tools_go_back_as_they_came(emulator: Emulator) -> None:
    tool: Any = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    with Qianfan() as client:
        chat = client.v2.chat.ernie_4_5_turbo_128k
        reply = chat.create(HELLO, tools=[tool])
        calls = reply.choices[0].message.tool_calls or []
        chat.create([*HELLO, reply, {"role": "tool", "tool_call_id": calls[0].id, "content": "1"}], tools=[tool])
    assert sent(emulator)[1] == reply.to_message()


def test_messages_of_openai_do_as_objects_and_as_dicts(emulator: Emulator) -> None:
    with openai.OpenAI(base_url=emulator.url + "/v2", api_key=emulator.bearer_token) as other:
        completion = other.chat.completions.create(
            model="ernie-4.5-turbo-128k", messages=[{"role": "user", "content": "你好"}]
        )
    message = completion.choices[0].message
    told: Any = [message, {**message.model_dump(), "annotations": []}]
    with Qianfan() as client:
        for one in told:
            client.v2.chat.ernie_4_5_turbo_128k.create([*HELLO, one, user("还有呢？")])
            assert sent(emulator)[1] == {"role": "assistant", "content": message.content}


@pytest.mark.parametrize("validate", ["error", "warn", "off"])
def test_members_that_are_null_are_not_sent(talk: Talker, emulator: Emulator, validate: str) -> None:
    said: Any = {"role": "assistant", "content": "x", "refusal": None, "tool_calls": None}
    history = [*HELLO, said, user("还有呢？")]
    talk(talk.handle.create(history, validate=validate))
    assert sent(emulator) == [*HELLO, {"role": "assistant", "content": "x"}, user("还有呢？")]
    assert said == {"role": "assistant", "content": "x", "refusal": None, "tool_calls": None}


def test_so_are_they_not_on_openais_entry(emulator: Emulator) -> None:
    said: Any = {"role": "assistant", "content": "x", "refusal": None, "tool_calls": None}
    with Qianfan() as client:
        client.chat.completions.create(model="deepseek-v3", messages=[*HELLO, said, user("1")])
    assert sent(emulator)[1] == {"role": "assistant", "content": "x"}


def test_content_that_is_null_is_sent(emulator: Emulator) -> None:
    call: Any = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    said: Any = {"role": "assistant", "content": None, "tool_calls": [call], "name": None}
    with Qianfan() as client:
        result: Any = {"role": "tool", "tool_call_id": "c", "content": "null"}
        client.v2.chat.ernie_4_5_turbo_128k.create([*HELLO, said, result], validate="off")
    assert sent(emulator)[1:] == [{"role": "assistant", "content": None, "tool_calls": [call]}, result]


def test_what_is_wrong_beside_a_reply_is_still_told(talk: Talker) -> None:
    reply = talk(talk.handle.create(HELLO))
    with pytest.raises(InvalidRequest, match=r"/messages/0/content"):
        talk(talk.handle.create([user(""), reply, user("1")]))


def test_a_conversation_with_replies_is_trimmed(talk: Talker) -> None:
    reply = talk(talk.handle.create(HELLO))
    kept = trim([system("s"), *HELLO, reply, user("1")], model=talk.handle.model)
    assert kept == [system("s"), *HELLO, {"role": "assistant", "content": reply.text}, user("1")]


def test_the_list_of_the_caller_stays_as_it_is(talk: Talker) -> None:
    reply = talk(talk.handle.create(HELLO))
    history = [*HELLO, reply, user("1")]
    talk(talk.handle.create(history))
    assert history[1] is reply
