"""HTTP/1.1 replies are read the same however the network cut them, and nothing of one becomes part of another."""

from __future__ import annotations

import http.client
import io
import zlib
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_typed.transports.http1 import BrokenReply, ReplyReader, request_head

NAMES = st.from_regex(r"\A[A-Za-z][A-Za-z0-9-]{0,12}\Z").filter(
    lambda name: name.lower() not in {"content-length", "transfer-encoding", "connection", "upgrade"}
)
VALUES = st.from_regex(r"\A[!-~]([ -~]{0,20}[!-~])?\Z")
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6, unique_by=lambda pair: pair[0].lower())
BODIES = st.binary(max_size=400)
ON_THE_WAY = [b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", b"HTTP/1.1 100 Go on\r\n\r\n"]
STATUSES = st.integers(200, 599).filter(lambda status: status not in (204, 304))


def lines(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    head = [f"HTTP/1.1 {status} Said", *[f"{name}: {value}" for name, value in headers]]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


def chunked(body: bytes, sizes: list[int]) -> bytes:
    parts: list[bytes] = []
    for size in sizes:
        part, body = body[:size], body[size:]
        if part:
            parts.append(b"%x\r\n%s\r\n" % (len(part), part))
    if body:
        parts.append(b"%X;note=1\r\n%s\r\n" % (len(body), body))
    return b"".join(parts) + b"0\r\n\r\n"


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """Whole replies, framed by a length or by chunks, some with replies that are only on the way before them."""
    body, headers = draw(BODIES), draw(HEADERS)
    early = draw(
        st.sampled_from([b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", b"HTTP/1.1 100 Go on\r\n\r\n"])
    )
    if draw(st.booleans()):
        head = lines(draw(STATUSES), [*headers, ("Content-Length", str(len(body)))])
        return early + head + body
    head = lines(draw(STATUSES), [*headers, ("Transfer-Encoding", "chunked")])
    return early + head + chunked(body, draw(st.lists(st.integers(1, 50), max_size=8)))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


def read(parts: Iterable[bytes]) -> tuple[ReplyReader, bytes]:
    reader, body = ReplyReader(), b""
    for part in parts:
        reader.feed(part)
        body += reader.take()
    return reader, body


class _Socket:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def as_the_standard_library_reads(data: bytes) -> tuple[int, dict[str, str], bytes]:
    while data.startswith(b"HTTP/1.1 1"):
        data = data.partition(b"\r\n\r\n")[2]
    reply = http.client.HTTPResponse(_Socket(data))  # type: ignore[arg-type]
    reply.begin()
    return reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.read()


@given(data=replies(), places=st.lists(st.integers(0, 600), max_size=12))
def test_a_reply_is_read_as_the_standard_library_reads_it_however_it_is_cut(data: bytes, places: list[int]) -> None:
    reader, body = read(cut(data, places))
    assert (reader.status, reader.headers, body) == as_the_standard_library_reads(data)
    assert reader.complete
    assert reader.reusable


@given(data=replies(), rest=st.binary(min_size=1, max_size=40), places=st.lists(st.integers(0, 600), max_size=5))
def test_what_comes_after_the_end_spoils_the_connection_and_not_the_reply(
    data: bytes, rest: bytes, places: list[int]
) -> None:
    alone, body = read([data])
    reader, same = read(cut(data + rest, places))
    assert (reader.status, reader.headers, same) == (alone.status, alone.headers, body)
    assert not reader.reusable or set(rest) <= set(b"\r\n")  # line ends before a reply are nobody's


@given(data=replies(), end=st.integers(0, 600))
def test_a_reply_that_stops_early_is_broken_and_never_a_shorter_one(data: bytes, end: int) -> None:
    if end >= len(data):
        return
    reader, _ = read([data[:end]])
    assert not reader.complete
    with pytest.raises(BrokenReply, match="the connection was closed"):
        reader.end()


@given(data=st.binary(max_size=200), places=st.lists(st.integers(0, 200), max_size=5))
def test_bytes_that_are_no_reply_are_broken_or_wait_for_more(data: bytes, places: list[int]) -> None:
    try:
        reader, _ = read(cut(data, places))
        reader.end()
    except BrokenReply:
        return
    assert reader.head


@given(body=BODIES)
def test_a_body_without_a_length_ends_with_the_connection(body: bytes) -> None:
    reader, got = read([lines(200, []), body])
    assert not reader.complete
    reader.end()
    assert reader.complete
    assert got == body
    assert not reader.reusable


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<html>502</html>", "what came is no HTTP/1.1 reply: it begins with b'<html>502</html>'"),
        (
            b"\x15\x03\x01\x00\x02\x02\x0a",
            r"what came is no HTTP/1.1 reply: it begins with b'\x15\x03\x01\x00\x02\x02\n'",
        ),
        (
            lines(101, [("Connection", "upgrade"), ("Upgrade", "h2c")]),
            "the reply asks for another protocol than HTTP/1.1",
        ),
        (lines(200, [("A", "a" * 70_000)]), "the headers of the reply are longer than 65536 bytes"),
        (
            lines(200, [("Transfer-Encoding", "chunked")]) + b"zz\r\n",
            "the reply is not HTTP/1.1: Invalid character in chunk size",
        ),
    ],
)
def test_what_is_no_reply_is_said(data: bytes, what: str) -> None:
    with pytest.raises(BrokenReply) as caught:
        read([data])
    assert str(caught.value) == what


def test_lines_that_end_in_lf_alone_are_read() -> None:
    reader, body = read([b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"])
    assert (reader.status, body, reader.reusable) == (200, b"ok", True)


def test_a_header_that_comes_twice_keeps_both_values() -> None:
    reader, _ = read([lines(200, [("Via", "a"), ("via", "b"), ("Content-Length", "0")])])
    assert reader.headers["via"] == "a, b"


@pytest.mark.parametrize("closing", ["close", "Close"])
def test_a_connection_that_the_reply_closes_is_not_used_again(closing: str) -> None:
    reader, _ = read([lines(200, [("Connection", closing), ("Content-Length", "0")])])
    assert reader.complete
    assert not reader.reusable


def test_a_reader_reads_the_next_reply_of_its_connection() -> None:
    reader, first = read([lines(200, [("Content-Length", "2"), ("X-First", "1")]) + b"hi"])
    following = reader.next()
    assert following is reader
    assert (following.head, following.complete, following.length, following.headers) == (False, False, 0, {})
    following.feed(lines(404, [("Content-Length", "3")]) + b"bye")
    assert (first, following.status, following.headers, following.take()) == (
        b"hi",
        404,
        {"content-length": "3"},
        b"bye",
    )
    assert following.reusable


@pytest.mark.parametrize(
    "data",
    [lines(200, [("Content-Length", "5")]) + b"hi", lines(200, [("Content-Length", "0"), ("Connection", "close")])],
)
def test_a_reader_that_has_more_or_less_than_its_reply_has_no_next(data: bytes) -> None:
    reader, _ = read([data])
    assert reader.next() is not reader


def test_the_parts_of_a_long_body_are_handed_on_as_they_come() -> None:
    body = zlib.compress(b"x") * 10_000
    reader = ReplyReader()
    reader.feed(lines(200, [("Content-Length", str(len(body)))]))
    got = b""
    for start in range(0, len(body), 1000):
        reader.feed(body[start : start + 1000])
        part = reader.take()
        assert len(part) == min(1000, len(body) - start)
        got += part
    assert got == body


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\rb"])
def test_a_line_break_never_begins_another_header(value: str) -> None:
    with pytest.raises(ValueError, match=r"^a header or the address holds a line break$"):
        request_head("POST", "/", "host", {"X": value}, 0)
    with pytest.raises(ValueError, match=r"^a header or the address holds a line break$"):
        request_head("POST", f"/{value}", "host", {}, 0)


def test_a_head_says_host_and_length() -> None:
    assert request_head("POST", "/a?b=c", "host:1", {"X": "y"}, 3) == (
        b"POST /a?b=c HTTP/1.1\r\nHost: host:1\r\nX: y\r\nContent-Length: 3\r\n\r\n"
    )
    assert request_head("GET", "/", "host", {"host": "other"}, None) == b"GET / HTTP/1.1\r\nhost: other\r\n\r\n"
