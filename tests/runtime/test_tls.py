"""TLS on each transport: certificates that fit and that do not, handshakes that stall, and kept connections."""

from __future__ import annotations

import datetime
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from qianfan_typed import Qianfan
from qianfan_typed.errors import ConfigurationError, ConnectionLost, ConnectTimeout, DeadlineExceeded
from qianfan_typed.transports import AiohttpTransport, Urllib3Transport
from tests.runtime.conftest import HELLO, IAM, OK, PIECES, Async, Make, Script, hosts_of, reply, stream
from tests.runtime.test_transports import OTHER, dripping


class Secure(Script):
    """The script's server, encrypted."""

    def __init__(self, certificate: trustme.LeafCert | None) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate is not None:
            certificate.configure_cert(self.context)
        super().__init__()

    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:")

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            encrypted = self.context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            return
        self._open.append(encrypted)
        super()._serve(encrypted, number)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The CA of a company."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its file."""
    path = tmp_path_factory.mktemp("ca") / "company.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def script(authority: trustme.CA) -> Iterator[Script]:
    """A server with a certificate of that CA."""
    server = Secure(authority.issue_cert("127.0.0.1", "localhost"))
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def refused(make: Make, script: Script, **settings: object) -> str:
    """What a call comes to that finds no connection. It is not tried again."""
    with pytest.raises(ConnectionLost) as caught:
        make(**settings).create()
    assert (script.connections, caught.value.retryable, len(caught.value.attempts)) == (1, False, 1)
    return caught.value.message


# --- connections -----------------------------------------------------------------------------------------------------


def test_calls_and_streams_share_a_connection(make: Make, script: Script, ca: str) -> None:
    script.answers = [OK, stream(*PIECES), OK, stream(*PIECES), OK]
    client = make(ca=ca)
    for _ in range(2):
        assert client.create().result == "hello"
        assert [piece.result for piece in client.stream()] == ["0", "1", "2"]
    assert client.create().result == "hello"
    # A ticket of TLS 1.3 that comes on its own is no reply, and costs no connection.
    assert [seen.connection for seen in script.seen] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("unasked", [OTHER, OTHER[:20]], ids=["whole", "half"])
@pytest.mark.parametrize("later", [True, False], ids=["later", "at once"])
def test_what_comes_unasked_is_never_the_next_reply(
    make: Make, script: Script, ca: str, unasked: bytes, later: bool
) -> None:
    sent = threading.Event()

    def twice(_: object, connection: socket.socket) -> None:
        connection.sendall(OK if later else OK + unasked)
        time.sleep(0.1)
        with suppress(OSError):
            connection.sendall(unasked if later else b"")
        sent.set()

    script.answers = [twice, OK]
    client = make(ca=ca)
    client.create()
    assert sent.wait(5)
    assert client.create().id == "as-1"


def test_a_large_request_and_a_large_reply_go_through(make: Make, script: Script, ca: str) -> None:
    script.answers = [reply(f'{{"id": "as-1", "result": "{"a" * 3_000_000}"}}'), OK]
    client = make(ca=ca, validate="off")
    assert len(client.create(extra={"padding": "b" * 3_000_000}).result) == 3_000_000
    assert client.create().result == "hello"
    assert [(seen.connection, len(seen.body) > 3_000_000) for seen in script.seen] == [(1, True), (1, False)]


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"], ids=["silent", "body"])
def test_a_reply_does_not_outlast_the_deadline(make: Make, script: Script, ca: str, start: bytes) -> None:
    script.answers = [dripping(start, b"a" if start else b"")]
    with pytest.raises(DeadlineExceeded, match=r"^the deadline of 0\.5 s passed while the reply was waited for"):
        make(ca=ca, timeout=5).create(deadline=0.5)


def test_a_stream_does_not_outlast_the_deadline(make: Make, script: Script, ca: str) -> None:
    script.answers = [dripping(stream(PIECES[0], end=False), b"4\r\n: a\n\r\n")]
    pieces = make(ca=ca, timeout=5, deadline=0.6).stream()
    assert next(pieces).result == "0"
    with pytest.raises(DeadlineExceeded, match=r"^the deadline of 0\.6 s passed while the stream was read, after"):
        next(pieces)


@pytest.fixture
def mute() -> Iterator[socket.socket]:
    """A port where the network connects and nobody says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_a_handshake_that_stalls_is_given_up_in_words(make: Make, mute: socket.socket) -> None:
    client = make(base_url=f"https://127.0.0.1:{mute.getsockname()[1]}", connect_timeout=0.3, max_attempts=1)
    with pytest.raises(ConnectTimeout) as caught:
        client.create()
    # aiohttp has one time for all that a connection takes, and does not say where it went.
    known = not isinstance(client.transport, AiohttpTransport)
    stalled = ": the TLS handshake with 127.0.0.1 stalled" if known else ""
    assert caught.value.message == f"no connection within 0.3 s{stalled}"


def test_a_handshake_that_stalls_does_not_outlast_the_deadline(make: Make, mute: socket.socket) -> None:
    client = make(base_url=f"https://127.0.0.1:{mute.getsockname()[1]}")
    with pytest.raises(DeadlineExceeded, match=r"^the deadline of 0\.3 s passed while the reply was waited for, after"):
        client.create(deadline=0.3)


def test_a_server_that_closes_in_the_handshake_is_told_of(make: Make, mute: socket.socket) -> None:
    def close() -> None:
        for _ in range(2):
            with suppress(OSError):
                connection, _ = mute.accept()
                connection.recv(10_000)
                connection.close()

    threading.Thread(target=close, daemon=True).start()
    client = make(base_url=f"https://127.0.0.1:{mute.getsockname()[1]}", max_attempts=1)
    with pytest.raises(ConnectionLost) as caught:
        client.create()
    if not isinstance(client.transport, AiohttpTransport):
        assert caught.value.message == (
            "no connection could be made: 127.0.0.1 closed the connection in the TLS handshake"
        )


# --- certificates that do not fit ------------------------------------------------------------------------------------


def test_a_certificate_for_another_name(make: Make, authority: trustme.CA, ca: str) -> None:
    script = Secure(authority.issue_cert("other.example"))
    assert refused(make, script, ca=ca, base_url=script.url) == (
        "no connection could be made: the certificate of 127.0.0.1 is for another name: IP address mismatch, "
        "certificate is not valid for '127.0.0.1'. The address, or what answers there, is wrong"
    )
    script.close()


def test_a_certificate_that_has_expired(make: Make, authority: trustme.CA, ca: str) -> None:
    begin, end = (datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc) for year in (2020, 2021))
    script = Secure(authority.issue_cert("127.0.0.1", not_before=begin, not_after=end))
    assert refused(make, script, ca=ca, base_url=script.url) == (
        "no connection could be made: the certificate of 127.0.0.1 has expired, or the clock of this machine is wrong"
    )
    script.close()


def test_a_certificate_of_a_ca_that_is_not_trusted(make: Make, script: Script, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    assert refused(make, script, ca=str(other)) == (
        "no connection could be made: the certificate of 127.0.0.1 is signed by nobody who is trusted here: "
        f"unable to get local issuer certificate. Trusted are those of ca, {other}. If a company or a gateway has a CA "
        "of its own, name its file or folder: ca= or QIANFAN_CA_BUNDLE"
    )


def test_a_certificate_that_signs_itself(make: Make, ca: str, tmp_path: Path) -> None:
    itself = trustme.CA()
    pair = tmp_path / "itself.pem"
    pair.write_bytes(itself.private_key_pem.bytes() + itself.cert_pem.bytes())
    script = Secure(None)
    script.context.load_cert_chain(pair)
    assert "is signed by nobody who is trusted here: self-signed certificate. " in refused(
        make, script, ca=ca, base_url=script.url
    )
    script.close()


def test_a_server_that_speaks_no_tls_is_told_of(make: Make) -> None:
    plain = Script()
    plain.answers = [OK]

    def speak() -> None:
        connection, _ = listening.accept()
        connection.sendall(b"220 mail.example\r\n")
        connection.recv(10_000)
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=speak, daemon=True).start()
        client = make(base_url=f"https://127.0.0.1:{listening.getsockname()[1]}", max_attempts=1)
        with pytest.raises(ConnectionLost) as caught:
            client.create()
    plain.close()
    assert caught.value.message == (
        "no connection could be made: 127.0.0.1 does not speak TLS on this port: is it http:// there?"
    )


# --- what is trusted -------------------------------------------------------------------------------------------------


def test_a_folder_a_path_and_a_context_are_trusted(make: Make, script: Script, ca: str) -> None:
    script.answers = [OK] * 3
    for given in (str(Path(ca).parent), Path(ca), ssl.create_default_context(cafile=ca)):
        assert make(ca=given).create().result == "hello"


@pytest.mark.parametrize("variable", ["QIANFAN_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_variable_says_what_is_trusted(
    make: Make, script: Script, ca: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, ca)
    script.answers = [OK]
    assert make().create().result == "hello"


def test_the_variables_have_an_order(make: Make, script: Script, ca: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script.answers = [OK] * 4
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    for variable, next_one in (
        ("CURL_CA_BUNDLE", "SSL_CERT_FILE"),
        ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        ("QIANFAN_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
    ):
        monkeypatch.setenv(next_one, __file__)
        monkeypatch.setenv(variable, ca)
        assert make().create().result == "hello"
    monkeypatch.setenv("QIANFAN_CA_BUNDLE", __file__)
    assert make(ca=ca).create().result == "hello"


@pytest.mark.parametrize("variable", ["QIANFAN_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_file_without_certificates_is_named_with_the_variable_that_was_set(
    make: Make, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, __file__)
    with pytest.raises(ConfigurationError) as caught:
        make().create()
    assert (str(caught.value), caught.value.setting) == (f"{variable}: {__file__} has no certificate in PEM", variable)


def test_a_file_that_is_not_there_is_named_too(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(ca="/no/where.pem")
    assert str(caught.value) == (
        "ca: '/no/where.pem' must be a file or folder of certificates that is there, or an ssl.SSLContext"
    )
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/where.pem")
    with pytest.raises(ConfigurationError) as caught:
        make().create()
    assert str(caught.value) == "REQUESTS_CA_BUNDLE: /no/where.pem: no such file or directory"


_EMPTY = """
import sys
if {missing}: sys.modules["certifi"] = None
from qianfan_typed import Qianfan, user
from qianfan_typed.errors import ConnectionLost
try:
    Qianfan(max_attempts=1).v1.chat.ernie_lite_pro_128k.create([user("hi")])
except ConnectionLost as error:
    print(error.message)
"""


@pytest.mark.parametrize("missing", [False, True], ids=["certifi", "nothing"])
def test_a_machine_without_certificates(script: Script, tmp_path: Path, missing: bool) -> None:
    keys = {f"QIANFAN_{name.upper()}": value for name, value in {**IAM, **hosts_of(script)}.items()}
    nothing = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _EMPTY.format(missing=missing)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **keys, **nothing},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    what = (
        "none: this machine has no CA certificates. Install the system's ca-certificates, or certifi, or"
        if missing
        else "those of certifi. If a company or a gateway has a CA of its own,"
    )
    assert done.stdout == (
        "no connection could be made: the certificate of 127.0.0.1 is signed by nobody who is trusted here: "
        f"unable to get local issuer certificate. Trusted are {what} name its file or folder: "
        "ca= or QIANFAN_CA_BUNDLE\n"
    )


def test_verification_can_be_left_out(make: Make, script: Script) -> None:
    script.answers = [OK]
    assert make(verify_ssl=False).create().result == "hello"


# --- what is shown ---------------------------------------------------------------------------------------------------


def wants_a_certificate(script: Script, authority: trustme.CA) -> None:
    assert isinstance(script, Secure)
    script.context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(script.context)


def test_a_client_shows_its_certificate(
    make: Make, script: Script, authority: trustme.CA, ca: str, tmp_path: Path
) -> None:
    wants_a_certificate(script, authority)
    leaf = authority.issue_cert("client@company.example")
    both, certificate, key = (str(tmp_path / name) for name in ("both.pem", "certificate.pem", "key.pem"))
    leaf.private_key_and_cert_chain_pem.write_to_path(both)
    leaf.cert_chain_pems[0].write_to_path(certificate)
    leaf.private_key_pem.write_to_path(key)
    script.answers = [OK, OK]
    assert make(ca=ca, cert=both).create().result == "hello"
    assert make(ca=ca, cert=(certificate, key)).create().result == "hello"
    with pytest.raises(ConfigurationError) as caught:
        make(ca=ca, cert=certificate).create()
    assert str(caught.value) == f"cert: {certificate} has no certificate and key in PEM that belong together"


def test_a_certificate_that_is_missing_is_asked_for(make: Make, script: Script, authority: trustme.CA, ca: str) -> None:
    wants_a_certificate(script, authority)
    client = make(ca=ca, max_attempts=1)
    with pytest.raises(ConnectionLost) as caught:
        client.create()
    if not isinstance(client.transport, (AiohttpTransport, Urllib3Transport)):
        assert caught.value.message == (
            "the connection broke before the reply was whole: 127.0.0.1 wants a certificate of the client: "
            "cert= or QIANFAN_CLIENT_CERT"
        )


@pytest.mark.parametrize("also", [{"verify_ssl": False}, {"cert": __file__}], ids=["verify_ssl", "cert"])
def test_a_context_is_used_as_it_is(also: dict[str, object]) -> None:
    (name,) = also
    with pytest.raises(ConfigurationError) as caught:
        Qianfan(**IAM, ca=ssl.create_default_context(), **also).v1.chat.ernie_lite_pro_128k.create(HELLO)  # type: ignore[arg-type]
    assert str(caught.value) == f"{name}: an SSLContext as ca is used as it is: say it there, or give ca as a path"


def test_two_loops_of_a_client_have_connections_of_their_own(script: Script, ca: str) -> None:
    import asyncio

    script.answers = [OK, OK]
    client = Async(script, ca=ca).client

    async def call() -> str:
        return (await client.v1.chat.ernie_lite_pro_128k.create(HELLO)).result

    assert [asyncio.run(call()), asyncio.run(call())] == ["hello", "hello"]
    assert [seen.connection for seen in script.seen] == [1, 2]
