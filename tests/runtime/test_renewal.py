"""Tokens and keys over sockets: who waits for a renewal, what mends a refusal, and what is said of keys."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Any

import pytest

from qianfan_typed import AsyncQianfan, Qianfan, Retry
from qianfan_typed.errors import ApiError, AuthenticationError, DecodeError, QianfanError
from tests.runtime.callers import HELLO, Caller
from tests.runtime.conftest import Script, Seen, reply

APP = {"ak": "app-key-key", "sk": "app-secret"}
ACCOUNT = {"access_key": "test_ak", "secret_key": "test_sk"}
TOKEN = reply('{"access_token": "24.one-one-one", "expires_in": 2592000}')
BEARER = reply('{"token": "bce-v3/ALTAK-one/one", "status": "enable"}')
OK = reply('{"id": "as-1", "result": "hello"}')
DOWN = reply("<html>down</html>", status=503)
HTML = "HTML, not JSON: what stands at this address, or a proxy before it, is not the platform"
ONCE = Retry(attempts=1)


def hosts(script: Script) -> dict[str, Any]:
    return dict.fromkeys(("base_url", "console_api_base_url", "iam_base_url"), script.url)


def slowly(answer: bytes, all_wait: Callable[[], None]) -> Callable[[Seen, socket.socket], None]:
    """An answer that comes when all who want it wait for it."""

    def say(_: Seen, connection: socket.socket) -> None:
        all_wait()
        connection.sendall(answer)

    return say


def test_all_tasks_that_wait_for_a_token_share_one_failure(script: Script) -> None:
    async def ask() -> list[object]:
        async with AsyncQianfan(**hosts(script), **APP, retry=ONCE) as client:
            chat = client.v1.chat.ernie_lite_pro_128k
            calls = [asyncio.ensure_future(chat.create(HELLO)) for _ in range(20)]
            while not script.seen:
                await asyncio.sleep(0.01)
            go.set()
            return list(await asyncio.gather(*calls, return_exceptions=True))

    go = threading.Event()
    script.answers = [slowly(DOWN, lambda: go.wait(5) or None)]
    errors = asyncio.run(ask())
    assert {type(error).__name__ for error in errors} == {"Overloaded"}
    assert len(script.seen) == 1
    assert len({id(error) for error in errors}) == 20


def test_all_threads_that_wait_for_a_token_share_one_failure(script: Script) -> None:
    waiting = threading.Barrier(9)
    with Qianfan(**hosts(script), **APP, retry=ONCE) as client:

        def ask() -> str:
            waiting.wait(5)
            try:
                client.v1.chat.ernie_lite_pro_128k.create(HELLO)
            except QianfanError as error:
                return type(error).__name__
            return "no error"

        came = threading.Event()
        script.answers = [slowly(DOWN, lambda: came.wait(0.3) or None)]
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(ask) for _ in range(8)]
            waiting.wait(5)
            assert {one.result(10) for one in asked} == {"Overloaded"}
    assert len(script.seen) == 1


def test_a_call_after_a_failure_asks_again(script: Script) -> None:
    script.answers = [DOWN, TOKEN, OK]
    with Qianfan(**hosts(script), **APP, retry=ONCE) as client:
        with pytest.raises(ApiError):
            client.v1.chat.ernie_lite_pro_128k.create(HELLO)
        assert client.v1.chat.ernie_lite_pro_128k.create(HELLO).result == "hello"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_child_does_not_wait_for_the_parents_renewal(script: Script) -> None:
    asked, go = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        go.wait(10)

    script.answers = [slowly(TOKEN, hold), TOKEN, OK, OK]
    client = Qianfan(**hosts(script), **APP)
    parent = threading.Thread(target=client.v1.chat.ernie_lite_pro_128k.create, args=(HELLO,))
    parent.start()
    asked.wait(5)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if client.v1.chat.ernie_lite_pro_128k.create(HELLO, timeout=5).result == "hello" else 1)
        finally:
            os._exit(2)
    status = os.waitpid(child, 0)[1]
    go.set()
    parent.join(10)
    client.close()
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_given_token_that_is_refused_gives_way_to_the_keys_at_hand(caller: Caller) -> None:
    if caller.dialect == "v1":
        refused, given = reply('{"error_code": 111, "error_msg": "Access token expired"}'), "access_token"
    else:
        error = {"code": "invalid_iam_token", "message": "expired", "type": "invalid_request_error"}
        refused, given = reply(json.dumps({"error": error}), status=401), "bearer_token"
    client = caller.client(**{given: "24.old-old-old-old", **ACCOUNT}, retry=ONCE)
    renewal = [] if caller.dialect == "v1" else [BEARER]
    caller.script.answers = [refused, *renewal, caller.ok(), caller.ok()]
    answer = caller.create(client)
    assert [one.error for one in answer.meta.failed] == ["AuthenticationError"]
    assert (answer.meta.attempts, caller.create(client).meta.failed) == (1, ())
    shown = [seen.target + seen.headers.get("authorization", "") for seen in caller.script.seen]
    assert ["24.old" in one for one in shown] == [True] + [False] * (len(shown) - 1)


def test_a_given_token_without_keys_is_refused_as_the_platform_says(caller: Caller) -> None:
    given = "access_token" if caller.dialect == "v1" else "bearer_token"
    said = '{"error_code": 110, "error_msg": "Access token invalid or no longer valid"}'
    caller.script.answers = [reply(said)]
    with pytest.raises(AuthenticationError) as caught:
        caller.create(caller.client(**{given: "24.old-old-old-old"}))
    assert (caught.value.code, len(caught.value.attempts)) == (110, 1)


@pytest.mark.parametrize("code", [110, 111])
def test_a_token_that_expires_in_mid_flight_is_renewed_once(script: Script, code: int) -> None:
    gone = reply(json.dumps({"error_code": code, "error_msg": "no longer valid"}))
    for awaits in (False, True):
        caller = Caller("v1", awaits, script)
        script.answers = [TOKEN, gone, TOKEN, OK, gone, TOKEN, gone]
        client = caller.client(**APP, retry=ONCE)
        assert caller.create(client).meta.attempts == 1
        with pytest.raises(AuthenticationError) as caught:
            caller.create(client)
        assert [(one.number, one.code) for one in caught.value.attempts] == [(1, code), (1, code)]
        caller.close()


def test_a_clock_that_is_wrong_is_set_by_a_refusal(script: Script) -> None:
    ahead = 1893456000
    said = reply(
        '{"error_code": 14, "error_msg": "IAM Certification failed"}', f"Date: {formatdate(ahead, usegmt=True)}"
    )
    for awaits in (False, True):
        caller = Caller("v1", awaits, script)
        script.answers, script.seen = [said, OK, OK, said], []
        client = caller.client(**ACCOUNT, retry=ONCE)
        for _ in range(2):
            caller.create(client)
        dates = [seen.headers["x-bce-date"][:13] for seen in script.seen]
        assert dates[1:] == ["2030-01-01T00", "2030-01-01T00"]
        assert dates[0] != dates[1]
        with pytest.raises(AuthenticationError):
            caller.create(client)
        caller.close()


def test_a_clock_that_is_wrong_is_set_by_the_service_that_hands_out_tokens(script: Script) -> None:
    date = f"Date: {formatdate(1893456000, usegmt=True)}"
    said = reply('{"requestId": "r-1", "code": "RequestExpired", "message": "too old"}', date, status=400)
    for awaits in (False, True):
        caller = Caller("v2", awaits, script)
        script.answers, script.seen = [said, BEARER, caller.ok()], []
        caller.create(caller.client(**ACCOUNT, retry=ONCE))
        assert script.seen[1].headers["x-bce-date"].startswith("2030-01-01T00:0")
        caller.close()


@pytest.mark.parametrize(
    ("body", "came"),
    [
        (
            "<html>log in</html>",
            "HTML, not JSON: what stands at this address, or a proxy before it, is not the platform",
        ),
        ('{"token_type": "x"}', "JSON without one"),
        ("\x00\x01", "something else than JSON"),
        ("", "nothing"),
    ],
)
def test_an_answer_that_is_no_token_says_what_came(script: Script, body: str, came: str) -> None:
    for awaits in (False, True):
        caller = Caller("v1", awaits, script)
        script.answers = [reply(body)]
        with pytest.raises(DecodeError) as caught:
            caller.create(caller.client(**APP))
        assert str(caught.value) == (
            f"a token was asked for, and what came is {came} "
            f"({script.url}/oauth/2.0/token; the service that hands out access tokens)"
        )
        caller.close()


@pytest.mark.parametrize(
    ("keys", "hint"),
    [
        (
            {"ak": "ALTAKabcdefghijklmnopqrs", "sk": "x" * 32},
            "ak looks like the account's access key: give it as access_key and secret_key",
        ),
        (
            {"ak": "bce-v3/ALTAK-a/b", "sk": "x"},
            "ak looks like a bearer token or a permanent API key: give it as bearer_token",
        ),
        ({"ak": "Ab3dEf6hIj9lMn2pQr5tUv8x", "sk": "x" * 32}, None),
    ],
)
def test_keys_in_anothers_place_are_recognised_by_their_look(
    script: Script, keys: dict[str, str], hint: str | None
) -> None:
    for awaits in (False, True):
        caller = Caller("v1", awaits, script)
        script.answers = [reply('{"error": "invalid_client", "error_description": "unknown client id"}', status=401)]
        with pytest.raises(AuthenticationError) as caught:
            caller.create(caller.client(**keys))
        assert caught.value.hint == hint
        caller.close()


def test_an_applications_keys_given_as_the_accounts_are_recognised(script: Script) -> None:
    said = reply('{"requestId": "r", "code": "SignatureDoesNotMatch", "message": "no such key"}', status=400)
    for dialect, answer in (("v2", said), ("v1", reply('{"error_code": 14, "error_msg": "IAM Certification failed"}'))):
        caller = Caller(dialect, False, script)
        script.answers = [answer]
        with pytest.raises(AuthenticationError) as caught:
            caller.create(caller.client(access_key="Ab3dEf6hIj9lMn2pQr5tUv8x", secret_key="x" * 32))
        assert str(caught.value).endswith(
            "\n  hint         access_key looks like an application's API key: give it as ak and sk"
        )
        caller.close()
