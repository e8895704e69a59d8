"""Streams as whole replies, texts and messages; sent at the same moment, sync and async."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from qianfan_api.handles import Target
from qianfan_api.reply import Meta
from qianfan_api.v1.chat.operation import V1_CHAT
from qianfan_api.v1.chat.types import ChatReply as V1Reply
from qianfan_api.v2.chat.operation import V2_CHAT
from qianfan_api.v2.chat.types import ChatReply
from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.core.assembly import assembled
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import RateLimited, SentError, StreamCut
from tests.answers.conftest import Talker

HELLO = [user("你好")]
META = Meta(status=200, headers={}, request_id=None, started=0.0, request_latency=0.0, total_latency=0.0)
WEATHER = {"name": "get_weather", "description": "…", "parameters": {"type": "object", "properties": {}}}


def without_times(reply: Any) -> dict[str, Any]:
    """What a stream says as well: no usage unless asked for, and no flag of an answer that is safe."""
    said = {name: value for name, value in reply.to_dict().items() if name not in ("id", "created", "usage")}
    if "choices" in said:
        safe = ({n: v for n, v in one.items() if (n, v) != ("flag", 0)} for one in said["choices"])
        said["choices"] = list(safe)
    return said


def test_the_whole_reply_of_a_stream_is_that_of_a_call(talk: Talker) -> None:
    stream = talk.handle.stream(HELLO)
    reply = talk(stream.reply())
    whole = talk(talk.handle.create(HELLO))
    assert without_times(reply) == without_times(whole)
    assert (type(reply), reply.text) == (type(whole), whole.text)
    assert talk(stream.reply()) is reply


def test_the_reply_has_what_was_read_before_too(talk: Talker) -> None:
    stream = talk.handle.stream(HELLO)
    first = talk(stream.__anext__()) if talk.loop else next(stream)
    rest = talk.all(stream.text())
    assert all(rest)
    assert first.text + "".join(rest) == talk(stream.reply()).text
    assert stream.meta == talk(stream.reply()).meta


def test_a_stream_that_calls_a_function_comes_together_as_a_message(talk: Talker) -> None:
    if talk.dialect == "v1":
        asked: dict[str, Any] = {"functions": [WEATHER]}
    else:
        asked = {"tools": [{"type": "function", "function": WEATHER}]}
    message = talk(talk.handle.stream([user("get_weather")], **asked).to_message())
    assert message == talk(talk.handle.create([user("get_weather")], **asked)).to_message()
    call = message["function_call"] if talk.dialect == "v1" else message["tool_calls"][0]["function"]
    assert (call["name"], json.loads(call["arguments"])) == ("get_weather", {})


def test_usage_comes_with_the_reply_where_it_was_asked_for(emulator: Emulator) -> None:
    with Qianfan() as client:
        stream = client.v2.chat.ernie_4_5_turbo_128k.stream(HELLO, stream_options={"include_usage": True})
        assert stream.reply().usage == client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).usage


def test_reasoning_comes_with_the_reply(emulator: Emulator) -> None:
    with Qianfan() as client:
        stream = client.v2.chat.ernie_x1_turbo_32k.stream(HELLO)
        thought = "".join(piece.reasoning for piece in stream)
        assert thought
        assert stream.reply().reasoning == thought


def test_a_cut_stream_gives_no_reply(talk: Talker, emulator: Emulator) -> None:
    emulator.cut_stream_after(2)
    stream = talk.handle.stream(HELLO)
    with pytest.raises(StreamCut):
        talk(stream.reply())
    with pytest.raises(StreamCut) as again:
        talk(stream.reply())
    assert again.value.received == 2


def test_an_error_in_a_stream_is_raised_again_by_its_reply(talk: Talker, emulator: Emulator) -> None:
    emulator.error_in_stream(18 if talk.dialect == "v1" else "rpm_rate_limit_exceeded", after=2)
    stream = talk.handle.stream(HELLO)
    with pytest.raises(RateLimited):
        talk.all(stream)
    with pytest.raises(RateLimited):
        talk(stream.reply())


def test_a_stream_closed_early_gives_no_reply(talk: Talker) -> None:
    stream = talk.handle.stream(HELLO)
    talk(stream.__anext__()) if talk.loop else next(stream)
    talk(stream.aclose()) if talk.loop else stream.close()
    with pytest.raises(StreamCut, match=r"^the stream was closed after 1 pieces, before its end"):
        talk(stream.reply())


def test_awaiting_a_stream_raises_what_the_platform_refuses(emulator: Emulator) -> None:
    async def main() -> None:
        async with AsyncQianfan(max_attempts=1) as client:
            handle = client.v2.chat.ernie_4_5_turbo_128k
            emulator.fail_next(status=429)
            with pytest.raises(RateLimited):
                await handle.stream(HELLO)
            emulator.fail_next(status=429)
            with pytest.raises(RateLimited):
                async with handle.stream(HELLO):
                    raise AssertionError("entered")
            emulator.fail_next(status=429)
            with pytest.raises(RateLimited):
                await client.chat.completions.create(model="ernie-4.5-turbo-128k", messages=HELLO, stream=True)
            stream = await handle.stream(HELLO)
            sent = len(emulator.requests)
            assert [piece.text async for piece in stream]
            assert len(emulator.requests) == sent
            async for piece in handle.stream(HELLO):
                assert piece.id

    asyncio.run(main())


def test_a_failed_await_is_raised_again(emulator: Emulator) -> None:
    async def main() -> None:
        async with AsyncQianfan(max_attempts=1) as client:
            emulator.fail_next(status=429)
            stream = client.v2.chat.ernie_4_5_turbo_128k.stream(HELLO)
            for _ in range(2):
                with pytest.raises(SentError):
                    await stream.reply()

    asyncio.run(main())


# --- assembly: deltas of every shape ---


def together(*pieces: dict[str, Any]) -> ChatReply:
    target = Target(operation=V2_CHAT, name="x")
    return assembled(target, [json.dumps(piece).encode() for piece in pieces], META)


def choice(**delta: Any) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def test_calls_are_merged_by_index_whatever_their_order() -> None:
    reply = together(
        choice(role="assistant", content=None),
        choice(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": '{"x"'}}]),
        choice(tool_calls=[{"index": 1, "id": "b", "type": "function", "function": {"name": "g"}}]),
        choice(tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}]),
        choice(tool_calls=[{"index": 1, "function": {"arguments": "{}"}}]),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
        {"choices": [], "usage": {"total_tokens": 7}},
    )
    calls = reply.choices[0].message.tool_calls or []
    assert [(one.id, one.type, one.function.name, one.function.arguments) for one in calls] == [
        ("a", "function", "f", '{"x": 1}'),
        ("b", "function", "g", "{}"),
    ]
    assert (reply.choices[0].finish_reason, reply.usage.total_tokens) == ("tool_calls", 7)
    assert reply.object == "chat.completion"


def test_choices_come_together_by_index_and_unknown_members_are_kept() -> None:
    reply = together(
        {"choices": [{"index": 1, "delta": {"content": "b"}}], "new": 1},
        {"choices": [{"index": 0, "delta": {"content": "a", "extra": {"k": "v"}}}]},
        {"choices": [{"index": 1, "delta": {"content": "B"}, "flag": 2}], "new": 2},
    )
    assert {one.index: one.message.content for one in reply.choices} == {1: "bB", 0: "a"}
    assert reply["new"] == 2
    assert reply["choices"][1]["message"]["extra"] == {"k": "v"}
    assert reply["choices"][0]["flag"] == 2


def test_log_probabilities_of_v1_pieces_are_joined() -> None:
    pieces = [{"result": word, "logprobs": {"content": [{"token": word}]}, "is_end": word == "b"} for word in "ab"]
    reply: V1Reply = assembled(
        Target(operation=V1_CHAT, name="x"), [json.dumps(piece).encode() for piece in pieces], META
    )
    assert reply.logprobs is not None
    assert [one.token for one in reply.logprobs.content] == ["a", "b"]
    assert "is_end" not in reply
