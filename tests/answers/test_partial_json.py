"""JSON that is cut anywhere: the value so far is always a beginning of the whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_typed.answers.partial_json import PartialJson

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
WHOLES = st.lists(VALUES) | st.dictionaries(st.text(), VALUES)


def begins(part: Any, whole: Any) -> bool:
    """Whether a value is the beginning of another."""
    if isinstance(whole, str) and isinstance(part, str):
        # Half of an escaped pair is shown as U+FFFD until the other half comes.
        return whole.startswith(part) or (part.endswith("\ufffd") and whole.startswith(part[:-1]))
    if isinstance(whole, list) and isinstance(part, list):
        return len(part) <= len(whole) and all(map(begins, part, whole))
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(name in whole and begins(value, whole[name]) for name, value in part.items())
    return part == whole and type(part) is type(whole)


@given(whole=WHOLES, ascii_only=st.booleans(), indent=st.sampled_from([None, 2]), step=st.integers(1, 7))
def test_every_beginning_is_a_value(whole: Any, ascii_only: bool, indent: int | None, step: int) -> None:
    text = json.dumps(whole, ensure_ascii=ascii_only, indent=indent)
    partial = PartialJson()
    for at in range(0, len(text), step):
        partial.feed(text[at : at + step])
        assert begins(partial.value(), whole), text[: at + step]
    assert partial.value() == whole
    assert partial.whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("```json\n", None),
        ("{", {}),
        ('{"a', {}),
        ('{"a": ', {}),
        ('{"a": 1', {}),
        ('{"a": 12,', {"a": 12}),
        ('{"a": "x', {"a": "x"}),
        ('{"a": "x\\', {"a": "x"}),
        ('{"a": "x\\u4f', {"a": "x"}),
        ('{"a": "x\\u4f60', {"a": "x你"}),
        ('{"a": [tru', {"a": []}),
        ('{"a": [true, {"b"', {"a": [True, {}]}),
        ('好的：{"a": {}} 就这样', {"a": {}}),
    ],
)
def test_what_is_not_sure_yet_is_left_out(text: str, value: Any) -> None:
    partial = PartialJson()
    partial.feed(text)
    assert partial.value() == value


def test_it_says_whether_there_is_more() -> None:
    partial = PartialJson()
    assert [partial.feed(piece) for piece in ('{"na', 'me": ', '"x', "y", '"', ", ", "1")] == [
        *(True, False, True, True, True, False, False)
    ]
