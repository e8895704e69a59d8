"""Retries over sockets: which faults a request is sent again after, what tells of it, and what bounds it."""

from __future__ import annotations

import logging
import socket
from email.utils import formatdate
from typing import Any

import pytest

from qianfan_typed import Qianfan, Retry
from qianfan_typed.errors import ApiError, ConfigurationError, ConnectionLost, DecodeError, RateLimited, StreamCut
from tests.runtime.callers import HELLO, OPERATION, Caller
from tests.runtime.conftest import Script, Seen, reply

AT_ONCE = Retry(backoff=0)


def lost(_: Seen, connection: socket.socket) -> None:
    """Closes the connection after the request was read, without a byte of a reply."""
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 501, 502, 503, 504, 520, 522, 524, 529])
def test_a_status_that_may_pass_is_tried_again(script: Script, status: int) -> None:
    for awaits in (False, True):
        caller = Caller("v1", awaits, script)
        script.answers = [reply("<html>", status=status), caller.ok()]
        answer = caller.create(caller.client(retry=AT_ONCE))
        (failed,) = answer.meta.failed
        assert (answer.meta.attempts, failed.number, failed.status, failed.code) == (2, 1, status, None)
        caller.close()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 451])
def test_a_status_that_will_not_pass_is_not_tried_again(caller: Caller, status: int) -> None:
    caller.script.answers = [reply("<html>", status=status)]
    with pytest.raises(ApiError) as caught:
        caller.create(caller.client(retry=AT_ONCE))
    assert len(caught.value.attempts) == len(caller.script.seen) == 1


def test_each_attempt_is_told_of_on_a_reply(caller: Caller) -> None:
    caller.script.answers = [caller.busy(), reply("", status=503), caller.ok()]
    answer = caller.create(caller.client(retry=AT_ONCE))
    first, second = answer.meta.failed
    assert (first.number, first.error, first.code, first.request_id) == (1, "RateLimited", caller.busy_code, "as-0")
    assert (second.number, second.error, second.code, second.status) == (2, "Overloaded", None, 503)
    assert (first.wait, second.wait) == (0, 0)
    assert first.started <= second.started <= answer.meta.started


def test_each_attempt_is_told_of_on_an_error(caller: Caller) -> None:
    caller.script.answers = [caller.busy(), caller.busy(), reply("", status=503)]
    with pytest.raises(ApiError) as caught:
        caller.create(caller.client(retry=AT_ONCE))
    error = caught.value
    assert [(one.number, one.error, one.wait) for one in error.attempts] == [
        (1, "RateLimited", 0),
        (2, "RateLimited", 0),
        (3, "Overloaded", None),
    ]
    code = caller.busy_code
    assert str(error) == (
        "HTTP 503, not in the platform's words: no body\n"
        f"  model        {'ERNIE-Lite-Pro-128K' if caller.dialect == 'v1' else 'ernie-4.5-turbo-128k'}\n"
        f"  operation    {OPERATION[caller.dialect]}\n"
        f"  address      {caller.url}\n"
        "  HTTP status  503\n"
        f"  attempts     3 (RateLimited {code}, RateLimited {code}, Overloaded)"
    )


def test_the_attempts_before_a_stream_are_told_of_on_its_pieces_and_errors(caller: Caller) -> None:
    caller.script.answers = [caller.busy(), caller.pieces(), caller.busy(), caller.pieces(end=False)]
    client = caller.client(retry=AT_ONCE)
    assert [[one.error for one in piece.meta.failed] for piece in caller.stream(client)] == [["RateLimited"]] * 3
    with pytest.raises(StreamCut) as caught:
        list(caller.stream(client))
    assert [one.error for one in caught.value.attempts] == ["RateLimited", "StreamCut"]
    assert (caught.value.operation, caught.value.url) == (OPERATION[caller.dialect], caller.url)


def test_a_cut_stream_has_the_id_of_its_head(caller: Caller) -> None:
    body = caller.pieces(end=False).replace(b"\r\nContent-Type", b"\r\nX-Bce-Request-Id: as-head\r\nContent-Type", 1)
    caller.script.answers = [body]
    with pytest.raises(StreamCut) as caught:
        list(caller.stream(caller.client()))
    assert caught.value.request_id == "as-head"
    assert f"({caller.url}; {OPERATION[caller.dialect]}; request id as-head)" in str(caught.value)


def test_html_in_place_of_a_reply_says_what_was_called(caller: Caller) -> None:
    caller.script.answers = [reply("<html>", "X-Bce-Request-Id: as-head")]
    with pytest.raises(DecodeError) as caught:
        caller.create(caller.client())
    assert str(caught.value) == (
        "the platform's reply is no JSON object: '<html>' "
        f"({caller.url}; {OPERATION[caller.dialect]}; request id as-head)"
    )


def test_a_404_names_the_address(caller: Caller) -> None:
    caller.script.answers = [reply("no such page", status=404)]
    with pytest.raises(ApiError, match=f"(?m)^  address      {caller.url}$"):
        caller.create(caller.client())


@pytest.mark.parametrize("code", ["336100", 336100, 18, "502", 429])
def test_a_numeric_code_of_v2_inside_http_200_is_tried_again(script: Script, code: object) -> None:
    said = f'{{"error": {{"code": {code!r}, "message": "busy"}}}}'.replace("'", '"')
    for awaits in (False, True):
        caller = Caller("v2", awaits, script)
        script.answers = [reply(said), caller.ok()]
        (failed,) = caller.create(caller.client(retry=AT_ONCE)).meta.failed
        assert failed.code == int(str(code))
        caller.close()


def test_a_platform_that_asks_for_too_long_is_not_asked_again(caller: Caller) -> None:
    caller.script.answers = [caller.busy("Retry-After: 99999999")]
    with pytest.raises(RateLimited) as caught:
        caller.create(caller.client())
    assert caught.value.retry_after == 99999999
    assert caught.value.no_retry == "the platform asks to wait 99,999,999 s, and max_wait is 120 s"
    assert "\n  no retry     the platform asks" in str(caught.value)


@pytest.mark.parametrize("asked", ["-5", "0", "Wed, 01 Jan 2020 00:00:00 GMT", "soon", "soon."])
def test_a_wait_that_is_no_wait_is_the_clients_own(caller: Caller, asked: str) -> None:
    caller.script.answers = [caller.busy(f"Retry-After: {asked}"), caller.ok()]
    (failed,) = caller.create(caller.client(retry=Retry(backoff=0.02, jitter=0))).meta.failed
    assert failed.wait == 0.02


def test_a_date_to_wait_for_is_read_by_the_platforms_own_clock(caller: Caller) -> None:
    ahead = 1e9
    headers = [f"Date: {formatdate(ahead, usegmt=True)}", f"Retry-After: {formatdate(ahead + 300, usegmt=True)}"]
    caller.script.answers = [caller.busy(*headers)]
    with pytest.raises(RateLimited) as caught:
        caller.create(caller.client())
    assert caught.value.retry_after == 300


def test_an_outage_is_not_multiplied(caller: Caller) -> None:
    client = caller.client(retry=Retry(backoff=0, budget=4))
    caller.script.answers = [caller.busy()] * 30
    for _ in range(10):
        with pytest.raises(RateLimited) as caught:
            caller.create(client)
    assert len(caller.script.seen) == 14
    assert caught.value.no_retry == "too many calls of this client failed of late: its budget of retries is used up"


def test_a_call_may_say_how_it_is_tried_again(caller: Caller) -> None:
    client = caller.client(retry=AT_ONCE)
    caller.script.answers = [caller.busy()] * 9
    for attempts in (1, 5):
        with pytest.raises(RateLimited) as caught:
            caller.create(client, retry=Retry(attempts=attempts))
        assert len(caught.value.attempts) == attempts
    with pytest.raises(RateLimited):
        list(caller.stream(client, retry=Retry(attempts=3)))
    assert len(caller.script.seen) == 9


def test_a_new_connection_that_is_lost_is_not_tried_again_unless_told(caller: Caller) -> None:
    caller.script.answers = [lost]
    with pytest.raises(ConnectionLost) as caught:
        caller.create(caller.client(retry=AT_ONCE))
    assert [one.error for one in caught.value.attempts] == ["ConnectionLost"]
    assert (caught.value.unanswered, caught.value.kept) == (True, False)
    caller.script.answers = [lost, caller.ok()]
    assert caller.create(caller.client(retry=Retry(backoff=0, lost=True))).meta.attempts == 2


def test_a_kept_connection_that_is_lost_is_replaced_at_no_cost(caller: Caller) -> None:
    client = caller.client(retry=Retry(attempts=1, budget=0))
    caller.script.answers = [caller.ok(), lost, caller.ok()]
    caller.create(client)
    assert caller.create(client).meta.attempts == 1
    assert [seen.connection for seen in caller.script.seen] == [1, 1, 2]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"retry": 3}, "retry: 3 must be a Retry, as in Retry(attempts=5)"),
        (
            {"retry": Retry(attempts=0)},
            "retry.attempts: 0 must be a whole number of attempts from 1; 1 means no retries",
        ),
        ({"retry": Retry(jitter=2)}, "retry.jitter: 2 must be a number from 0 to 1"),
        ({"retry": Retry(backoff=-1)}, "retry.backoff: -1 must be a number of seconds from 0"),
        ({"retry": Retry(statuses=[5])}, "retry.statuses: frozenset({5}) must be HTTP statuses from 100 to 599"),
        ({"retry": Retry(budget=-1)}, 'retry.budget: -1 must be a number of retries from 0, or float("inf")'),
        (
            {"retry": Retry(attempts=2), "max_attempts": 3},
            "max_attempts and retry.attempts are two names for one thing: give one",
        ),
    ],
)
def test_what_a_retry_cannot_be_is_refused_in_words(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Qianfan(no_auth=True, **settings)
    assert str(caught.value) == message


def test_a_call_cannot_have_a_budget_of_its_own() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Qianfan(no_auth=True).v1.chat.ernie_lite_pro_128k.create(HELLO, retry=Retry(budget=5))
    assert str(caught.value) == 'retry.budget: 5 is the client\'s to have; a call may only have float("inf")'


def test_older_settings_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANFAN_LLM_API_RETRY_COUNT", "7")
    assert Qianfan(no_auth=True).settings.max_attempts == 7
    assert Qianfan(no_auth=True, retry=Retry(attempts=2)).settings.max_attempts == 2
    assert Qianfan(no_auth=True, max_attempts=4).settings.max_attempts == 4


def test_a_retry_is_a_line_of_the_log(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "qianfan_typed")
    caller.script.answers = [reply("", status=503), caller.ok()]
    caller.create(caller.client(retry=AT_ONCE))
    model = "ERNIE-Lite-Pro-128K" if caller.dialect == "v1" else "ernie-4.5-turbo-128k"
    assert caplog.messages == [f"{model}: attempt 1 failed (Overloaded HTTP 503); again in 0.00 s"]


@pytest.mark.parametrize(
    ("refusal", "doubted"),
    [
        (reply('{"error_code": 336003, "error_msg": "temperature is wrong"}'), True),
        (reply('{"error": {"code": "invalid_argument", "message": "temperature is wrong"}}', status=400), True),
        (reply('{"error_code": 336002, "error_msg": "Invalid JSON"}'), False),
        (reply('{"error": {"code": "method_not_supported", "message": "use POST"}}', status=405), False),
        (reply("<html>Bad Request</html>", status=400), False),
        (reply("<html>Too Large</html>", status=413), False),
        (reply('{"error": {"code": "invalid_model", "message": "no such model"}}', status=401), False),
    ],
    ids=["parameter V1", "parameter V2", "JSON", "method", "gateway", "size", "model"],
)
def test_our_rules_are_doubted_only_where_parameters_are_refused(caller: Caller, refusal: bytes, doubted: bool) -> None:
    caller.script.answers = [refusal]
    with pytest.raises(ApiError) as caught:
        caller.create(caller.client())
    assert (caught.value.doubt is not None) is doubted
