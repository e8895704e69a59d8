"""Proxies, each a small real one: forwarded requests, tunnels, SOCKS, and what is said where one refuses."""

from __future__ import annotations

import base64
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import trustme

from qianfan_typed.errors import ConfigurationError, ConnectionLost
from tests.runtime.conftest import LINES, OK, PIECES, Make, Script, stream
from tests.runtime.test_tls import Secure

TLS_IN_TLS = sys.version_info >= (3, 11)


def pumped(one: socket.socket, other: socket.socket) -> None:
    """Passes bytes on, in both directions, until one side ends."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=pump, args=(other, one), daemon=True)
    back.start()
    pump(one, other)
    back.join()
    other.close()


class Proxy:
    """A server that leads on. Every name leads to this machine: none of the tests' hosts is there."""

    def __init__(self, serve: Callable[[Proxy, socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self.asked: list[str] = []
        """Whom it was to lead to, and what it was shown."""
        self.sends_away = 0
        """The status that it answers with. 0: it does what it is asked."""
        self._serve, self._context = serve, context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._serve(self, connection)
        connection.close()


def of_http(proxy: Proxy, connection: socket.socket) -> None:
    """One request, and the bytes behind it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, rest = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split()
    shown = [line.partition(": ")[2] for line in lines if line.lower().startswith("proxy-authorization")]
    proxy.asked.append(" ".join([method, target.partition("/rpc")[0], *shown]))
    if proxy.sends_away:
        connection.sendall(b"HTTP/1.1 %d Said\r\nContent-Length: 6\r\n\r\nsecret" % proxy.sends_away)
        return
    port = int(target.rpartition(":")[2]) if method == "CONNECT" else urlsplit(target).port
    with socket.create_connection(("127.0.0.1", port or 80)) as other:
        if method == "CONNECT":
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            other.sendall(head + b"\r\n\r\n" + rest)
        pumped(connection, other)


def of_socks5(proxy: Proxy, connection: socket.socket) -> None:
    """SOCKS 5, with or without a user."""
    lines = connection.makefile("rb", buffering=0)
    _, count = lines.read(2) or b""
    offered = lines.read(count) or b""
    shown = ""
    if 2 in offered:
        connection.sendall(b"\x05\x02")
        _, length = lines.read(2) or b""
        user = (lines.read(length) or b"").decode()
        (length,) = lines.read(1) or b""
        shown = f" {user}:{(lines.read(length) or b'').decode()}"
        connection.sendall(b"\x01\x00")
    else:
        connection.sendall(b"\x05\x00")
    _, _, _, kind = lines.read(4) or b""
    if kind == 3:
        (length,) = lines.read(1) or b""
        host = (lines.read(length) or b"").decode()
    else:
        host = socket.inet_ntop(socket.AF_INET, lines.read(4) or b"")
    port = int.from_bytes(lines.read(2) or b"", "big")
    proxy.asked.append(f"{host}:{port}{shown}")
    if proxy.sends_away:
        connection.sendall(b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")
        return
    connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    with socket.create_connection(("127.0.0.1", port)) as other:
        pumped(connection, other)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Script]:
    """A platform at the end of a tunnel."""
    server = Secure(authority.issue_cert("aip.example"))
    yield server
    server.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy(of_http)
    yield made
    made.close()


@pytest.fixture
def secure_proxy(authority: trustme.CA) -> Iterator[Proxy]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    made = Proxy(of_http, context)
    yield made
    made.close()


@pytest.fixture
def socks() -> Iterator[Proxy]:
    made = Proxy(of_socks5)
    yield made
    made.close()


def port_of(script: Script) -> int:
    return int(script.url.rpartition(":")[2])


def works(make: Make, script: Script, **settings: object) -> None:
    """A reply, a stream and a reply come, over one connection."""
    script.answers = [OK, stream(*PIECES), OK]
    client = make(**settings)
    assert client.create().result == "hello"
    assert [piece.result for piece in client.stream()] == ["0", "1", "2"]
    assert client.create().result == "hello"
    assert [seen.connection for seen in script.seen] == [1, 1, 1]


def test_a_request_is_forwarded(make: Make, script: Script, proxy: Proxy) -> None:
    works(make, script, base_url=f"http://aip.example:{port_of(script)}", proxy=f"http://127.0.0.1:{proxy.port}")
    assert proxy.asked == [f"POST http://aip.example:{port_of(script)}"]


def test_a_tunnel_leads_to_an_encrypted_platform(make: Make, secure: Script, proxy: Proxy, ca: str) -> None:
    base = f"https://aip.example:{port_of(secure)}"
    works(make, secure, base_url=base, proxy=f"http://u:p%40ss@127.0.0.1:{proxy.port}", ca=ca)
    assert proxy.asked == [f"CONNECT aip.example:{port_of(secure)} Basic {base64.b64encode(b'u:p@ss').decode()}"]


def test_a_request_is_forwarded_by_an_encrypted_proxy(make: Make, script: Script, secure_proxy: Proxy, ca: str) -> None:
    base = f"http://aip.example:{port_of(script)}"
    works(make, script, base_url=base, proxy=f"https://127.0.0.1:{secure_proxy.port}", ca=ca)
    assert secure_proxy.asked == [f"POST {base}"]


@pytest.mark.skipif(not TLS_IN_TLS, reason="TLS inside TLS needs Python 3.11")
def test_a_tunnel_through_an_encrypted_proxy(make: Make, secure: Script, secure_proxy: Proxy, ca: str) -> None:
    base = f"https://aip.example:{port_of(secure)}"
    works(make, secure, base_url=base, proxy=f"https://127.0.0.1:{secure_proxy.port}", ca=ca)
    assert secure_proxy.asked == [f"CONNECT aip.example:{port_of(secure)}"]


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "advice"),
    [
        ("", "It wants a user and a password: http://user:password@host:port, percent-encoded"),
        ("me:pass-of-mine@", "It does not take the user and the password of its address"),
    ],
    ids=["none", "wrong"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password_is_told_of_without_it(
    make: Make, proxy: Proxy, scheme: str, user: str, advice: str
) -> None:
    proxy.sends_away = 407
    client = make(base_url=f"{scheme}://aip.example", proxy=f"http://{user}127.0.0.1:{proxy.port}")
    for call in (client.create, lambda: next(client.stream())):
        with pytest.raises(ConnectionLost) as caught:
            call()
        assert caught.value.message == (
            f"no connection could be made: the proxy 127.0.0.1:{proxy.port} answered "
            f"407 Proxy Authentication Required. {advice}"
        )
        assert not caught.value.retryable
    assert len(proxy.asked) == 2


def test_a_proxy_that_finds_no_way_is_told_of(make: Make, proxy: Proxy) -> None:
    proxy.sends_away = 502
    with pytest.raises(ConnectionLost) as caught:
        make(base_url="https://aip.example", proxy=f"http://127.0.0.1:{proxy.port}", max_attempts=1).create()
    assert caught.value.message == (
        f"no connection could be made: the proxy 127.0.0.1:{proxy.port} answered 502 Bad Gateway"
    )


def test_no_proxy_goes_straight(make: Make, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name that leads here on every machine, and is not one of those for which no proxy counts anyway.
    base = f"http://{socket.gethostname()}:{port_of(script)}"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with pytest.raises(ConnectionLost):
        make(base_url=base, max_attempts=1).create()
    monkeypatch.setenv("no_proxy", f".example,{socket.gethostname()}")
    try:
        here = socket.gethostbyname(socket.gethostname()).startswith("127.")
    except OSError:
        here = False
    if here:
        script.answers = [OK]
        assert make(base_url=base).create().result == "hello"


# --- SOCKS -----------------------------------------------------------------------------------------------------------


of_our_own = pytest.mark.parametrize("make", LINES[:2], ids=["sync", "async"], indirect=True)
of_libraries = pytest.mark.parametrize("make", LINES[2:], ids=["urllib3", "aiohttp"], indirect=True)


@of_our_own
def test_socks_leads_to_both_kinds_of_platform(
    make: Make, script: Script, secure: Script, socks: Proxy, ca: str
) -> None:
    works(make, script, base_url=f"http://aip.example:{port_of(script)}", proxy=f"socks5h://127.0.0.1:{socks.port}")
    base = f"https://aip.example:{port_of(secure)}"
    works(make, secure, base_url=base, proxy=f"socks5h://u:p%40ss@127.0.0.1:{socks.port}", ca=ca)
    assert socks.asked == [f"aip.example:{port_of(script)}", f"aip.example:{port_of(secure)} u:p@ss"]


@of_our_own
def test_socks5_looks_names_up_here(make: Make, script: Script, socks: Proxy) -> None:
    script.answers = [OK]
    base = f"http://localhost:{port_of(script)}"
    assert make(base_url=base, proxy=f"socks5://127.0.0.1:{socks.port}").create().result == "hello"
    assert socks.asked == [f"127.0.0.1:{port_of(script)}"]


@of_our_own
def test_what_socks_refuses_is_told(make: Make, socks: Proxy) -> None:
    socks.sends_away = 1
    with pytest.raises(ConnectionLost) as caught:
        make(base_url="http://aip.example", proxy=f"socks5h://u:word@127.0.0.1:{socks.port}", max_attempts=1).create()
    assert caught.value.message == (
        f"no connection could be made: the proxy 127.0.0.1:{socks.port} said: Connection not allowed by ruleset"
    )


@of_libraries
def test_the_other_transports_refuse_socks_in_words(make: Make) -> None:
    client = make(base_url="http://aip.example", proxy="socks5://127.0.0.1:1")
    with pytest.raises(ConfigurationError) as caught:
        client.create()
    assert str(caught.value) == (
        f"proxy: {type(client.transport).__name__} goes through no socks5 proxy; the client's own transport does. "
        "Set QIANFAN_PROXY, or NO_PROXY to go straight"
    )
