"""Tokens: when they are asked for, how, and what is made of the reply."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.signing import Credentials, parse_authorization, verify
from qianfan_typed.core.steps import Answer, Pause, Send
from qianfan_typed.core.tokens import AccessTokens, BearerTokens, TokenStore
from qianfan_typed.errors import AuthenticationError, ConnectionLost, DecodeError, QianfanError

OAUTH = AccessTokens("https://aip.baidubce.com", "", "app-key", "app-secret")
KEYS = Credentials("test_ak", "test_sk")
BEARER = BearerTokens("https://iam.bj.baidubce.com", "", KEYS, 86400, 300, lambda: 1735689600.0)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def answer(status: int = 200, **data: Any) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(data).encode())


def walk(store: TokenStore, *answers: Answer | QianfanError) -> list[object]:
    """Takes the steps of a renewal; returns them."""
    steps, taken, left = store.renewal(), [], list(answers)
    step: object = next(steps)
    while True:
        taken.append(step)
        result = left.pop(0) if isinstance(step, Send) else None
        try:
            step = steps.throw(result) if isinstance(result, QianfanError) else steps.send(result)
        except StopIteration:
            return taken


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> TokenStore:
    return TokenStore(OAUTH, policy=RetryPolicy(attempts=2, jitter=0), timeout=5, clock=clock)


def test_an_access_token_is_asked_for_as_documented() -> None:
    request = OAUTH.request()
    assert request.method == "POST"
    assert request.url == "https://aip.baidubce.com/oauth/2.0/token"
    assert request.target == (
        "/oauth/2.0/token?grant_type=client_credentials&client_id=app-key&client_secret=app-secret"
    )


def test_a_bearer_token_is_asked_for_as_documented() -> None:
    request = BEARER.request()
    assert (request.method, request.target) == ("GET", "/v1/BCE-BEARER/token?expireInSeconds=86400")
    # The second of the documented vectors.
    assert request.headers["Authorization"].endswith(
        "/300/host;x-bce-date/811130fbf4d459f910643d7684d02e083891210d51688038e32c7ae4d63f1581"
    )
    parsed = parse_authorization(request.headers["Authorization"])
    assert verify(parsed, "test_sk", request.method, request.path, request.query, request.headers.items())


def test_a_token_is_good_until_shortly_before_it_expires(store: TokenStore, clock: Clock) -> None:
    assert store.current() is None
    assert store.stale()
    walk(store, answer(access_token="24.one", expires_in=2592000))
    assert store.current() == "24.one"
    clock.now += 2592000 - 301
    assert store.current() == "24.one"
    clock.now += 1
    assert store.current() is None
    assert store.held() == "24.one"


def test_a_short_token_is_renewed_in_its_last_tenth(store: TokenStore, clock: Clock) -> None:
    walk(store, answer(access_token="24.one", expires_in=100))
    clock.now += 89
    assert store.current() == "24.one"
    clock.now += 1
    assert store.current() is None


def test_a_refused_token_counts_no_more(store: TokenStore) -> None:
    walk(store, answer(access_token="24.one", expires_in=2592000))
    store.refuse("24.one")
    assert store.stale()
    walk(store, answer(access_token="24.two", expires_in=2592000))
    store.refuse("24.one")  # a call that was slow to hear of it
    assert store.current() == "24.two"


def test_the_lifetime_of_a_bearer_token_is_the_platforms_own() -> None:
    grant = BEARER.read(
        answer(token="bce-v3/x", createTime="2024-12-01T00:00:00.250Z", expireTime="2024-12-01T00:10:00.250Z")
    )
    assert (grant.token, grant.lifetime) == ("bce-v3/x", 600)
    assert BEARER.read(answer(token="bce-v3/x", expireTime="tomorrow")).lifetime == 86400


def test_a_renewal_is_tried_again_where_nothing_was_sent(store: TokenStore) -> None:
    lost = ConnectionLost(message="refused", url="x", retryable=True)
    steps = walk(store, lost, answer(access_token="24.one", expires_in=2592000))
    assert [type(step) for step in steps] == [Send, Pause, Send]
    assert steps[1] == Pause(1.0)


def test_keys_that_are_wrong_raise_what_the_platform_says(store: TokenStore) -> None:
    refusal = answer(401, error="invalid_client", error_description="unknown client id")
    with pytest.raises(AuthenticationError) as caught:
        walk(store, refusal)
    assert (caught.value.code, caught.value.message) == ("invalid_client", "unknown client id")
    assert caught.value.meaning


def test_a_refusal_with_status_200_is_one_too(store: TokenStore) -> None:
    with pytest.raises(AuthenticationError):
        walk(store, answer(error="invalid_client", error_description="Client authentication failed"))


def test_a_signature_that_is_wrong_raises_what_iam_says() -> None:
    refusal = answer(400, requestId="r-1", code="SignatureDoesNotMatch", message="no match")
    with pytest.raises(AuthenticationError) as caught:
        BEARER.read(refusal)
    assert caught.value.request_id == "r-1"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"token": 7}', b"\xff"])
def test_an_answer_without_a_token_is_an_error_without_the_answer(body: bytes) -> None:
    for source in (OAUTH, BEARER):
        with pytest.raises(DecodeError) as caught:
            source.read(Answer(status=200, headers={}, body=body))
        assert caught.value.body == b""


def test_an_old_token_serves_on_while_no_new_one_is_to_be_had(store: TokenStore, clock: Clock) -> None:
    walk(store, answer(access_token="24.one", expires_in=1000))
    clock.now += 950
    down = ConnectionLost(message="refused", url="x", retryable=True)
    walk(store, down, down)
    assert store.current() == "24.one"
    clock.now += 31
    assert store.stale()
    clock.now += 100
    with pytest.raises(ConnectionLost):
        walk(store, down, down)


def test_nothing_secret_shows(store: TokenStore) -> None:
    walk(store, answer(access_token="24.one-secret", expires_in=1000))
    shown = " ".join(map(repr, [store, OAUTH, BEARER, OAUTH.request(), BEARER.request(), OAUTH.read(
        answer(access_token="24.one-secret", expires_in=1000))]))  # fmt: skip
    for secret in ("app-secret", "test_sk", "24.one-secret", "bce-auth-v1"):
        assert secret not in shown
