"""What is wrong with a payload's text, and edits of it that keep the rest as it is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from qianfan_typed.explorer.mending import mend
from qianfan_typed.explorer.payload_text import Problem, Unreadable, judged, laid_out, with_member

WRONG = """{
  "model": "ernie-4.0-8k", // no
}"""
TEXT = """{
  "model": "ernie-4.0-8k",
  "messages": [{"role": "user", "content": "你好"}],
  "top_p": 3,
  "topp": 1
}"""


def places(text: str, api: str = "v2.chat", model: str | None = None) -> list[str]:
    """Where the problems are, and what they are."""
    found = judged(text, api, model).problems
    return [f"{one.line}:{one.column}-{one.end_line}:{one.end_column} {one.code} {one.pointer}" for one in found]


def test_a_value_is_marked_or_a_name_where_that_is_at_fault() -> None:
    assert places(TEXT) == ["4:12-4:13 range /top_p", "5:3-5:9 unknown /topp"]


def test_columns_count_characters() -> None:
    text = '{"messages": [{"role": "user", "content": "你好"}], "model": "ernie-4.0-8k", "top_p": 3}'
    assert places(text) == [f"1:{text.index('3}') + 1}-1:{text.index('3}') + 2} range /top_p"]


def test_of_an_object_its_beginning_is_marked() -> None:
    text = '{"model": "ernie-4.0-8k", "messages": {\n}}'
    assert places(text) == ["1:39-1:40 type /messages"]


def test_what_is_missing_is_marked_at_what_would_hold_it() -> None:
    assert places('{"model": "ernie-4.0-8k"}') == ["1:1-1:2 missing /messages"]


def test_a_name_that_stands_twice_is_marked_where_it_comes_again() -> None:
    text = '{"model": "ernie-4.0-8k", "top_p": 1,\n "top_p": 1, "messages": [{"role": "user", "content": "a"}]}'
    assert places(text) == ["2:2-2:9 duplicate_name /top_p"]


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ('{"model": ', "not JSON: it ends too early", 1, 10),
        (WRONG, "not JSON: object keys must be strings", 2, 28),
        ("", "not JSON: it ends too early", 1, 1),
        ("[" * 5000, "not JSON that can be read: it is nested too deeply", 1, 1),
    ],
    ids=["cut", "comment", "nothing", "deep"],
)
def test_what_is_no_json(text: str, message: str, line: int, column: int) -> None:
    (found,) = judged(text, "v2.chat", None).problems
    assert (found.message, found.line, found.column, found.rule) == (message, line, column, "file.syntax")


def test_what_is_no_object() -> None:
    (found,) = judged("[]", "v2.chat", None).problems
    assert found.message == "[]: a request must be an object, not a list"


def test_it_says_what_validate_says() -> None:
    def said(one: Violation | Problem) -> tuple[str, ...]:
        return one.pointer, one.code, one.level, one.message, one.rule, one.source

    found = judged(TEXT, "v2.chat", None)
    assert [said(one) for one in found.problems] == [said(one) for one in validate(json.loads(TEXT), api="v2.chat")]
    assert (found.model, found.known, found.streams, found.readable) == ("ernie-4.0-8k", True, False, True)


def test_a_model_that_is_not_known_is_said_so() -> None:
    found = judged('{"model": "mine", "messages": [{"role": "user", "content": "a"}]}', "v2.chat", None)
    assert not found.known
    assert [one.message for one in found.problems if one.level == "note"] == ["not checked: to an unknown model"]


def test_of_a_path_the_chosen_model_counts() -> None:
    assert places('{"messages": [{"role": "user", "content": "a"}], "top_k": 3}', "v1.chat", "ERNIE-Lite-Pro-128K") == [
        "1:50-1:57 unsupported /top_k"
    ]


# --- edits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "value", "after"),
    [
        ('{"a": 1, "b": 2}', "a", 3, '{"a": 3, "b": 2}'),
        ('{"a": 1, "b": 2}', "a", None, '{"b": 2}'),
        ('{"a": 1, "b": 2}', "b", None, '{"a": 1}'),
        ('{\n  "a": 1\n}', "b", True, '{\n  "b": true,\n  "a": 1\n}'),
        ("{}", "a", "é", '{\n  "a": "é"\n}'),
        ('{"a": 1}', "a", None, "{}"),
        ('{"a": 1}', "b", None, '{"a": 1}'),
    ],
    ids=["set", "first out", "last out", "new", "first of all", "only out", "none there"],
)
def test_a_member_is_set(text: str, name: str, value: object, after: str) -> None:
    assert with_member(text, name, value) == after


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5), st.text(max_size=4), JSON, st.sampled_from([None, 2]))
def test_nothing_else_changes(document: dict[str, Any], name: str, value: object, indent: int | None) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    after = json.loads(with_member(text, name, value))
    assert {key: one for key, one in after.items() if key != name} == {
        key: one for key, one in document.items() if key != name
    }
    assert after.get(name) == value


def test_a_text_is_laid_out() -> None:
    assert laid_out('{"a":[1,"é"]}') == '{\n  "a": [\n    1,\n    "é"\n  ]\n}'
    with pytest.raises(Unreadable, match="a request must be an object, not a list"):
        laid_out("[]")


# --- fixes -----------------------------------------------------------------------------------------------------------


def test_a_fix_is_offered_and_made_alone() -> None:
    text = '{"model": "ernie-4.0-8k",  "messages": [{"role": "User", "content": "a"}], "stop": "。"}'
    found = judged(text, "v2.chat", None)
    assert [(one.pointer, one.fix) for one in found.problems] == [("/messages/0/role", '"user"'), ("/stop", '["。"]')]
    assert mend(text, "v2.chat", None, "/stop").text == text.replace('"。"', '["。"]')
    all_of_it = mend(text, "v2.chat", None, None)
    assert (all_of_it.text, all_of_it.fixes) == (text.replace('"。"', '["。"]').replace("User", "user"), 2)


def test_a_message_that_is_a_parameter_on_v1_becomes_it() -> None:
    text = '{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]}'
    (found,) = judged(text, "v1.chat", "ERNIE-Lite-Pro-128K").problems
    assert (found.pointer, found.fix) == ("/messages/0/role", "system")
    after = mend(text, "v1.chat", "ERNIE-Lite-Pro-128K", found.pointer).text
    assert json.loads(after) == {"system": "s", "messages": [{"role": "user", "content": "a"}]}


def test_without_a_fix_nothing_changes() -> None:
    assert mend(TEXT, "v2.chat", None, "/top_p").text == TEXT
    assert mend("{", "v2.chat", None, None).text == "{"


# --- over the wire ---------------------------------------------------------------------------------------------------


def test_what_the_page_asks_is_answered(post: Callable[..., Any]) -> None:
    assert [one["pointer"] for one in post("validate", TEXT).json()["problems"]] == ["/top_p", "/topp"]
    assert post("fix", TEXT, pointer=None).json() == {"text": TEXT, "fixes": 0}
    assert post("edit", '{"a": 1}', name="a", value=2).json() == {"text": '{"a": 2}'}
    assert post("layout", '{"a":1}').json() == {"text": '{\n  "a": 1\n}'}


@pytest.mark.parametrize(
    ("path", "payload", "api", "status", "error"),
    [
        ("edit", "[]", "v2.chat", 400, "a request must be an object, not a list"),
        ("layout", "{", "v2.chat", 400, "not JSON: it ends too early"),
        ("send", "{", "v2.chat", 400, "not JSON: it ends too early"),
        ("send", {}, "v1.chat", 400, "model: name one, or an endpoint of your own"),
        ("send", {}, "v2.files.get", 400, "file_id is missing: it is a part of the path"),
        ("send", {}, "v2.files.upload", 400, "a form with a file: the page sends JSON"),
        ("validate", {}, "v3.chat", 404, "v3.chat: not an operation"),
    ],
    ids=["list", "cut", "cut to send", "nobody", "path", "form", "operation"],
)
def test_what_has_no_answer(
    post: Callable[..., Any], path: str, payload: object, api: str, status: int, error: str
) -> None:
    reply = post(path, payload, api)
    assert (reply.status, reply.json()) == (status, {"error": error})


def test_a_payload_has_a_bound(post: Callable[..., Any]) -> None:
    assert post("validate", "x" * (4 << 20)).status == 413
