"""Replies that are not as documented are not lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import attrs
import msgspec
import pytest

from qianfan_api.operations import V1_CHAT, V2_CHAT
from qianfan_typed.core.decoding import decode


def v1(**fields: Any) -> Any:
    return decode(V1_CHAT.reply, json.dumps({"id": "as-1", "result": "你好", **fields}).encode())


def v2(**fields: Any) -> Any:
    return decode(V2_CHAT.reply, json.dumps({"id": "as-1", "model": "m", **fields}).encode())


def test_a_documented_reply() -> None:
    reply = v1(usage={"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}, unknown={"x": [1]})
    assert (reply.result, reply.usage.total_tokens) == ("你好", 3)


def test_missing_fields_have_their_defaults() -> None:
    reply = v1()
    assert (reply.created, reply.finish_reason, reply.usage.total_tokens) == (0, None, 0)


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"created": None}, lambda reply: reply.created == 0),
        ({"created": "1700000000"}, lambda reply: reply.created == 1700000000),
        ({"created": {"at": 1}}, lambda reply: reply.created == {"at": 1}),
        ({"is_truncated": None}, lambda reply: reply.is_truncated is False),
        ({"flag": "high"}, lambda reply: reply.flag == "high"),
        ({"usage": None}, lambda reply: reply.usage.total_tokens == 0),
        ({"usage": [1]}, lambda reply: reply.usage.total_tokens == 0),
        ({"usage": {"total_tokens": 3, "prompt_tokens": None}}, lambda reply: reply.usage.total_tokens == 3),
        ({"search_info": {"search_results": [{"index": 1}, None, {"index": "x", "url": "u"}]}},
         lambda reply: [(one.index, one.url) for one in reply.search_info.search_results] == [(1, ""), ("x", "u")]),
        ({"search_info": 7}, lambda reply: reply.search_info is None),
        ({"is_truncated": "true"}, lambda reply: reply.is_truncated is True),
        ({"finish_reason": ["a", 1]}, lambda reply: reply.finish_reason == '["a", 1]'),
        ({"function_call": {"name": "f", "arguments": ["上海"]}},
         lambda reply: reply.function_call.arguments == '["上海"]'),
    ],
)  # fmt: skip
def test_a_field_that_is_not_as_documented_does_not_lose_the_rest(fields: dict[str, Any], read: Any) -> None:
    reply = v1(**fields)
    assert (reply.id, reply.result) == ("as-1", "你好")
    assert read(reply), reply


def test_deep_inside_too() -> None:
    reply = v2(choices=[{"index": None, "message": {"content": "hi", "tool_calls": [{"id": 7, "function": None}]}}])
    message = reply.choices[0].message
    assert (message.content, message.tool_calls[0].function.name) == ("hi", "")


def test_nothing_at_all_as_documented_is_still_a_reply() -> None:
    for operation in (V1_CHAT, V2_CHAT):
        for kind in (operation.reply, operation.chunk):
            assert kind is not None
            names = [field.name for field in attrs.fields(kind)]
            for wrong in (None, [], {}, 1.5, "x", [None], {"a": None}):
                decode(kind, json.dumps(dict.fromkeys(names, wrong)).encode())


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"', b"null", b'{"id": "as-1"', b"\xff"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(V1_CHAT.reply, body)


AT_ONCE = """
import sys, threading
from qianfan_api.v2.chat.types import ChatChunk, ChatReply
from qianfan_typed.core.decoding import decoder_of
sys.setswitchinterval(1e-6)
together = threading.Barrier(16)
def first(kind):
    together.wait()
    decoder_of(kind)(b'{"id":"a","choices":[]}')
threads = [threading.Thread(target=first, args=(kind,)) for kind in (ChatReply, ChatChunk) * 8]
for one in threads: one.start()
for one in threads: one.join()
"""


@pytest.mark.parametrize("turn", range(8))
def test_the_first_replies_of_a_process_may_come_to_many_threads_at_once(turn: int) -> None:
    # What reads JSON crashes, one time in two, where two threads have it look at a class for the first time.
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", AT_ONCE], env=environ, check=False).returncode == 0
