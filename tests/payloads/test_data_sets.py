"""Data sets of prompts and responses: the requests that their conversations would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qianfan_typed.payloads.forms.data_set import conversation, is_data_set
from tests.payloads.saying import Run, lines

MODEL = "ERNIE-Lite-Pro-128K"
EMPTY = "must not be empty unless function_call is given [v1.chat.message.content.empty] (对话Chat, read 2025-01-13)"


def turn(prompt: object, response: object, **more: object) -> dict[str, Any]:
    return {"prompt": prompt, "response": response, **more}


def test_a_conversation_is_its_prompts_and_every_response_but_the_last() -> None:
    turns = [turn("a", [["b", "not taken"]]), turn("c", ["d"]), turn("e", "f")]
    assert is_data_set(turns)
    found = conversation(turns, "v1.chat")
    assert found is not None
    said = [("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"), ("user", "e")]
    assert found.body == {"messages": [{"role": role, "content": text} for role, text in said]}
    assert [found.place(f"/messages/{index}/content") for index in range(5)] == [
        "/0/prompt",
        "/0/response/0/0",
        "/1/prompt",
        "/1/response/0",
        "/2/prompt",
    ]


@pytest.mark.parametrize(
    ("api", "body", "leads"),
    [
        ("v1.chat", {"messages": [{"role": "user", "content": "a"}], "system": "s"}, "/system"),
        (
            "v2.chat",
            {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]},
            "/messages/0/content",
        ),
    ],
)
def test_what_a_turn_says_of_the_system_stands_where_the_operation_has_it(
    api: str, body: dict[str, Any], leads: str
) -> None:
    found = conversation(turn("a", [["b"]], system="s"), api)
    assert found is not None
    assert (found.body, found.place(leads)) == (body, "/system")


def test_what_is_wrong_with_a_turn_is_found_where_it_stands(folder: Path, validate: Run) -> None:
    wrong = [[turn("", [["a"]])], [turn("a", [[""]]), turn("b", [["c"]])], turn("a", [["b"]])]
    (folder / "a.jsonl").write_text(lines(*wrong), "utf-8")
    said = validate("--api", "v1.chat", "--model", MODEL, "a.jsonl")
    assert said.lines == [
        f"a.jsonl:1:13: error: {MODEL} /0/prompt {EMPTY}",
        f"a.jsonl:2:32: error: {MODEL} /0/response/0/0 {EMPTY}",
    ]
    assert said.err == "qianfan-typed: 3 requests in 1 file: 2 invalid (2 errors)\n"


@pytest.mark.parametrize("api", ["v1.chat", "v2.chat"])
def test_without_a_model_it_is_held_to_what_holds_for_every_one(folder: Path, validate: Run, api: str) -> None:
    (folder / "a.jsonl").write_text(lines([turn("a", [["b"]])]), "utf-8")
    said = validate("--api", api, "a.jsonl")
    assert (said.code, said.lines) == (0, [])
    assert (
        said.err
        == "qianfan-typed: 1 request in 1 file, none checked: nothing was checked; not checked: 1 without a model\n"
    )


def test_an_operation_that_takes_no_messages_has_no_conversations() -> None:
    assert conversation([turn("a", "b")], "v2.embedding") is None
