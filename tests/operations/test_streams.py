"""Streams of named events: where they end, and what goes wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from qianfan_api.operations import OPERATIONS
from tests.operations.conftest import Package
from tests.operations.test_calls import START

PROGRAM = f"""{START}
import attrs
from qianfan_api.operations import OPERATIONS
from qianfan_typed.core.events import EventDecoder
from qianfan_typed.core.steps import Answer
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.core.timing import Attempt
from qianfan_api.handles import Target
from qianfan_typed.errors import ApiError, StreamCut

client = Qianfan()

def came(stream):
    got = []
    try:
        for one in stream:
            got.append(one.event)
    except (ApiError, StreamCut) as error:
        got.append(f"{{type(error).__name__}}: {{error}}".splitlines()[0])
    return got

def read(text):
    target = Target(operation=OPERATIONS["v2.talk"], name="talker")
    attempt = Attempt(number=1, called=0.0, sent=0.0, epoch=0.0, tick=lambda: 0.0)
    reader = ChunkReader(target, Answer(status=200, headers={{}}), attempt, "http://x")
    def pieces():
        reader.feed(text.encode())
        while not reader.finished:
            piece = reader.take()
            if piece is None and not reader.finished:
                reader.feed(b"")
            elif piece is not None:
                yield piece
    return came(pieces())

emulator.cut_stream_after(chunks=1)
told["cut"] = came(client.v2.talk.talker.stream("你好"))
emulator.error_in_stream(code="rpm_rate_limit_exceeded", after=1)
told["error"] = came(client.v2.talk.talker.stream("你好"))
told["plain_error"] = read('event: error\\ndata: {{"type":"error","code":"invalid_argument","message":"No."}}\\n\\n')
told["no_shape"] = read('event: error\\ndata: {{"why": 1}}\\n\\n')
told["other_end"] = read('event: talk.failed\\ndata: {{"delta":"a"}}\\n\\nevent: late\\ndata: {{}}\\n\\n')
told["done"] = read('event: talk.delta\\ndata: {{"delta":"a"}}\\n\\ndata: [DONE]\\n\\n')
client.close()
emulator.stop()
"""


@pytest.fixture(scope="module")
def told(package: Package) -> dict[str, Any]:
    """What streams came to."""
    return dict(package.tells(PROGRAM))


def test_a_stream_that_ends_before_its_event_was_cut(told: dict[str, Any]) -> None:
    cut = "StreamCut: the stream ended after 1 pieces, before the event talk.completed or talk.failed"
    assert [told["cut"][0], told["cut"][1].partition(" (")[0]] == [None, cut]
    assert [told["done"][0], told["done"][1].partition(" (")[0]] == ["talk.delta", cut]


def test_any_of_the_events_ends_it(told: dict[str, Any]) -> None:
    assert told["other_end"] == ["talk.failed"]


def test_an_event_called_error_is_one(told: dict[str, Any]) -> None:
    assert told["error"][0] is None
    assert told["error"][1].startswith("RateLimited: rpm_rate_limit_exceeded: ")
    assert told["plain_error"] == ["BadRequest: invalid_argument: No."]
    assert told["no_shape"] == ['ApiError: HTTP 200, not in the platform\'s words: {"why": 1}']


def test_the_operation_knows_its_events_and_those_that_end_otherwise_have_none() -> None:
    named = {name: operation.end_events for name, operation in OPERATIONS.items() if operation.end_events}
    assert named == {"v2.responses": ("response.completed", "response.failed", "response.incomplete")}
