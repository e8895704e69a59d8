"""Secrets: whatever goes wrong, nothing that a program can see of it holds one."""

from __future__ import annotations

import copy
import gzip
import json
import logging
import pickle
import socket
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.config import load
from qianfan_typed.core.auth import AuthSelector
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.tokens import TokenStore
from qianfan_typed.errors import ConfigurationError, QianfanError
from tests.runtime.conftest import Script, Seen, reply, stream
from tests.runtime.ways import WAYS, Way

MARK = "5ECRET"
"""What every secret of these tests has in it, and nothing else."""


def secret(name: str) -> str:
    return f"{name}-{MARK}/+{name}"


KEYS = {
    "iam": {"access_key": secret("access"), "secret_key": secret("secret")},
    "oauth": {"ak": secret("ak"), "sk": secret("sk")},
    "access_token": {"access_token": secret("access-token")},
    "bearer": {"api_key": secret("bearer")},
}
SERVED = {"v1": ("iam", "oauth", "access_token"), "v2": ("iam", "bearer")}
TOKEN = {
    "access_token": secret("token"),
    "token": secret("token"),
    "expires_in": 2592000,
    "createTime": "2026-01-01T00:00:00Z",
    "expireTime": "2026-02-01T00:00:00Z",
}
HEADERS = {"X-Api-Key": secret("header"), "Cookie": f"a={secret('cookie')}"}


def echo(seen: Seen) -> str:
    """What a talkative gateway prints: the request, as it came."""
    return f"{seen.method} {seen.target} {json.dumps(seen.headers)} {seen.body.decode()}"


def told(seen: Seen, status: int, body: str, *headers: str) -> bytes:
    shown = seen.headers.get("authorization", seen.target)
    echoes = (f"Set-Cookie: s={MARK}", f"Authorization: {shown}", f"Location: /{seen.target}", f"X-Echo: {shown}")
    return reply(body, *echoes, *headers, status=status)


Fault = Callable[[Seen], bytes]
FAULTS: dict[str, Fault] = {
    "v1-error": lambda seen: told(seen, 200, json.dumps({"error_code": 336000, "error_msg": echo(seen)})),
    "v1-token": lambda seen: told(seen, 200, json.dumps({"error_code": 110, "error_msg": echo(seen)})),
    "v2-error": lambda seen: told(seen, 400, json.dumps({"error": {"code": "x", "message": echo(seen)}})),
    "v2-token": lambda seen: told(
        seen, 401, json.dumps({"error": {"code": "invalid_iam_token", "message": echo(seen)}})
    ),
    "html": lambda seen: told(seen, 502, f"<html>{echo(seen)}</html>"),
    "headers": lambda seen: told(seen, 500, "", "X-Bce-Error-Code: 1", f"X-Bce-Error-Message: {seen.target}"),
    "redirect": lambda seen: told(seen, 302, ""),
    "no-json": lambda seen: told(seen, 200, echo(seen)),
    "undocumented": lambda seen: told(seen, 200, json.dumps({"detail": echo(seen)})),
    "nothing": lambda seen: told(seen, 200, json.dumps([echo(seen)])),
    "compressed": lambda seen: reply(gzip.compress(echo(seen).encode()), "Content-Encoding: gzip"),
    "brotli": lambda seen: told(seen, 200, echo(seen), "Content-Encoding: br"),
    "event": lambda seen: stream(f"data: {json.dumps({'error': echo(seen)})}\n\n".encode()),
    "event-no-json": lambda seen: stream(f"data: {echo(seen)}\n\n".encode()),
    "cut": lambda seen: stream(b'data: {"id": "1", "result": "', end=False),
    "dropped": lambda seen: b"",
    "half-a-head": lambda seen: b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "no-http": lambda seen: f"{echo(seen)}\r\n\r\n".encode(),
}


def seen_by_a_program(value: Any) -> Iterator[str]:
    """Everything of an error, and of those behind it, that may be printed, logged or stored."""
    todo, done = [value], set[int]()
    while todo:
        one = todo.pop()
        if one is None or id(one) in done:
            continue
        done.add(id(one))
        yield from (repr(one), str(one), repr(one.args), repr(vars(one) if hasattr(one, "__dict__") else ""))
        for name in getattr(type(one), "__attrs_attrs__", ()):
            yield repr(getattr(one, name.name))
        todo += [one.__cause__, one.__context__]
        # Without the frames of this test and of its helpers.
        frames = traceback.TracebackException.from_exception(one, capture_locals=True)
        yield from _lines(frames)
    if isinstance(value, QianfanError):
        yield repr(pickle.dumps(value))


def _lines(frames: traceback.TracebackException) -> Iterator[str]:
    for frame in frames.stack:
        if "/tests/" not in frame.filename:
            yield f"{frame.filename}:{frame.lineno} {frame.name} {frame.locals}"


def clean(*texts: str) -> None:
    for text in texts:
        at = text.find(MARK)
        assert at < 0, text[max(0, at - 200) : at + 50]


CASES = [(way, scheme) for way in WAYS for scheme in SERVED[way.version]]


@pytest.mark.parametrize(("way", "scheme"), CASES, ids=[f"{way}-{scheme}" for way, scheme in CASES])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_shows_a_secret(
    way: Way, scheme: str, fault: str, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    def play(seen: Seen, connection: socket.socket) -> None:
        if "/oauth/" in seen.target or "/BCE-BEARER/" in seen.target:
            connection.sendall(reply(json.dumps(TOKEN), f"Set-Cookie: {MARK}"))
            return
        answer = FAULTS[fault](seen)
        connection.sendall(answer)
        if not answer or fault in ("cut", "half-a-head", "no-http"):
            connection.shutdown(socket.SHUT_RDWR)

    script.answers = [play] * 8
    caplog.set_level(logging.DEBUG)
    own = dict.fromkeys(way.keys)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        error = way.fail(script, **{**own, **KEYS[scheme]}, headers=HEADERS)
    clean(*seen_by_a_program(error))
    clean(*[record.getMessage() + repr(record.args) for record in caplog.records])
    clean(*[str(one.message) for one in warned])


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_no_reply_shows_a_secret(way: Way, script: Script) -> None:
    def play(seen: Seen, connection: socket.socket) -> None:
        said = {"id": "1", "result": "a", "is_end": True, "choices": [{"index": 0}]}
        body = json.dumps(said)
        if way.how == "stream":
            body = f"data: {body}\n\ndata: [DONE]\n\n"
        connection.sendall(told(seen, 200, body))

    script.answers = [play]
    own = dict.fromkeys(way.keys)
    scheme = "iam" if way.version == "v1" else "bearer"
    for one in way.call(script, **{**own, **KEYS[scheme]}):
        clean(repr(one), repr(one.meta), repr(dict(one.meta.headers)))


@pytest.mark.parametrize("client", [Qianfan, AsyncQianfan])
@pytest.mark.parametrize("scheme", KEYS)
def test_neither_does_a_client(client: Any, scheme: str) -> None:
    made = client(**KEYS[scheme], proxy=f"http://u:{MARK}@proxy.example", headers=HEADERS)
    clean(repr(made), repr(made.settings), str(made.settings), repr(copy.copy(made.settings)))
    with pytest.raises(TypeError, match="a secret is not pickled: give it to the other"):
        pickle.dumps(made.settings)


REFUSED: dict[str, dict[str, Any]] = {
    "half": {"access_key": secret("access")},
    "letters": {"api_key": secret("bearer") + "你"},
    "timeout": {**KEYS["iam"], "timeout": -1},
    "address": {**KEYS["bearer"], "base_url": f"https://u:{secret('p')}@gw.example"},
    "query": {**KEYS["bearer"], "base_url": f"https://gw.example/?k={secret('p')}"},
    "proxy": {**KEYS["bearer"], "proxy": f"socks9://u:{secret('p')}@gw.example"},
    "header": {**KEYS["bearer"], "headers": {"Authorization": f"{secret('h')}\n"}},
    "two": {**KEYS["bearer"], "bearer_token": secret("other")},
    "address-of-no-use": {**KEYS["bearer"], "base_url": "https://aip.baidubce.com"},
}


@pytest.mark.parametrize("client", [Qianfan, AsyncQianfan])
@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED)
def test_nor_a_client_that_cannot_be_made(
    client: Any, arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANOTHER_PASSWORD", MARK)
    with pytest.raises(ConfigurationError) as caught:
        client(**arguments)
    clean(*seen_by_a_program(caught.value))


def test_a_token_stays_hidden_after_its_renewal() -> None:
    settings = load({}, **KEYS["oauth"])
    selector = AuthSelector(settings, RetryPolicy.of(settings), lambda: 0.0)
    store = selector.scheme("v1.chat", ("access_token",)).store
    assert isinstance(store, TokenStore)
    for number in range(3):
        store.keep(f"{secret('token')}{number}", 100.0)
        clean(repr(store.current()))
    assert [f"{secret('token')}{number}" in selector.secrets() for number in range(3)] == [True, True, True]
