"""Failures on demand."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3
from urllib3.exceptions import HTTPError

from qianfan_typed.emulator import Emulator
from tests.emulator.calling import HELLO, V2, Caller


def test_fail_next_with_a_code(emulator: Emulator, caller: Caller) -> None:
    emulator.fail_next(code=18, message="slow down", retry_after=2)
    got = caller.v1()
    assert got.status == 200
    assert got.json == {
        "error_code": 18,
        "error_msg": "Too many requests a second. Slow down. slow down",
        "id": got.json["id"],
    }
    assert got.headers["Retry-After"] == "2"
    assert caller.v1().json["result"]


def test_fail_next_takes_the_status_of_the_code(emulator: Emulator, caller: Caller) -> None:
    emulator.fail_next(2, code="tpm_rate_limit_exceeded")
    for _ in range(2):
        got = caller.v2()
        assert (got.status, got.json["error"]["type"]) == (429, "rate_limit_exceeded")
        assert got.headers["X-Bce-Error-Code"] == "tpm_rate_limit_exceeded"
    assert caller.v2().status == 200


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("coding_plan_api_key_required", 401),
        ("coding_plan_subscription_expired", 403),
        ("token_plan_person_not_subscribed", 403),
        ("token_plan_person_model_not_supported", 400),
        ("token_quota_exceeded", 429),
    ],
)
def test_fail_next_with_a_code_of_a_plan(emulator: Emulator, caller: Caller, code: str, status: int) -> None:
    emulator.fail_next(code=code)
    body = {"model": "qianfan-code-latest", "messages": HELLO}
    got = caller.send("POST", "/v2/coding/chat/completions", body, caller.bearer)
    assert (got.status, got.json["error"]["code"]) == (status, code)


def test_fail_next_with_a_status(emulator: Emulator, caller: Caller) -> None:
    emulator.fail_next(status=500)
    assert caller.v2().json["error"]["code"] == "internal_error"
    emulator.fail_next(status=503)
    got = caller.v2()
    assert (got.status, got.body) == (503, b"503 from the emulator")
    emulator.fail_next(status=502, body=b"<html>")
    assert caller.v1().body == b"<html>"
    emulator.fail_next(status=500, code=336000)
    got = caller.v1()
    assert (got.status, got.json["error_code"]) == (500, 336000)


def test_fail_next_needs_to_know_how(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="say how to fail"):
        emulator.fail_next()


def test_where_a_failure_waits(emulator: Emulator, caller: Caller) -> None:
    emulator.fail_next(code=336100)
    assert caller.token().startswith("24.")
    assert caller.v1().json["error_code"] == 336100
    emulator.fail_next(status=500, on="token")
    assert caller.v2().status == 200
    assert caller.send("POST", "/oauth/2.0/token").status == 500
    emulator.fail_next(status=500, on="any")
    assert caller.send("GET", "/v2/models", headers=caller.bearer).status == 500


def test_drop_connection(emulator: Emulator, caller: Caller) -> None:
    emulator.drop_connection(2)
    for _ in range(2):
        with pytest.raises(HTTPError, match="closed connection without response"):
            caller.v2()
    assert caller.v2().status == 200


@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_cut_stream(emulator: Emulator, caller: Caller, chunks: int) -> None:
    emulator.cut_stream_after(chunks, times=2)
    assert len(caller.v1(stream=True).events) == chunks
    got = caller.v2(stream=True)
    assert len(got.events) == chunks
    assert "[DONE]" not in got.events
    assert caller.v2(stream=True).events[-1] == "[DONE]"


def test_cut_stream_with_a_lost_connection(emulator: Emulator, caller: Caller) -> None:
    emulator.cut_stream_after(2, abrupt=True)
    pool = urllib3.HTTPConnectionPool(emulator.host, emulator.port, retries=False)
    body = {"model": "ernie-3.5-8k", "messages": HELLO, "stream": True}
    reply = pool.request("POST", V2, json=body, headers=caller.bearer, preload_content=False)
    received: list[bytes] = []
    with pytest.raises(HTTPError):
        received.extend(iter(reply.read1, b""))
    assert b"".join(received).count(b"data: ") == 2
    reply.close()
    pool.close()


def test_error_in_stream(emulator: Emulator, caller: Caller) -> None:
    emulator.error_in_stream(336100, after=2)
    lines = caller.v1(stream=True).body.decode().split("\n\n")
    assert [line.startswith("data: ") for line in lines] == [True, True, False, False]
    assert lines[2].startswith('{"error_code": 336100, ')
    emulator.error_in_stream(336100, after=0, spread=True)
    assert caller.v1(stream=True).body.startswith(b'{\n  "error_code": 336100,\n')
    emulator.error_in_stream("internal_error", after=1)
    events = caller.v2(stream=True).events
    assert len(events) == 2
    assert events[1]["error"]["code"] == "internal_error"


def test_slow_streams_flow(emulator: Emulator, caller: Caller) -> None:
    emulator.slow(0.05)
    body = {"model": "ernie-3.5-8k", "messages": HELLO, "stream": True}
    started = time.monotonic()
    reply = caller.pool.request("POST", V2, json=body, headers=caller.bearer, preload_content=False)
    assert reply.read1()
    assert time.monotonic() - started >= 0.05
    assert reply.read(), "not all came at once"
    assert time.monotonic() - started > 0.5


def test_reset_forgets_all(emulator: Emulator, caller: Caller) -> None:
    token = caller.token()
    emulator.fail_next(9, code=18)
    emulator.cut_stream_after(0, times=9)
    emulator.answer_with("x", times=9)
    emulator.slow(60)
    emulator.reset()
    assert emulator.requests == []
    assert caller.v2(stream=True).events[-1] == "[DONE]"
    assert emulator.requests[0].path == V2
    got = caller.send("POST", f"/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k?access_token={token}", {})
    assert got.json["error_code"] == 110


def test_requests_are_recorded(emulator: Emulator, caller: Caller) -> None:
    caller.v1(temperature=0.5)
    token, call = emulator.requests
    assert (token.method, token.path, token.query["client_id"]) == ("POST", "/oauth/2.0/token", emulator.ak)
    assert call.path.endswith("/chat/ernie-lite-pro-128k")
    assert call.headers["content-type"] == "application/json"
    assert call.json() == {"messages": HELLO, "temperature": 0.5}


def test_many_threads(emulator: Emulator) -> None:
    callers = [Caller(emulator) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        replies = [
            future.result() for future in [pool.submit(one.v2, stream=n % 2 == 0) for n in range(25) for one in callers]
        ]
    for one in callers:
        one.pool.close()
    assert {reply.status for reply in replies} == {200}
    assert len({reply.headers["X-Bce-Request-Id"] for reply in replies}) == 200
    assert len(emulator.requests) == 200


def test_a_client_that_goes_away_harms_nobody(emulator: Emulator, caller: Caller) -> None:
    emulator.slow(0.02)
    pool = urllib3.HTTPConnectionPool(emulator.host, emulator.port, retries=False)
    body = {"model": "ernie-3.5-8k", "messages": HELLO, "stream": True}
    reply = pool.request("POST", V2, json=body, headers=caller.bearer, preload_content=False)
    reply.read1()
    reply.close()
    pool.close()
    assert caller.v2(stream=True).events[-1] == "[DONE]"
