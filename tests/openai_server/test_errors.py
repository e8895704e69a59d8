"""Errors in OpenAI's shape: what our rules refuse, what the platform refuses, and what breaks on the way."""

from __future__ import annotations

import socket
import time
from typing import Any

import openai
import pytest
import urllib3

from qianfan_typed.emulator import Emulator
from qianfan_typed.openai_server import OpenAIServer
from tests.openai_server.conftest import Serve

V2, V1 = "gpt-4o", "gpt-3.5-turbo"
HELLO: list[Any] = [{"role": "user", "content": "你好"}]
NAMELESS = [{"type": "function", "function": {"description": "x"}}]
RESULT = {"role": "tool", "tool_call_id": "x", "content": "y"}


def refused(client: openai.OpenAI, **given: Any) -> openai.BadRequestError:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**{"model": V2, "messages": HELLO, **given})
    return caught.value


def said(error: openai.APIError) -> str:
    body: Any = error.body
    return str(body["message"])


def test_a_value_out_of_range(client: openai.OpenAI) -> None:
    error = refused(client, model=V1, temperature=1.5, top_p=2)
    assert (error.type, error.param, error.code) == ("invalid_request_error", "temperature", "invalid_value")
    assert said(error) == (
        "temperature: 1.5: must be above 0 and at most 1.0 (对话Chat, read 2025-01-13)\n"
        "top_p: 2: must be at least 0 and at most 1.0 (对话Chat, read 2025-01-13)"
    )


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ({"logit_bias": {"1": 2}}, "logit_bias", "unsupported_parameter"),
        ({"logprobs": True}, "logprobs", "unsupported_parameter"),
        ({"extra_body": {"functions": []}}, "functions", "unknown_parameter"),
        ({"extra_body": {"no_such": 1}}, "no_such", "unknown_parameter"),
        ({"extra_body": {"top_k": 3}}, "top_k", "unknown_parameter"),
        ({"stop": 5}, "stop", "invalid_type"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "missing_required_parameter"),
        ({"messages": []}, "messages", "invalid_value"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name", "missing_required_parameter"),
        ({"n": 200}, "n", "invalid_value"),
        ({"extra_body": {"stream": "yes"}}, "stream", "invalid_value"),
        ({"model": V1, "seed": 4}, "seed", "unsupported_parameter"),
        ({"model": V1, "max_tokens": 0}, "max_tokens", "invalid_value"),
        ({"model": V1, "user": 5}, "user", "invalid_type"),
        ({"model": V1, "tools": NAMELESS}, "tools[0].function.name", "missing_required_parameter"),
        (
            {"model": V1, "messages": [{"role": "assistant", "content": "x"}, *HELLO]},
            "messages[0].role",
            "invalid_value",
        ),
        ({"model": V1, "messages": [*HELLO, RESULT]}, "messages[1].tool_call_id", "invalid_value"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_field_at_fault_is_named_as_openai_writes_it(
    client: openai.OpenAI, given: dict[str, Any], param: str, code: str
) -> None:
    error = refused(client, **given)
    assert (error.param, error.code) == (param, code)
    assert said(error).startswith(f"{param}: ")


def test_what_is_refused_is_not_sent(client: openai.OpenAI, emulator: Emulator) -> None:
    refused(client, logprobs=True)
    assert emulator.requests == []


def test_lenient_leaves_out_and_says_so(serve: Serve, emulator: Emulator) -> None:
    _, client = serve(lenient=True)
    raw = client.chat.completions.with_raw_response.create(
        model=V1, messages=HELLO, seed=4, temperature=1.5, logit_bias={"1": 2}, logprobs=True
    )
    assert raw.headers["x-qianfan-dropped"] == "logit_bias, seed, logprobs, temperature"
    assert emulator.requests[-1].json() == {"messages": HELLO}
    raw = client.chat.completions.with_raw_response.create(model=V2, messages=HELLO, extra_body={"没有": 1})
    assert raw.headers["x-qianfan-dropped"] == "??"


def test_lenient_never_leaves_out_what_is_asked(serve: Serve) -> None:
    _, client = serve(lenient=True)
    assert refused(client, messages=[{"role": "nobody", "content": "x"}]).param == "messages[0].role"


def test_advice_is_told_in_a_header_and_what_asks_for_nothing_is_not(client: openai.OpenAI, emulator: Emulator) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model=V2, messages=HELLO, temperature=0, n=1, logprobs=False, store=True, service_tier="auto", logit_bias={}
    )
    assert raw.headers["x-qianfan-warnings"] == "temperature (range)"
    assert "x-qianfan-dropped" not in raw.headers
    sent: Any = emulator.requests[-1].json()
    assert set(sent) == {"model", "messages", "temperature"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000, b'{"model": 5}', b"{}"])
def test_a_body_that_is_none(server: OpenAIServer, body: bytes) -> None:
    reply = urllib3.request("POST", f"{server.url}/v1/chat/completions", body=body)
    assert reply.status == 400
    assert set(reply.json()["error"]) == {"message", "type", "param", "code"}


def test_a_body_that_is_too_long(serve: Serve) -> None:
    server, client = serve(max_body=1000)
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model=V2, messages=[{"role": "user", "content": "x" * 1000}])
    assert (caught.value.status_code, caught.value.code) == (413, "request_too_large")
    chunks = iter([b"x" * 600, b"x" * 600])
    reply = urllib3.request("POST", f"{server.url}/v1/chat/completions", body=chunks)
    assert reply.status == 413


@pytest.mark.parametrize(
    ("planned", "kind", "status", "code"),
    [
        ("rpm_rate_limit_exceeded", openai.RateLimitError, 429, "rate_limit_exceeded"),
        ("invalid_iam_token", openai.AuthenticationError, 401, "invalid_api_key"),
        ("invalid_model", openai.NotFoundError, 404, "model_not_found"),
        ("invalid_argument", openai.BadRequestError, 400, "invalid_argument"),
        ("internal_error", openai.InternalServerError, 500, "internal_error"),
    ],
)
def test_what_the_platform_refuses(
    serve: Serve, emulator: Emulator, planned: str, kind: type[openai.APIStatusError], status: int, code: str
) -> None:
    _, client = serve(settings={"QIANFAN_LLM_API_RETRY_COUNT": "1"})
    emulator.fail_next(code=planned, times=2)
    with pytest.raises(kind) as caught:
        client.chat.completions.create(model=V2, messages=HELLO)
    body: Any = caught.value.body
    assert (caught.value.status_code, caught.value.code, body["platform_code"]) == (status, code, planned)
    assert caught.value.request_id == body["request_id"]


def test_what_v1_refuses_with_200(serve: Serve, emulator: Emulator) -> None:
    _, client = serve(settings={"QIANFAN_LLM_API_RETRY_COUNT": "1"})
    emulator.fail_next(code=18)
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model=V1, messages=HELLO)
    body: Any = caught.value.body
    assert (caught.value.code, body["platform_code"]) == ("rate_limit_exceeded", 18)


def test_openais_client_tries_again_when_it_is_told_to(serve: Serve, emulator: Emulator) -> None:
    _, client = serve(settings={"QIANFAN_LLM_API_RETRY_COUNT": "1"})
    emulator.fail_next(code="rpm_rate_limit_exceeded", times=2, retry_after=0)
    reply = client.with_options(max_retries=2).chat.completions.create(model=V2, messages=HELLO)
    assert reply.choices[0].message.content
    assert sum(request.path.endswith("/chat/completions") for request in emulator.requests) == 3


def test_what_was_tried_here_is_not_tried_again_by_the_client(serve: Serve, emulator: Emulator) -> None:
    _, client = serve(settings={"QIANFAN_LLM_API_RETRY_COUNT": "2"})
    emulator.fail_next(code="rpm_rate_limit_exceeded", times=10, retry_after=0)
    with pytest.raises(openai.RateLimitError) as caught:
        client.with_options(max_retries=5).chat.completions.create(model=V2, messages=HELLO)
    assert caught.value.response.headers["retry-after"] == "0"
    assert sum(request.path.endswith("/chat/completions") for request in emulator.requests) == 2


def test_the_platforms_limits_are_passed_on(client: openai.OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model=V2, messages=HELLO)
    assert int(raw.headers["x-ratelimit-limit-requests"]) > int(raw.headers["x-ratelimit-remaining-requests"])


def test_an_error_before_a_stream_begins_and_one_within(serve: Serve, emulator: Emulator) -> None:
    _, client = serve(settings={"QIANFAN_LLM_API_RETRY_COUNT": "1"})
    emulator.fail_next(code="invalid_argument")
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model=V2, messages=HELLO, stream=True)
    emulator.error_in_stream("internal_error", after=2)
    came: list[Any] = []
    with pytest.raises(openai.APIError) as caught:
        came.extend(client.chat.completions.create(model=V2, messages=HELLO, stream=True))
    assert caught.value.code == "internal_error"


def test_a_stream_that_is_cut_is_an_error_not_an_end(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.cut_stream_after(2)
    with pytest.raises(openai.APIError) as caught:
        list(client.chat.completions.create(model=V2, messages=HELLO, stream=True))
    assert caught.value.code == "platform_unreachable"


def test_a_platform_that_is_not_there(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    _, client = serve(settings={"QIANFAN_CONSOLE_API_BASE_URL": address, "QIANFAN_LLM_API_RETRY_COUNT": "1"})
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model=V2, messages=HELLO)
    assert (caught.value.status_code, caught.value.code) == (502, "platform_unreachable")


def test_a_path_that_is_not_there(server: OpenAIServer) -> None:
    reply = urllib3.request("POST", f"{server.url}/v1/audio/speech", body=b"{}")
    assert (reply.status, reply.json()["error"]["code"]) == (404, "unknown_path")
    assert reply.json()["error"]["message"] == "POST /v1/audio/speech: this server has no such path"


def test_a_name_that_nobody_has(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="Qianfan-Chinese-Llama-2-13B-v2", messages=HELLO)
    assert caught.value.code == "model_not_found"
    assert said(caught.value) == (
        "model: Qianfan-Chinese-Llama-2-13B-v2: it is served only where you deployed it: ask for v1/ and the last part "
        "of your service's address"
    )
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("no such")
    assert said(caught.value) == "model: no such: no such model"


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_client_that_goes_takes_its_call_along(serve: Serve, streamed: bool) -> None:
    with Emulator(latency=0.3) as emulator:
        server, client = serve(settings=emulator.environment)
        client.chat.completions.create(model=V2, messages=HELLO)  # a token is there now
        with pytest.raises(openai.APITimeoutError):
            list(client.with_options(timeout=0.2).chat.completions.create(model=V2, messages=HELLO, stream=streamed))
        until = time.monotonic() + 20
        while server.log.recent()[-1].status == 0 and time.monotonic() < until:
            time.sleep(0.01)
        last = server.log.recent()[-1]
        assert (last.status, last.verdict) == (499, "the client has gone")
