"""Trimming: what of a conversation fits a model."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.models import CATALOGUES
from qianfan_typed import assistant, function, models, system, tool, trim, user, validate
from qianfan_typed.answers.trim import estimated_tokens
from qianfan_typed.types import Message

SMALL = attrs.evolve(models.V1_CHAT["ERNIE-3.5-8K"], max_chars=30, max_input_tokens=None, context=None)
COUNTED = attrs.evolve(SMALL, max_chars=None, max_input_tokens=30)
TURNS = [user("一" * 10), assistant("二" * 10), user("三" * 10), assistant("四" * 10), user("五" * 5)]


@pytest.mark.parametrize("model", [SMALL, COUNTED], ids=["characters", "tokens"])
def test_the_newest_turns_that_fit_are_kept_whole(model: models.Model) -> None:
    assert trim(TURNS, model=model) == TURNS[2:]
    assert trim(TURNS[:3], model=model) == TURNS[:3]
    assert trim(TURNS, model=model, system="你" * 6) == TURNS[4:]


def test_system_messages_stay_and_count() -> None:
    head = system("你" * 6)
    assert trim([head, *TURNS], model=SMALL) == [head, TURNS[4]]


def test_the_newest_turn_stays_even_where_it_is_too_long() -> None:
    assert trim([*TURNS[:4], user("长" * 99)], model=SMALL) == [user("长" * 99)]


def test_a_turn_with_calls_is_one() -> None:
    calling = [
        user("?"),
        assistant("", function_call={"name": "f", "arguments": '{"x": 1}'}),
        function("1", name="f"),
        assistant("答"),
    ]
    assert trim([*calling, user("三" * 20)], model=SMALL) == [user("三" * 20)]
    assert trim([*calling, user("三" * 9)], model=SMALL) == [*calling, user("三" * 9)]
    tools = [user("?"), assistant(tool_calls=[{"id": "1", "type": "function"}]), tool("1", tool_call_id="1")]
    assert trim([user("一" * 30), assistant("二"), *tools], model=SMALL) == tools


def test_tokens_may_be_left_free_and_counted_otherwise() -> None:
    assert trim(TURNS, model=COUNTED, reserve=10) == TURNS[4:]
    assert trim(TURNS, model=COUNTED, count=lambda _: 0) == TURNS


def test_parts_count_by_their_text() -> None:
    parts: Message = {"role": "user", "content": [{"type": "text", "text": "一" * 10}, {"type": "image_url"}]}
    assert trim([parts, assistant("二" * 10), user("三" * 10)], model=SMALL) == [
        *(parts, assistant("二" * 10), user("三" * 10))
    ]


def test_a_name_stands_for_the_model_and_the_operation_may_be_said() -> None:
    long = [user("一" * 30000), assistant("二"), user("三")]
    assert trim(long, model="ERNIE-3.5-8K") == long[2:]
    assert trim(long, model="ernie-3.5-8k", api="v1.chat") == long[2:]
    assert trim(long, model="ernie-4.5-turbo-128k") == long


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"^model: 'ernie-4.5-turbo-129k': not a known model; nearest: ernie-4.5-tur"):
        trim(TURNS, model="ernie-4.5-turbo-129k")


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=12), st.integers(0, 400))
def test_what_is_kept_is_taken(lengths: list[int], said: int) -> None:
    messages: list[Message] = []
    for length in lengths:
        messages += [user("字" * length), assistant("字" * said or "好")]
    kept = trim([*messages, user("?")], model="ERNIE-3.5-8K")
    assert kept == [*messages, user("?")][-len(kept) :]
    found = validate({"model": "ERNIE-3.5-8K", "messages": kept}, api="v1.chat")
    assert [one for one in found if one.code == "length"] == []


def test_an_estimate_counts_chinese_by_characters_and_english_by_three() -> None:
    assert [estimated_tokens(text) for text in ("", "你好", "hello", "你好 ok")] == [0, 2, 2, 3]


def test_every_chat_model_can_be_trimmed_for() -> None:
    for api in ("v1.chat", "v2.chat"):
        for name in CATALOGUES[api]:
            assert trim([user("?")], model=name, api=api) == [user("?")]
