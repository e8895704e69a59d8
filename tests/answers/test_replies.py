"""Replies as mappings, as JSON, as fields of pydantic; compared, copied and pickled."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from typing import Any

import fastapi
import pydantic
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.reply import BytesReply, Meta, attach
from qianfan_api.v1.chat.types import ChatReply as V1ChatReply
from qianfan_api.v2.chat.types import ChatReply
from qianfan_typed import Qianfan, user
from qianfan_typed.core.decoding import decode
from qianfan_typed.emulator import Emulator
from tests.answers.conftest import Talker

HELLO = [user("你好")]
META = Meta(status=200, headers={}, request_id=None, started=0.0, request_latency=0.0, total_latency=0.0)
SAID: dict[str, Any] = {"id": "as-1", "object": "chat.completion", "choices": [], "new": {"k": [1]}}


def test_a_reply_is_the_mapping_that_came(talk: Talker) -> None:
    reply = talk(talk.handle.create(HELLO))
    came = json.loads(reply.raw)
    assert isinstance(reply, Mapping)
    assert dict(reply) == {**reply} == came
    assert (list(reply), len(reply), list(reply.items())) == (list(came), len(came), list(came.items()))
    assert ("id" in reply, "nothing" in reply, reply.get("nothing", 7)) == (True, False, 7)
    assert json.loads(reply.to_json()) == came
    assert reply.to_json(indent=2) == json.dumps(came, ensure_ascii=False, indent=2)


def test_replies_are_equal_where_the_platform_said_the_same() -> None:
    one, other = ChatReply.from_dict(SAID), decode(ChatReply, b"{}")
    attach(other, json.dumps(SAID, indent=2).encode(), META)
    assert one == other == SAID
    assert one != ChatReply.from_dict({**SAID, "new": {"k": [2]}})
    assert one != V1ChatReply.from_dict(SAID)
    assert one != 1
    with pytest.raises(TypeError, match=r"unhashable"):
        hash(one)


def test_files_are_equal_where_their_bytes_are() -> None:
    assert BytesReply(b"x", "audio/mpeg") == BytesReply(b"x", "audio/mpeg")
    assert BytesReply(b"x", "audio/mpeg") != BytesReply(b"y", "audio/mpeg")
    assert BytesReply(b"", "audio/mpeg") != ChatReply()
    assert BytesReply(b"", "audio/mpeg")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_has_all_that_the_reply_has(talk: Talker, copied: Any) -> None:
    reply = talk(talk.handle.create(HELLO))
    other = copied(reply)
    assert type(other) is type(reply)
    assert other == reply
    assert (other.raw, other.text, other.usage, other.meta) == (reply.raw, reply.text, reply.usage, reply.meta)


def test_a_copied_piece_keeps_the_name_of_its_event(emulator: Emulator) -> None:
    with Qianfan() as client:
        pieces = list(client.v2.responses.stream("你好", model="ernie-4.5-turbo-128k"))
    assert pieces[0].event
    assert [copy.deepcopy(one).event for one in pieces] == [one.event for one in pieces]


def test_a_copied_file_has_its_bytes() -> None:
    file = pickle.loads(pickle.dumps(BytesReply(b"x", "audio/mpeg")))
    assert (file.content, file.media_type) == (b"x", "audio/mpeg")


def test_a_deep_copy_shares_nothing() -> None:
    reply = ChatReply.from_dict(SAID)
    other = copy.deepcopy(reply)
    other.to_dict()["new"]["k"].append(2)
    assert reply["new"] == {"k": [1]}


def test_a_reply_without_a_call_has_no_meta_after_a_copy_either() -> None:
    with pytest.raises(AttributeError, match=r"^this ChatReply did not come from a reply: it has no meta$"):
        copy.copy(ChatReply()).meta  # noqa: B018


_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
_NAMES = st.sampled_from(["id", "created", "choices", "usage", "result", "flag", "new"])


@given(st.dictionaries(_NAMES, _PLAIN | st.lists(_PLAIN, max_size=2) | st.dictionaries(_NAMES, _PLAIN, max_size=2)))
def test_what_a_reply_was_made_of_is_what_it_says(data: dict[str, Any]) -> None:
    for kind in (ChatReply, V1ChatReply):
        reply = kind.from_dict(data)
        assert reply == data == pickle.loads(pickle.dumps(reply)).to_dict()


# --- pydantic and FastAPI ---


class Kept(pydantic.BaseModel):
    """A model of somebody's own."""

    reply: ChatReply


def test_a_field_of_pydantic_takes_a_reply_as_it_is(emulator: Emulator) -> None:
    with Qianfan() as client:
        reply = client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
    kept = Kept(reply=reply)
    assert kept.reply is reply
    assert kept.model_dump() == {"reply": dict(reply)}
    assert Kept.model_validate_json(kept.model_dump_json()).reply == reply


def test_a_field_of_pydantic_takes_an_object_and_nothing_else() -> None:
    found = Kept.model_validate({"reply": SAID}).reply
    assert (type(found), found.id, found["new"]) == (ChatReply, "as-1", {"k": [1]})
    with pytest.raises(pydantic.ValidationError, match=r"must be a ChatReply or an object, not int"):
        Kept.model_validate({"reply": 1})


def test_the_schema_of_a_field_is_an_object() -> None:
    for mode in ("validation", "serialization"):
        schema = Kept.model_json_schema(mode=mode)
        assert schema["properties"]["reply"]["type"] == "object"


def test_functions_of_fastapi_return_replies(emulator: Emulator) -> None:
    app = fastapi.FastAPI()
    with Qianfan() as client:
        reply = client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)

        @app.get("/typed")
        def typed() -> ChatReply:
            return reply

        @app.get("/plain", response_model=None)
        def plain() -> object:
            return reply

        found = TestClient(app)
        for path in ("/typed", "/plain"):
            assert found.get(path).json() == reply
        assert found.get("/openapi.json").json()["paths"]["/typed"]["get"]["responses"]["200"]["content"] == {
            "application/json": {
                "schema": {"type": "object", "additionalProperties": True, "title": "Response Typed Typed Get"}
            }
        }
