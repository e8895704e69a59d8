"""The log: what came, what was answered, the verdict; and neither headers nor tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3

from qianfan_typed.emulator import Emulator
from qianfan_typed.explorer.request_log import KEPT, MOST_BYTES, RequestLog

CHAT: dict[str, Any] = {"model": "ernie-4.0-8k", "messages": [{"role": "user", "content": "你好"}]}

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def call(emulator: Emulator, wire: object, path: str = "/v2/chat/completions") -> urllib3.BaseHTTPResponse:
    """Calls the emulator."""
    headers = {"Authorization": f"Bearer {emulator.bearer_token}"}
    return urllib3.request("POST", emulator.url + path, json=wire, headers=headers)


def test_a_request_and_its_verdict(emulator: Emulator, get: Callable[..., Any]) -> None:
    call(emulator, CHAT)
    call(emulator, {**CHAT, "top_p": 9})
    call(emulator, {**CHAT, "model": "ernie-4.5-turbo-128k", "top_p": 9})
    said = get("requests")["requests"]
    assert [(one["status"], one["verdict"], one["errors"], one["code"]) for one in said] == [
        (200, "fine", 0, None),
        (400, "refused", 1, "invalid_argument"),
        (200, "warned", 0, None),
    ]
    assert {(one["api"], one["state"], one["from_page"], one["method"]) for one in said} == {
        ("v2.chat", "done", False, "POST")
    }
    assert [one["model"] for one in said] == ["ernie-4.0-8k", "ernie-4.0-8k", "ernie-4.5-turbo-128k"]


def test_only_what_is_new_is_told(emulator: Emulator, get: Callable[..., Any]) -> None:
    call(emulator, CHAT)
    first = get("requests")
    assert get("requests", after=str(first["revision"]))["requests"] == []
    call(emulator, CHAT)
    assert [one["number"] for one in get("requests", after=str(first["revision"]))["requests"]] == [2]
    for none in ("", "x", "9" * 5000):
        assert [one["number"] for one in get("requests", after=none)["requests"]] == [1, 2]


def test_a_stream_is_counted_in_pieces(emulator: Emulator, get: Callable[..., Any]) -> None:
    emulator.answer_with("晴")
    call(emulator, {**CHAT, "stream": True})
    (said,) = get("requests")["requests"]
    assert said["streamed"]
    assert said["pieces"] >= 3
    assert "[DONE]" in get("requests/1")["reply"]


def test_a_request_whole(emulator: Emulator, get: Callable[..., Any]) -> None:
    call(emulator, {**CHAT, "top_p": 9})
    said = get("requests/1")
    assert json.loads(said["body"]) == {**CHAT, "top_p": 9}
    (problem,) = said["problems"]
    assert said["body"].splitlines()[problem["line"] - 1] == '  "top_p": 9'


def test_a_model_that_stands_in_the_path(post: Callable[..., Any], get: Callable[..., Any]) -> None:
    post("send", {"messages": CHAT["messages"], "top_k": 1}, "v1.chat", model="ERNIE-Lite-Pro-128K")
    (said,) = get("requests")["requests"]
    assert (said["model"], said["api"], said["verdict"], said["code"]) == (
        "ERNIE-Lite-Pro-128K",
        "v1.chat",
        "refused",
        "336003",
    )


def test_what_was_lost_is_called_so(emulator: Emulator, get: Callable[..., Any]) -> None:
    emulator.drop_connection(9)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        call(emulator, CHAT)
    assert {(one["state"], one["status"]) for one in get("requests")["requests"]} == {("lost", None)}


def test_no_token_and_no_key_is_kept(emulator: Emulator) -> None:
    given = {"grant_type": "client_credentials", "client_id": emulator.ak, "client_secret": emulator.sk}
    token = urllib3.request("POST", f"{emulator.url}/oauth/2.0/token", body=urlencode(given), headers=FORM).json()
    path = f"/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k?access_token={token['access_token']}"
    call(emulator, {"messages": CHAT["messages"]}, path)
    log = emulator._page.log  # pyright: ignore[reportPrivateUsage]
    kept = "".join(repr(one) for one in log.since(0)[0])
    for secret in (token["access_token"], emulator.sk, emulator.bearer_token):
        assert secret not in kept


def test_it_is_emptied_with_the_emulator(emulator: Emulator, get: Callable[..., Any]) -> None:
    call(emulator, CHAT)
    before = get("requests")["log"]
    emulator.reset()
    after = get("requests")
    assert (after["requests"], after["log"] == before) == ([], False)


def test_what_the_page_sends_is_marked(post: Callable[..., Any], get: Callable[..., Any]) -> None:
    post("send", CHAT)
    assert [one["from_page"] for one in get("requests")["requests"]] == [True]


def test_it_keeps_the_last_and_so_much_of_each(emulator: Emulator, get: Callable[..., Any]) -> None:
    log = RequestLog()
    for number in range(KEPT + 5):
        request = log.begin("POST", f"/{number}")
        request.sent.add(b"x" * MOST_BYTES, keep=True)
        log.changed(request)
    kept, _ = log.since(0)
    assert [one.number for one in (kept[0], kept[-1])] == [6, KEPT + 5]
    assert sum(one.sent.kept for one in kept) == 32 << 20
    call(emulator, {**CHAT, "user": "x" * (MOST_BYTES + 1)})
    (said,) = get("requests")["requests"]
    assert (said["verdict"], get("requests/1")["body_cut"]) == ("none", True)


def test_bodies_of_the_oldest_go_where_all_together_are_too_many() -> None:
    log = RequestLog()
    made = [log.begin("POST", "/v2/chat/completions") for _ in range(40)]
    for one in made:
        one.sent.add(b"x" * MOST_BYTES, keep=True)
        one.answered.add(b"y" * 10, keep=True)
        log.changed(one)
    kept = [one.sent.kept + one.answered.kept for one in made]
    assert kept == [0] * 9 + [MOST_BYTES + 10] * 31
    assert [one.sent.size for one in made] == [MOST_BYTES] * 40


def test_what_is_remembered_no_more_takes_no_room_of_others() -> None:
    log = RequestLog()
    late = [log.begin("POST", "/") for _ in range(40)]
    log.clear()
    for one in late:
        one.sent.add(b"x" * MOST_BYTES, keep=True)
        log.changed(one)
    now = log.begin("POST", "/")
    now.sent.add(b"x", keep=True)
    log.changed(now)
    assert now.sent.data == b"x"


@pytest.mark.parametrize("pieces", [[3, 4], [MOST_BYTES, 1], [MOST_BYTES - 1, 5, 5], [MOST_BYTES + 1], []])
def test_the_beginning_is_kept(pieces: list[int]) -> None:
    request = RequestLog().begin("POST", "/")
    for number, size in enumerate(pieces):
        request.sent.add(bytes([number]) * size, keep=True)
    whole = b"".join(bytes([number]) * size for number, size in enumerate(pieces))
    assert request.sent.data == whole[:MOST_BYTES]
    assert (request.sent.size, request.sent.is_cut) == (len(whole), len(whole) > MOST_BYTES)
