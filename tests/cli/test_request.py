"""`request`, `token` and `doctor`: whoever wants to know what is on the wire, and what is in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from qianfan_typed.cli.request import read_item
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ConfigurationError
from tests.cli.conftest import Run

Open = Callable[..., Any]


def test_a_request_is_signed_and_its_body_made_of_items(run: Run, emulator: Emulator) -> None:
    messages = 'messages:=[{"role": "user", "content": "hi"}]'
    done = run("request", "post", "/v2/chat/completions", "model=ernie-4.5-turbo-128k", messages, "X-Mine:yes")
    assert done.code == 0
    assert json.loads(done.out)["object"] == "chat.completion"
    assert emulator.requests[-1].headers["x-mine"] == "yes"
    done = run("request", "POST", "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k", messages)
    assert json.loads(done.out)["result"]


def test_what_is_piped_in_is_the_body(run: Run, emulator: Emulator) -> None:
    body = '{"model": "bge-large-zh", "input": ["a"]}'
    assert run("request", "POST", "/v2/embeddings", stdin=body).code == 0
    assert emulator.requests[-1].body == body.encode()


def test_an_error_of_the_platform_is_shown_and_is_exit_code_1(run: Run) -> None:
    done = run("request", "POST", "/v2/chat/completions", "model=none")
    assert done.code == 1
    assert "error" in json.loads(done.out)
    done = run("request", "POST", "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k", "messages=hi")
    assert done.code == 1
    assert "error_code" in json.loads(done.out)


def test_in_a_terminal_there_are_status_and_headers_and_no_key(terminal: Open, emulator: Emulator) -> None:
    items = ["model=ernie-4.5-turbo-128k", 'messages:=[{"role": "user", "content": "hi"}]']
    screen = terminal("request", "POST", "/v2/chat/completions", *items, "--show-request")
    assert screen.ended() == 0
    seen = screen.seen
    assert f"POST {emulator.url}/v2/chat/completions" in seen
    assert "HTTP 200" in seen
    assert "content-type: application/json" in seen
    assert '"object": "chat.completion",' in seen
    assert emulator.secret_key not in screen.raw
    assert "Authorization: Bearer bce" not in screen.raw


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("a=b:c", ("text", "a", "b:c")),
        ("a:=[1]", ("json", "a", "[1]")),
        ("a==b", ("query", "a", "b")),
        ("X-A: b=c", ("header", "X-A", "b=c")),
    ],
    ids=["text", "json", "query", "header"],
)
def test_what_an_item_is_the_first_mark_says(item: str, expected: tuple[str, str, str]) -> None:
    assert read_item(item) == expected


def test_what_is_no_item(run: Run) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^abc: is no item: name=text, name:=JSON, name==value or Name:header$"
    ):
        read_item("abc")
    done = run("request", "GET", "/v2/models", "a:=b")
    assert done.code == 2
    assert done.err.startswith("qianfan-typed: a:=b: no JSON: ")
    done = run("request", "GET", "https://example.com/v2/models")
    assert done.code == 2
    assert "say the path alone" in done.err


def test_a_token_is_made_and_opens_the_platform(run: Run) -> None:
    token = run("token", "create").out.strip()
    assert run("chat", "hi", "--bearer-token", token).code == 0
    made = json.loads(run("token", "create", "--expires", "60", "--json").out)
    assert made["seconds"] == 60


def test_an_access_token_is_made_from_an_applications_keys(run: Run, without_keys: None, emulator: Emulator) -> None:
    keys = ["--ak", emulator.ak, "--sk", emulator.sk]
    assert run("token", "create", *keys).out.strip()
    done = run("token", "create", "--api", "v2", *keys)
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: a token is made from keys, and these are not at hand: QIANFAN_ACCESS_KEY and "
        "QIANFAN_SECRET_KEY\n",
    )


def test_keys_are_shown_masked_and_where_they_come_from(run: Run, emulator: Emulator) -> None:
    done = run("token", "show", "--bearer-token", "bce-v3/ALTAK-mine/0123")
    assert [line.split("\t") for line in done.out.splitlines()] == [
        ["key", "value", "serves", "from"],
        ["access_key", "emul…", "V1 and V2, with secret_key", "the variable QIANFAN_ACCESS_KEY"],
        ["secret_key", "emul…", "V1 and V2, with access_key", "the variable QIANFAN_SECRET_KEY"],
        ["bearer_token", "bce-…", "V2", "the option --bearer-token"],
    ]


def states(out: str) -> dict[str, str]:
    return {one["about"]: one["state"] for one in json.loads(out)}


def test_a_doctor_finds_all_well(run: Run) -> None:
    done = run("doctor", "--json")
    assert done.code == 0
    found = states(done.out)
    assert {found[name] for name in ("host v1", "host v2", "host iam", "clock", "call", "key")} == {"right"}


def test_a_doctor_says_what_to_do(run: Run, emulator: Emulator) -> None:
    done = run("doctor", "--base-url", "http://127.0.0.1:9")
    assert done.code == 1
    assert "wrong  host v2        no connection could be made: " in done.out
    assert "look at the proxy, the firewall and the name's address; " in done.out
    done = run("doctor", "--json", "--bearer-token", "ALTAKmisplaced")
    found = {one["about"]: one for one in json.loads(done.out)}
    assert (done.code, found["keys"]["state"], found["call"]["state"]) == (1, "note", "wrong")
    assert found["keys"]["says"] == (
        "bearer_token looks like the account's access key: give it as access_key and secret_key"
    )
    assert "ALTAKmisplaced" not in done.out


def test_a_doctor_without_keys(run: Run, without_keys: None) -> None:
    done = run("doctor")
    assert done.code == 1
    assert "wrong  keys           there are no credentials: set one of these" in done.out
    assert "QIANFAN_BEARER_TOKEN" in done.out


def test_a_doctor_sees_a_wrong_clock_and_a_proxy(run: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = {one["about"]: one for one in json.loads(run("doctor", "--json", "--offline").out)}
    assert found["proxy"]["says"] == "HTTPS_PROXY is set: calls go through it, save to 127.0.0.1"
    assert "host v1" not in found
