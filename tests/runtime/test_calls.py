"""A call's steps, taken by hand: what is sent, how, how often, and what comes of it."""

from __future__ import annotations

import json
import warnings
from typing import Any

import msgspec
import pytest

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.models import V1_CHAT as V1_MODELS
from qianfan_api.operations import V1_CHAT, V2_CHAT
from qianfan_typed.config import load
from qianfan_typed.core.calls import USER_AGENT, CallPlanner
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.signing import parse_authorization, verify
from qianfan_typed.core.steps import Answer, HttpRequest, Pause, Read, Renew, Send, Step, Steps
from qianfan_typed.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConnectionLost,
    DecodeError,
    InvalidRequest,
    QianfanError,
    RateLimited,
    RequestWarning,
    ServerError,
    StreamCut,
)

MODEL = V1_MODELS["ERNIE-Lite-Pro-128K"]
V1: Target[Any, Any] = Target(operation=V1_CHAT, name=MODEL.name, path=MODEL.path, model=MODEL)
V2: Target[Any, Any] = Target(operation=V2_CHAT, name="ernie-3.5-8k")
IAM = {"access_key": "test_ak", "secret_key": "test_sk"}
APP = {"ak": "app-key", "sk": "app-secret"}
HELLO = OpenRequest({"messages": [{"role": "user", "content": "你好"}]})
OK = {"id": "as-1", "result": "hello"}


def planner(credentials: dict[str, str], environ: dict[str, str] | None = None, **arguments: Any) -> CallPlanner:
    settings = load(environ or {}, **credentials, **arguments)
    return CallPlanner(settings, policy=RetryPolicy(attempts=3, jitter=0), clock=lambda: 1735689600.25)


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=data)


Said = Answer | QianfanError | bytes


def walk(steps: Steps[Any], *said: Said) -> tuple[Any, list[Step]]:
    """Takes steps, renewals too; returns what they came to and what they were."""
    left, taken = list(said), list[Step]()

    def result(step: Step) -> Any:
        if isinstance(step, Renew):
            run(step.token.renewal())
            return None
        return left.pop(0) if isinstance(step, (Send, Read)) else None

    def run(steps: Steps[Any]) -> Any:
        try:
            step = next(steps)
            while True:
                taken.append(step)
                what = result(step)
                step = steps.throw(what) if isinstance(what, QianfanError) else steps.send(what)
        except StopIteration as end:
            return end.value

    value = run(steps)
    assert not left
    return value, taken


def sent(taken: list[Step]) -> list[HttpRequest]:
    return [step.request for step in taken if isinstance(step, Send)]


def create(
    planner: CallPlanner, target: Target[Any, Any], *said: Said, options: Options | None = None
) -> tuple[Any, list[Step]]:
    call = planner.prepare(target, HELLO, options or Options(), stream=False)
    return walk(planner.create(call), *said)


def test_v1_with_iam_keys_is_signed() -> None:
    reply, taken = create(planner(IAM), V1, answer(OK, x_bce_request_id="as-head"))
    (request,) = sent(taken)
    assert request.method == "POST"
    assert request.base == "https://aip.baidubce.com"
    assert request.target == "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k"
    assert request.body == '{"messages":[{"role":"user","content":"你好"}]}'.encode()
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"] == USER_AGENT
    parsed = parse_authorization(request.headers["Authorization"])
    assert parsed.signed == {"content-type", "host", "x-bce-date"}
    assert (parsed.timestamp, parsed.expires) == ("2025-01-01T00:00:00Z", 300)
    assert verify(parsed, "test_sk", "POST", request.path, (), request.headers.items())
    assert reply.result == "hello"
    assert (reply.meta.status, reply.meta.request_id, reply.meta.attempts) == (200, "as-head", 1)
    assert reply.meta.started == 1735689600.25
    assert reply["id"] == "as-1"


def test_headers_of_the_platforms_own_are_signed_too() -> None:
    _, taken = create(planner(IAM, headers={"X-Bce-More": "1", "x-other": "2"}), V1, answer(OK))
    (request,) = sent(taken)
    parsed = parse_authorization(request.headers["Authorization"])
    assert parsed.signed == {"content-type", "host", "x-bce-date", "x-bce-more"}
    assert verify(parsed, "test_sk", "POST", request.path, (), request.headers.items())


def test_v1_with_an_access_token_shows_it_in_the_query() -> None:
    _, taken = create(planner({"access_token": "24.a&b"}), V1, answer(OK))
    (request,) = sent(taken)
    assert request.target.endswith("/chat/ernie-lite-pro-128k?access_token=24.a%26b")
    assert "Authorization" not in request.headers


def test_v1_with_an_applications_keys_gets_a_token_first() -> None:
    shared = planner(APP)
    _, taken = create(shared, V1, answer({"access_token": "24.new", "expires_in": 2592000}), answer(OK))
    token, request = sent(taken)
    assert token.url == "https://aip.baidubce.com/oauth/2.0/token"
    assert request.query == (("access_token", "24.new"),)
    _, taken = create(shared, V1, answer(OK))
    assert len(sent(taken)) == 1, "the token is kept for the next call"


def test_v2_with_a_bearer_token_shows_it_in_a_header() -> None:
    _, taken = create(planner({"bearer_token": "bce-v3/x"}, app_id="app-7"), V2, answer(OK))
    (request,) = sent(taken)
    assert request.url == "https://qianfan.baidubce.com/v2/chat/completions"
    assert request.headers["Authorization"] == "Bearer bce-v3/x"
    assert request.headers["appid"] == "app-7"
    assert msgspec.json.decode(request.body or b"") == {"model": "ernie-3.5-8k", **HELLO.parameters}


def test_v2_with_iam_keys_makes_a_bearer_token_first() -> None:
    shared = planner(IAM)
    _, taken = create(shared, V2, answer({"token": "bce-v3/new"}), answer(OK))
    token, request = sent(taken)
    assert token.url == "https://iam.bj.baidubce.com/v1/BCE-BEARER/token"
    assert request.headers["Authorization"] == "Bearer bce-v3/new"


@pytest.mark.parametrize(
    ("credentials", "target", "message"),
    [
        (
            {"bearer_token": "bce-v3/x"},
            V1,
            "v1.chat cannot be called with the keys at hand: set one of these, or pass the arguments\n"
            "  QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY, from https://console.bce.baidu.com/iam/#/iam/accesslist\n"
            "  QIANFAN_AK and QIANFAN_SK, "
            "from https://console.bce.baidu.com/qianfan/ais/console/applicationConsole/application\n"
            "  QIANFAN_ACCESS_TOKEN, an access token",
        ),
        (
            APP,
            V2,
            "v2.chat cannot be called with the keys at hand: set one of these, or pass the arguments\n"
            "  QIANFAN_BEARER_TOKEN, an API key or a bearer token\n"
            "  QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY, from https://console.bce.baidu.com/iam/#/iam/accesslist",
        ),
    ],
)
def test_keys_that_do_not_serve_for_an_operation(
    credentials: dict[str, str], target: Target[Any, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        create(planner(credentials), target)
    assert str(caught.value) == message


def test_a_gateway_that_adds_credentials_gets_none() -> None:
    _, taken = create(planner({}, no_auth=True), V1, answer(OK))
    assert "Authorization" not in sent(taken)[0].headers


def test_hosts_prefixes_and_routes_can_be_elsewhere() -> None:
    environ = {
        "QIANFAN_BASE_URL": "http://gateway:8080/qianfan",
        "QIANFAN_MODEL_API_PREFIX": "/models",
        "QIANFAN_CONSOLE_API_BASE_URL": "http://other",
        "QIANFAN_CHAT_V2_API_ROUTE": "/chat",
    }
    shared = planner({**IAM, "bearer_token": "bce-v3/x"}, environ)
    (request,) = sent(create(shared, V1, answer(OK))[1])
    assert request.url == "http://gateway:8080/qianfan/models/chat/ernie-lite-pro-128k"
    assert request.headers["Host"] == "gateway:8080"
    (request,) = sent(create(shared, V2, answer(OK))[1])
    assert request.url == "http://other/chat"


def test_an_endpoints_name_cannot_lead_elsewhere() -> None:
    target: Target[Any, Any] = Target(operation=V1_CHAT, name="x", path="chat/a b?c=1#中")
    (request,) = sent(create(planner(IAM), target, answer(OK))[1])
    assert request.target.endswith("/chat/a%20b%3Fc%3D1%23%E4%B8%AD")


def test_headers_of_ones_own_come_before_the_clients() -> None:
    (request,) = sent(create(planner(IAM, headers={"user-agent": "mine", "X-More": "1"}), V1, answer(OK))[1])
    assert request.headers["user-agent"] == "mine"
    assert request.headers["X-More"] == "1"
    assert "User-Agent" not in request.headers


def test_extra_keys_go_unchecked_over_the_rest() -> None:
    options = Options(extra={"new_key": [1], "messages": []})
    (request,) = sent(create(planner(IAM), V1, answer(OK), options=options)[1])
    assert msgspec.json.decode(request.body or b"") == {"messages": [], "new_key": [1]}


def test_the_timeout_of_a_call_comes_before_the_clients() -> None:
    shared = planner(IAM, timeout=7)
    steps = [create(shared, V1, answer(OK), options=Options(timeout=given))[1][0] for given in (None, 2.5)]
    assert [step.timeout for step in steps if isinstance(step, Send)] == [7, 2.5]
    with pytest.raises(ConfigurationError, match=r"^timeout: 0 must be a number of seconds above 0, at most 2"):
        create(shared, V1, options=Options(timeout=0))


# --- rules ---


HOT = OpenRequest({"messages": [{"role": "user", "content": "你好"}], "temperature": 1.7})


def test_a_request_that_breaks_a_rule_is_not_sent() -> None:
    with pytest.raises(InvalidRequest) as caught:
        planner(IAM).prepare(V1, HOT, Options(), stream=False)
    assert caught.value.model == "ERNIE-Lite-Pro-128K"
    assert [violation.pointer for violation in caught.value.violations] == ["/temperature"]


@pytest.mark.parametrize("given", [{"validate": "warn"}, {}])
def test_it_is_sent_with_a_warning_where_that_is_asked_for(given: dict[str, Any]) -> None:
    client, options = ("error", Options(validate="warn")) if given else ("warn", Options())
    with pytest.warns(RequestWarning, match=r"^ERNIE-Lite-Pro-128K: /temperature  1\.7: must be above 0") as caught:
        call = planner(IAM, validate=client).prepare(V1, HOT, options, stream=False)
    assert b'"temperature":1.7' in (call.request.body or b"")
    assert caught[0].filename == __file__, "the warning points at the caller's line"


def test_nothing_is_said_where_nothing_is_looked_at() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        planner(IAM, validate="off").prepare(V1, HOT, Options(), stream=False)
        planner(IAM).prepare(V1, HOT, Options(validate="off"), stream=False)


def test_advice_warns_and_sends() -> None:
    advised = OpenRequest({**HELLO.parameters, "retry_count": 3})
    with pytest.warns(RequestWarning, match=r"^ERNIE-Lite-Pro-128K: /retry_count  "):
        planner(IAM).prepare(V1, advised, Options(), stream=False)


def test_a_retired_model_warns_at_its_first_call_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qianfan_typed.core.encoding._TOLD", set())
    target: Target[Any, Any] = Target(
        operation=V1_CHAT, name="EB", path="chat/eb-instant", model=V1_MODELS["ERNIE-Lite-8K-0922"]
    )
    with pytest.warns(RequestWarning, match=r"retired on 2024-07-04; use ERNIE-Lite-Pro-128K"):
        create(planner(IAM), target, answer(OK))
    create(planner(IAM), target, answer(OK))


def test_an_unknown_models_request_passes_as_it_is() -> None:
    target: Target[Any, Any] = Target(operation=V1_CHAT, name="mine", path="chat/mine")
    call = planner(IAM).prepare(target, HOT, Options(), stream=False)
    assert b'"temperature":1.7' in (call.request.body or b"")


def test_a_stream_is_asked_for_by_stream_only() -> None:
    with pytest.raises(InvalidRequest, match=r"/stream  true: call stream\(\) for a reply in pieces"):
        planner(IAM).prepare(V1, HELLO, Options(extra={"stream": True}), stream=False)
    call = planner(IAM).prepare(V1, HELLO, Options(), stream=True)
    assert b'"stream":true' in (call.request.body or b"")


@pytest.mark.parametrize("value", [object(), {1, 2, object()}, "\ud800"])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequest, match="cannot be sent as JSON"):
        planner(IAM).prepare(V1, HELLO, Options(extra={"value": value}), stream=False)


# --- attempts ---


BUSY = answer({"error_code": 336100, "error_msg": "high load"})
LOST = ConnectionLost(message="refused", url="x", retryable=True)


def test_what_may_succeed_later_is_tried_again() -> None:
    reply, taken = create(planner(IAM), V1, BUSY, LOST, answer(OK))
    assert [type(step) for step in taken] == [Send, Pause, Send, Pause, Send]
    assert [step.seconds for step in taken if isinstance(step, Pause)] == [1, 2]
    assert reply.meta.attempts == 3


def test_the_last_error_is_raised() -> None:
    with pytest.raises(ApiError, match=r"^336100: high load"):
        create(planner(IAM), V1, BUSY, LOST, BUSY)


def test_what_cannot_succeed_is_not_tried_again() -> None:
    with pytest.raises(ApiError):
        create(planner(IAM), V1, answer({"error_code": 336003, "error_msg": "no"}))
    with pytest.raises(ConnectionLost):
        create(planner(IAM), V1, ConnectionLost(message="broke", url="x"))


def test_retry_after_is_waited() -> None:
    limited = answer({"error": {"code": "rpm_rate_limit_exceeded", "message": "slow"}}, 429, retry_after="9")
    _, taken = create(planner({"bearer_token": "bce-v3/x"}), V2, limited, answer(OK))
    assert taken[1] == Pause(9.0)


EXPIRED = answer({"error_code": 111, "error_msg": "Access token expired"})
NEW = answer({"access_token": "24.new", "expires_in": 2592000})


def test_a_refused_token_is_renewed_once_and_costs_no_attempt() -> None:
    shared = planner(APP)
    create(shared, V1, answer({"access_token": "24.old", "expires_in": 2592000}), answer(OK))
    reply, taken = create(shared, V1, BUSY, BUSY, EXPIRED, NEW, answer(OK))
    assert [request.query[-1] for request in sent(taken)[:3]] == [("access_token", "24.old")] * 3
    assert sent(taken)[-1].query == (("access_token", "24.new"),)
    assert reply.meta.attempts == 3


def test_a_fresh_token_that_is_refused_too_is_an_error() -> None:
    with pytest.raises(AuthenticationError, match=r"^111: "):
        create(planner(APP), V1, NEW, EXPIRED, NEW, EXPIRED)


def test_a_given_token_that_is_refused_is_an_error() -> None:
    with pytest.raises(AuthenticationError, match=r"^111: "):
        create(planner({"access_token": "24.given"}), V1, EXPIRED)


def test_a_refused_bearer_token_is_made_anew() -> None:
    refused = answer({"error": {"code": "invalid_iam_token", "message": "no"}}, 401)
    made = [answer({"token": token}) for token in ("bce-v3/one", "bce-v3/two")]
    _, taken = create(planner(IAM), V2, made[0], refused, made[1], answer(OK))
    assert sent(taken)[-1].headers["Authorization"] == "Bearer bce-v3/two"


def test_a_reply_that_is_no_json_is_not_asked_for_again() -> None:
    with pytest.raises(DecodeError, match=r"^the platform's reply is no JSON object: '<html>'"):
        create(planner(IAM), V1, answer(b"<html>"))


# --- streams ---


FIRST, LAST = b'data: {"result": "a"}\n\n', b'data: {"result": "b", "is_end": true}\n\n'


def stream(planner: CallPlanner, *said: Said, target: Target[Any, Any] = V1) -> tuple[Any, list[Step]]:
    return walk(planner.stream(planner.prepare(target, HELLO, Options(), stream=True)), *said)


def rest(pieces: Any) -> list[str]:
    """What is ready of a stream."""
    return [piece.result for piece in iter(pieces.take, None)]


def test_a_stream_is_open_with_its_first_piece() -> None:
    pieces, taken = stream(planner(IAM), answer(b""), b": keep-alive\n\n", FIRST)
    assert [type(step) for step in taken] == [Send, Read, Read]
    assert isinstance(taken[0], Send)
    assert taken[0].stream
    assert rest(pieces) == ["a"]
    pieces.feed(LAST)
    assert rest(pieces) == ["b"]
    assert pieces.finished


def test_pieces_tell_how_they_came() -> None:
    pieces, _ = stream(planner(IAM), BUSY, BUSY.body, b"", answer(b"", x_bce_request_id="as-7"), FIRST + LAST)
    first, last = pieces.take(), pieces.take()
    assert (first.meta.request_id, first.meta.attempts, first.meta.status) == ("as-7", 2, 200)
    assert 0 < first.meta.first_token_latency == last.meta.first_token_latency <= first.meta.total_latency
    assert first.meta.total_latency <= last.meta.total_latency
    assert last["is_end"] is True
    assert pieces.meta is last.meta


@pytest.mark.parametrize(
    "refusal",
    [
        (answer(b""), b'{"error_code": 336100, "error_msg": "high load"}', b""),
        (answer(b""), b'data: {"error_code": 336100, "error_msg": "high load"}\n\n'),
        (answer(b"", 503), b"", ),
        (answer(b"", 429), b'{"error": {"code": "rpm_rate_limit_exceeded", "message": "slow"}}', b""),
        (LOST,),
    ],
)  # fmt: skip
def test_what_is_refused_before_the_first_piece_is_tried_again(refusal: tuple[Said, ...]) -> None:
    pieces, taken = stream(planner(IAM), *refusal, answer(b""), FIRST)
    assert sum(isinstance(step, Pause) for step in taken) == 1
    assert rest(pieces) == ["a"]


def test_an_error_after_the_first_piece_is_raised() -> None:
    pieces, _ = stream(planner(IAM), answer(b""), FIRST)
    assert rest(pieces) == ["a"]
    pieces.feed(b'{"error_code": 336100, "error_msg": "high load"}\n')
    with pytest.raises(ApiError):
        pieces.take()


def test_an_error_that_comes_with_the_first_piece_comes_after_it() -> None:
    pieces, _ = stream(planner(IAM), answer(b""), FIRST + b'{"error_code": 336100, "error_msg": "high load"}\n')
    assert pieces.take().result == "a"
    with pytest.raises(ApiError):
        pieces.take()


def test_a_stream_that_ends_before_its_first_piece_was_cut() -> None:
    with pytest.raises(StreamCut) as caught:
        stream(planner(IAM), answer(b""), b"")
    assert caught.value.received == 0


def test_a_refused_stream_says_what_it_was_refused_for() -> None:
    body = b'{"error": {"code": "internal_error", "message": "broke", "type": "Internal_error"}}'
    said: tuple[Said, ...] = (answer(b"", 500), body, b"")
    with pytest.raises(ServerError, match=r"^internal_error: broke"):
        stream(planner({"bearer_token": "bce-v3/x"}), *said * 3, target=V2)


def test_a_token_refused_at_the_start_of_a_stream_is_renewed() -> None:
    pieces, _ = stream(planner(APP), NEW, answer(b""), EXPIRED.body, b"", NEW, answer(b""), FIRST)
    assert rest(pieces) == ["a"]


def test_a_stream_without_pieces_may_end() -> None:
    pieces, _ = stream(planner({"bearer_token": "bce-v3/x"}), answer(b""), b"data: [DONE]\n\n", target=V2)
    assert pieces.finished
    assert pieces.take() is None


def test_no_secret_is_in_what_a_call_is_made_of() -> None:
    for credentials in (IAM, APP, {"access_token": "24.token-token"}, {"bearer_token": "bce-v3/token-token"}):
        shared = planner(credentials)
        target = V2 if "bearer_token" in credentials else V1
        said = (answer({"access_token": "24.token-token", "expires_in": 99}),) if credentials is APP else ()
        _, taken = create(shared, target, *said, answer(OK))
        shown = repr([taken, shared.prepare(target, HELLO, Options(), stream=False)])
        for secret in ("test_sk", "app-secret", "24.token-token", "bce-v3/token-token", "bce-auth-v1"):
            assert secret not in shown


def test_a_gateway_that_prints_the_address_gives_no_token_away() -> None:
    page = b"<p>cannot POST /rpc?access_token=24.token-token</p>"
    with pytest.raises(ApiError) as caught:
        create(planner({"access_token": "24.token-token"}), V1, answer(page, 404))
    assert "24.token-token" not in f"{caught.value} {caught.value!r} {caught.value.body!r}"
    limited = answer(b"", 429)
    with pytest.raises(RateLimited):
        create(planner(IAM), V1, limited, limited, limited)


@pytest.mark.parametrize(
    "event",
    [
        b'data: {"error_code": 336100, "error_msg": "24.token-token is busy"}\n\n',
        b"data: cannot POST /rpc?access_token=24.token-token\n\n",
    ],
)
def test_an_error_in_a_stream_gives_no_token_away(event: bytes) -> None:
    pieces, _ = stream(planner({"access_token": "24.token-token"}), answer(b""), FIRST)
    assert rest(pieces) == ["a"]
    pieces.feed(event)
    with pytest.raises((ApiError, DecodeError)) as caught:
        pieces.take()
    assert "24.t…" in str(caught.value)
    assert "24.token-token" not in f"{caught.value} {caught.value!r} {vars(caught.value)}"


def test_the_service_that_hands_out_tokens_gives_no_key_away() -> None:
    refused = answer({"error": "invalid_client", "error_description": "app-secret is not the secret of app-key"}, 401)
    with pytest.raises(AuthenticationError) as caught:
        create(planner({"ak": "app-key-key", "sk": "app-secret"}), V1, refused)
    assert str(caught.value).startswith("invalid_client: app-… is not the secret of app-key")
    assert b"app-secret" not in caught.value.body
