"""Encoding: what types allow is written as `json` writes it; what JSON cannot say is found, with its place."""

from __future__ import annotations

import collections
import decimal
import enum
import json
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.encodability import is_plain, unencodable
from qianfan_api.validation import validate
from qianfan_typed import Qianfan, user
from qianfan_typed.core.encoding import encode_json
from qianfan_typed.errors import InvalidRequest


class Text(str):
    __slots__ = ()


class Count(int):
    pass


class Word(str, enum.Enum):
    USER = "user"


class Size(enum.Enum):
    BIG = 3


def endless() -> list[Any]:
    items: list[Any] = []
    items += [1, items]
    return items


def deep() -> list[Any]:
    items: list[Any] = []
    for _ in range(100_000):
        items = [items]
    return items


TAKEN = [
    (Text("a"), "a"),
    (Count(3), 3),
    (Word.USER, "user"),
    (Size.BIG, 3),
    (numpy.float64(1.5), 1.5),
    (10**30, 10**30),
    (collections.UserDict(a=1), {"a": 1}),
    (collections.deque([Text("a"), None, True]), ["a", None, True]),
    (range(2), [0, 1]),
    ({1: "a", None: "b", 1.5: "c", Text("d"): "e"}, {"1": "a", "null": "b", "1.5": "c", "d": "e"}),
    ("null", "null"),
]


@pytest.mark.parametrize(("value", "read"), TAKEN, ids=[type(value).__name__ for value, _ in TAKEN])
def test_what_is_like_json_is_written_as_json(value: object, read: object) -> None:
    assert json.loads(encode_json("m", {"v": [value, None]})) == {"v": [read, None]}


REFUSED: list[tuple[Any, str, str]] = [
    ("你\ud800", "/v", '"你\\ud800": must be text; U+D800 at 1 is half of a character'),
    ({"\udfff": 1}, "/v", 'name "\\udfff": must be text; U+DFFF at 0 is half of a character'),
    (float("nan"), "/v", "nan: must be a number; JSON has neither NaN nor infinity"),
    ([1, float("-inf")], "/v/1", "-inf: must be a number; JSON has neither NaN nor infinity"),
    (b"x", "/v", "b'x': JSON has no bytes; decode it, or write it as base64"),
    ({"a/b": {1}}, "/v/a~1b", "{1}: JSON has no set; write sorted(…) or list(…) of it"),
    (decimal.Decimal(1), "/v",
     "Decimal('1'): JSON has no decimal.Decimal; write it as a string, a number, a list or a dict"),
    (numpy.zeros(2), "/v", "array([0., 0.]): JSON has no numpy.ndarray; write its .tolist()"),
    ({(1,): 2}, "/v", "(1,): names must be strings, not tuple"),
    (endless(), "/v/1", "holds itself: JSON has no end then"),
    (deep(), "/v", "more than 1000 levels deep: must be less"),
]  # fmt: skip
KINDS = [f"{number}-{type(value).__name__}" for number, (value, _, _) in enumerate(REFUSED)]


@pytest.mark.parametrize(("value", "pointer", "message"), REFUSED, ids=KINDS)
def test_what_json_cannot_say_is_found_by_the_client_and_by_validate(value: Any, pointer: str, message: str) -> None:
    with Qianfan(api_key="bce-v3/x") as client, pytest.raises(InvalidRequest) as caught:
        client.v2.chat.ernie_4_5_turbo_128k.create([user("你好")], extra={"v": value})
    (found,) = caught.value.violations
    assert (found.pointer, found.message, found.code, found.level) == (pointer, message, "encoding", "error")
    payload = {"model": "one-of-mine", "messages": [user("你好")], "v": value}
    assert found in validate(payload, api="v2.chat")


def test_a_numpy_number_is_named_with_what_to_write() -> None:
    with pytest.raises(InvalidRequest, match=r"/v  .*3.*: JSON has no numpy\.int64; write its \.item\(\)"):
        encode_json("m", {"v": numpy.int64(3)})


def test_it_stands_beside_the_rules_that_a_request_breaks() -> None:
    with Qianfan(access_key="a", secret_key="b") as client, pytest.raises(InvalidRequest) as caught:
        client.v1.chat.ernie_lite_pro_128k.create([user("a\ud800")], temperature=7)
    assert [(one.pointer, one.code) for one in caught.value.violations] == [
        ("/temperature", "range"),
        ("/messages/0/content", "encoding"),
    ]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.sampled_from(["\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
def test_a_value_is_written_or_a_place_in_it_is_named(value: object) -> None:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError):
        assert unencodable(value)
        with pytest.raises(InvalidRequest):
            encode_json("m", value)
    else:
        assert (unencodable(value), is_plain(value)) == ([], True)
        assert json.loads(encode_json("m", value)) == json.loads(text)
