"""Keywords that a call or a client does not take: which was meant, who takes it, what to write instead."""

from __future__ import annotations

import asyncio
import inspect
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from qianfan_typed import AsyncQianfan, Qianfan, user

HELLO = [user("你好")]
CLIENT: Any = Qianfan(api_key="bce-v3/x", base_url="http://127.0.0.1:1")
ASYNCHRONOUS: Any = AsyncQianfan(api_key="bce-v3/x", base_url="http://127.0.0.1:1")
LITE = CLIENT.v1.chat.ernie_lite_pro_128k
TURBO = CLIENT.v2.chat.ernie_4_5_turbo_128k
ENTRY = CLIENT.chat.completions


def said(call: Callable[[], object]) -> str:
    """What a call is refused with."""
    with pytest.raises(TypeError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(
    ("keyword", "hint"),
    [
        ("temprature", "did you mean temperature?"),
        ("timeOut", "did you mean timeout?"),
        (
            "disable_search",
            "not a parameter of ERNIE-Lite-Pro-128K; ERNIE-4.0-8K, ERNIE-4.0-8K-Preview and 13 more take it",
        ),
        ("max_tokens", "not a known name here; write max_output_tokens"),
        ("max_retries", "write retry=Retry(attempts=…); attempts count the first one"),
        ("extra_headers", "write headers={…}"),
        ("extra_body", "write the parameter itself where the model takes it, else extra={…}"),
        ("http_client", "it is the client's: write Qianfan(transport=…)"),
        ("n", "a call gives one answer; create_many([…]) makes many calls at once"),
        ("logit_bias", "not on the platform's page; ignored or refused; extra={'logit_bias': …} sends it all the same"),
        ("stream", "call stream(…) for the answer in pieces"),
        ("model", "the call is to ERNIE-Lite-Pro-128K; for another write client.v1.chat.model(…)"),
    ],
)
def test_a_handle_says_what_to_write_instead(keyword: str, hint: str) -> None:
    expected = f"ErnieSpeed8kChat.create() got an unexpected keyword argument {keyword!r}; {hint}"
    assert said(lambda: LITE.create(HELLO, **{keyword: 1})) == expected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: TURBO.create(HELLO, max_output_tokens=10),
            "Ernie45Chat.create() got an unexpected keyword argument 'max_output_tokens'; "
            "not a known name here; write max_completion_tokens",
        ),
        (
            lambda: ENTRY.create(model="ernie-4.5-turbo-128k", messages=HELLO, max_output_tokens=10),
            "Completions.create() got an unexpected keyword argument 'max_output_tokens'; "
            "not a known name here; write max_completion_tokens",
        ),
        (
            lambda: TURBO.parse(HELLO, into=int, temprature=1),
            "Ernie45Chat.create() got an unexpected keyword argument 'temprature'; did you mean temperature?",
        ),
        (
            lambda: CLIENT.v2.files.get("file-1", limit=3),
            "V2Files.get() got an unexpected keyword argument 'limit'; "
            "known: file_id, extra, timeout, deadline, retry, validate, headers",
        ),
        (
            lambda: asyncio.run(ASYNCHRONOUS.v2.chat.ernie_4_5_turbo_128k.create(HELLO, temprature=1)),
            "AsyncErnie45Chat.create() got an unexpected keyword argument 'temprature'; did you mean temperature?",
        ),
        (
            lambda: TURBO.create(HELLO, temprature=1, n=2),
            "Ernie45Chat.create() got unexpected keyword arguments\n"
            "  temprature: did you mean temperature?\n"
            "  n: a call gives one answer; create_many([…]) makes many calls at once",
        ),
    ],
)
def test_every_entry_says_it(call: Callable[[], object], message: str) -> None:
    assert said(call) == message


@pytest.mark.parametrize("kind", [Qianfan, AsyncQianfan])
@pytest.mark.parametrize(
    ("keyword", "hint"),
    [
        ("bearer_tokn", "did you mean bearer_token?"),
        ("max_retries", "write max_attempts=…; attempts count the first one"),
        ("default_headers", "write headers={…}"),
        ("http_client", "write transport=…, or proxy=…, ca=… and cert=…"),
        ("organization", "the platform has none; leave it out"),
        ("colour", "it is no setting"),
    ],
)
def test_a_client_says_what_to_write_instead(kind: Any, keyword: str, hint: str) -> None:
    expected = f"{kind.__name__}() got an unexpected keyword argument {keyword!r}; {hint}"
    assert said(lambda: kind(**{keyword: "x"})) == expected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: CLIENT.with_options(max_retries=0),
            "Qianfan.with_options() got an unexpected keyword argument 'max_retries'; "
            "write retry=Retry(attempts=…); attempts count the first one",
        ),
        (
            lambda: CLIENT.request("GET", "/v2/models", extra_headers={}),
            "Qianfan.request() got an unexpected keyword argument 'extra_headers'; write headers={…}",
        ),
        (
            lambda: asyncio.run(ASYNCHRONOUS.batch("in.jsonl", "out.jsonl", wokers=3)),
            "AsyncQianfan.batch() got an unexpected keyword argument 'wokers'; did you mean workers?",
        ),
    ],
)
def test_a_clients_methods_say_it_too(call: Callable[[], object], message: str) -> None:
    assert said(call) == message


def test_a_client_takes_keywords_alone() -> None:
    expected = "Qianfan() takes keywords alone: api_key=…, or access_key=… and secret_key=…"
    assert said(lambda: CLIENT.__class__("bce-v3/secret")) == expected


def test_the_refusal_shows_no_key() -> None:
    make: Any = Qianfan
    with pytest.raises(TypeError) as caught:
        make(api_key="bce-v3/ALTAK-very-secret", max_retries=2)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert not [frame for frame in shown.stack[1:] if "very-secret" in str(frame.locals)]


def test_an_error_from_within_a_call_stays_what_it_is() -> None:
    with pytest.raises(TypeError, match=r"^boom$"):
        LITE.create(HELLO, extra=_Breaking())


class _Breaking(dict[str, object]):
    """A mapping that fails when it is read."""

    def __bool__(self) -> bool:
        raise TypeError("boom")


def test_what_is_missing_is_said_as_python_says_it() -> None:
    assert said(lambda: LITE.create()) == "ErnieSpeed8kChat.create() missing 1 required positional argument: 'messages'"


def test_signatures_are_those_of_the_methods() -> None:
    assert list(inspect.signature(LITE.create).parameters)[:3] == ["messages", "system", "temperature"]
    assert "access_key" in inspect.signature(Qianfan).parameters
    assert inspect.iscoroutinefunction(ASYNCHRONOUS.v2.chat.ernie_4_5_turbo_128k.create)
