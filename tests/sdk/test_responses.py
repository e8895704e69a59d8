"""What the documents' methods return."""

from __future__ import annotations

import copy
import pickle
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import qianfan_typed as qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import StreamCut

pytestmark = pytest.mark.anyio
HELLO = [qianfan.user("你好")]


class TestWhole:
    def test_the_ways_to_a_field(self, emulator: Emulator) -> None:
        response = qianfan.ChatCompletion().do(HELLO)
        assert response["result"] == response.body["result"] == response["body"]["result"] == response.reply.result
        assert response["usage"]["total_tokens"] == response.reply.usage.total_tokens
        assert response.get("function_call") is None
        assert response.get("nothing", 1) == 1
        with pytest.raises(KeyError, match="nothing"):
            response["nothing"]

    def test_it_is_a_mapping_of_the_body(self, emulator: Emulator) -> None:
        response = qianfan.ChatCompletion().do(HELLO)
        assert dict(response) == response.body
        assert set(response) == set(response.body)
        assert len(response) == len(response.body)
        assert "result" in response
        assert "body" in response
        assert repr(response).startswith("QfResponse(code=200, body={'id': ")

    def test_code_and_headers(self, emulator: Emulator) -> None:
        response = qianfan.ChatCompletion().do(HELLO)
        assert response.code == response["code"] == 200
        assert response.headers["X-Ratelimit-Limit-Requests"] == response["headers"]["x-ratelimit-limit-requests"]

    def test_statistic(self, emulator: Emulator) -> None:
        emulator.slow(0.05)
        before = time.time() * 1000
        statistic = qianfan.ChatCompletion().do(HELLO, show_total_latency=True).statistic
        assert before <= statistic["start_timestamp"] <= time.time() * 1000
        assert 0.05 <= statistic["request_latency"] <= statistic["total_latency"] < 5
        assert statistic["first_token_latency"] == 0
        assert 0 < statistic["avg_output_tokens_per_second"] < 76 / 0.05

    def test_what_has_no_output_tokens(self, emulator: Emulator) -> None:
        assert qianfan.Embedding().do(["你好"]).statistic["avg_output_tokens_per_second"] == 0

    def test_v2(self, emulator: Emulator) -> None:
        response = qianfan.ChatCompletion(version="2").do(HELLO)
        assert response["choices"][0]["message"]["content"] == response.reply.choices[0].message.content
        assert response.statistic["avg_output_tokens_per_second"] > 0


class TestRequest:
    def test_an_iam_signature_is_hidden(self, emulator: Emulator) -> None:
        request = qianfan.ChatCompletion().do(HELLO, temperature=0.5).request
        assert request.method == "POST"
        assert request.url == f"{emulator.url}/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k"
        assert request.json_body == {"messages": HELLO, "temperature": 0.5}
        assert request.headers["Authorization"] == "bce-…"
        assert request.headers["Content-Type"] == "application/json"

    def test_an_access_token_is_hidden(self, emulator: Emulator) -> None:
        response = qianfan.ChatCompletion(ak=emulator.ak, sk=emulator.sk).do(HELLO)
        assert response.request.query == {"access_token": "…"}
        token = emulator.requests[-1].query["access_token"]
        assert token not in repr(response.request)

    def test_a_bearer_token_is_hidden(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(version="2", bearer_token=emulator.bearer_token)
        request = chat.do(HELLO, stream=False).request
        assert request.json_body["model"] == "ernie-4.5-turbo-128k"
        assert emulator.bearer_token not in repr(request)

    def test_of_a_stream(self, emulator: Emulator) -> None:
        for piece in qianfan.ChatCompletion().do(HELLO, stream=True):
            assert piece.request.json_body["stream"] is True

    def test_retry_config(self, emulator: Emulator) -> None:
        config = (
            qianfan.ChatCompletion(backoff_factor=0.5, retry_max_wait_interval=7)
            .do(HELLO, retry_count=4, request_timeout=9, retry_jitter=0.5)["request"]
            .retry_config
        )
        assert (config.retry_count, config.timeout, config.backoff_factor) == (4, 9, 0.5)
        assert (config.jitter, config.max_wait_interval) == (0.5, 7)


class TestStreams:
    def test_the_statistics_of_pieces(self, emulator: Emulator) -> None:
        emulator.slow(0.03)
        threads = threading.active_count()
        statistics = [piece["statistic"] for piece in qianfan.ChatCompletion().do(HELLO, stream=True)]
        assert threading.active_count() <= threads
        assert len({statistic["first_token_latency"] for statistic in statistics}) == 1
        assert statistics[0]["first_token_latency"] >= 0.03
        # Since the piece before: together they are the whole time. Two pieces may come at once on a busy machine.
        assert sum(statistic["request_latency"] for statistic in statistics) >= 0.03 * (len(statistics) - 1)
        totals = [statistic["total_latency"] for statistic in statistics]
        assert totals == sorted(totals)
        last = statistics[-1]
        assert last["avg_output_tokens_per_second"] == pytest.approx(78 / last["total_latency"], rel=0.01)

    def test_stop_reading(self, emulator: Emulator) -> None:
        with qianfan.ChatCompletion().do(HELLO, stream=True) as stream:
            assert next(stream)["result"]
        assert list(stream) == []

    async def test_stop_reading_awaited(self, emulator: Emulator) -> None:
        async with await qianfan.ChatCompletion().ado(HELLO, stream=True) as stream:
            assert (await anext(stream))["result"]
        assert [piece async for piece in stream] == []

    async def test_what_is_refused_is_raised_by_the_call(self, emulator: Emulator) -> None:
        emulator.fail_next(2, code=336003)
        with pytest.raises(qianfan.errors.BadRequest):
            qianfan.ChatCompletion().do(HELLO, stream=True)
        with pytest.raises(qianfan.errors.BadRequest):
            await qianfan.ChatCompletion().ado(HELLO, stream=True)

    def test_a_cut_stream_does_not_pass_as_whole(self, emulator: Emulator) -> None:
        emulator.cut_stream_after(2)
        with pytest.raises(StreamCut):
            list(qianfan.ChatCompletion().do(HELLO, stream=True))

    def test_usage_and_tool_calls_on_v2(self, emulator: Emulator) -> None:
        weather = {"name": "w", "description": "天气", "parameters": {"type": "object", "properties": {}}}
        pieces = list(
            qianfan.ChatCompletion(version="2", model="ernie-3.5-8k").do(
                HELLO,
                stream=True,
                stream_options={"include_usage": True},
                tools=[{"type": "function", "function": weather}],
            )
        )
        assert pieces[-1].reply.usage is not None
        assert pieces[-1].statistic["avg_output_tokens_per_second"] > 0
        assert pieces[0].statistic["avg_output_tokens_per_second"] == 0

    def test_the_words_of_a_plugin(self, emulator: Emulator) -> None:
        pieces = list(qianfan.Plugin(model="EBPluginV2").do(HELLO, plugins=["eChart"], stream=True))
        assert pieces[-1].reply.is_end
        events = [piece["_event"] for piece in pieces]
        assert events == ["pluginMeta", "plugin", *["chat"] * (len(pieces) - 2)]
        assert events == [piece.reply.event for piece in pieces] == [piece.body["_event"] for piece in pieces]
        assert "_event" not in pieces[0].reply.to_dict()

    def test_a_piece_without_an_events_name_has_none(self, emulator: Emulator) -> None:
        piece = next(qianfan.ChatCompletion().do(HELLO, stream=True))
        assert piece.reply.event is None
        assert "_event" not in piece


class TestCreate:
    async def test_it_gives_the_typed_reply(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion()
        assert chat.create(HELLO).result == (await chat.acreate(HELLO)).result

    async def test_in_pieces(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(version="2")
        pieces = [piece.choices[0].delta.content for piece in chat.create(HELLO, stream=True)]
        awaited = [piece.choices[0].delta.content async for piece in await chat.acreate(HELLO, stream=True)]
        assert pieces == awaited


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_response_can_be_copied(emulator: Emulator, copied: Callable[[Any], Any]) -> None:
    response = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K").do([qianfan.user("你好")])
    again = copied(response)
    assert again.body == response.body
    assert again.reply.result == response.reply.result
    assert again.statistic == response.statistic
    assert again.headers == response.headers
    assert again.request == response.request
    assert copied(response.reply).to_dict() == response.reply.to_dict()
    assert copied(response.reply).meta == response.reply.meta


def test_a_copy_holds_no_secret(emulator: Emulator) -> None:
    response = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K").do([qianfan.user("你好")])
    assert emulator.secret_key.encode() not in pickle.dumps(response)
