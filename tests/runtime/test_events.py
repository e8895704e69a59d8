"""The event decoder, on real streams cut at every byte."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_typed.core.events import EventDecoder, NamedPayload
from tests.runtime.conftest import STREAMS

V1 = (STREAMS / "v1_page.txt").read_bytes()
V2 = (STREAMS / "v2_page.txt").read_bytes()
ERROR = b'{\n  "error_code": 336100,\n  "error_msg": "high load {",\n\n  "id": "as-1"\n}'
STREAM_FORMS = {
    "V1 as the page prints it, without blank lines": V1,
    "V1 with blank lines": V1.replace(b"\n", b"\n\n"),
    "V1 with CRLF": V1.replace(b"\n", b"\r\n\r\n"),
    "V1 with CR": V1.replace(b"\n", b"\r\r"),
    "V1 without its last line end": V1[:-1],
    "V1 with a byte order mark": b"\xef\xbb\xbf" + V1.replace(b"\n", b"\n\n"),
    "V1 with events' names": V1.replace(b"data:", b"event: pluginChat\nid: 7\nretry: 10\n:\ndata:"),
    "V2": V2,
    "V2 with CRLF": V2.replace(b"\n", b"\r\n"),
    "V2 without its last line ends": V2.rstrip(),
    "an error over several lines": V1.replace(b"\n", b"\n\n", 3)[: V1.index(b"data:", 900)] + b"\n\n" + ERROR,
    "an error over several lines, then an end": b'data: {"a": 1}\n\n' + ERROR + b"\n\ndata: [DONE]\n\n",
    "an error right after an event": b'data: {"a": 1}\n{"error_code": 18}\n',
    "an error and nothing else": b'{"error_code": 18, "error_msg": "slow down"}',
    "an event over several lines": b'data: {"a":\ndata:  [1,\ndata: {"b": 2}]}\n\ndata: [DONE]\n\n',
}


def decoded(*parts: bytes) -> list[bytes]:
    decoder = EventDecoder()
    return [payload for part in parts for payload in decoder.feed(part)] + decoder.close()


@pytest.mark.parametrize("form", STREAM_FORMS)
def test_a_stream_cut_at_any_byte_gives_the_same(form: str) -> None:
    data = STREAM_FORMS[form]
    whole = decoded(data)
    for cut in range(len(data) + 1):
        assert decoded(data[:cut], data[cut:]) == whole
    assert decoded(*(data[at : at + 1] for at in range(len(data)))) == whole


@pytest.mark.parametrize("form", [form for form in STREAM_FORMS if form.startswith("V")])
def test_every_event_comes_out_as_it_went_in(form: str) -> None:
    plain = V1 if form.startswith("V1") else V2
    expected = [line.strip() for line in re.findall(rb"^data:(.*)$", plain, re.M)]
    assert decoded(STREAM_FORMS[form]) == expected
    assert len(expected) == (9 if form.startswith("V1") else 7)


def test_an_error_among_the_events_is_handed_out() -> None:
    payloads = decoded(STREAM_FORMS["an error over several lines, then an end"])
    assert payloads[0] == b'{"a": 1}'
    assert json.loads(payloads[1]) == {"error_code": 336100, "error_msg": "high load {", "id": "as-1"}
    assert payloads[2] == b"[DONE]"


def test_an_error_that_does_not_end_in_a_line_comes_with_the_end() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b'{"error_code": 18}') == []
    assert decoder.close() == [b'{"error_code": 18}']


def test_an_error_on_a_line_does_not_wait_for_the_end() -> None:
    assert EventDecoder().feed(b'{"error_code": 18}\n') == [b'{"error_code": 18}']


def test_lines_of_data_are_one_payload_where_they_belong_together() -> None:
    payloads = decoded(STREAM_FORMS["an event over several lines"])
    assert payloads == [b'{"a":\n [1,\n{"b": 2}]}', b"[DONE]"]


def test_an_event_comes_out_as_soon_as_it_is_whole() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b'data: {"a": 1}\n') == []
    assert decoder.feed(b"\n") == [b'{"a": 1}']
    assert decoder.feed(b'data: {"a": 2}\r\n\r') == [b'{"a": 2}']
    assert decoder.feed(b'\ndata: {"a": 3}\n\n') == [b'{"a": 3}']


def test_only_the_standard_line_ends_end_lines() -> None:
    text = "data: a\u2028b\u0085c\x0bd\x0ce\x1cf\n\n"
    assert decoded(text.encode()) == [text[6:-2].encode()]


def test_comments_and_unknown_fields_are_passed_over() -> None:
    assert decoded(b": keep-alive\n\n: OPENROUTER PROCESSING\n\nwhat: ever\ndata: 1\n\ndata\n\ndata:\n\n") == [b"1"]


def test_a_line_in_many_pieces_costs_what_its_length_costs() -> None:
    decoder = EventDecoder()
    for _ in range(200_000):
        decoder.feed(b"data: x" if _ == 0 else b"x")
    assert decoder.feed(b"\n\n") == [b"x" * 200_000]


@given(
    st.lists(st.text().map(lambda text: json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "replace"))),
    st.sampled_from([b"\n", b"\r", b"\r\n"]),
    st.sampled_from([b"data:", b"data: "]),
    st.lists(st.integers(0, 4000), max_size=12),
)
def test_any_payloads_survive_any_cut(payloads: list[bytes], end: bytes, field: bytes, cuts: list[int]) -> None:
    data = b"".join(field + payload + end + end for payload in payloads)
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    assert decoded(*(data[start:stop] for start, stop in pairwise(places))) == payloads


SCRAPS = [
    "data: {",
    "data:{",
    "data: [DONE]",
    "}",
    '{"a": 1}',
    "\n",
    "\n\n",
    "\r",
    " ",
    "event: a",
    ": ",
    "data: ",
    "\ufeff",
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=24), st.lists(st.integers(0, 200), max_size=4))
def test_events_in_a_row_are_read_as_those_that_come_byte_by_byte(scraps: list[str], cuts: list[int]) -> None:
    data = "".join(scraps).encode()
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    slowly = named(*(data[at : at + 1] for at in range(len(data))))
    assert named(*(data[start:stop] for start, stop in pairwise(places))) == slowly


def named(*parts: bytes) -> list[tuple[str | None, bytes]]:
    return [(payload.event if isinstance(payload, NamedPayload) else None, payload) for payload in decoded(*parts)]


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(b'event: a\ndata: {"n": 1}\n\ndata: {"n": 2}\n\nevent:b\ndata: {"n": 3}\n\n', id="blank lines"),
        pytest.param(b'data: {"n": 1}\nevent: a\n\ndata: {"n": 2}\n\nevent: b\ndata: {"n": 3}', id="name after data"),
        pytest.param(
            b'event: lost\n\nevent: a\ndata: {"n": 1}\n\n'
            b'id: 7\ndata: {"n": 2}\n\nevent: c\nevent: b\ndata: {"n": 3}\n\n',
            id="names without data",
        ),
    ],
)
def test_a_payload_has_the_name_of_its_event_wherever_the_bytes_are_cut(stream: bytes) -> None:
    whole = [("a", b'{"n": 1}'), (None, b'{"n": 2}'), ("b", b'{"n": 3}')]
    for cut in range(len(stream) + 1):
        assert named(stream[:cut], stream[cut:]) == whole


def test_named_events_need_no_blank_lines() -> None:
    stream = b'event: a\ndata: {"n": 1}\nevent: b\ndata: {"n": 2}\nevent: c\ndata: {"n": 3}'
    assert named(stream) == [("a", b'{"n": 1}'), ("b", b'{"n": 2}'), ("c", b'{"n": 3}')]
