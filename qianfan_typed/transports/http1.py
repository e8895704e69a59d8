"""HTTP/1.1 on bytes: a request's head, and a reply's head and body, without I/O. llhttp, which Node.js uses, reads."""

from __future__ import annotations

from collections.abc import Mapping

import httptools

_LONGEST_HEAD = 65536
"""Bytes of names and values of all headers. The HTTP libraries have bounds of this size."""


_FRAMING = 131_072
"""Bytes beside the body that a reply may begin with: its head, and the replies before it that are only on the way."""
_FRAMING_SHARE = 64
"""Bytes beside the body for each byte of it: a chunk may hold a single one, and say more about it."""


class BrokenReply(Exception):
    """What came is no reply, or not a whole one. The text says what it was."""


def request_head(method: str, target: str, host: str, headers: Mapping[str, str], length: int | None) -> bytes:
    """Request line and headers.

    Args:
        method: `POST`.
        target: Path and query, percent-encoded; through a proxy that makes no tunnel the whole address.
        host: The host as it stands in the address, with a port that is not the usual one.
        headers: Without `Host` and `Content-Length`; a `Host` among them takes the place of `host`.
        length: Bytes of the body. None: there is none.

    Raises:
        ValueError: A line break in it would begin another header, or a character has no byte in Latin-1.
    """
    lines = [f"{method} {target} HTTP/1.1"]
    if "host" not in map(str.lower, headers):
        lines.append(f"Host: {host}")
    lines += map(": ".join, headers.items())
    if length is not None:
        lines.append(f"Content-Length: {length}")
    joined = "\r\n".join(lines)
    if joined.count("\r") != len(lines) - 1 or joined.count("\n") != len(lines) - 1:
        raise ValueError("a header or the address holds a line break")
    return joined.encode("latin-1") + b"\r\n\r\n"


class ReplyReader:
    """Reads one reply, and the `next` on its connection. Replies that are only on the way (100, 103) are passed over.

    `feed` what has come until `complete`; `end` where the connection was closed. Whether the connection can serve
    another call, `reusable` says.
    """

    __slots__ = (
        "_announced",
        "_body",
        "_content",
        "_fed",
        "_keep",
        "_names",
        "_parser",
        "_size",
        "_values",
        "complete",
        "head",
        "headers",
        "length",
        "spoiled",
        "status",
    )

    def __init__(self) -> None:
        self.status: int = 0
        self.headers: dict[str, str] = {}
        """Names in lower case; the values of a name that comes twice are joined by a comma."""
        self.head: bool = False
        """Whether status and headers are there."""
        self.complete: bool = False
        """Whether the body has come to its end."""
        self.length: int = 0
        """Bytes of the body that have come, and of those that the head has announced."""
        self.spoiled: bool = False
        """Whether bytes came after the end, which nobody asked for."""
        self._announced = self._keep = False
        self._size = self._fed = self._content = 0
        self._body: list[bytes] = []
        self._names: list[bytes] = []
        self._values: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)
        # A line that ends in LF alone is read by every other HTTP library.
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)

    def next(self) -> ReplyReader:
        """The reader of the next reply on the connection: this one, if it has read its reply and nothing else.

        A parser is what costs most of a reader, and the two hold each other: only the collector frees them.
        """
        if not self._fed:
            return self
        if not self.reusable:
            return ReplyReader()
        self.status, self.headers, self._body = 0, {}, []
        self.head = self.complete = self._announced = self._keep = False
        self.length = self._size = self._fed = self._content = 0
        return self

    def feed(self, data: bytes) -> None:
        """Takes the next bytes.

        Raises:
            BrokenReply: They are no HTTP/1.1 reply.
        """
        if self.complete:
            self.spoiled = True
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self.complete:
                # No fault of this reply, but the connection has had its day.
                self.spoiled = True
            elif isinstance(error.__context__, BrokenReply):
                raise error.__context__ from None
            else:
                raise BrokenReply(_said(error, data, begun=self.head)) from None
        self._fed += len(data)
        # Heads on the way, extensions of chunks, a trailer: without a bound they could go on for ever.
        if not self.complete and self._fed - self._content > _FRAMING + _FRAMING_SHARE * self._content:
            raise BrokenReply(f"the reply has more than {_FRAMING} bytes that are not its body")

    def end(self) -> None:
        """The connection was closed.

        Raises:
            BrokenReply: The reply was not whole.
        """
        if self.complete:
            return
        if not self.head:
            raise BrokenReply("the connection was closed before a reply came")
        if self._framed:
            raise BrokenReply("the connection was closed in the middle of the reply")
        self.complete = True

    def take(self) -> bytes:
        """The part of the body that has come since the last time."""
        body = self._body
        if not body:
            return b""
        self._body = []
        return body[0] if len(body) == 1 else b"".join(body)

    @property
    def reusable(self) -> bool:
        """Whether the connection can serve the next call: the reply is whole, and nothing came after it."""
        return self.complete and self._keep and not self.spoiled

    @property
    def _framed(self) -> bool:
        """Whether the reply itself says where its body ends, and not the end of the connection."""
        coding = self.headers.get("transfer-encoding")
        return "content-length" in self.headers if coding is None else coding.lower().endswith("chunked")

    # What follows is called by the parser.

    def on_message_begin(self) -> None:
        self.spoiled = self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.head:
            return  # of a trailer, or of what came after the end
        self._size += len(name) + len(value)
        if self._size > _LONGEST_HEAD:
            raise BrokenReply(f"the headers of the reply are longer than {_LONGEST_HEAD} bytes")
        self._names.append(name)
        self._values.append(value)

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        names, values, self._names, self._values = self._names, self._values, [], []
        status = self._parser.get_status_code()
        if status == 101:
            raise BrokenReply("the reply asks for another protocol than HTTP/1.1")
        if status < 200:
            self._size = 0
        else:
            self.status, self.head, self.headers = status, True, _headers(names, values)
            if (announced := self.headers.get("content-length")) is not None:
                # A number: the parser has read it.
                self.length, self._announced = int(announced), True

    def on_body(self, body: bytes) -> None:
        if not self.complete:
            self._content += len(body)
            self._body.append(body)
            if not self._announced:
                self.length += len(body)

    def on_message_complete(self) -> None:
        if self.head and not self.complete:
            self.complete = True
            self._keep = self._parser.should_keep_alive()


def _headers(names: list[bytes], values: list[bytes]) -> dict[str, str]:
    # All at once, since every reply has a dozen: the parser lets no line end into a name or a value.
    keys = b"\n".join(names).decode("latin-1").lower().split("\n")
    texts = b"\n".join(values).decode("latin-1").split("\n")
    headers = dict(zip(keys, texts, strict=True)) if names else {}
    if len(headers) < len(names):
        headers.clear()
        for key, text in zip(keys, texts, strict=True):
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _said(error: Exception, data: bytes, *, begun: bool) -> str:
    if begun:
        return f"the reply is not HTTP/1.1: {error}"
    return f"what came is no HTTP/1.1 reply: it begins with {data[:20]!r}"
