"""A platform that costs next to nothing: replies that are ready, over bare sockets, in a process of its own.

The first part of a path says what a stream is like: `/n1000/…` has 1000 pieces, `/p20/…` one each 20 ms with the time
at which it was written. Each piece is an HTTP chunk of its own, as the platform sends them.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from contextlib import suppress
from typing import Any, cast

TEXT = "你好，我是文心一言，很高兴为你服务。"
USAGE = {"prompt_tokens": 2, "completion_tokens": 12, "total_tokens": 14}
V1_REPLY = {"id": "as-1", "object": "chat.completion", "created": 1, "result": TEXT, "is_truncated": False}
V2_REPLY: dict[str, Any] = {
    "id": "as-1",
    "object": "chat.completion",
    "created": 1,
    "model": "ernie-4.5-turbo-128k",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": USAGE,
}
PACED_PIECES = 20
_SHAPE = re.compile(rb" /([np])(\d+)/")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD = (
    # The official client keeps to the limits that it reads here.
    b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
    b"X-Ratelimit-Limit-Requests: 900000000\r\nX-Ratelimit-Remaining-Requests: 899999999\r\n"
    b"X-Ratelimit-Limit-Tokens: 900000000\r\nX-Ratelimit-Remaining-Tokens: 899999999\r\nX-Bce-Request-Id: 1f-22-33\r\n"
    b"Date: Fri, 27 Nov 2026 21:00:00 GMT\r\n%s\r\n\r\n"
)
_STREAM = _HEAD % (b"text/event-stream", b"Transfer-Encoding: chunked")


def _whole(reply: object) -> bytes:
    body = json.dumps(reply, ensure_ascii=False).encode()
    return _HEAD % (b"application/json", b"Content-Length: %d" % len(body)) + body


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _v1_piece(text: str, number: int, *, end: bool) -> bytes:
    piece = V1_REPLY | {"sentence_id": number, "is_end": end, "result": text}
    return b"data: " + json.dumps(piece, ensure_ascii=False).encode() + b"\n\n"


def _v2_piece(text: str) -> bytes:
    piece = {
        "id": "as-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "ernie-4.5-turbo-128k",
        "choices": [{"index": 0, "delta": {"content": text}}],
    }
    return b"data: " + json.dumps(piece, ensure_ascii=False).encode() + b"\n\n"


_WHOLE = {False: _whole(V1_REPLY | {"usage": USAGE}), True: _whole(V2_REPLY)}
_PIECE = {False: _chunk(_v1_piece("你好", 0, end=False)), True: _chunk(_v2_piece("你好"))}
_END = {
    False: _chunk(_v1_piece("", 1, end=True)) + b"0\r\n\r\n",
    True: _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n",
}
_TOKEN = _whole({"access_token": "24." + "a" * 60, "expires_in": 2592000})


class _Connection(asyncio.Protocol):
    """Answers one request after the other."""

    def __init__(self) -> None:
        self._held = b""
        self._streams: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length.group(1)) if length else 0)
            if len(self._held) < whole:
                return
            body, self._held = self._held[end + 4 : whole], self._held[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if b"/oauth/2.0/token" in head:
            self._line.write(_TOKEN)
            return
        v2 = b"/chat/completions HTTP" in head and b"/rpc/" not in head
        if b'"stream":true' not in body.replace(b": ", b":"):
            self._line.write(_WHOLE[v2])
            return
        shape = _SHAPE.search(head)
        pieces = int(shape.group(2)) if shape and shape.group(1) == b"n" else 100
        pause = int(shape.group(2)) / 1e3 if shape and shape.group(1) == b"p" else None
        task = asyncio.ensure_future(self._paced(pause) if pause else self._stream(pieces, v2=v2))
        self._streams.add(task)
        task.add_done_callback(self._streams.discard)

    async def _stream(self, pieces: int, *, v2: bool) -> None:
        self._line.write(_STREAM)
        for number in range(pieces):
            if self._line.is_closing():
                return
            self._line.write(_PIECE[v2])
            if number % 16 == 0:
                # Nobody else is kept waiting, and the reader is never more than a buffer behind.
                await asyncio.sleep(0)
                while self._line.get_write_buffer_size() > 65536 and not self._line.is_closing():
                    await asyncio.sleep(0.001)
        self._line.write(_END[v2])

    async def _paced(self, pause: float) -> None:
        self._line.write(_STREAM)
        for _ in range(PACED_PIECES):
            await asyncio.sleep(pause)
            if self._line.is_closing():
                return
            self._line.write(_chunk(_v2_piece(str(time.monotonic_ns()))))
        self._line.write(_END[True])


async def serve() -> None:
    """Serves until the process is ended; says its address first."""
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=8192)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
