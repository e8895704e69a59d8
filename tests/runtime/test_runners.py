"""The two runners on real sockets: connections, timeouts, cut streams, proxies, threads and loops."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from qianfan_typed.errors import (
    ApiError,
    ConfigurationError,
    ConnectionLost,
    ConnectTimeout,
    QianfanError,
    ReadTimeout,
    StreamCut,
)
from tests.runtime.conftest import BUSY, HELLO, IAM, OK, PIECES, Async, Make, Script, Seen, Sync, reply, stream


def test_a_reply(make: Make, script: Script) -> None:
    script.answers = [OK]
    answer = make().create()
    assert (answer.result, answer.meta.status, answer.meta.request_id) == ("hello", 200, "as-head")
    assert answer.meta.headers["x-bce-request-id"] == "as-head"
    assert 0 < answer.meta.request_latency <= answer.meta.total_latency
    (seen,) = script.seen
    assert seen.headers["host"] == script.url.partition("://")[2]
    assert json.loads(seen.body) == {"messages": [{"role": "user", "content": "你好"}]}


def test_calls_share_a_connection(make: Make, script: Script) -> None:
    script.answers = [OK, stream(*PIECES), OK]
    client = make()
    client.create()
    assert [piece.result for piece in client.stream()] == ["0", "1", "2"]
    client.create()
    assert [seen.connection for seen in script.seen] == [1, 1, 1]


def test_a_stream_hands_out_what_has_come(make: Make, script: Script) -> None:
    go = threading.Event()

    def slowly(_: Seen, connection: socket.socket) -> None:
        whole = stream(*PIECES)
        cut = whole.index(PIECES[1])
        connection.sendall(whole[:cut])
        go.wait(5)
        connection.sendall(whole[cut:])

    script.answers = [slowly]
    pieces = make().stream()
    assert next(pieces).result == "0"
    go.set()
    assert [piece.result for piece in pieces] == ["1", "2"]


def test_a_stream_without_chunks_and_length(make: Make, script: Script) -> None:
    def until_closed(_: Seen, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + b"".join(PIECES))
        connection.shutdown(socket.SHUT_RDWR)

    script.answers = [until_closed]
    assert [piece.result for piece in make().stream()] == ["0", "1", "2"]


@pytest.mark.parametrize("end", [True, False], ids=["politely", "abruptly"])
def test_a_stream_that_is_cut_says_so(make: Make, script: Script, end: bool) -> None:
    script.answers = [stream(*PIECES[:2], end=end)]
    pieces = make().stream()
    assert [next(pieces).result, next(pieces).result] == ["0", "1"]
    with pytest.raises(StreamCut) as caught:
        next(pieces)
    assert caught.value.received == 2
    assert len(script.seen) == 1


@pytest.mark.usefixtures("fast")
def test_retries_until_it_works(make: Make, script: Script) -> None:
    script.answers = [BUSY, reply("busy", status=503), OK]
    assert make().create().meta.attempts == 3
    script.answers = [BUSY, reply("busy", status=503), stream(*PIECES)]
    assert [piece.meta.attempts for piece in make().stream()] == [3, 3, 3]


@pytest.mark.usefixtures("fast")
def test_no_retry_after_a_piece(make: Make, script: Script) -> None:
    script.answers = [stream(PIECES[0], b'{"error_code": 336100, "error_msg": "high load"}\n'), OK]
    pieces = make().stream()
    assert next(pieces).result == "0"
    with pytest.raises(ApiError, match=r"^336100: high load"):
        next(pieces)
    assert list(pieces) == []
    assert len(script.seen) == 1


def hang(_: Seen, connection: socket.socket) -> None:
    time.sleep(1.5)


def test_a_silent_platform_is_given_up(make: Make, script: Script) -> None:
    script.answers = [hang, hang]
    client = make(timeout=0.2)
    with pytest.raises(ReadTimeout, match=r"^the platform was silent for 0\.2 s \(http://127") as caught:
        client.create()
    assert not caught.value.retryable
    with pytest.raises(ReadTimeout):
        list(client.stream())
    assert len(script.seen) == 2, "what may have been received is not sent again"


def test_a_stream_that_falls_silent_is_given_up(make: Make, script: Script) -> None:
    def then_hang(seen: Seen, connection: socket.socket) -> None:
        connection.sendall(stream(PIECES[0], end=False))
        hang(seen, connection)

    script.answers = [then_hang]
    pieces = make(timeout=0.3).stream()
    assert next(pieces).result == "0"
    with pytest.raises(ReadTimeout):
        next(pieces)


@pytest.mark.usefixtures("fast")
def test_nobody_there(make: Make, script: Script) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    client = make(base_url=address, max_attempts=2)
    with pytest.raises(ConnectionLost, match=r"^no connection could be made: \[Errno 111\] .* \(http://127") as caught:
        client.create()
    assert caught.value.retryable


@pytest.mark.usefixtures("fast")
def test_a_connection_that_takes_too_long(make: Make) -> None:
    # Its queue is full: the second connection waits.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        client = make(base_url=f"http://127.0.0.1:{port}", connect_timeout=0.2, max_attempts=1)
        with pytest.raises(ConnectTimeout, match=r"^no connection within 0\.2 s \(http://127") as caught:
            client.create()
        assert caught.value.retryable
        for one in waiting:
            one.close()


def drop(_: Seen, connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.usefixtures("fast")
def test_a_connection_that_breaks_after_sending_is_not_tried_again(make: Make, script: Script) -> None:
    script.answers = [drop, OK]
    with pytest.raises(ConnectionLost, match=r"^the connection broke before the reply was whole: ") as caught:
        make().create()
    assert not caught.value.retryable
    assert len(script.seen) == 1


def test_half_a_reply_is_none(make: Make, script: Script) -> None:
    def half(_: Seen, connection: socket.socket) -> None:
        connection.sendall(OK[:-5])
        connection.shutdown(socket.SHUT_RDWR)

    script.answers = [half]
    with pytest.raises(ConnectionLost, match=r"^the connection broke before the reply was whole: "):
        make().create()


def test_a_plain_proxy_gets_the_whole_address(make: Make, script: Script) -> None:
    script.answers = [OK, stream(*PIECES)]
    client = make(base_url="http://aip.example", proxy=script.url.replace("://", "://me:word@"))
    assert client.create().result == "hello"
    assert len(list(client.stream())) == 3
    assert script.seen[0].target.startswith("http://aip.example/rpc/2.0/")
    assert script.seen[0].headers["host"] == "aip.example"
    assert script.seen[0].headers["proxy-authorization"] == "Basic bWU6d29yZA=="


def test_the_environments_proxy_counts_but_not_for_this_machine(
    make: Make, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", script.url)
    script.answers = [OK, OK]
    make(base_url="http://aip.example").create()
    make().create()
    assert [seen.target.partition("rpc")[0] for seen in script.seen] == ["http://aip.example/", "/"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("u:p%40ss", "u:p@ss"), ("dom%5Cuser:word", "dom\\user:word"), ("%E5%BC%A0:密码", "张:密码"), ("me", "me:")],
)
def test_a_proxy_is_shown_user_and_password_as_they_are_meant(
    make: Make, script: Script, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    proxy = script.url.replace("://", f"://{written}@")
    basic = f"Basic {base64.b64encode(meant.encode()).decode()}"
    script.answers = [OK, OK]
    make(base_url="http://aip.example", proxy=proxy).create()
    monkeypatch.setenv("http_proxy", proxy)
    make(base_url="http://aip.example").create()
    assert [seen.headers["proxy-authorization"] for seen in script.seen] == [basic, basic]


def test_a_tunnel_is_asked_for_with_user_and_password(make: Make, script: Script) -> None:
    script.answers = [reply("", status=502)]
    client = make(base_url="https://aip.example", proxy=script.url.replace("://", "://u:p%40ss@"), max_attempts=1)
    with pytest.raises(ConnectionLost) as caught:
        client.create()
    (seen,) = script.seen
    assert (seen.method, seen.target) == ("CONNECT", "aip.example:443")
    assert seen.headers["proxy-authorization"] == "Basic dTpwQHNz"
    assert "p@ss" not in str(caught.value)
    assert "p%40ss" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "scheme"),
    [("http_proxy", "http"), ("HTTP_PROXY", "http"), ("ALL_PROXY", "http"), ("all_proxy", "https")],
)
def test_a_proxy_of_another_kind_is_named_with_the_variable_that_was_set(
    make: Make, monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    monkeypatch.setenv(variable, "ftp://me:word@proxy")
    with pytest.raises(ConfigurationError) as caught:
        make(base_url=f"{scheme}://aip.example").create()
    assert str(caught.value) == (
        f"{variable}: a ftp proxy is not supported, only http, https, socks5(h) and socks4(a). "
        "Set QIANFAN_PROXY, or NO_PROXY to go straight"
    )


def test_a_proxy_whose_user_has_a_colon_is_refused(make: Make) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(base_url="http://aip.example", proxy="http://a%3Ab:word@proxy").create()
    assert str(caught.value) == (
        "proxy: the user of a proxy cannot have a colon in its name. Set QIANFAN_PROXY, or NO_PROXY to go straight"
    )


TOKEN = reply('{"access_token": "24.token-token", "expires_in": 2592000}')
APP = {"access_key": None, "secret_key": None, "ak": "app-key-key", "sk": "app-secret"}


def test_many_threads_ask_for_one_token(script: Script) -> None:
    def late(seen: Seen, connection: socket.socket) -> None:
        time.sleep(0.1)
        connection.sendall(TOKEN)

    script.answers = [late, *[OK] * 8]
    client = Sync(script, **APP)
    with ThreadPoolExecutor(8) as pool:
        assert {pool.submit(client.create).result().result for _ in range(8)} == {"hello"}
    assert sum("oauth" in seen.target for seen in script.seen) == 1
    client.close()


def test_many_tasks_ask_for_one_token(script: Script) -> None:
    def late(seen: Seen, connection: socket.socket) -> None:
        time.sleep(0.1)
        connection.sendall(TOKEN)

    async def main() -> None:
        async with Async(script, **APP).client as client:
            calls = [client.v1.chat.ernie_lite_pro_128k.create(HELLO) for _ in range(8)]
            assert {answer.result for answer in await asyncio.gather(*calls)} == {"hello"}

    script.answers = [late, *[OK] * 8]
    asyncio.run(main())
    assert sum("oauth" in seen.target for seen in script.seen) == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_async_client_lives_through_several_loops(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    client = Async(script).client

    async def one() -> str:
        return (await client.v1.chat.ernie_lite_pro_128k.create(HELLO)).result

    async def last() -> str:
        async with client:
            return await one()

    script.answers = [OK] * 3
    assert [asyncio.run(one()), asyncio.run(one()), asyncio.run(last())] == ["hello"] * 3
    gc.collect()
    assert caplog.text == "", "asyncio complains of what nobody closed"


def test_an_async_stream_is_sent_when_its_first_piece_is_asked_for(script: Script) -> None:
    async def main() -> None:
        async with Async(script).client as client:
            pieces = client.v1.chat.ernie_lite_pro_128k.stream(HELLO)
            await asyncio.sleep(0.05)
            assert script.seen == []
            async with pieces:
                assert (await pieces.__anext__()).result == "0"
            assert [piece async for piece in pieces] == []

    script.answers = [stream(*PIECES)]
    asyncio.run(main())
    assert len(script.seen) == 1


def test_a_call_can_be_cancelled(script: Script) -> None:
    async def main() -> None:
        async with Async(script).client as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.v1.chat.ernie_lite_pro_128k.create(HELLO), 0.1)
            assert (await client.v1.chat.ernie_lite_pro_128k.create(HELLO)).result == "hello"

    script.answers = [hang, OK]
    asyncio.run(main())


def test_a_stream_that_is_closed_early_gives_no_connection_back(script: Script) -> None:
    script.answers = [stream(*PIECES, end=False), OK]
    client = Sync(script)
    with client.client.v1.chat.ernie_lite_pro_128k.stream(HELLO) as pieces:
        assert next(iter(pieces)).result == "0"
    assert list(pieces) == []
    client.create()
    assert [seen.connection for seen in script.seen] == [1, 2]
    client.close()


@pytest.mark.parametrize("kind", [Sync, Async])
def test_a_closed_client_connects_anew(kind: type[Sync] | type[Async], script: Script) -> None:
    script.answers = [OK, OK]
    client = kind(script)
    client.create()
    if isinstance(client, Sync):
        client.client.close()
    else:
        client.loop.run_until_complete(client.client.aclose())
    client.create()
    client.close()
    assert [seen.connection for seen in script.seen] == [1, 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork beside the server's threads
def test_a_forked_child_connects_anew(script: Script) -> None:
    script.answers = [OK, OK, OK]
    client = Sync(script)
    client.create()
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if client.create().result == "hello" else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client.create()
    assert [seen.connection for seen in script.seen] == [1, 2, 1]
    client.close()


@pytest.mark.parametrize("settings", [IAM, APP, {**APP, "access_token": "24.token-token", "ak": None, "sk": None}])
def test_no_secret_is_in_logs_errors_and_tracebacks(
    make: Make, script: Script, caplog: pytest.LogCaptureFixture, settings: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = [TOKEN] if settings is APP else []
    client = make(**settings, max_attempts=1)
    shown: list[str] = []
    for answers in ([*tokens, OK], [BUSY], [drop], [reply("<html>")], [reply("", status=404)]):
        script.answers = list(answers)
        try:
            client.create()
        except QianfanError as error:
            shown += ["".join(traceback.format_exception(error)), repr(error), str(vars(error))]
    assert len(shown) == 12
    assert caplog.text
    everything = "\n".join([*shown, caplog.text, repr(client.client)])
    for secret in ("test_sk", "app-key-key", "app-secret", "24.token-token", "bce-auth-v1"):
        assert secret not in everything


def test_a_missing_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['aiohttp'] = None\n"
        "from qianfan_typed import transports\n"
        "try: transports.AiohttpTransport\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert done.stdout == (
        'ConfigurationError AiohttpTransport needs aiohttp: pip install "qianfan-typed[aiohttp]"\n'
    ), done.stderr
