"""Where violations stand: in JSON, JSON Lines and YAML alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_api.violations import pointer
from qianfan_typed.checking.places import Lines, Malformed, items, offset_of
from tests.checking.saying import Run

LINES = """\
{"model": "ERNIE-Speed-8K", "messages": [{"role":"user", "content": "你好"}, {"role":"bot", "content":""}], "top_p": 3}
{"messages": [{"role": "user"}], "model": "ERNIE-Speed-8K", "disable_search": true, "temprature": 1, "seed~1": 2}
"""
JSON = """\
[
  {
    "model": "ERNIE-Speed-8K",
    "messages": [
      {"role": "user", "content": "你好"},
      {"role": "bot", "content": ""}
    ], "top_p":
      3
  }, {
    "messages": [{"role": "user"}],
    "model": "ERNIE-Speed-8K", "disable_search" : true,
    "temprature": 1, "seed~1": 2}
]
"""
YAML = """\
# two requests
- model: ERNIE-Speed-8K
  messages:
    - {role: user, content: 你好}
    - role: bot
      content: ""
  top_p: 3
- messages: &m
  - role: user
  model: ERNIE-Speed-8K
  disable_search: true
  temprature: 1
  "seed~1": 2
"""
FOUND = [
    (1, "/messages/1/role", "enum"),
    (1, "/messages/1/content", "empty"),
    (1, "/top_p", "range"),
    (2, "/messages/0/content", "missing"),
    (2, "/disable_search", "unsupported"),
    (2, "/temprature", "unknown"),
    (2, "/seed~01", "unknown"),
]


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("a.jsonl", LINES, ["1:84", "1:101", "1:116", "2:15", "2:61", "2:85", "2:102"]),
        ("a.json", JSON, ["6:16", "6:34", "8:7", "10:18", "11:32", "12:5", "12:22"]),
        ("a.yaml", YAML, ["5:13", "6:16", "7:10", "9:5", "11:3", "12:3", "13:3"]),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_violation_stands_at_its_value_and_one_of_a_name_at_the_name(
    folder: Path, validate: Run, name: str, text: str, places: list[str], line_end: str, mark: str
) -> None:
    (folder / name).write_text(mark + text, "utf-8", newline=line_end)
    report = json.loads(validate("--api", "v1.chat", "--format", "json", name).out)
    found = report["violations"]
    assert sorted((one["record"], one["pointer"], one["code"]) for one in found) == sorted(FOUND)
    by_pointer = {(one["record"], one["pointer"]): f"{one['line']}:{one['column']}" for one in found}
    assert [by_pointer[record, pointer] for record, pointer, _ in FOUND] == places


def test_documents_of_one_yaml_file_and_merged_keys(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text(
        "base: &base {temperature: 7}\nmodel: ERNIE-Speed-8K\nmessages: [{role: user, content: no}]\n<<: *base\n"
        "---\n---\n[]\n---\n- model: ERNIE-Speed-8K\n  messages: [{role: user, content: 2024-01-01}]\n",
        "utf-8",
    )
    said = validate("--api", "v1.chat", "a.yaml")
    assert [line.partition(" [")[0].partition(";")[0] for line in said.lines] == [
        "a.yaml:1:27: error: ERNIE-Speed-8K /temperature 7: must be above 0 and at most 1.0",
        "a.yaml:1:1: error: ERNIE-Speed-8K /base not a known name",
        "a.yaml:10:36: error: ERNIE-Speed-8K /messages/0/content datetime.date(2024, 1, 1): must be a string, not date",
    ]


def test_broken_yaml_is_reported_after_what_stands_before_it(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text("model: ERNIE-Speed-8K\nmessages: []\n---\na: [b\nc: d\n", "utf-8")
    (folder / "b.yaml").write_text("a: 1\na: 2\n", "utf-8")
    (folder / "c.yaml").write_bytes(b"a: 1\nb: \xff\n")
    said = validate("--api", "v1.chat", "a.yaml", "b.yaml", "c.yaml")
    assert said.code == 2
    assert [line.partition(" (")[0] for line in said.lines] == [
        "a.yaml:2:11: error: ERNIE-Speed-8K /messages must not be empty [v1.chat.messages.empty]",
        "a.yaml:5:2: error: not YAML: expected ',' or ']', but got ':' [file.syntax]",
        'b.yaml:2:1: error: not YAML: found duplicate key "a" with value "2"',
        "c.yaml:2:1: error: not UTF-8 [file.syntax]",
    ]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        (b"[1 2]", 3, "expected , or ]"),
        (b"[1,]", 3, "a value is missing"),
        (b"[1", 2, "the list is cut off"),
        (b"[1] 2", 4, "something stands after the list"),
        (b'["a', 3, "the list is cut off"),
    ],
)
def test_a_list_that_is_none(text: bytes, offset: int, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        list(items(text, 0))
    assert (caught.value.offset, str(caught.value)) == (offset, message)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def everywhere(value: object, place: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    inner: list[tuple[tuple[str | int, ...], Any]] = [(place, value)]
    if isinstance(value, dict):
        inner += [one for name, item in value.items() for one in everywhere(item, (*place, name))]
    elif isinstance(value, list):
        inner += [one for index, item in enumerate(value) for one in everywhere(item, (*place, index))]
    return inner


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_every_pointer_leads_to_its_value(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    data = text.encode("utf-8", "surrogatepass")
    lines = Lines(data)
    for place, expected in everywhere(value):
        offset = offset_of(data, 0, pointer(place))
        line, column = lines.at(offset)
        assert data[:offset].count(b"\n") == line - 1
        rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
        assert json.JSONDecoder().raw_decode(rest)[0] == expected
        if place and isinstance(place[-1], str):
            name = offset_of(data, 0, pointer(place), name=True)
            assert json.JSONDecoder().raw_decode(data[name:].decode("utf-8", "surrogatepass"))[0] == place[-1]


@settings(deadline=None)
@given(st.data(), st.text("a字😀\n\r", max_size=40), st.sampled_from(["", "\ufeff"]))
def test_lines_and_columns_are_the_same_in_whatever_order_they_are_asked_for(
    data: st.DataObject, text: str, mark: str
) -> None:
    lines = Lines((mark + text).encode())
    for length in data.draw(st.lists(st.integers(0, len(text)), max_size=8)):
        before = text[:length]
        expected = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert lines.at(len((mark + before).encode())) == expected
