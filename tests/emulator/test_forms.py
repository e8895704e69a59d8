"""Forms: with a seed, replies take turns in the forms that the platform's samples show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qianfan_typed import Qianfan, user
from qianfan_typed.emulator import Emulator
from tests.emulator.calling import Caller

MANY = 24


@pytest.fixture
def varied() -> Iterator[Caller]:
    with Emulator(vary=7) as emulator:
        made = Caller(emulator)
        yield made
        made.pool.close()


def test_v1_streams_come_in_every_form_and_with_the_same_text(varied: Caller) -> None:
    whole = varied.v1().json["result"]
    streams: list[Any] = [varied.v1(stream=True).events for _ in range(MANY)]
    assert {"".join(chunk["result"] for chunk in chunks) for chunks in streams} == {whole}
    assert {bool(chunks[-1]["result"]) for chunks in streams} == {True, False}
    assert {"finish_reason" in chunks[-1] for chunks in streams} == {True, False}
    spent = [[chunk["usage"]["completion_tokens"] for chunk in chunks[:-1]] for chunks in streams]
    assert {len(set(counts)) > 1 for counts in spent} == {True, False}
    assert {counts[0] > 0 for counts in spent} == {True, False}
    assert len({chunks[-1]["usage"]["completion_tokens"] for chunks in streams}) == 1


def test_v2_streams_come_in_every_form_and_with_the_same_text(varied: Caller) -> None:
    streams: list[Any] = [varied.v2(stream=True).events[:-1] for _ in range(MANY)]
    assert len({"".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks) for chunks in streams}) == 1
    assert {"role" in chunks[0]["choices"][0]["delta"] for chunks in streams} == {True, False}
    assert all(chunks[0]["choices"][0]["delta"]["content"] for chunks in streams)
    assert {chunks[-1]["choices"][0]["finish_reason"] for chunks in streams} == {"stop", "normal"}
    assert not any("flag" in chunk["choices"][0] for chunks in streams for chunk in chunks)


def test_a_seed_gives_the_same_replies(varied: Caller) -> None:
    first = [varied.v1(stream=True).body for _ in range(4)]
    varied.emulator.reset()
    varied.emulator.clock = lambda: 0
    again = [varied.v1(stream=True).events for _ in range(4)]
    assert [body.count(b'"finish_reason"') > 0 for body in first] == [
        any("finish_reason" in chunk for chunk in chunks) for chunks in again
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_answers_that_the_content_check_found(emulator: Emulator, caller: Caller, stream: bool) -> None:
    emulator.flag_next(2, times=2)
    v1, v2 = caller.v1(stream=stream), caller.v2(stream=stream)
    last = v1.events[-1] if stream else v1.json
    assert [last[name] for name in ("flag", "ban_round", "need_clear_history", "finish_reason")] == [
        *(2, -1, True, "content_filter")
    ]
    choice = (v2.events[-2] if stream else v2.json)["choices"][0]
    assert [choice[name] for name in ("flag", "ban_round", "finish_reason")] == [2, -1, "content_filter"]
    assert caller.v2().json["choices"][0]["flag"] == 0


def test_the_client_reads_every_form(varied: Caller) -> None:
    keys = {"access_key": varied.emulator.access_key, "secret_key": varied.emulator.secret_key}
    hosts = dict.fromkeys(("base_url", "console_api_base_url", "iam_base_url"), varied.emulator.url)
    with Qianfan(**keys, **hosts) as client:
        for handle in (client.v1.chat.ernie_lite_pro_128k, client.v2.chat.ernie_4_5_turbo_128k):
            whole = handle.create([user("你好")]).text
            for _ in range(MANY):
                assert "".join(piece.text for piece in handle.stream([user("你好")])) == whole


def test_an_invalid_token_is_refused_in_the_platforms_words(caller: Caller) -> None:
    got = caller.send("POST", "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k?access_token=x", {})
    assert (got.json["error_code"], got.json["error_msg"]) == (110, "Access token invalid or no longer valid")
    assert got.headers["Content-Type"] == "application/json;charset=utf-8"
