"""Which model a request is for: names, aliases, case, endpoints, and what no catalogue knows."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.plan.resolve import Operation
from qianfan_api.registry import VALIDATORS
from qianfan_api.validation import check_unknown, validate
from tests.rules.saying import Request, cases, found, line, right, user, v1, v2
from tests.schemas import from_spec

HOT = {"messages": [user()], "temperature": 1.7}
TOO_HOT = "error /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v1]"
ORDER = "user (or function) and assistant take turns [messages, chat-v1]"
TOO_HOT_V2 = "error /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v2-2024]"


@cases(
    (
        "near a known one",
        v1("ERNIE-Sped-8K"),
        (
            "warning /model unknown_model: ERNIE-Sped-8K: not a known model of v1.chat, so only what holds"
            " for all is checked; nearest: ERNIE-Speed-8K, ERNIE-Speed-128K, ERNIE-Speed-Pro-8K [model, chat-v1]"
        ),
    ),
    (
        "near none",
        v1("gpt-4o"),
        (
            "warning /model unknown_model: gpt-4o: not a known model of v1.chat, so only what holds for all is checked;"
            " nothing looks like it [model, chat-v1]"
        ),
    ),
    (
        "whatever else is wrong",
        v1("ERNIE-Sped-8K", temperature=9, nonsense=True, messages=[]),
        (
            "warning /model unknown_model: ERNIE-Sped-8K: not a known model of v1.chat, so only what holds"
            " for all is checked; nearest: ERNIE-Speed-8K, ERNIE-Speed-128K, ERNIE-Speed-Pro-8K [model, chat-v1]"
        ),
        "warning /messages empty: must not be empty [messages, chat-v1]",
        "warning /temperature range: 9: must be at least 0 and at most 2.0 [temperature, chat-v1]",
        (
            "warning /nonsense unknown: not a known name; known: backoff_factor, disable_search, enable_citation,"
            " enable_system_memory, enable_trace, enable_user_memory, endpoint and 26 more [-, chat-v1]"
        ),
    ),
    (
        "a V2 name on V1",
        v1("deepseek-r1"),
        (
            "warning /model unknown_model: deepseek-r1: not a known model of v1.chat, so only what holds"
            " for all is checked; nothing looks like it [model, chat-v1]"
        ),
    ),
    (
        "near a known one, on V2",
        v2("ernie-speed-8"),
        (
            "warning /model unknown_model: ernie-speed-8: not a known model of v2.chat, so only what holds"
            " for all is checked; nearest: ernie-speed-8k, ernie-speed-128k, ernie-speed-pro-128k [model, chat-v2]"
        ),
    ),
    (
        "near none, on V2",
        v2("my-own-service"),
        (
            "warning /model unknown_model: my-own-service: not a known model of v2.chat, so only what holds"
            " for all is checked; nothing looks like it [model, chat-v2]"
        ),
    ),
    (
        "a V1 name on V2",
        v2("ERNIE-3.5-8K"),
        (
            "warning /model unknown_model: ERNIE-3.5-8K: not a known model of v2.chat, so only what holds"
            " for all is checked; nearest: ernie-3.5-8k, ernie-3.5-128k, ernie-4.0-8k [model, chat-v2]"
        ),
    ),
    (
        "another case on V2",
        v2("Ernie-Speed-8K"),
        (
            "warning /model unknown_model: Ernie-Speed-8K: not a known model of v2.chat, so only what holds"
            " for all is checked; nearest: ernie-speed-8k, ernie-speed-128k, ernie-speed-pro-128k [model, chat-v2]"
        ),
    ),
    (
        "a version on V2",
        v2("ERNIE-Character-8K"),
        (
            "warning /model unknown_model: ERNIE-Character-8K: not a known model of v2.chat, so only what holds"
            " for all is checked; nearest: ernie-char-8k, ernie-char-fiction-8k, ernie-lite-8k [model, chat-v2]"
        ),
    ),
)
def test_unknown_model_passes_with_warnings_of_its_name_and_of_what_no_model_takes(
    request_: Request, lines: list[str]
) -> None:
    assert found(request_) == lines


@cases(
    (
        "a number",
        v1(model=3),
        "error /model type: 3: must be a string, not a whole number [model, chat-v1]",
    ),
    (
        "a list",
        v1(model=["ERNIE-Speed-8K"]),
        'error /model type: ["ERNIE-Speed-8K"]: must be a string, not a list [model, chat-v1]',
    ),
    (
        "a number, on V2",
        v2(model=3),
        "error /model type: 3: must be a string, not a whole number [model, chat-v2]",
    ),
    (
        "null, on V2",
        v2(model=None),
        "error /model missing: missing: required [model, chat-v2]",
    ),
    (
        "missing, on V2",
        v2().without("model"),
        "error /model missing: missing: required [model, chat-v2]",
    ),
    (
        "an endpoint that is no text",
        v1(endpoint=5),
        "error /endpoint type: 5: must be a string, not a whole number [endpoint, chat-v1]",
    ),
)
def test_model_that_is_no_name(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@pytest.mark.parametrize(
    "name", ["ERNIE-Speed-8K", "ernie-speed-8k", "ERNIE-SPEED-8k", "ERNIE-Speed", "ernie speed", "Ernie-Bot"]
)
def test_v1_names_and_aliases_match_in_any_case(name: str) -> None:
    assert found(v1(name, temperature=1.7)) == [TOO_HOT]


def test_v2_names_match_exactly() -> None:
    assert found(v2("ernie-3.5-8k", temperature=1.7)) == [TOO_HOT_V2]
    assert [one.code for one in validate({"model": "ERNIE-3.5-8k", **HOT}, api="v2.chat")] == ["unknown_model"]


def test_the_argument_wins_over_the_payload() -> None:
    wrong = validate({"model": "no-such-model", **HOT}, api="v1.chat", model="ERNIE-3.5-8K")
    assert [line("v1.chat", one) for one in wrong] == [TOO_HOT]


def test_the_argument_stands_where_the_payload_names_no_model() -> None:
    assert [line("v1.chat", one) for one in validate(HOT, api="v1.chat", model="ERNIE-3.5-8K")] == [TOO_HOT]
    assert [line("v2.chat", one) for one in validate(HOT, api="v2.chat", model="ernie-3.5-8k")] == [TOO_HOT_V2]


@pytest.mark.parametrize(("short", "api"), [("chat", "v1.chat"), ("chat.v2", "v2.chat"), ("chat.v1", "v1.chat")])
def test_short_names_of_operations(short: str, api: str) -> None:
    model = {"v1.chat": "ERNIE-Speed-8K", "v2.chat": "ernie-3.5-8k"}[api]
    assert validate(HOT, api=short, model=model) == validate(HOT, api=api, model=model)


@pytest.mark.parametrize(
    ("api", "hint"),
    [("v3.chat", "did you mean v2.chat?"), ("imaginary", f"known: {', '.join(VALIDATORS)}")],
)
def test_unknown_operation_raises(api: str, hint: str) -> None:
    with pytest.raises(ValueError, match="not an operation") as caught:
        validate(HOT, api=api)
    assert str(caught.value) == f"api: {api!r}: not an operation; {hint}"


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (["你好"], 'payload: ["你好"]: must be an object, not a list'),
        (None, "payload: null: must be an object, not null"),
    ],
)
def test_payload_that_is_no_object_raises(payload: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        validate(payload, api="v1.chat")
    assert str(caught.value) == message


@cases(
    ("of a known model", Request("v1.chat", {"endpoint": "ernie_speed", **HOT}), TOO_HOT),
    ("wins over the model", Request("v1.chat", {"endpoint": "ernie_speed", "model": "ChatLaw", **HOT}), TOO_HOT),
)
def test_endpoint_of_a_known_model_has_its_rules(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("of one's own", Request("v1.chat", {"endpoint": "ngxxxol8_test1", "messages": [user()], "temperature": 9})),
    (
        "of one's own, whatever its parameters",
        Request("v1.chat", {"endpoint": "ngxxxol8_test1", "messages": [user()], "any": 1}),
    ),
)
def test_unknown_endpoint_passes(request_: Request) -> None:
    assert found(request_) == []


def test_unknown_endpoint_is_held_to_the_shape_that_every_model_has() -> None:
    request = Request("v1.chat", {"endpoint": "ngxxxol8_test1", "messages": [{"role": "usr", "content": 1}]})
    assert found(request) == [
        'warning /messages/0/role enum: "usr": must be one of "user", "assistant", "function"; '
        'did you mean "user"? [message.role, chat-v1]',
        "warning /messages/0/content type: 1: must be a string, not a whole number [message.content, chat-v1]",
    ]


OPERATIONS = [operation for operation in from_spec.OPERATIONS if operation.models]


@pytest.mark.parametrize("operation", OPERATIONS, ids=from_spec.ids)
def test_what_one_model_takes_is_not_said_of_an_unknown_one(operation: Operation) -> None:
    for group in operation.groups:
        for payload, _ in from_spec.requests(operation, group):
            known = {one.rule for one in validate(payload, api=operation.api, model=group.models[0].name)}
            assert {one.rule for one in check_unknown(operation.api, payload)} <= known, payload


@cases(
    (
        "what no model takes",
        Request("v1.chat", {"messages": [user()], "temprature": 1}),
        "error /temprature unknown: not a known name; did you mean temperature? [-, chat-v1]",
    ),
    (
        "what every model refuses",
        Request("v1.chat", {"messages": [user()], "temperature": 2.1}),
        "error /temperature range: 2.1: must be at least 0 and at most 2.0 [temperature, chat-v1]",
    ),
    (
        "messages missing",
        Request("v1.chat", {}),
        "error /messages missing: missing: required [messages, chat-v1]",
    ),
    (
        "content empty",
        Request("v1.chat", {"messages": [user("")]}),
        ("error /messages/0/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
    (
        "an even number of messages",
        Request("v1.chat", {"messages": [user(), {"role": "assistant", "content": "a"}]}),
        f"error /messages/1 count: 2 messages: must be an odd number; {ORDER}",
    ),
    (
        "assistant first",
        Request("v1.chat", {"messages": [{"role": "assistant", "content": "a"}]}),
        f'error /messages/0/role order: "assistant": must be user here; {ORDER}',
    ),
    (
        "two users in a row",
        Request("v1.chat", {"messages": [user(), user()]}),
        f'error /messages/1/role order: "user": must be assistant here; {ORDER}',
    ),
)
def test_payload_that_names_no_model_has_the_rules_that_all_share(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("a request", Request("v1.chat", {"messages": [user()]})),
    ("a parameter of some models", Request("v1.chat", {"messages": [user()], "top_k": 3, "system": "助手"})),
    ("the widest range", Request("v1.chat", {"messages": [user()], "temperature": 2})),
    (
        "a function message",
        Request(
            "v1.chat",
            {
                "messages": [
                    user(),
                    {"role": "assistant", "content": "a"},
                    {"role": "function", "name": "f", "content": "1"},
                ]
            },
        ),
    ),
)
def test_payload_that_names_no_model_and_is_right(request_: Request) -> None:
    assert found(request_) == []


@cases(
    (
        "a range",
        v1("ERNIE-4.0-8K-0329", temperature=1.7),
        "warning /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "a parameter",
        v1("ERNIE-4.0-8K-0329", top_k=3),
        (
            "warning /top_k unsupported: not a parameter of ERNIE-4.0-8K-0329; Baichuan2-13B-Chat, Gemma-7B-it and"
            " 40 more take it [top_k, chat-v1]"
        ),
    ),
    (
        "an unknown name",
        v1("ERNIE-Lite-V", temprature=0.5),
        "warning /temprature unknown: not a known name; did you mean temperature? [-, chat-v1]",
    ),
    (
        "messages",
        v1("ERNIE-3.5-8K-0205", messages=[]),
        "warning /messages empty: must not be empty [messages, chat-v1]",
    ),
    (
        "the order of roles",
        v1("ERNIE Speed-AppBuilder", messages=[user(), user()]),
        (
            'warning /messages/1/role order: "user": must be assistant here; user (or function) and'
            " assistant take turns [messages, chat-v1]"
        ),
    ),
    (
        "a range, on V2",
        v2("ernie-4.0-8k-0613", temperature=1.7),
        "warning /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v2-2024]",
    ),
    (
        "a retired model",
        v1("ERNIE-Bot-turbo", temperature=1.7),
        "warning /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
)
def test_rules_of_a_model_that_no_page_lists_only_warn(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines
    assert all(one.startswith("warning ") for one in lines)


@right(
    ("unverified", v1("ERNIE-Lite-V")),
    ("only deployable", v1("Falcon-7B")),
    ("the two names of one model", v1("Qianfan-Chinese-Llama-2-13B")),
    ("the two names of one model, the other", v1("Qianfan-Chinese-Llama-2-13B-v1")),
    ("unverified, on V2", v2("ernie-func-8k")),
)
def test_known_model_passes(request_: Request) -> None:
    assert found(request_) == []
