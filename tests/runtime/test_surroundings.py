"""What a client lives in: threads, tasks, loops, cancellations, copies, and servers that do not read."""

from __future__ import annotations

import asyncio
import copy
import itertools
import pickle
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import types
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import trustme

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.errors import ApiError, ConnectionLost, DeadlineExceeded, ReadTimeout
from qianfan_typed.transports import AiohttpTransport
from tests.runtime.conftest import HELLO, IAM, LINES, OK, Make
from tests.runtime.hostile import Hostile, Plan

of_our_own = pytest.mark.parametrize("make", LINES[:2], ids=["sync", "async"], indirect=True)
LARGE = "a" * 30_000_000


@pytest.fixture
def fair() -> Iterator[Hostile]:
    """A server that answers everybody, in pieces, and counts its connections."""
    server = Hostile(lambda: Plan("chunks", cuts=(0.3, 0.6), delay=0.002), 5)
    yield server
    server.close()


# --- many at once ----------------------------------------------------------------------------------------------------


def test_64_threads_share_a_client(fair: Hostile) -> None:
    with Qianfan(**IAM, base_url=fair.url) as client, ThreadPoolExecutor(64) as pool:
        chat = client.v1.chat.ernie_lite_pro_128k

        def call(number: int) -> bool:
            if number % 2:
                return {piece.id for piece in chat.stream([user(f"call-{number}")])} == {f"call-{number}"}
            return chat.create([user(f"call-{number}")]).id == f"call-{number}"

        assert all(pool.map(call, range(640)))
    assert fair.is_left()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_2000_tasks_share_a_client(stream: bool) -> None:
    async def main(url: str) -> None:
        async with AsyncQianfan(**IAM, base_url=url) as client:
            chat = client.v1.chat.ernie_lite_pro_128k
            turns = asyncio.Semaphore(250)  # the server has a thread for each connection

            async def call(number: int) -> str:
                async with turns:
                    if not stream:
                        return (await chat.create([user(f"call-{number}")])).id
                    return {piece.id async for piece in chat.stream([user(f"call-{number}")])}.pop()

            assert await asyncio.gather(*map(call, range(2000))) == [f"call-{number}" for number in range(2000)]
        assert len(asyncio.all_tasks()) == 1

    server = Hostile(Plan, 5)
    asyncio.run(main(server.url))
    assert server.is_left()
    server.close()


# --- cancellations ---------------------------------------------------------------------------------------------------


class Encrypted(Hostile):
    """The same server, encrypted."""

    def __init__(self, authority: trustme.CA) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._context)
        super().__init__(lambda: Plan("chunks", cuts=(0.3, 0.6), delay=0.002), 5)

    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:")

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection = self._context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
        super()._serve(connection)


@types.coroutine
def cancelled_at(number: int, call: Coroutine[Any, Any, None]) -> Generator[Any, Any, bool]:
    """Takes a call to its so-manieth await and cancels it there, as a task does. Whether it was over before."""
    error: BaseException | None = None
    for count in itertools.count(1):
        try:
            waits = call.send(None) if error is None else call.throw(error)
        except StopIteration:
            return count <= number
        except asyncio.CancelledError:
            return False
        error = None
        if count == number:
            if waits is None:
                error = asyncio.CancelledError()
                continue
            waits.cancel()
        try:
            yield waits
        except BaseException as caught:
            error = caught
    raise AssertionError


async def created(client: AsyncQianfan) -> None:
    await client.v1.chat.ernie_lite_pro_128k.create(HELLO)


async def streamed(client: AsyncQianfan) -> None:
    async for _ in client.v1.chat.ernie_lite_pro_128k.stream(HELLO):
        pass


@pytest.mark.parametrize("call", [created, streamed])
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
def test_a_call_can_be_cancelled_at_every_await(
    call: Callable[[AsyncQianfan], Coroutine[Any, Any, None]], encrypted: bool
) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    server = Encrypted(authority) if encrypted else Hostile(lambda: Plan("chunks", cuts=(0.3, 0.6), delay=0.002), 5)

    async def main() -> int:
        for number in itertools.count(1):
            async with AsyncQianfan(**IAM, base_url=server.url, ca=context) as client:
                if await cancelled_at(number, call(client)):
                    return number
                # A client lives on; what was cancelled is in no reply.
                assert (await client.v1.chat.ernie_lite_pro_128k.create([user("next")])).id == "next"
            await asyncio.sleep(0)
            assert len(asyncio.all_tasks()) == 1, f"a task was left by the cancellation at await {number}"
        raise AssertionError

    assert asyncio.run(main(), debug=True) >= 2
    assert server.is_left(), f"{server.open} connections were left"
    server.close()


@pytest.mark.parametrize("call", [created, streamed])
def test_a_call_can_be_cancelled_at_any_time(
    call: Callable[[AsyncQianfan], Coroutine[Any, Any, None]], fair: Hostile
) -> None:
    async def main() -> None:
        async with AsyncQianfan(**IAM, base_url=fair.url) as client:
            for number in range(40):
                under_way = asyncio.ensure_future(call(client))
                await asyncio.sleep(number * 0.0004)
                under_way.cancel()
                with suppress(asyncio.CancelledError):
                    await under_way
                assert (await client.v1.chat.ernie_lite_pro_128k.create([user("next")])).id == "next"
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert fair.is_left()


def test_uvloop_carries_calls(fair: Hostile) -> None:
    pytest.importorskip("uvloop")
    # In a process of its own, where a warning of a socket that nobody closed is heard.
    program = f"""
        import asyncio, uvloop
        from qianfan_typed import AsyncQianfan, user

        client = AsyncQianfan(access_key="a-key-of-mine", secret_key="its-secret", base_url={fair.url!r})

        async def main():
            chat = client.v1.chat.ernie_lite_pro_128k
            assert (await chat.create([user("one")])).id == "one"
            assert [piece.id async for piece in chat.stream([user("two")])] == ["two"] * 4
            async for piece in chat.stream([user("three")]): break

        for debug in (False, True):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop, debug=debug) as runner:
                runner.get_loop().slow_callback_duration = 60
                runner.run(main())
    """
    if sys.version_info < (3, 11):
        pytest.skip("asyncio.Runner is there from Python 3.11")
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert fair.is_left()


# --- copies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Qianfan, AsyncQianfan])
def test_a_copy_is_the_client_itself_and_a_pickle_is_refused_in_words(kind: type[Qianfan | AsyncQianfan]) -> None:
    client = kind(**IAM)
    assert copy.copy(client) is client
    assert copy.deepcopy({"client": client})["client"] is client
    with pytest.raises(TypeError) as caught:
        pickle.dumps(client)
    assert str(caught.value) == (
        f"{kind.__name__} is not pickled: it holds keys and connections. "
        "Make one in the other process, with its keys as environment variables"
    )


# --- servers that do not read ----------------------------------------------------------------------------------------


@pytest.fixture
def unread() -> Iterator[socket.socket]:
    """A port where connections are made, and nobody reads."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_a_request_that_nobody_reads_is_given_up(make: Make, unread: socket.socket) -> None:
    client = make(base_url=f"http://127.0.0.1:{unread.getsockname()[1]}", timeout=0.5, max_attempts=1, validate="off")
    if not isinstance(client.transport, AiohttpTransport):  # it bounds writing by the deadline alone
        with pytest.raises((ReadTimeout, ConnectionLost)):
            client.create(extra={"padding": LARGE})
    with pytest.raises(DeadlineExceeded):
        make(base_url=f"http://127.0.0.1:{unread.getsockname()[1]}", validate="off").create(
            extra={"padding": LARGE}, deadline=0.5
        )


@of_our_own
@pytest.mark.parametrize("closes", [True, False], ids=["closes", "stays"])
def test_a_reply_may_come_before_the_request_is_whole(make: Make, unread: socket.socket, closes: bool) -> None:
    gone, waited = threading.Event(), threading.Event()

    def refuse() -> None:
        connection, _ = unread.accept()
        connection.settimeout(30)
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large")
        if closes:
            connection.shutdown(socket.SHUT_WR)
        # What was not sent is never sent: the connection has had its day.
        try:
            while connection.recv(65536):
                pass
        except TimeoutError:
            waited.set()
        except OSError:
            pass
        gone.set()
        connection.close()

    threading.Thread(target=refuse, daemon=True).start()
    client = make(base_url=f"http://127.0.0.1:{unread.getsockname()[1]}", timeout=60, max_attempts=1, validate="off")
    with pytest.raises(ApiError, match=r"^HTTP 413, not in the platform's words: too large") as caught:
        client.create(extra={"padding": LARGE})
    assert caught.value.status == 413
    if not closes:
        client.close()
    assert gone.wait(60)
    assert not waited.is_set(), "the silence was waited for"


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_address_of_ipv6(make: Make) -> None:
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    hosts: list[bytes] = []

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            hosts.extend(line for line in connection.recv(65536).split(b"\r\n") if line.lower().startswith(b"host:"))
            connection.sendall(OK)

    threading.Thread(target=answer, daemon=True).start()
    port = listening.getsockname()[1]
    assert make(base_url=f"http://[::1]:{port}").create().result == "hello"
    assert hosts == [f"Host: [::1]:{port}".encode()]
    listening.close()
