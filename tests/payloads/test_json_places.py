"""Where violations stand: in JSON, JSON Lines and YAML alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_api.violations import pointer
from qianfan_typed.payloads.json_places import Lines, Places
from tests.payloads.saying import Run

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
    lines, places = Lines(data), Places(data, 0)
    for place, expected in everywhere(value):
        offset = places.offset_of(pointer(place))
        line, column = lines.at(offset)
        assert data[:offset].count(b"\n") == line - 1
        rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
        assert json.JSONDecoder().raw_decode(rest)[0] == expected
        if place and isinstance(place[-1], str):
            name = places.offset_of(pointer(place), name=True)
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
