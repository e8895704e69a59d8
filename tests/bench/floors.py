"""What the same work costs without a client: bare sockets and HTTP libraries, which decode into the same classes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import msgspec
import orjson
import urllib3
from urllib3.connection import HTTPConnection

from qianfan_api.v2.chat.types import ChatChunk, ChatReply
from tests.bench import latencies
from tests.bench.worker import Work

MESSAGES = [{"role": "user", "content": "你好"}]
BODY = {"model": "ernie-4.5-turbo-128k", "messages": MESSAGES}
HEADERS = {
    "Content-Type": "application/json",
    "Authorization": "Bearer bce-v3/ALTAK-floor/0123456789",
    "User-Agent": "floor",
    "Accept-Encoding": "identity",
}
PATH = "/v2/chat/completions"

_reply = msgspec.json.Decoder(ChatReply)
_chunk = msgspec.json.Decoder(ChatChunk)


def works(address: str) -> Mapping[str, Callable[[], Work]]:
    """The works by name."""
    return {
        "call, raw socket": lambda: _raw_call(address),
        "call, urllib3's connection": lambda: _connection_call(address),
        "call, PoolManager + orjson": lambda: _pool_call(address),
        "stream of 100, raw socket": lambda: _raw_stream(address, 100),
        "stream of 1000, raw socket": lambda: _raw_stream(address, 1000),
        "1,000 calls at once, asyncio streams": lambda: _at_once(address, 1000),
        "5,000 calls at once, asyncio streams": lambda: _at_once(address, 5000),
        "200 paced streams, asyncio streams": lambda: _paced(address),
        "two HMACs": _two_hmacs,
    }


def request(address: str, body: Mapping[str, object], prefix: str = "") -> bytes:
    """A request, ready to be sent."""
    data = msgspec.json.encode(body)
    shown = HEADERS | {"Host": urlsplit(address).netloc, "Content-Length": str(len(data))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in shown.items())
    return f"POST {prefix}{PATH} HTTP/1.1\r\n{lines}\r\n".encode() + data


def length(head: bytes) -> int:
    """The Content-Length of a head."""
    low = head.lower()
    start = low.index(b"content-length:") + 15
    return int(low[start : low.index(b"\r\n", start)])


def _socket(address: str) -> socket.socket:
    parts = urlsplit(address)
    connected = socket.create_connection((parts.hostname, parts.port or 80))
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _raw_call(address: str) -> Work:
    line = _socket(address)

    def work(times: int) -> None:
        for _ in range(times):
            line.sendall(request(address, BODY))
            data = line.recv(65536)
            end = data.index(b"\r\n\r\n") + 4
            _reply.decode(data[end : end + length(data[:end])])

    return work


def _connection_call(address: str) -> Work:
    parts = urlsplit(address)
    line = HTTPConnection(parts.hostname or "", parts.port)

    def work(times: int) -> None:
        for _ in range(times):
            # The standard library's request and reply, on a connection that urllib3 makes.
            http.client.HTTPConnection.request(line, "POST", PATH, body=msgspec.json.encode(BODY), headers=HEADERS)
            _reply.decode(http.client.HTTPConnection.getresponse(line).read())

    return work


def _pool_call(address: str) -> Work:
    pool = urllib3.PoolManager()

    def work(times: int) -> None:
        for _ in range(times):
            reply = pool.request("POST", address + PATH, body=orjson.dumps(BODY), headers=HEADERS)
            orjson.loads(reply.data)

    return work


def _raw_stream(address: str, pieces: int) -> Work:
    line = _socket(address)
    asked = request(address, BODY | {"stream": True}, f"/n{pieces}")

    def work(times: int) -> None:
        for _ in range(times):
            line.sendall(asked)
            held, ended = b"", False
            while not ended:
                held += line.recv(65536)
                # What a reader of this one server needs: a piece is a line of its own.
                *events, held = held.split(b"\n\n")
                for event in events:
                    payload = event[event.index(b"data: ") + 6 :]
                    if payload != b"[DONE]":
                        _chunk.decode(payload)
                ended = held.endswith(b"0\r\n\r\n")

    return work


def _at_once(address: str, calls: int) -> Work:
    parts = urlsplit(address)
    loop = asyncio.new_event_loop()
    kept: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def call() -> None:
        line = kept.pop() if kept else await asyncio.open_connection(parts.hostname, parts.port)
        reader, writer = line
        writer.write(request(address, BODY))
        head = await reader.readuntil(b"\r\n\r\n")
        _reply.decode(await reader.readexactly(length(head)))
        kept.append(line)

    async def all_calls() -> None:
        await asyncio.gather(*[call() for _ in range(calls)])

    def work(times: int) -> None:
        for _ in range(times):
            loop.run_until_complete(all_calls())

    return work


def _paced(address: str) -> Work:
    parts = urlsplit(address)

    async def stream(taken: list[float]) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(request(address, BODY | {"stream": True}, "/p50"))
        await reader.readuntil(b"\r\n\r\n")
        while size := int(await reader.readline(), 16):
            event = await reader.readexactly(size + 2)
            if event[6:12] != b"[DONE]":
                latencies.note(taken, _chunk.decode(event[6:-4]).choices[0].delta.content)
        writer.close()

    return lambda times: latencies.of(stream)


def _two_hmacs() -> Work:
    def work(times: int) -> None:
        for _ in range(times):
            key = hmac.new(b"0123456789abcdef", b"bce-auth-v1/ak/2025-01-01T00:00:00Z/300", hashlib.sha256).hexdigest()
            hmac.new(key.encode(), b"POST\n/rpc/2.0/ai_custom\n\nhost:a", hashlib.sha256).hexdigest()

    return work
