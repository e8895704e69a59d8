"""Parameters that need one another, or had better not stand together; and one cause gives one violation."""

from __future__ import annotations

from tests.rules.saying import CHAT_LAW, Request, assistant, cases, found, right, user, v1, v2

A_FUNCTION = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}


@cases(
    (
        "top_logprobs with logprobs",
        v1("ChatGLM2-6B", logprobs=True),
        "error /top_logprobs missing: missing: required when logprobs is true [top_logprobs, chat-v1]",
    ),
    (
        "top_logprobs with logprobs, null",
        v1("ChatGLM2-6B", logprobs=True, top_logprobs=None),
        "error /top_logprobs missing: missing: required when logprobs is true [top_logprobs, chat-v1]",
    ),
    (
        "top_logprobs on a model's own page",
        v1("Qianfan-Chinese-Llama-2-13B", logprobs=True),
        "error /top_logprobs missing: missing: required when logprobs is true [top_logprobs, chat-v1]",
    ),
    (
        "system_memory_id with enable_system_memory",
        v1("ERNIE-4.0-8K", enable_system_memory=True),
        (
            "error /system_memory_id missing: missing: required when enable_system_memory is true"
            " [system_memory_id, chat-v1]"
        ),
    ),
    (
        "user_id with enable_user_memory",
        v1("ERNIE-Character-8K", enable_user_memory=True),
        "error /user_id missing: missing: required when enable_user_memory is true [user_id, chat-v1]",
    ),
)
def test_parameter_that_another_needs(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "top_k and top_p",
        v1("Yi-34B-Chat", top_k=3, top_p=0.5),
        "warning /top_p prefer: set top_k or top_p, not both [top_p, chat-v1]",
    ),
    (
        "all three of a third party",
        v1("Yi-34B-Chat", temperature=0.5, top_p=0.5, top_k=3),
        "warning /top_p prefer: set top_k or top_p, not both [top_p, chat-v1]",
    ),
    (
        "system and functions",
        v1("ERNIE-3.5-8K", system="助手", functions=[A_FUNCTION]),
        "warning /functions prefer: beside system the effect is not sure [functions, chat-v1]",
    ),
    (
        "max_tokens and max_completion_tokens",
        v2(max_tokens=10, max_completion_tokens=10),
        ("warning /max_tokens prefer: set max_completion_tokens or max_tokens, not both [max_tokens, chat-v2-later]"),
    ),
    (
        "stream_options without stream",
        v2(stream_options={"include_usage": True}),
        "warning /stream_options effect: has an effect only when stream is true [stream_options, chat-v2]",
    ),
    (
        "stream_options with stream false",
        v2(stream=False, stream_options={"include_usage": True}),
        "warning /stream_options effect: has an effect only when stream is true [stream_options, chat-v2]",
    ),
)
def test_parameters_that_are_advised_against(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "even count and a wrong role",
        v1(messages=[user(), {"role": "system", "content": "助手"}]),
        (
            'error /messages/1/role enum: "system": must be one of "user", "assistant", "function"; the'
            " system text is the parameter system on V1 [message.role, chat-v1]"
        ),
    ),
    (
        "even count and a wrong order",
        v1(messages=[user(), user()]),
        (
            'error /messages/1/role order: "user": must be assistant here; user (or function) and assistant'
            " take turns [messages, chat-v1]"
        ),
    ),
    (
        "a message without a role",
        v1(messages=[{"content": "你好"}, assistant()]),
        "error /messages/0/role missing: missing: required [message.role, chat-v1]",
    ),
    (
        "messages of another type",
        v1(messages="你好"),
        'error /messages type: "你好": must be a list, not a string [messages, chat-v1]',
    ),
    (
        "no messages",
        v1(messages=[]),
        "error /messages empty: must not be empty [messages, chat-v1]",
    ),
    (
        "empty content at the end",
        v2(messages=[user("")]),
        "error /messages/0/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
    ),
    (
        "content missing at the end",
        v2(messages=[{"role": "user"}]),
        ("error /messages/0/content missing: missing: required unless tool_calls is given [message.content, chat-v2]"),
    ),
    (
        "a last message of an unknown role",
        v2(messages=[user(), {"role": "robot", "content": "x"}]),
        (
            'error /messages/1/role enum: "robot": must be one of "user", "assistant", "system", "tool",'
            ' "function" [message.role, chat-v2]'
        ),
    ),
    (
        "an unsupported parameter out of range",
        v2(frequency_penalty=9),
        (
            "error /frequency_penalty unsupported: not a parameter of ernie-3.5-8k; ernie-speed-pro-128k,"
            " ernie-lite-pro-128k and 56 more take it [frequency_penalty, chat-v2-2024]"
        ),
    ),
    (
        "an unsupported parameter that another would need",
        v1(logprobs=True),
        (
            "error /logprobs unsupported: not a parameter of ERNIE-Speed-8K; ERNIE-Tiny-128K-0929,"
            " Qianfan-Chinese-Llama-2-7B-32K and 6 more take it [logprobs, chat-v1]"
        ),
    ),
    (
        "an unsupported parameter of another type",
        v1(top_k="many"),
        ("error /top_k unsupported: not a parameter of ERNIE-Speed-8K; Baichuan2-13B-Chat takes it [top_k, chat-v1]"),
    ),
    (
        "a disputed parameter out of range",
        v2("deepseek-v3", penalty_score=9),
        (
            "warning /penalty_score disputed: sources disagree whether deepseek-v3 takes it: The page says that it does"
            " not take it; code that the platform's console made sends it. [penalty_score, chat-v2]"
        ),
    ),
    (
        "a bool for a number that has a range",
        v1(temperature=False),
        "error /temperature type: false: must be a number, not true or false [temperature, chat-v1]",
    ),
    (
        "a top_logprobs of another type",
        v1("ChatGLM2-6B", logprobs=True, top_logprobs="3"),
        'error /top_logprobs type: "3": must be a whole number, not a string; write 3 [top_logprobs, chat-v1]',
    ),
    (
        "logprobs of another type",
        v1("ChatGLM2-6B", logprobs="true"),
        'error /logprobs type: "true": must be true or false, not a string; write true [logprobs, chat-v1]',
    ),
    (
        "a response_format of an unknown type without schema",
        v2(response_format={"type": "jsonschema"}),
        (
            'error /response_format/type enum: "jsonschema": must be one of "json_object", "text", "json_schema";'
            ' did you mean "json_schema"?'
            " [response_format.type, chat-v2]"
        ),
    ),
    (
        "a tool_choice without a name, without tools",
        v2(tool_choice={"type": "function", "function": {}}),
        "error /tool_choice/function/name missing: missing: required [tool_choice_function.name, chat-v2]",
    ),
    (
        "a tool_choice of another type, without tools",
        v2(tool_choice="f"),
        'error /tool_choice enum: "f": must be one of "none", "auto", "required" [tool_choice, chat-v2]',
    ),
    (
        "stream_options of another type",
        v2(stream=True, stream_options="usage"),
        'error /stream_options type: "usage": must be an object, not a string [stream_options, chat-v2]',
    ),
    (
        "a schema of another type with odd properties",
        v1("ERNIE-3.5-8K", functions=[{**A_FUNCTION, "parameters": {"type": "list", "properties": 1}}]),
        'error /functions/0/parameters/type enum: "list": must be "object" [function.parameters, chat-v1]',
    ),
    (
        "too many stops that are right",
        v1(stop=["a"] * 9),
        "error /stop items: 9 items: must be at most 4 [stop, chat-v1]",
    ),
    (
        "extra_parameters of another type",
        v1("ChatLaw", extra_parameters=[]),
        "error /extra_parameters type: []: must be an object, not a list [extra_parameters, chat-v1]",
    ),
)
def test_one_cause_gives_one_violation(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines
    assert len(lines) == 1


@cases(
    (
        "three faults",
        v1(temperature=2, top_p=2, stop=["a" * 21]),
        "error /temperature range: 2: must be above 0 and at most 1.0 [temperature, chat-v1]",
        "error /top_p range: 2: must be at least 0 and at most 1.0 [top_p, chat-v1]",
        "error /stop/0 length: 21 characters: must be at most 20 [stop[], chat-v1]",
    ),
    (
        "faults and advice",
        v1("Yi-34B-Chat", top_k=0, top_p=2),
        "warning /top_k range: 0: must be at least 1 [top_k, llama-13b]",
        "error /top_p range: 2: must be at least 0 and at most 1.0 [top_p, chat-v1]",
        "warning /top_p prefer: set top_k or top_p, not both [top_p, chat-v1]",
    ),
    (
        "in messages and beside them",
        v2(seed=0, messages=[user(""), user()]),
        "error /messages/0/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
        "error /seed range: 0: must be above 0 and below 2147483647 [seed, chat-v2]",
        (
            'warning /messages/1/role order: "user": must be assistant here; after an optional system'
            " message, user (or tool, or function) and assistant take turns [messages, chat-v2-2024, dropped]"
        ),
    ),
    (
        "in several messages",
        v1(messages=[user(""), {"role": "assistant"}, {"role": "function", "content": ""}]),
        ("error /messages/0/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
        (
            "error /messages/1/content missing: missing: required unless function_call is given"
            " [message.content, chat-v1]"
        ),
        "error /messages/2/name missing: missing: required when role is function [message.name, chat-v1]",
        ("error /messages/2/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
)
def test_every_fault_is_found_in_one_pass(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("logprobs with top_logprobs", v1("ChatGLM2-6B", logprobs=True, top_logprobs=0)),
    ("logprobs false alone", v1("ChatGLM2-6B", logprobs=False)),
    ("top_logprobs alone", v1("ChatGLM2-6B", top_logprobs=3)),
    ("system memory", v1("ERNIE-4.0-8K", enable_system_memory=True, system_memory_id="m1")),
    ("system memory off", v1("ERNIE-4.0-8K", enable_system_memory=False)),
    ("user memory", v1("ERNIE-Character-8K", enable_user_memory=True, user_id="someone")),
    ("user memory off", v1("ERNIE-Character-8K", enable_user_memory=False)),
    ("temperature and top_p of an ERNIE model, as in the guide", v1("ERNIE-3.5-8K", temperature=0.5, top_p=0.9)),
    ("temperature and top_p of ChatLaw", v1("ChatLaw", extra_parameters=CHAT_LAW, temperature=1, top_p=1)),
    ("temperature and top_k", v1("Yi-34B-Chat", temperature=0.5, top_k=3)),
    ("temperature and top_p of a third party", v1("Yi-34B-Chat", temperature=0.5, top_p=0.5)),
    (
        "all three on a page that has no word of it",
        v1("Qianfan-Chinese-Llama-2-13B", temperature=0.5, top_p=0.5, top_k=3),
    ),
    ("temperature and top_p on V2", v2(temperature=0.5, top_p=0.5)),
    ("system beside null functions", v1("ERNIE-3.5-8K", system="助手", functions=None)),
    ("stream_options with stream", v2(stream=True, stream_options={"include_usage": True})),
    ("stream_options empty", v2(stream=True, stream_options={})),
    ("stream_options of later", v2(stream=True, stream_options={"chunk_include_usage": True})),
)
def test_parameters_that_go_together(request_: Request) -> None:
    assert found(request_) == []
