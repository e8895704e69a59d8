"""Answers and their view: pieces put together, blocks of Markdown told apart, prices worked out."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.catalogue import LongPrice, Price
from qianfan_api.v2.chat import types as v2
from qianfan_api.violations import Source
from qianfan_typed.cli.answer_view import harmless
from qianfan_typed.cli.answers import Answer, cost
from qianfan_typed.cli.markdown_view import split_blocks
from qianfan_typed.cli.parameters import read_value

MARKDOWN = st.lists(st.sampled_from(["a line\n", "\n", "```\n", "~~~py\n", "- item\n", "rest"])).map("".join)
PRICE = Price(
    input=1.0, output=4.0, cached=0.25, above=LongPrice(tokens=1000, input=2.0, output=8.0), source=Source("p", "2026")
)


@given(MARKDOWN)
def test_no_character_of_markdown_is_lost_and_no_fence_torn(text: str) -> None:
    done, rest = split_blocks(text)
    assert done + rest == text
    assert done == "" or done.endswith("\n")
    assert sum(line.startswith("```") for line in done.splitlines()) % 2 == 0 or "~~~" in done


@given(MARKDOWN, st.integers(min_value=1, max_value=7))
def test_the_blocks_are_the_same_however_the_pieces_come(text: str, size: int) -> None:
    done, rest = "", ""
    for at in range(0, len(text), size):
        more, rest = split_blocks(rest + text[at : at + size])
        done += more
    assert (done, rest) == split_blocks(text)


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    left = harmless(text)
    assert all(one in "\n\t" or (ord(one) >= 32 and not 127 <= ord(one) < 160) for one in left)
    assert harmless(left) == left


@pytest.mark.parametrize(
    ("prompt", "cached", "answered", "yuan"),
    [(1000, 0, 1000, 0.005), (1000, 400, 0, 0.0007), (2000, 0, 1000, 0.012)],
    ids=["plain", "cached", "long"],
)
def test_what_an_answer_costs(prompt: int, cached: int, answered: int, yuan: float) -> None:
    details = v2.PromptTokensDetails(cached_tokens=cached)
    usage = v2.Usage(prompt_tokens=prompt, completion_tokens=answered, prompt_tokens_details=details)
    assert cost(PRICE, usage) == pytest.approx(yuan)
    assert cost(attrs.evolve(PRICE, cached=None), usage) >= cost(PRICE, usage)


def test_a_call_of_a_function_comes_in_pieces() -> None:
    def piece(**given: object) -> v2.ChatChunk:
        function = v2.ToolCallFunctionDelta(name=given.get("name"), arguments=given.get("arguments"))
        call = v2.ToolCallDelta(index=0, id=given.get("id"), function=function)
        return v2.ChatChunk(choices=[v2.ChunkChoice(delta=v2.Delta(tool_calls=[call]))])

    answer = Answer()
    for one in (piece(id="c1", name="now"), piece(arguments='{"a"'), piece(arguments=": 1}")):
        assert list(answer.add(one)) == []
    assert answer.calls == [{"id": "c1", "name": "now", "arguments": '{"a": 1}'}]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0.5", "number", 0.5),
        ("5", "whole number", 5),
        ("warm", "number", "warm"),
        ("5", "string", "5"),
        ('{"a": 1}', "object (Thinking)", {"a": 1}),
        ("auto", "string or object (V2ToolChoice)", "auto"),
        ("5", "string or object (V2ToolChoice)", "5"),
        ('["a", "b"]', "list of string", ["a", "b"]),
        ("a", "list of string", ["a"]),
    ],
)
def test_an_options_text_is_read_as_the_parameters_type_says(text: str, kind: str, value: object) -> None:
    assert read_value(text, kind) == value
