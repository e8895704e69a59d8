"""Operations that stand in the spec alone: called through the client that is made from it, over a real socket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.operations.conftest import Package

START = """
import asyncio, os, pathlib, tempfile
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.emulator import Emulator

folder = tempfile.TemporaryDirectory()
path = pathlib.Path(folder.name, "图.png")
path.write_bytes(bytes(range(256)) + b"\\r\\n--\\n\\r")
emulator = Emulator().start()
os.environ.update(emulator.environment)
"""
SYNC = f"""{START}
client = Qianfan()
file = client.v2.speech.speaker.create("你好")
told["speech"] = [file.content.decode(), file.media_type, file.meta.status, file.save(path.with_suffix(".mp3")).suffix]
told["events"] = [[one.event, sorted(one.to_dict())] for one in client.v2.talk.talker.stream("你好")]
told["news"] = [client.v2.news.tell("箱").told, *(one.event for one in client.v2.news.stream("箱"))]
told["edit"] = client.v2.images.retouches.brush.create(path, "红", n=2).created > 0
told["form"] = emulator.requests[-1].body.count(path.read_bytes())
told["get"] = client.v2.boxes.get("b 1?#%箱", limit=3, open=True, extra={{"after": "箱&x=1"}}).box_id
told["delete"] = client.v2.boxes.delete("b-1").box_id
told["notes"] = client.v2.boxes.notes.create("b-1", 7, "ok").box_id
told["bodies"] = [one.body.decode() for one in emulator.requests[-3:]]
told["requests"] = [[one.method, one.path, one.query, one.headers["content-type"].partition(";")[0]]
                    for one in emulator.requests[-4:]]
client.close()
emulator.stop()
"""
ASYNC = f"""{START}
async def run():
    async with AsyncQianfan() as client:
        file = await client.v2.speech.speaker.create("你好")
        saved = file.save(path.with_suffix(".mp3")).suffix
        told["speech"] = [file.content.decode(), file.media_type, file.meta.status, saved]
        told["events"] = [[one.event, sorted(one.to_dict())] async for one in client.v2.talk.talker.stream("你好")]
        streamed = [one.event async for one in client.v2.news.stream("箱")]
        told["news"] = [(await client.v2.news.tell("箱")).told, *streamed]
        told["edit"] = (await client.v2.images.retouches.brush.create(path, "红", n=2)).created > 0
        told["form"] = emulator.requests[-1].body.count(path.read_bytes())
        told["get"] = (await client.v2.boxes.get("b 1?#%箱", limit=3, open=True, extra={{"after": "箱&x=1"}})).box_id
        told["delete"] = (await client.v2.boxes.delete("b-1")).box_id
        told["notes"] = (await client.v2.boxes.notes.create("b-1", 7, "ok")).box_id
        told["bodies"] = [one.body.decode() for one in emulator.requests[-3:]]
        told["requests"] = [[one.method, one.path, one.query, one.headers["content-type"].partition(";")[0]]
                            for one in emulator.requests[-4:]]

asyncio.run(run())
emulator.stop()
"""


@pytest.fixture(scope="module", params=[SYNC, ASYNC], ids=["sync", "async"])
def told(package: Package, request: pytest.FixtureRequest) -> dict[str, Any]:
    """What came of calls through one of the clients."""
    return dict(package.tells(request.param))


def test_a_reply_of_bytes_is_a_file(told: dict[str, Any]) -> None:
    assert told["speech"] == ["示例", "audio/mpeg", 200, ".mp3"]


def test_a_stream_ends_at_its_event_and_pieces_know_theirs(told: dict[str, Any]) -> None:
    assert told["events"] == [[None, ["delta", "type"]], ["talk.completed", ["delta", "type"]]]


def test_an_operation_without_models_streams_too(told: dict[str, Any]) -> None:
    assert told["news"] == ["示例", None, "news.completed"]


def test_a_file_goes_in_a_form_as_it_is(told: dict[str, Any]) -> None:
    assert told["edit"] is True
    assert told["form"] == 1


def test_what_stands_in_the_path_comes_back_whatever_it_is(told: dict[str, Any]) -> None:
    assert told["get"] == "b 1?#%箱"
    assert [told["delete"], told["notes"]] == ["b-1", "b-1"]


def test_each_request_has_its_parameters_where_they_belong(told: dict[str, Any]) -> None:
    json = "application/json"
    assert told["requests"] == [
        ["POST", "/v2/images/retouches", {}, "multipart/form-data"],
        ["GET", "/v2/boxes/b 1?#%箱", {"limit": "3", "open": "true", "after": "箱&x=1"}, json],
        ["DELETE", "/v2/boxes/b-1", {}, json],
        ["POST", "/v2/boxes/b-1/things/7/notes", {}, json],
    ]
    assert told["bodies"] == ["", "", '{"text":"ok"}']


REFUSALS = f"""{START}
from qianfan_typed.errors import ApiError, InvalidRequest
client = Qianfan()

def refusal(call):
    try:
        call()
    except InvalidRequest as error:
        return str(error)

def broken(call):
    try:
        call()
    except InvalidRequest as error:
        return [f"{{one.pointer}} {{one.message}}" for one in error.violations]

get, edits = client.v2.boxes.get, client.v2.images.retouches.brush
told["steps"] = [
    refusal(lambda text=text: get(text, validate="off"))
    for text in ("", " ", ".", "..", "a/b", "a\\\\b", "a\\r\\nb", "\\ud800", None, ["a"], True)
]
told["rules"] = broken(lambda: get("x" * 21, limit=0))
told["number"] = broken(lambda: client.v2.boxes.notes.create("b", 10, "ok"))
told["no_file"] = refusal(lambda: edits.create(7, "红", validate="off"))
told["file_rule"] = broken(lambda: edits.create(7, "红", n=5))
try:
    edits.create("nothing.png", "红")
except FileNotFoundError as error:
    told["missing"] = error.filename
told["sent"] = len([one for one in emulator.requests if one.path.startswith("/v2/")])
emulator.fail_next(status=429, times=1)
told["retried"] = edits.create(("a.png", b"a"), "红").meta.attempts
emulator.fail_next(code="invalid_argument")
try:
    client.v2.speech.speaker.create("你好")
except ApiError as error:
    told["speech"] = [type(error).__name__, error.code]
told["several"] = [
    edits.create([b"one", ("b.png", b"two")], "红").meta.status,
    [part in emulator.requests[-1].body for part in (b'name="image"; filename="image"', b'filename="b.png"')],
]
client.close()
emulator.stop()
"""


@pytest.fixture(scope="module")
def refused(package: Package) -> dict[str, Any]:
    """What came of calls that are wrong."""
    return dict(package.tells(REFUSALS))


def test_nothing_leaves_its_step_of_the_path_even_unchecked(refused: dict[str, Any]) -> None:
    title = "v2.boxes.get does not take this request (1 problem)\n  /box_id  "
    named = "stands in the path, so it must be a text that is neither empty nor . nor .."
    split = "stands in the path, so it must have no / or \\ and no control characters"
    assert refused["steps"] == [
        f"{title}'': {named}",
        f"{title}' ': {named}",
        f"{title}'.': {named}",
        f"{title}'..': {named}",
        f"{title}'a/b': {split}",
        f"{title}'a\\\\b': {split}",
        f"{title}'a\\r\\nb': {split}",
        f"{title}'\\ud800': is no text that UTF-8 can say",
        f"{title}missing: a part of the path",
        f"{title}['a']: {named}",
        f"{title}True: {named}",
    ]


def test_rules_hold_in_the_path_and_the_query(refused: dict[str, Any]) -> None:
    assert refused["rules"] == [
        "/box_id 21 characters: must be at most 20",
        "/limit 0: must be at least 1 and at most 100",
    ]
    assert refused["number"] == ["/number 10: must be at least 1 and at most 9"]


def test_what_is_no_file_is_refused_and_a_missing_one_is_the_systems_error(refused: dict[str, Any]) -> None:
    assert refused["no_file"] == (
        "brush does not take this request (1 problem)\n"
        "  /image  must be a file: a path, bytes, an open file, or a name with bytes, not int"
    )
    assert refused["file_rule"] == [
        "/image 7: must be a file: a path, bytes, an open file, or a name with bytes or a list, not a whole number",
        "/n 5: must be at least 1 and at most 4",
    ]
    assert refused["missing"] == "nothing.png"
    assert refused["sent"] == 0


def test_a_form_is_sent_again_and_an_error_is_no_file(refused: dict[str, Any]) -> None:
    assert refused["retried"] == 2
    assert refused["speech"] == ["BadRequest", "invalid_argument"]


def test_a_form_may_have_several_files_under_a_name(refused: dict[str, Any]) -> None:
    assert refused["several"] == [200, [True, True]]
