"""JSON lists: found without decoding them, cut into ranges, and read on behind what is wrong."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_typed.payloads import units as readers
from qianfan_typed.payloads.json_array import ArrayPart, ArrayScanner
from tests.payloads.saying import Run, chat


def array_parts(text: bytes) -> list[ArrayPart]:
    """The parts of a list that comes in whole."""
    return list(ArrayScanner().feed(text, last=True))


def said(text: bytes) -> list[bytes | tuple[int, str]]:
    """The requests of a list as they stand there, and the faults with their offset."""
    return [(one.start, one.fault) if one.fault else text[one.start : one.end] for one in array_parts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"[]", []),
        (b"[ 1 , [2, {}] ]\n", [b"1", b"[2, {}]"]),
        (b"[1 2]", [b"1", (3, "expected , or ]"), b"2"]),
        (b"[{}[]", [b"{}", (3, "expected , or ]"), b"[]", (5, "the list is cut off")]),
        (b"[1,]", [b"1", (3, "a request is missing")]),
        (b"[,1,,2]", [(1, "a request is missing"), b"1", (4, "a request is missing"), b"2"]),
        (b"[1}, 2]", [b"1", (2, "expected , or ]"), (2, "} is out of place"), b"2"]),
        (b"[1", [b"1", (2, "the list is cut off")]),
        (b"[1, ", [b"1", (4, "the list is cut off")]),
        (b"[", [(1, "the list is cut off")]),
        (b"[1] 2", [b"1", (4, "something stands after the list")]),
        # The request says that it is cut off.
        (b'["a', [b'"a']),
        (b'[{"a": {}', [b'{"a": {}']),
    ],
)
def test_a_list_goes_on_behind_a_fault(text: bytes, expected: list[object]) -> None:
    assert said(text) == expected


@settings(deadline=None)
@given(st.lists(st.text('{}[],:"\\ a字') | st.integers() | st.lists(st.dictionaries(st.text(max_size=2), st.none()))))
def test_every_request_of_a_list_is_found(values: list[object]) -> None:
    for indent in (None, 1):
        text = json.dumps(values, indent=indent, ensure_ascii=False).encode()
        assert [json.loads(text[one.start : one.end]) for one in array_parts(text) if not one.fault] == values


@settings(deadline=None)
@given(st.text('{}[],"\\1 ', max_size=20), st.lists(st.integers(0, 20), max_size=4))
def test_a_list_that_comes_in_pieces_has_the_parts_that_it_has_whole(text: str, cuts: list[int]) -> None:
    data = f"[{text}".encode()
    scanner, begun, found = ArrayScanner(), 0, list[ArrayPart]()
    for cut in sorted(cuts):
        found += scanner.feed(data[begun:cut])
        begun = max(begun, cut)
    assert [*found, *scanner.feed(data[begun:], last=True)] == array_parts(data)


@settings(deadline=None)
@given(st.text('{}[],"1 ', max_size=12))
def test_whatever_follows_a_bracket_ends_in_parts_that_follow_each_other(text: str) -> None:
    data = f"[{text}".encode()
    end = 1
    for part in array_parts(data):
        assert end <= part.start <= part.end
        end = part.end
    with contextlib.suppress(ValueError):
        json.loads(data)
        assert not any(part.fault for part in array_parts(data))


@pytest.mark.parametrize("layout", [None, 1], ids=["one line", "many lines"])
@pytest.mark.parametrize("given_as", ["file", "standard input"])
def test_a_list_in_ranges_says_what_it_says_whole(
    folder: Path, validate: Run, monkeypatch: pytest.MonkeyPatch, layout: int | None, given_as: str
) -> None:
    requests = [chat(), chat(temperature=7), chat(top_p=3, 不=1), 5, chat()] * 20
    text = json.dumps(requests, indent=layout, ensure_ascii=False) + " ]"
    (folder / "a.json").write_text(text, "utf-8")

    def run() -> list[str]:
        said = (
            validate("--api", "v1.chat", "-", given=text)
            if given_as != "file"
            else validate("--api", "v1.chat", "a.json")
        )
        assert said.code == 2
        return [*said.lines, said.err]

    whole = run()
    assert len(whole) == 82
    for size in (1, 100, 700):
        monkeypatch.setattr(readers, "_RANGE", size)
        assert run() == whole


def test_a_request_behind_a_broken_one_is_checked(folder: Path, validate: Run) -> None:
    good, bad = '{"model": "ERNIE-Speed-8K", "messages": [{"role": "user", "content": "x"}]}', '{"messages": []}'
    (folder / "a.json").write_text(f'[{good}, {{"model" 1}},\n{bad},, {bad}\n{good}', "utf-8")
    said = validate("--api", "v1.chat", "--model", "ERNIE-Speed-8K", "a.json")
    assert said.code == 2
    assert [line.partition(" (")[0] for line in said.lines] == [
        "a.json:1:88: error: not JSON: expected ':' [file.syntax]",
        "a.json:2:14: error: ERNIE-Speed-8K /messages must not be empty [v1.chat.messages.empty]",
        "a.json:2:18: error: not JSON: a request is missing [file.syntax]",
        "a.json:2:33: error: ERNIE-Speed-8K /messages must not be empty [v1.chat.messages.empty]",
        "a.json:3:1: error: not JSON: expected , or ] [file.syntax]",
        "a.json:3:76: error: not JSON: the list is cut off [file.syntax]",
    ]
    assert said.err.startswith(
        "qianfan-typed: 5 requests in 1 file, 4 checked: 2 invalid (2 errors); not checked: 1 unreadable, 1 file "
    )
