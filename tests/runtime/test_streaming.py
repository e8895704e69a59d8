"""Streams without a network: bytes to typed pieces, the end, and what is missing of it."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from qianfan_api.handles import Target
from qianfan_api.operations import V1_CHAT, V2_CHAT
from qianfan_typed.core.steps import Answer
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.core.timing import Attempt
from qianfan_typed.errors import DecodeError, Overloaded, StreamCut
from tests.runtime.conftest import STREAMS

V1 = (STREAMS / "v1_page.txt").read_bytes()
V2 = (STREAMS / "v2_page.txt").read_bytes()
HEAD = Answer(status=200, headers={"x-bce-request-id": "as-1"})
TARGETS: dict[str, Target[Any, Any]] = {
    "v1": Target(operation=V1_CHAT, name="ERNIE-Lite-Pro-128K", path="chat/ernie-lite-pro-128k"),
    "v2": Target(operation=V2_CHAT, name="ernie-3.5-8k"),
}


def opened(target: str, tick: Callable[[], float] = lambda: 0.0) -> ChunkReader[Any]:
    attempt = Attempt(number=1, called=tick(), sent=tick(), epoch=0.0, tick=tick)
    return ChunkReader[Any](TARGETS[target], HEAD, attempt, "https://h/p")


def read(target: str, *parts: bytes) -> tuple[list[Any], ChunkReader[Any]]:
    """The pieces of a stream that comes in parts and ends."""
    reader, pieces = opened(target), list[Any]()
    for part in (*(part for part in parts if part), b""):
        reader.feed(part)
        pieces += iter(reader.take, None)
    return pieces, reader


def test_a_stream_in_the_form_of_the_v1_page() -> None:
    pieces, reader = read("v1", V1)
    assert [piece.sentence_id for piece in pieces] == list(range(9))
    assert pieces[-1].is_end
    assert pieces[-1].usage.total_tokens == 412
    assert reader.finished


def test_a_stream_in_the_form_of_the_v2_page() -> None:
    pieces, reader = read("v2", V2)
    assert "".join(piece.choices[0].delta.content for piece in pieces) == "早上好!今天天气不错。适合散步"
    assert [piece.usage and piece.usage.total_tokens for piece in pieces] == [None] * 5 + [41]
    assert reader.finished


@pytest.mark.parametrize(("target", "data"), [("v1", V1), ("v2", V2)])
def test_a_stream_cut_at_any_byte_is_whole_or_says_so(target: str, data: bytes) -> None:
    whole, _ = read(target, data)
    for cut in range(len(data)):
        if data[cut:].strip():
            with pytest.raises(StreamCut) as caught:
                read(target, data[:cut])
            assert caught.value.received <= len(whole)
        else:
            assert read(target, data[:cut])[0] == whole


def test_a_cut_stream_says_how_far_it_came() -> None:
    with pytest.raises(StreamCut) as caught:
        read("v1", b"\n".join(V1.splitlines()[:3]))
    assert caught.value.received == 3
    assert str(caught.value) == "the stream ended after 3 pieces, before a piece with is_end (https://h/p)"
    with pytest.raises(StreamCut, match=r"^the stream ended after 6 pieces, before \[DONE\] "):
        read("v2", V2.replace(b"data: [DONE]\n\n", b""))


def test_the_pieces_before_an_error_come_first() -> None:
    reader = opened("v1")
    error = b'{\n  "error_code": 336100,\n  "error_msg": "high load"\n}\n'
    reader.feed(b"\n".join(V1.splitlines()[:2]) + b"\n\n" + error)
    assert [reader.take().sentence_id, reader.take().sentence_id] == [0, 1]
    with pytest.raises(Overloaded) as caught:
        reader.take()
    assert (caught.value.code, caught.value.request_id, caught.value.model) == (336100, "as-1", "ERNIE-Lite-Pro-128K")


def test_a_reader_is_ready_with_its_first_piece_and_hands_it_out() -> None:
    reader = opened("v1")
    assert not reader.ready()
    reader.feed(b"\n".join(V1.splitlines()[:2]) + b"\n\n")
    assert reader.ready()
    assert reader.ready()
    assert (reader.received, reader.take().sentence_id) == (1, 0)


def test_latencies_are_told_by_the_clock_of_the_call() -> None:
    times = iter([10.0, 11.0, 13.0, 17.0])
    reader = opened("v1", lambda: next(times))
    reader.feed(b"\n\n".join(V1.split(b"\n\n")[:2]) + b"\n\n")
    first, second = reader.take().meta, reader.take().meta
    assert (first.request_latency, first.first_token_latency, first.total_latency) == (2.0, 2.0, 3.0)
    assert (second.request_latency, second.first_token_latency, second.total_latency) == (4.0, 2.0, 7.0)


@pytest.mark.parametrize("way", [copy.copy, lambda piece: pickle.loads(pickle.dumps(piece))], ids=["copy", "pickle"])
def test_a_piece_that_goes_elsewhere_keeps_its_bytes_and_its_meta(way: Callable[[Any], Any]) -> None:
    piece = read("v1", V1)[0][1]
    twin = way(piece)
    assert twin == piece
    assert (twin.raw, twin.meta, twin["sentence_id"]) == (piece.raw, piece.meta, 1)
    assert twin.meta.request_id == "as-1"


def test_an_error_as_an_event_is_an_error() -> None:
    event = {"error": {"code": "internal_error", "message": "broke", "type": "Internal_error"}, "id": "as-2"}
    with pytest.raises(Exception, match=r"^internal_error: broke"):
        read("v2", f"data: {json.dumps(event)}\n\n".encode())


def test_an_event_that_is_no_json_is_an_error_and_shows_its_start() -> None:
    with pytest.raises(DecodeError) as caught:
        read("v1", b"data: hello\n\n")
    assert str(caught.value) == "the platform's reply is no JSON object: 'hello' (request id as-1)"
    assert caught.value.body == b"hello"


def test_what_comes_after_the_end_is_not_read() -> None:
    pieces, _ = read("v1", V1 + b"\ndata: nonsense\n\n")
    assert len(pieces) == 9
    pieces, _ = read("v2", V2 + b"data: nonsense\n\n")
    assert len(pieces) == 6


def test_a_piece_that_is_not_as_documented_is_not_lost() -> None:
    pieces, _ = read("v1", b'data: {"result": "hi", "sentence_id": null, "usage": null, "is_end": true}\n\n')
    assert (pieces[0].result, pieces[0].sentence_id) == ("hi", 0)
