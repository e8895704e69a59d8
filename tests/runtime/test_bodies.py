"""Bodies that are not what was asked for: too long, compressed, broken, of another's making."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest

from qianfan_api.operations import V2_CHAT
from qianfan_typed.core.decoding import decode
from qianfan_typed.core.events import EventDecoder
from qianfan_typed.errors import ApiError, DecodeError, QianfanError, SentError, ServerError
from tests.runtime.conftest import Script, reply, stream
from tests.runtime.ways import Way, every_way, stream_ways, whole_ways


def said(way: Way, text: str = "hello") -> dict[str, Any]:
    """A reply, or the piece of a stream, that says a text."""
    if way.version == "v1":
        return {"id": "as-1", "result": text, "is_end": True}
    part = {"role": "assistant", "content": text}
    return {"id": "as-1", "choices": [{"index": 0, "message" if way.how == "whole" else "delta": part}]}


def answered(way: Way, body: bytes, *headers: str) -> bytes:
    """The HTTP reply with a body: whole, or as the one event of a stream that ends."""
    if way.how == "whole":
        return reply(body, *headers)
    event = b"data: " + body + b"\n\n" + (b"" if way.version == "v1" else b"data: [DONE]\n\n")
    return reply(event, "Content-Type: text/event-stream", *headers)


def said_of(error: QianfanError) -> str:
    """An error's own words, without what all errors add: where the request went, and which operation it was."""
    assert isinstance(error, SentError)
    assert error.url
    return str(error).partition(f" ({error.url}; ")[0]


def raw(way: Way, text: str = "hello") -> bytes:
    return json.dumps(said(way, text)).encode()


# --- bounds ---


@whole_ways
def test_a_reply_over_the_bound_is_refused(way: Way, script: Script) -> None:
    script.answers = [reply(raw(way, "x" * 5000)), stream(raw(way, "x" * 5000))]
    for _ in range(2):
        error = way.fail(script, max_reply_bytes=1000)
        assert isinstance(error, DecodeError)
        assert error.message == "the platform's reply is longer than 1,000 bytes: max_reply_bytes=… sets the bound"


@stream_ways
def test_an_event_over_the_bound_is_refused(way: Way, script: Script) -> None:
    script.answers = [answered(way, raw(way, "x" * 5000))]
    error = way.fail(script, max_event_bytes=1000)
    assert error.message == "an event of the stream is longer than 1,000 bytes: max_event_bytes=… sets the bound"


@whole_ways
def test_what_is_inflated_stays_within_the_bound(way: Way, script: Script) -> None:
    script.answers = [reply(gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip")]
    error = way.fail(script, max_reply_bytes=1_000_000)
    words = "the platform's reply, inflated, is longer than 1,000,000 bytes: max_reply_bytes=… sets the bound"
    assert error.message == words


@stream_ways
def test_an_event_that_is_inflated_stays_within_the_bound(way: Way, script: Script) -> None:
    script.answers = [reply(gzip.compress(b"data: " + b" " * 50_000_000), "Content-Encoding: gzip")]
    error = way.fail(script, max_event_bytes=1_000_000)
    assert error.message == "an event of the stream is longer than 1,000,000 bytes: max_event_bytes=… sets the bound"


# --- compressed though not asked ---


def deflated(data: bytes) -> bytes:
    bare = zlib.compressobj(wbits=-15)
    return bare.compress(data) + bare.flush()


@every_way
@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", deflated)]
)
def test_what_is_compressed_is_inflated(way: Way, script: Script, coding: str, compress: Any) -> None:
    head, _, body = answered(way, raw(way)).partition(b"\r\n\r\n")
    assert b"HTTP/1.1 200" in head
    script.answers = [reply(compress(body), f"Content-Encoding: {coding}")]
    assert [piece.text for piece in way.call(script)] == ["hello"]
    assert script.seen[0].headers["accept-encoding"] == "identity"


@every_way
def test_another_compression_is_refused_in_words(way: Way, script: Script) -> None:
    script.answers = [reply(b"\x0b\x02\x80hi\x03", "Content-Encoding: br")]
    words = "the platform's reply is compressed as 'br', which nobody asked for; gzip and deflate can be read"
    assert said_of(way.fail(script)) == words


@whole_ways
def test_garbled_and_truncated_compression_is_told(way: Way, script: Script) -> None:
    script.answers = [
        reply(b"{}", "Content-Encoding: gzip"),
        reply(gzip.compress(raw(way))[:-12], "Content-Encoding: gzip"),
    ]
    assert said_of(way.fail(script)).startswith("the platform's reply says that it is gzip, and is not: ")
    assert said_of(way.fail(script)) == "the platform's reply is gzip that ends too early"


# --- broken, and still paid for ---


@every_way
@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (b"hello", b"hel\xfflo", "hel\ufffdlo"),
        (b"hello", b"hel\\ud800lo", "hel\ufffdlo"),
        (b"hello", b"\\ud83d\\ude00", "😀"),
        (b'"id": "as-1"', b'"id": "as-1", "created": NaN, "x": -Infinity', "hello"),
        (b"hello", b"hel\x01lo", "hel\x01lo"),
        (b'{"id"', b'\xef\xbb\xbf{"id"', "hello"),
    ],
    ids=["bytes", "half", "pair", "NaN", "control", "BOM"],
)
def test_a_broken_reply_is_kept(way: Way, script: Script, before: bytes, after: bytes, text: str) -> None:
    script.answers = [answered(way, raw(way).replace(before, after))]
    (got,) = way.call(script)
    assert got.text == text
    assert got["id"] == "as-1"
    got.json().encode()


@every_way
@pytest.mark.parametrize("body", [b"[" * 100_000 + b"]" * 100_000, b'{"x": ' * 100_000 + b"1" + b"}" * 100_000])
def test_a_reply_that_is_nested_too_deep_is_told(way: Way, script: Script, body: bytes) -> None:
    script.answers = [answered(way, body)]
    error = way.fail(script)
    assert isinstance(error, DecodeError)
    assert str(error).startswith(("the platform's reply is nested too deep", "the platform's reply is no JSON object"))


@every_way
def test_garbage_and_half_a_reply_are_told(way: Way, script: Script) -> None:
    script.answers = [answered(way, b"<html>hi</html>")]
    assert said_of(way.fail(script)) == "the platform's reply is no JSON object: '<html>hi</html>'"
    script.answers = [answered(way, raw(way)[:20])]
    assert said_of(way.fail(script)).startswith('the platform\'s reply is no JSON object: \'{"id": "as-1"')


# --- nothing that is documented ---


@every_way
@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ('{"code":500,"msg":"kaputt"}', ServerError,
         "500: kaputt (not in the platform's words: {\"code\":500,\"msg\":\"kaputt\"})"),
        ('{"error":"boom"}', ApiError, "boom (not in the platform's words: {\"error\":\"boom\"})"),
        ('{"detail":"Not Found"}', ApiError, "Not Found (not in the platform's words: {\"detail\":\"Not Found\"})"),
        ("{}", DecodeError, "(…): '{}'"),
        ("[]", DecodeError, "(…): '[]'"),
        ("null", DecodeError, "(…): 'null'"),
        ('{"hello":"there"}', DecodeError, "(…): '{\"hello\":\"there\"}'"),
    ],
    ids=["code", "error", "detail", "object", "list", "null", "other"],
)  # fmt: skip
def test_a_reply_without_anything_documented_is_an_error(
    way: Way, script: Script, body: str, kind: type[Exception], words: str
) -> None:
    script.answers = [answered(way, body.encode())]
    error = way.fail(script)
    assert isinstance(error, kind)
    start, _, end = words.partition("(…)")
    text = said_of(error)
    assert text.startswith(start if end else words), text
    if end:
        what = "Chunk" if way.how == "stream" else "Reply"
        assert text.startswith(f"the platform's reply has nothing that is documented of Chat{what} (id, object, ")
        assert text.endswith(end)


@stream_ways
def test_so_is_a_piece_in_mid_stream_after_those_that_came(way: Way, script: Script) -> None:
    first = raw(way).replace(b'"is_end": true', b'"is_end": false')
    script.answers = [reply(b"data: " + first + b'\n\ndata: {"code":429,"msg":"slow down"}\n\n')]
    assert said_of(way.fail(script)).startswith("429: slow down (not in the platform's words: ")


def test_what_came_is_shown_masked_and_short(script: Script) -> None:
    way = Way("v2", "sync", "whole")
    script.answers = [reply(json.dumps({"detail": "no key bce-v3/key-of-mine " + "x" * 1000}))]
    text = said_of(way.fail(script))
    assert "no key bce-… x" in text
    assert "key-of-mine" not in text
    assert len(text) < 700


def test_arguments_of_a_call_that_come_as_an_object_are_kept_as_text() -> None:
    body = '{"choices": [{"message": {"tool_calls": [{"id": "1", "function": {"arguments": {"city": "北京"}}}]}}]}'
    calls = decode(V2_CHAT.reply, body.encode()).choices[0].message.tool_calls or []
    assert json.loads(calls[0].function.arguments) == {"city": "北京"}


# --- time ---


def test_many_chunks_and_one_long_line_are_read() -> None:
    decoder = EventDecoder()
    assert sum(len(decoder.feed(b'data: {"a": 1}\n\n')) for _ in range(100_000)) == 100_000
    line = b'data: {"a": "' + b"x" * 50_000_000 + b'"}\n\n'
    whole = [payload for at in range(0, len(line), 65536) for payload in decoder.feed(line[at : at + 65536])]
    assert [len(payload) for payload in whole] == [len(line) - 8]


def test_an_object_on_many_lines_is_read() -> None:
    decoder = EventDecoder()
    lines = [b"[\n", *[b'{"b": "}"},\n'] * 100_000, b"1]\n"]
    (payload,) = [payload for line in lines for payload in decoder.feed(line)]
    assert len(json.loads(payload)) == 100_001
