"""`# qianfan: ignore`: which comments switch which findings off."""

from __future__ import annotations

import pytest

from tests.python_source.looking import CLIENT, found_in, places


def lines(first: str = "", second: str = "", last: str = "") -> list[str]:
    code = (
        f"client.v1.chat.ernie_speed_8k.create({first}\n    q, temperature=1.7, disable_search=True,{second}\n){last}\n"
    )
    return places(CLIENT + code)


def test_without_a_comment_both_are_there() -> None:
    assert lines() == ["4:20 /temperature range", "4:25 /disable_search unsupported"]


@pytest.mark.parametrize("where", ["first", "second", "last"])
@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# qianfan: ignore", []),
        ("#qianfan:ignore", []),
        ("# noqa  # qianfan: ignore  # says the platform", []),
        ("# qianfan: ignore[range]", ["unsupported"]),
        ("# qianfan: ignore[range, unsupported]", []),
        ("# qianfan: ignore[v1.chat.temperature]", ["unsupported"]),
        ("# qianfan: ignore[v1.chat.temperature.range]", ["unsupported"]),
        ("# qianfan: ignored", ["range", "unsupported"]),
        ("# type: ignore", ["range", "unsupported"]),
    ],
)
def test_a_comment_on_the_line_of_the_finding_or_of_the_call(where: str, comment: str, left: list[str]) -> None:
    assert [found.split()[-1] for found in lines(**{where: f"  {comment}"})] == left


def test_a_comment_that_switches_nothing_off_is_said() -> None:
    code = "# qianfan: ignore\nclient.v1.chat.ernie_speed_8k.create([])\n# qianfan: ignore[range]\n"
    assert found_in(CLIENT + code) == [
        "3:1 warning None None  unused nothing here is switched off by it",
        "4:38 error v1.chat ERNIE-Speed-8K /messages empty must not be empty",
        "5:1 warning None None  unused range: nothing here is switched off by it",
    ]


def test_each_code_of_a_comment_has_to_be_one_and_of_use() -> None:
    code = "client.v1.chat.ernie_speed_8k.create([])  # qianfan: ignore[empty, rnage, type, v1.chat.tempratur, ]\n"
    assert found_in(CLIENT + code) == [
        "3:43 warning None None  unknown_code 'rnage': not a rule or code; did you mean range?",
        "3:43 warning None None  unknown_code 'v1.chat.tempratur': not a rule or code; "
        "did you mean v1.chat.temperature or v2.chat.temperature?",
        "3:43 warning None None  unknown_code '': not a rule or code; qianfan-typed explain OPERATION lists the rules",
        "3:43 warning None None  unused type: nothing here is switched off by it",
    ]


def test_a_comment_in_a_text_is_none() -> None:
    code = "client.v1.chat.ernie_speed_8k.create([], user_id='# qianfan: ignore')"
    assert places(CLIENT + code) == ["3:38 /messages empty"]


def test_a_comment_where_the_messages_are_written() -> None:
    code = "M = [\n    user(''),  # qianfan: ignore[empty]\n    user(''),\n]\nclient.v1.chat.ernie_speed_8k.create(M)"
    assert places(CLIENT + code) == ["5:5 /messages/1/role order", "5:10 /messages/1/content empty"]
