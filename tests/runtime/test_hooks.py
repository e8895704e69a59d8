"""Hooks: what functions of the user's hear of calls, what coroutine functions do, and what the log says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from qianfan_typed import Qianfan, Retry
from qianfan_typed.errors import ApiError, ConfigurationError, StreamCut
from qianfan_typed.hooks import CallFailed, ReplyCame, RequestSent, RetryPlanned
from tests.runtime.callers import HELLO, OPERATION, Caller
from tests.runtime.conftest import Script, Seen, reply

AT_ONCE = Retry(backoff=0)
NAMES = ("on_request", "on_reply", "on_retry", "on_error")


@attrs.define
class Heard:
    """What hooks were given."""

    events: list[Any] = attrs.field(factory=list[Any])

    @property
    def hooks(self) -> dict[str, Callable[[Any], None]]:
        return dict.fromkeys(NAMES, self.events.append)

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_a_call_that_succeeds_at_last(caller: Caller, heard: Heard) -> None:
    caller.script.answers = [caller.busy(), caller.ok("X-Bce-Request-Id: as-head")]
    caller.create(caller.client(retry=AT_ONCE, **heard.hooks), temperature=0.5)
    first, retry, second, came = heard.events
    assert isinstance(first, RequestSent)
    assert isinstance(second, RequestSent)
    assert isinstance(retry, RetryPlanned)
    assert isinstance(came, ReplyCame)
    assert (first.attempt, retry.attempt, second.attempt, came.attempt) == (1, 1, 2, 2)
    assert (type(retry.error).__name__, retry.wait) == ("RateLimited", 0)
    assert first.call is retry.call is second.call is came.call
    call = first.call
    assert (call.operation, call.method, call.url) == (OPERATION[caller.dialect], "POST", caller.url)
    assert (call.stream, call.parameters) == (False, {"temperature": 0.5})
    assert (came.status, came.request_id, came.response_id) == (200, "as-head", "as-1")
    assert (came.input_tokens, came.output_tokens, came.pieces, came.complete) == (2, 3, None, True)


def test_a_call_that_fails(caller: Caller, heard: Heard) -> None:
    caller.script.answers = [reply("", status=404)]
    with pytest.raises(ApiError) as caught:
        caller.create(caller.client(**heard.hooks))
    assert heard.kinds == ["RequestSent", "CallFailed"]
    assert heard.events[-1].error is caught.value


def test_a_token_that_cannot_be_had(script: Script, heard: Heard) -> None:
    for awaits in (False, True):
        caller = Caller("v1", awaits, script)
        script.answers = [reply("<html>")]
        with pytest.raises(Exception, match="a token was asked for"):
            caller.create(caller.client(ak="app-key-key", sk="app-secret", **heard.hooks))
        caller.close()
    assert heard.kinds == ["CallFailed", "CallFailed"]


def test_a_stream_is_told_of_when_it_ends(caller: Caller, heard: Heard) -> None:
    caller.script.answers = [caller.pieces()]
    pieces = caller.stream(caller.client(**heard.hooks))
    next(pieces)
    assert heard.kinds == ["RequestSent"]
    assert len(list(pieces)) == 2
    assert heard.kinds == ["RequestSent", "ReplyCame"]
    came = heard.events[-1]
    assert (came.pieces, came.complete, came.call.stream) == (3, True, True)
    assert 0 < came.first_token <= came.seconds


def test_a_stream_that_is_cut_is_an_error(caller: Caller, heard: Heard) -> None:
    caller.script.answers = [caller.pieces(end=False)]
    with pytest.raises(StreamCut):
        list(caller.stream(caller.client(**heard.hooks)))
    assert heard.kinds == ["RequestSent", "CallFailed"]


def test_a_stream_that_is_closed_early_is_told_of_once(script: Script, heard: Heard) -> None:
    caller = Caller("v2", False, script)
    script.answers = [caller.pieces()]
    with caller.client(**heard.hooks).v2.chat.ernie_4_5_turbo_128k.stream(HELLO) as pieces:
        next(pieces)
    pieces.close()
    assert [(event.pieces, event.complete) for event in heard.events[1:]] == [(1, False)]
    caller.close()


def test_an_async_stream_that_is_closed_early_is_told_of_once(script: Script, heard: Heard) -> None:
    caller = Caller("v2", True, script)
    script.answers = [caller.pieces()]
    client = caller.client(**heard.hooks)

    async def leave() -> None:
        async with client.v2.chat.ernie_4_5_turbo_128k.stream(HELLO) as pieces:
            await anext(pieces)
        await pieces.aclose()

    caller.loop.run_until_complete(leave())
    assert [(event.pieces, event.complete) for event in heard.events[1:]] == [(1, False)]
    caller.close()


def test_coroutine_functions_are_awaited_before_the_call_goes_on(script: Script) -> None:
    order: list[str] = []

    def hook(name: str) -> Callable[[object], Any]:
        async def hear(_: object) -> None:
            await asyncio.sleep(0)
            order.append(name)

        return hear

    for dialect in ("v1", "v2"):
        caller = Caller(dialect, True, script)
        script.answers = [caller.busy(), caller.ok(), caller.pieces(), reply("", status=404)]
        client = caller.client(retry=AT_ONCE, **{name: hook(name) for name in NAMES})
        caller.create(client)
        order.append("replied")
        list(caller.stream(client))
        with pytest.raises(ApiError):
            caller.create(client)
        assert order == [
            *("on_request", "on_retry", "on_request", "on_reply", "replied"),
            *("on_request", "on_reply", "on_request", "on_error"),
        ]
        order.clear()
        caller.close()


def test_a_cancelled_call_is_told_of(script: Script, heard: Heard) -> None:
    caller = Caller("v1", True, script)
    client = caller.client(**heard.hooks)
    script.answers = [lambda _, __: None]

    async def cancel() -> None:
        call = asyncio.ensure_future(client.v1.chat.ernie_lite_pro_128k.create(HELLO))
        while not script.seen:
            await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    caller.loop.run_until_complete(cancel())
    failed = heard.events[-1]
    assert isinstance(failed, CallFailed)
    assert isinstance(failed.error, asyncio.CancelledError)
    caller.close()


def test_what_a_hook_raises_loses_no_reply(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: object) -> None:
        raise ValueError("a hook with a mistake")

    caller.script.answers = [caller.ok(), caller.pieces()]
    client = caller.client(on_request=broken, on_reply=broken)
    caller.create(client)
    assert len(list(caller.stream(client))) == 3
    lines = ["on_request raised an error; the call goes on", "on_reply raised an error; the call goes on"]
    assert caplog.messages == lines * 2


def test_what_a_coroutine_function_raises_loses_no_reply(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: object) -> None:
        raise ValueError("a hook with a mistake")

    caller = Caller("v2", True, script)
    script.answers = [caller.ok()]
    caller.create(caller.client(on_reply=broken))
    assert caplog.messages == ["on_reply raised an error; the call goes on"]
    caller.close()


def test_a_client_that_blocks_refuses_coroutine_functions() -> None:
    async def hear(_: object) -> None: ...

    with pytest.raises(ConfigurationError) as caught:
        Qianfan(no_auth=True, on_reply=hear)
    assert str(caught.value) == (
        "on_reply is a coroutine function, and Qianfan awaits none: give a function, or use AsyncQianfan"
    )


def test_a_coroutine_that_nobody_awaits_is_told_of(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    async def hear(_: object) -> None: ...

    caller = Caller("v1", False, script)
    script.answers = [caller.ok()]
    caller.create(caller.client(on_reply=lambda event: hear(event)))
    assert caplog.messages == ["on_reply is a coroutine function: only AsyncQianfan runs such a one"]
    caller.close()


def test_no_event_shows_a_secret_or_content(script: Script, heard: Heard) -> None:
    keys: dict[str, dict[str, str]] = {
        "v1": {"access_token": "24.marked-marked-marked"},
        "v2": {"bearer_token": "bce-v3/marked-marked"},
    }

    def repeat(seen: Seen, connection: Any) -> None:
        connection.sendall(reply(f"{seen.target} {seen.headers} marked", status=500))

    for dialect, given in keys.items():
        caller = Caller(dialect, False, script)
        script.answers = [repeat, caller.ok()]
        caller.create(caller.client(retry=AT_ONCE, **given, **heard.hooks))
        caller.close()
    shown = repr([attrs.asdict(event, recurse=False) for event in heard.events])
    assert "marked-marked" not in shown
    assert "你好" not in shown
    assert "hello" not in shown


def test_the_log_has_a_line_for_a_request_and_its_reply(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "qianfan_typed")
    caller.script.answers = [caller.ok("X-Bce-Request-Id: as-head"), caller.pieces(), reply("", status=404)]
    client = caller.client()
    caller.create(client)
    list(caller.stream(client))
    with pytest.raises(ApiError):
        caller.create(client)
    lines = [line.rsplit(", ", 1)[0] if line.endswith(" ms") else line for line in caplog.messages]
    called = f"{OPERATION[caller.dialect]} POST {caller.url}"
    assert lines == [
        f"{called}, attempt 1",
        f"{called}, attempt 1: HTTP 200, as-head",
        f"{called}, attempt 1",
        f"{called}, attempt 1: HTTP 200, as-1, 3 pieces",
        f"{called}, attempt 1",
        f"{called}: NotFound HTTP 404",
    ]
    assert not any(line.endswith("None") for line in caplog.messages)
