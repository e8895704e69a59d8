"""An operation that stands in the spec alone is served: by its reply's shape, in its dialect."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codegen.output import write
from codegen.render import render
from codegen.spec import load

ROOT = Path(__file__).parents[2]
SPEC = {
    "v1/summary.yaml": """\
operation: summary
version: v1
doc: Sums a text up.
http: POST {models}/{path}
host: v1
auth: [iam, access_token]
model_in: path
deployed_path: summary/{endpoint}
reply: SummaryReply
stream: {chunk: SummaryChunk, until: is_end}
source: chat-v1
subject: [text]
parameters:
  text: {type: string, required: true, non_empty: true, doc: The text.}
  stream: {type: bool, doc: Whether the reply comes in chunks.}
shapes:
  SummaryReply:
    doc: The summary.
    fields:
      id: &id {type: string, doc: Names this request.}
      created: &created {type: int, doc: When.}
      result: &result {type: string, doc: The summary.}
      usage: &usage {type: Usage, doc: Tokens.}
  SummaryChunk:
    doc: A piece.
    fields: {id: *id, result: *result, usage: *usage, is_end: {type: bool, doc: Whether it is the last.}}
  Usage: {doc: Tokens spent., fields: {
    prompt_tokens: {type: int, doc: Of the text.}, total_tokens: {type: int, doc: All.}}}
groups:
  SmallSummary: {doc: One model., takes: [text, stream], models: {Summer: {path: summary/summer}}}
""",
    "v2/search.yaml": """\
operation: search
version: v2
doc: Searches the web.
http: POST /v2/search
host: v2
auth: [bearer]
model_in: body
reply: SearchReply
stream: {chunk: SearchChunk, until: "[DONE]"}
source: chat-v2
subject: [query]
parameters:
  query: {type: string, required: true, doc: What to look for.}
  stream: {type: bool, doc: Whether the reply comes in chunks.}
shapes:
  SearchReply:
    doc: What was found.
    fields:
      id: {type: string, doc: Names this request.}
      model: {type: string, doc: Who searched.}
      status: {type: string, enum: [found, none], doc: Whether there is any.}
      took: {type: float, doc: Seconds.}
      hits: {type: "list[Hit]", doc: What was found.}
      best: {type: Hit, doc: The best.}
      note: {type: string, nullable: true, doc: Anything else.}
  SearchChunk: {doc: A piece., fields: {id: {type: string, doc: Names this request.}, hit: {type: Hit, doc: One.}}}
  Hit:
    doc: A page.
    fields:
      url: {type: string, doc: Its address.}
      rank: {type: int, doc: "Its place, from 0."}
      parts: {type: "list[string]", doc: Texts of it.}
groups:
  SmallSearch: {doc: One model., takes: [query, stream], models: {finder: {}}}
""",
    "v2/drawer.yaml": """\
operation: drawers.delete
version: v2
doc: Deletes a file.
http: DELETE /v2/drawers/{file_id}
host: v2
auth: [bearer]
model_in: none
call: delete
reply: GoneFile
source: chat-v2
parameters:
  file_id: {type: string, sent_in: path, required: true, doc: The file.}
shapes:
  GoneFile: {doc: What is left., fields: {left: {type: int, doc: Files.}}}
""",
    "v2/drawers.yaml": """\
operation: drawers.get
version: v2
doc: Says what is known of a file.
http: GET /v2/drawers/{file_id}
host: v2
auth: [bearer]
model_in: none
call: get
reply: KnownFile
source: chat-v2
parameters:
  file_id: {type: string, sent_in: path, required: true, doc: The file.}
shapes:
  KnownFile: {doc: A file., fields: {file_id: {type: string, doc: Its id.}, left: {type: int, doc: Bytes.}}}
""",
    "v2/speech.yaml": """\
operation: speech
version: v2
doc: Speaks.
http: POST /v2/speech
host: v2
auth: [bearer]
model_in: none
reply: bytes
media_type: audio/wav
source: chat-v2
""",
    "v2/events.yaml": """\
operation: events
version: v2
doc: Tells.
http: POST /v2/events
host: v2
auth: [bearer]
model_in: none
reply: Told
stream: {chunk: Told, until: {event: told.completed}}
source: chat-v2
parameters:
  stream: {type: bool, doc: Whether the reply comes in chunks.}
shapes:
  Told: {doc: A piece., fields: {told: {type: string, doc: What is told.}}}
""",
    "v2/quota.yaml": """\
operation: quota
version: v2
doc: Says what is left.
http: GET /v2/quota
host: v2
auth: [bearer]
model_in: none
call: get
reply: Quota
source: chat-v2
shapes:
  Quota: {doc: What is left., fields: {left: {type: int, doc: Requests.}}}
""",
}
PROGRAM = """
import json

from qianfan_typed.emulator import Emulator
from tests.emulator.calling import Caller

with Emulator(clock=lambda: 1700000000) as emulator:
    caller = Caller(emulator)

    def told(got):
        return [got.status, got.headers["Content-Type"], got.body.decode()]

    print(json.dumps({
        "v1": told(caller.call("v1.summary", "summary/summer", text="你好 你好")),
        "v1_stream": told(caller.call("v1.summary", "summary/mine", text="你好", stream=True)),
        "v1_wrong": told(caller.call("v1.summary", "summary/summer", text="")),
        "v1_nowhere": told(caller.call("v1.summary", "summary/a/b", text="好")),
        "v2": told(caller.call("v2.search", model="finder", query="你好")),
        "v2_stream": told(caller.call("v2.search", model="mine", query="你好", stream=True)),
        "v2_wrong": told(caller.call("v2.search", model="finder", query="你好", queries=1)),
        "quota": told(caller.call("v2.quota")),
        "quota_post": told(caller.send("POST", "/v2/quota", {}, caller.bearer)),
        "delete": told(caller.send("DELETE", "/v2/drawers/f-1", headers=caller.bearer)),
        "get": told(caller.send("GET", "/v2/drawers/f-1", headers=caller.bearer)),
        "put": told(caller.send("PUT", "/v2/drawers/f-1", headers=caller.bearer)),
        "deep": told(caller.send("DELETE", "/v2/drawers/f-1/f-2", headers=caller.bearer)),
        "bytes": told(caller.call("v2.speech")),
        "events": told(caller.call("v2.events", stream=True)),
    }))
    caller.pool.close()
"""


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an emulator answers whose package was generated from the spec and some operations more."""
    folder = tmp_path_factory.mktemp("more")
    shutil.copytree(ROOT / "spec", folder / "spec")
    for name, text in SPEC.items():
        (folder / "spec" / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        write(folder / "out", render(load(folder / "spec")))
    path = os.pathsep.join([str(folder / "out"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def events(body: str) -> list[Any]:
    """Each event: its name, and its JSON."""
    found: list[Any] = []
    for event in body.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in event.split("\n"))
        data = fields["data"]
        found.append((fields.get("event"), data if data == "[DONE]" else json.loads(data)))
    return found


def test_a_reply_of_v1_has_its_shape(got: dict[str, Any]) -> None:
    status, kind, body = got["v1"]
    assert (status, kind) == (200, "application/json;charset=utf-8")
    assert json.loads(body) == {
        "id": "as-xpdj3rzq4t",
        "created": 1700000000,
        "result": "示例",
        "usage": {"prompt_tokens": 4, "total_tokens": 4},
    }


def test_a_stream_of_v1_ends_by_its_member(got: dict[str, Any]) -> None:
    status, kind, body = got["v1_stream"]
    assert (status, kind) == (200, "text/event-stream; charset=utf-8")
    assert [(name, chunk["result"], chunk["is_end"]) for name, chunk in events(body)] == [
        (None, "示例", False),
        (None, "示例", True),
    ]


def test_a_reply_of_v2_has_its_shape_with_one_item_a_list(got: dict[str, Any]) -> None:
    status, _, body = got["v2"]
    hit = {"url": "示例", "rank": 0, "parts": ["示例"]}
    reply = json.loads(body)
    assert status == 200
    assert reply.pop("id").startswith("as-")
    assert reply == {"model": "finder", "status": "示例", "took": 0.0, "hits": [hit], "best": hit}


def test_a_stream_of_v2_ends_by_a_line(got: dict[str, Any]) -> None:
    *chunks, end = events(got["v2_stream"][2])
    assert [sorted(chunk) for _, chunk in chunks] == [["hit", "id"]] * 2
    assert end == (None, "[DONE]")


def test_a_stream_may_end_by_an_event(got: dict[str, Any]) -> None:
    assert [name for name, _ in events(got["events"][2])] == [None, "told.completed"]


def test_rules_hold_and_each_dialect_says_no_its_own_way(got: dict[str, Any]) -> None:
    status, _, body = got["v1_wrong"]
    assert (status, json.loads(body)["error_code"]) == (200, 336003)
    assert (got["v1_nowhere"][0], json.loads(got["v1_nowhere"][2])["error_code"]) == (200, 336005)
    status, _, body = got["v2_wrong"]
    assert (status, json.loads(body)["error"]["code"]) == (400, "invalid_argument")


def test_an_operation_without_models_is_called_by_its_method(got: dict[str, Any]) -> None:
    assert (got["quota"][0], json.loads(got["quota"][2])) == (200, {"left": 0})
    assert (got["quota_post"][0], json.loads(got["quota_post"][2])["error"]["code"]) == (405, "method_not_supported")


def test_methods_share_a_path_with_a_parameter(got: dict[str, Any]) -> None:
    assert [got[name][0] for name in ("delete", "get", "put", "deep")] == [200, 200, 405, 404]
    assert json.loads(got["delete"][2]) == {"left": 0}
    assert json.loads(got["get"][2]) == {"file_id": "f-1", "left": 0}


def test_bytes_come_with_their_media_type(got: dict[str, Any]) -> None:
    assert got["bytes"] == [200, "audio/wav", "示例"]
