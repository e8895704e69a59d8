"""Hiding a part of a request never adds a finding, and where all is seen, nothing is lost: both as properties."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_api.models import CATALOGUES
from qianfan_api.validation import check
from qianfan_typed.python_source.module_check import check_text
from tests.python_source.looking import CLIENT

ROLES = st.sampled_from(["user", "user", "assistant", "system", "function", "tool", "usr"])
TEXTS = st.sampled_from(["", " ", "你好", "a", "很" * 24_001])
MESSAGE = st.fixed_dictionaries(
    {"role": ROLES},
    optional={
        "content": TEXTS,
        "name": TEXTS,
        "tool_call_id": TEXTS,
        "tool_calls": st.just([{"id": "1", "function": {"name": "a", "arguments": "{}"}}]),
        "function_call": st.fixed_dictionaries({}, optional={"name": TEXTS, "arguments": st.just("{}")}),
        "contnet": TEXTS,
    },
)
NAMED = st.sampled_from(["a", "b"])
FUNCTION = st.fixed_dictionaries(
    {"name": NAMED},
    optional={"description": TEXTS, "parameters": st.sampled_from([{}, {"type": "object", "properties": {}}])},
)
TOOL = st.fixed_dictionaries({"type": st.just("function"), "function": FUNCTION})
CHOICE = st.fixed_dictionaries({"type": st.just("function"), "function": st.fixed_dictionaries({"name": NAMED})})
NUMBER = st.sampled_from([-1, 0, 0.5, 1, 1.7, 5, 2049, True, "0.5"])
FLAG = st.booleans()
PARAMETERS: dict[str, st.SearchStrategy[Any]] = {
    "temperature": NUMBER,
    "top_p": NUMBER,
    "top_k": NUMBER,
    "max_output_tokens": NUMBER,
    "max_tokens": NUMBER,
    "max_completion_tokens": NUMBER,
    "stop": st.lists(st.sampled_from(["a", "b" * 21]), max_size=6),
    "system": TEXTS,
    "stream": FLAG,
    "stream_options": st.sampled_from([{}, {"include_usage": True}, {"x": 1}]),
    "enable_system_memory": FLAG,
    "system_memory_id": TEXTS,
    "enable_user_memory": FLAG,
    "user_id": TEXTS,
    "logprobs": FLAG,
    "top_logprobs": NUMBER,
    "functions": st.lists(FUNCTION, max_size=2),
    "tools": st.lists(TOOL, max_size=2),
    "tool_choice": st.one_of(CHOICE, st.sampled_from(["auto", "always"])),
    "extra_parameters": st.fixed_dictionaries({}, optional={"use_keyword": FLAG, "use_reference": FLAG}),
    "temprature": NUMBER,
}
REQUEST = st.fixed_dictionaries({}, optional={"messages": st.lists(MESSAGE, max_size=4), **PARAMETERS})
HANDLES = [
    *(
        ("v1.chat", name)
        for name in ("ERNIE-Lite-Pro-128K", "ERNIE-3.5-8K", "ERNIE-4.0-8K", "ChatLaw", "ERNIE-Character-8K")
    ),
    *(("v2.chat", name) for name in ("ernie-3.5-8k", "deepseek-v3.1-250821", "ernie-4.5-turbo-128k", "qwen3-8b")),
]


def written(draw: st.DrawFn, value: Any, hide: st.SearchStrategy[bool]) -> str:
    """A value as source, with parts of it behind names."""
    if draw(hide):
        return "hidden"
    if isinstance(value, dict):
        return "{" + ", ".join(entries(draw, value, hide)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join("*hidden" if draw(hide) else written(draw, item, hide) for item in value) + "]"
    return repr(value)


def entries(draw: st.DrawFn, value: dict[str, Any], hide: st.SearchStrategy[bool]) -> list[str]:
    found = [f"{key!r}: {written(draw, item, hide)}" for key, item in value.items()]
    # What `**hidden` stands for has no key of those that follow it.
    return ["**hidden" if draw(hide) else entry for entry in found]


@st.composite
def calls(draw: st.DrawFn, hide: st.SearchStrategy[bool]) -> tuple[str, str, dict[str, Any], str]:
    """Operation, model, a request, and the call that makes it."""
    api, name = draw(st.sampled_from(HANDLES))
    request = draw(REQUEST)
    arguments = [f"{key}={written(draw, value, hide)}" for key, value in request.items()]
    arguments = ["**hidden" if draw(hide) else argument for argument in arguments]
    return api, name, request, f"client.{api}.model({name!r}).create({', '.join(arguments)})"


def expected(api: str, name: str, request: dict[str, Any]) -> Counter[str]:
    model = CATALOGUES[api][name]
    wire = {"model": name, **request} if CATALOGUES[api].model_in_body else request
    return Counter(found.rule for found in check(api, wire, model))


def found(code: str) -> Counter[str]:
    return Counter(one.rule for one in check_text(CLIENT + code, "app.py").findings)


@given(calls(st.just(False)))
@settings(max_examples=200, deadline=None)
def test_where_all_is_seen_it_says_what_the_validators_say(case: tuple[str, str, dict[str, Any], str]) -> None:
    api, name, request, code = case
    assert found(code).keys() == expected(api, name, request).keys()


@given(calls(st.sampled_from([True, False, False, False])))
@settings(max_examples=600, deadline=None)
def test_hiding_a_part_adds_no_finding(case: tuple[str, str, dict[str, Any], str]) -> None:
    api, name, request, code = case
    assert found(code) <= expected(api, name, request), code


@pytest.mark.parametrize(("api", "name"), HANDLES)
def test_the_models_are_there(api: str, name: str) -> None:
    assert not CATALOGUES[api][name].retired
