"""A hostile server: replies in every framing, cut anywhere, and what no server does. Each says for whom it is.

`make soak` plays it for minutes, the tests for an example or two.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import attrs

FRAMINGS = ("length", "chunks", "extensions", "trailer", "until close", "1.0", "hints", "close")
"""How a reply says where its body ends."""
FAIR = ("none",) * 4
MISCHIEF = (
    *FAIR,
    "another reply",
    "half of another reply",
    "garbage behind",
    "closed before",
    "closed in the head",
    "closed in the body",
    "garbage",
    "silence",
    "endless header",
    "endless hints",
    "endless extension",
    "endless trailer",
    "too long a length",
    "too short a length",
    "two lengths",
    "bad chunk",
    "101",
    "204",
    "refused before it is read",
)
"""What it does beside, or in place of, a reply."""


@attrs.frozen
class Plan:
    """What is done to one request."""

    framing: str = "length"
    mischief: str = "none"
    cuts: tuple[float, ...] = ()
    """Where the bytes are cut, as shares of all."""
    delay: float = 0.0
    """Seconds between the parts."""

    @classmethod
    def by(cls, chance: random.Random) -> Plan:
        """One by chance."""
        cuts = tuple(chance.random() for _ in range(chance.randrange(4)))
        return cls(chance.choice(FRAMINGS), chance.choice(MISCHIEF), cuts, chance.choice((0, 0, 0.001, 0.02)))


def framed(body: list[bytes], framing: str, mischief: str, kind: str) -> bytes:
    """A reply with the parts of a body."""
    whole = b"".join(body)
    version = "1.0" if framing == "1.0" else "1.1"
    lines = [f"HTTP/{version} 200 Said", f"Content-Type: {kind}"]
    chunked = framing in ("chunks", "extensions", "trailer")
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    elif framing != "until close":
        wrong = {"too long a length": 50, "too short a length": -5}.get(mischief, 0)
        lines += [f"Content-Length: {len(whole) + wrong}"] * (2 if mischief == "two lengths" else 1)
    if framing == "close":
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "", ""]).encode()
    if framing == "hints":
        head = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + head
    if not chunked:
        return head + whole
    extension = b";a=b;c" if framing == "extensions" else b""
    chunks = b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in body)
    if mischief == "bad chunk":
        return head + chunks + b"zz\r\n"
    return head + chunks + b"0\r\n" + (b"X-Trailer: a\r\n" if framing == "trailer" else b"") + b"\r\n"


def said(tag: str, *, stream: bool) -> tuple[list[bytes], str]:
    """The parts of the body of the reply to a request, and their type."""
    if not stream:
        return [json.dumps({"id": tag, "result": f"for {tag}"}).encode()], "application/json"
    pieces = [{"id": tag, "result": f"for {tag}", "is_end": n == 3} for n in range(4)]
    return [f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces], "text/event-stream"


class Hostile:
    """The server. `plan` says what is done to the next request."""

    def __init__(self, plan: Callable[[], Plan], patience: float) -> None:
        """
        Args:
            plan: Gives the next plan. Threads call it.
            patience: Seconds that it goes on with what never ends. A client that has a deadline is gone before.
        """
        self._plan, self._patience = plan, patience
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._changed = threading.Condition()
        self.open = 0
        """How many connections are open."""
        self.outlasted = 0
        """How many calls were still there when its patience was over."""
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def is_left(self, seconds: float = 30) -> bool:
        """Whether every connection was closed by the other side, or comes to be."""
        with self._changed:
            return self._changed.wait_for(lambda: self.open == 0, seconds)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with self._changed:
                self.open += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection, connection.makefile("rb") as lines:
            while self._answered(connection, lines.readline, lines.read):
                pass
        with self._changed:
            self.open -= 1
            self._changed.notify_all()

    def _answered(self, connection: socket.socket, line: Callable[[], bytes], read: Callable[[int], bytes]) -> bool:
        """Whether it answered a request and can answer another."""
        if not line().strip():
            return False
        length = 0
        while header := line().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        plan = self._plan()
        if plan.mischief == "refused before it is read":
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}")
            return self._drained(connection)
        request = json.loads(read(length))
        tag, stream = request["messages"][0]["content"], request.get("stream", False)
        data, behind, stays = self._played(plan, *said(tag, stream=stream))
        parts = _cut(data, plan.cuts)
        # At once: no client can tell what comes when its next request is under way from the reply to that.
        parts[-1:] = [b"".join([*parts[-1:], behind])]
        for number, part in enumerate(parts):
            if number and plan.delay:
                time.sleep(plan.delay)
            connection.sendall(part)
        if plan.mischief.startswith("endless"):
            return self._endless(connection, plan.mischief)
        if plan.mischief in ("silence", "too long a length"):
            return self._drained(connection)
        return stays

    def _played(self, plan: Plan, body: list[bytes], kind: str) -> tuple[bytes, bytes, bool]:
        """What is sent, what behind it, and whether the connection stays open."""
        mischief = plan.mischief
        framing = (
            "chunks"
            if mischief == "bad chunk"
            else "length"
            if mischief.endswith(("length", "lengths"))
            else plan.framing
        )
        data = framed(body, framing, mischief, kind)
        ends = framing in ("until close", "1.0", "close")
        head = data.index(b"\r\n\r\n") + 4
        other = framed(said("another", stream=False)[0], "length", "none", "application/json")
        instead = {
            "closed before": b"",
            "closed in the head": data[: head // 2],
            "closed in the body": data[: (head + len(data)) // 2],
            "garbage": bytes(random.Random(len(data)).randbytes(200)),
            "silence": b"",
            "endless header": b"HTTP/1.1 200 OK\r\nX-A: ",
            "endless hints": b"",
            "endless extension": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            "endless trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: ",
            "101": b"HTTP/1.1 101 Switching\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n",
            "204": b"HTTP/1.1 204 None\r\n\r\n",
        }
        behind = {
            "another reply": other,
            "half of another reply": other[: len(other) // 2],
            "garbage behind": b"\x00\x01garbage",
        }
        if mischief in instead:
            return instead[mischief], b"", not mischief.startswith("closed") and mischief != "garbage"
        return data, behind.get(mischief, b""), not ends and mischief != "bad chunk"

    def _endless(self, connection: socket.socket, mischief: str) -> bool:
        """More and more of it."""
        part = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 200 if mischief == "endless hints" else b"a" * 5000
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            connection.sendall(part)
        self._gives_up()
        return False

    def _drained(self, connection: socket.socket) -> bool:
        """Says nothing more until the other side has closed it, or its time is over."""
        connection.settimeout(self._patience)
        try:
            while connection.recv(65536):
                pass
        except TimeoutError:
            self._gives_up()
        return False

    def _gives_up(self) -> None:
        with self._changed:
            self.outlasted += 1


def _cut(data: bytes, cuts: tuple[float, ...]) -> list[bytes]:
    places = sorted({0, len(data), *(int(share * len(data)) for share in cuts)})
    return [data[start:end] for start, end in pairwise(places)]
