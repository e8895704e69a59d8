"""Texts, lists, maps and switches: their types, lengths and values."""

from __future__ import annotations

from tests.rules.saying import CHAT_LAW, Request, cases, found, right, v1, v2

ERNIE_4 = "ERNIE-4.0-8K"
LAST = "ERNIE-Character-8K"
MANY = {f"key{number}": "value" for number in range(17)}


@cases(
    (
        "five",
        v1(stop=list("abcde")),
        "error /stop items: 5 items: must be at most 4 [stop, chat-v1]",
    ),
    (
        "too long",
        v1(stop=["。", "停" * 21]),
        "error /stop/1 length: 21 characters: must be at most 20 [stop[], chat-v1]",
    ),
    (
        "two too long",
        v1(stop=["a" * 21, "b" * 25]),
        "error /stop/0 length: 21 characters: must be at most 20 [stop[], chat-v1]",
        "error /stop/1 length: 25 characters: must be at most 20 [stop[], chat-v1]",
    ),
    (
        "no list, and too long for an item of one",
        v1(stop="停" * 21),
        f'error /stop type: "{"停" * 21}": must be a list of strings, not a string [stop, chat-v1]',
    ),
    (
        "no list",
        v1(stop="。"),
        'error /stop type: "。": must be a list of strings, not a string; write ["。"] [stop, chat-v1]',
    ),
    (
        "an item that is no text",
        v1(stop=["。", 7]),
        "error /stop/1 type: 7: must be a string, not a whole number [stop[], chat-v1]",
    ),
    (
        "an item that is null",
        v1(stop=[None]),
        "error /stop/0 type: null: must be a string, not null [stop[], chat-v1]",
    ),
    (
        "on a model's own page",
        v1("Qianfan-Chinese-Llama-2-13B", stop=list("abcde")),
        "error /stop items: 5 items: must be at most 4 [stop, chat-v1]",
    ),
    (
        "five, on V2",
        v2(stop=list("abcde")),
        "error /stop items: 5 items: must be at most 4 [stop, chat-v2]",
    ),
    (
        "too long, on V2",
        v2(stop=["停" * 21]),
        "error /stop/0 length: 21 characters: must be at most 20 [stop[], chat-v2]",
    ),
    (
        "no list, on V2",
        v2(stop="。"),
        'error /stop type: "。": must be a list of strings, not a string; write ["。"] [stop, chat-v2]',
    ),
)
def test_stop(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "17 pairs",
        v1(metadata=MANY),
        "error /metadata items: 17 members: must be at most 16 [metadata, chat-v1]",
    ),
    (
        "a value that is no text",
        v1(metadata={"task": 12, "run": "a"}),
        "error /metadata/task type: 12: must be a string, not a whole number [metadata[], chat-v1]",
    ),
    (
        "no object",
        v1(metadata=["task"]),
        'error /metadata type: ["task"]: must be an object, not a list [metadata, chat-v1]',
    ),
    (
        "no object, on V2",
        v2("ernie-4.5-turbo-32k", metadata="task"),
        'error /metadata type: "task": must be an object, not a string [metadata, chat-v2]',
    ),
    (
        "a value that is no text, on V2",
        v2(metadata={"task": 12}),
        "error /metadata/task type: 12: must be a string, not a whole number [metadata[], chat-v2]",
    ),
    (
        "17 pairs, on V2",
        v2("ernie-4.5-turbo-32k", metadata=MANY),
        "error /metadata items: 17 members: must be at most 16 [metadata, chat-v2]",
    ),
)
def test_metadata(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("of no parameter", v1(temprature=None)),
    ("of a message", v1(messages=[{"role": "user", "content": "你好", "refusal": None, "whatever": None}])),
    ("of metadata", v1(metadata={"task": None})),
    (
        "deep in a request",
        v2(
            messages=[
                {
                    "role": "user",
                    "content": "你好",
                    "tool_calls": [{"id": "a", "type": "function", "function": {"strict": None}}],
                }
            ]
        ),
    ),
)
def test_member_that_is_null_is_left_out_whatever_its_name(request_: Request) -> None:
    assert found(request_) == []


@cases(
    (
        "stream",
        v1(stream="true"),
        'error /stream type: "true": must be true or false, not a string; write true [stream, chat-v1]',
    ),
    (
        "stream as a number",
        v1(stream=1),
        "error /stream type: 1: must be true or false, not a whole number [stream, chat-v1]",
    ),
    (
        "system",
        v1(system=["你是助手"]),
        'error /system type: ["你是助手"]: must be a string, not a list [system, chat-v1]',
    ),
    (
        "user_id",
        v1(user_id=42),
        "error /user_id type: 42: must be a string, not a whole number [user_id, chat-v1]",
    ),
    (
        "response_format",
        v1(ERNIE_4, response_format="json"),
        'error /response_format enum: "json": must be one of "json_object", "text" [response_format, chat-v1]',
    ),
    (
        "response_format as an object",
        v1(ERNIE_4, response_format={"type": "json_object"}),
        (
            'error /response_format type: {"type": "json_object"}: must be a string, not an object'
            " [response_format, chat-v1]"
        ),
    ),
    (
        "disable_search",
        v1(ERNIE_4, disable_search="no"),
        'error /disable_search type: "no": must be true or false, not a string [disable_search, chat-v1]',
    ),
    (
        "enable_citation",
        v1(ERNIE_4, enable_citation=1),
        "error /enable_citation type: 1: must be true or false, not a whole number [enable_citation, chat-v1]",
    ),
    (
        "enable_trace",
        v1(ERNIE_4, enable_trace="yes"),
        'error /enable_trace type: "yes": must be true or false, not a string [enable_trace, chat-v1]',
    ),
    (
        "enable_system_memory",
        v1(ERNIE_4, enable_system_memory=0),
        (
            "error /enable_system_memory type: 0: must be true or false, not a whole number"
            " [enable_system_memory, chat-v1]"
        ),
    ),
    (
        "system_memory_id",
        v1(ERNIE_4, system_memory_id=3),
        "error /system_memory_id type: 3: must be a string, not a whole number [system_memory_id, chat-v1]",
    ),
    (
        "enable_user_memory",
        v1(LAST, enable_user_memory="on"),
        'error /enable_user_memory type: "on": must be true or false, not a string [enable_user_memory, chat-v1]',
    ),
    (
        "logprobs",
        v1("ChatGLM2-6B", logprobs=2),
        "error /logprobs type: 2: must be true or false, not a whole number [logprobs, chat-v1]",
    ),
    (
        "extra_parameters",
        v1("ChatLaw", extra_parameters="use_keyword"),
        'error /extra_parameters type: "use_keyword": must be an object, not a string [extra_parameters, chat-v1]',
    ),
    (
        "a member of extra_parameters",
        v1("ChatLaw", extra_parameters={**CHAT_LAW, "use_keyword": "yes"}),
        (
            'error /extra_parameters/use_keyword type: "yes": must be true or false, not a string'
            " [extra_parameters.use_keyword, chat-v1]"
        ),
    ),
    (
        "functions",
        v1("ERNIE-3.5-8K", functions={}),
        "error /functions type: {}: must be a list, not an object [functions, chat-v1]",
    ),
    (
        "tool_choice",
        v1("ERNIE-3.5-8K", tool_choice="auto"),
        'error /tool_choice type: "auto": must be an object, not a string [tool_choice, chat-v1]',
    ),
)
def test_v1_value_of_another_type(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "stream",
        v2(stream="true"),
        'error /stream type: "true": must be true or false, not a string; write true [stream, chat-v2]',
    ),
    (
        "stream_options",
        v2(stream=True, stream_options=True),
        "error /stream_options type: true: must be an object, not true or false [stream_options, chat-v2]",
    ),
    (
        "stream_options.include_usage",
        v2(stream=True, stream_options={"include_usage": "yes"}),
        (
            'error /stream_options/include_usage type: "yes": must be true or false, not a string'
            " [stream_options.include_usage, chat-v2]"
        ),
    ),
    (
        "user",
        v2(user=42),
        "error /user type: 42: must be a string, not a whole number [user, chat-v2]",
    ),
    (
        "parallel_tool_calls",
        v2(parallel_tool_calls="no"),
        ('error /parallel_tool_calls type: "no": must be true or false, not a string [parallel_tool_calls, chat-v2]'),
    ),
    (
        "tools",
        v2(tools={}),
        "error /tools type: {}: must be a list, not an object [tools, chat-v2]",
    ),
    (
        "tool_choice",
        v2(tool_choice=True),
        "error /tool_choice type: true: must be a string or an object, not true or false [tool_choice, chat-v2]",
    ),
    (
        "response_format",
        v2(response_format="json_object"),
        'error /response_format type: "json_object": must be an object, not a string [response_format, chat-v2]',
    ),
    (
        "preemptible",
        v2(preemptible=1),
        "warning /preemptible type: 1: must be true or false, not a whole number [preemptible, sdk-python]",
    ),
    (
        "preemptable",
        v2(preemptable=1),
        "error /preemptable type: 1: must be true or false, not a whole number [preemptable, sdk-guide]",
    ),
)
def test_v2_value_of_another_type(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "left out",
        v1("ChatLaw"),
        "error /extra_parameters missing: missing: required [extra_parameters, chat-v1]",
    ),
    (
        "null",
        v1("ChatLaw", extra_parameters=None),
        "error /extra_parameters missing: missing: required [extra_parameters, chat-v1]",
    ),
    (
        "without its members",
        v1("ChatLaw", extra_parameters={}),
        "error /extra_parameters/use_keyword missing: missing: required [extra_parameters.use_keyword, chat-v1]",
        ("error /extra_parameters/use_reference missing: missing: required [extra_parameters.use_reference, chat-v1]"),
    ),
    (
        "without one of its members",
        v1("ChatLaw", extra_parameters={"use_keyword": True}),
        ("error /extra_parameters/use_reference missing: missing: required [extra_parameters.use_reference, chat-v1]"),
    ),
)
def test_chatlaw_needs_extra_parameters(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "another type",
        v2(response_format={"type": "json"}),
        (
            'error /response_format/type enum: "json": must be one of "json_object", "text", "json_schema"'
            " [response_format.type, chat-v2]"
        ),
    ),
    (
        "no text as type",
        v2(response_format={"type": 1}),
        ("error /response_format/type type: 1: must be a string, not a whole number [response_format.type, chat-v2]"),
    ),
    (
        "json_schema without its schema",
        v2(response_format={"type": "json_schema"}),
        (
            "error /response_format/json_schema missing: missing: required when type is json_schema"
            " [response_format.json_schema, chat-v2]"
        ),
    ),
    (
        "json_schema with null",
        v2(response_format={"type": "json_schema", "json_schema": None}),
        (
            "error /response_format/json_schema missing: missing: required when type is json_schema"
            " [response_format.json_schema, chat-v2]"
        ),
    ),
    (
        "a schema that is no object",
        v2(response_format={"type": "json_schema", "json_schema": "{}"}),
        (
            'error /response_format/json_schema type: "{}": must be an object, not a string'
            " [response_format.json_schema, chat-v2]"
        ),
    ),
    (
        "a misspelt member",
        v2(response_format={"type": "json_schema", "jsonschema": {}, "json_schema": {}}),
        (
            "error /response_format/jsonschema unknown: not a known name; did you mean json_schema?"
            " [response_format, chat-v2]"
        ),
    ),
)
def test_response_format_of_v2(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "misspelt",
        v1(temprature=0.5),
        "error /temprature unknown: not a known name; did you mean temperature? [-, chat-v1]",
    ),
    (
        "of the other dialect",
        v1(max_completion_tokens=100),
        "error /max_completion_tokens unknown: not a known name here; write max_output_tokens [-, chat-v1]",
    ),
    (
        "nothing like it",
        v1(zzz=1),
        (
            "error /zzz unknown: not a known name; known: backoff_factor, endpoint, frequency_penalty,"
            " max_output_tokens, messages, metadata, min_output_tokens and 11 more [-, chat-v1]"
        ),
    ),
    (
        "misspelt, on V2",
        v2(max_completion_token=100),
        ("error /max_completion_token unknown: not a known name; did you mean max_completion_tokens? [-, chat-v2]"),
    ),
    (
        "of the other dialect, on V2",
        v2(user_id="someone"),
        "error /user_id unknown: not a known name here; write user [-, chat-v2]",
    ),
    (
        "in stream_options",
        v2(stream=True, stream_options={"include_usages": True}),
        (
            "error /stream_options/include_usages unknown: not a known name; did you mean include_usage or"
            " chunk_include_usage? [stream_options, chat-v2]"
        ),
    ),
    (
        "endpoint is a word of V1",
        v2(endpoint="x"),
        (
            "error /endpoint unknown: not a known name; known: backoff_factor, max_completion_tokens,"
            " max_tokens, messages, metadata, model, parallel_tool_calls and 16 more [-, chat-v2]"
        ),
    ),
)
def test_name_that_no_model_takes(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("4 stops of 20 characters", v1(stop=["停" * 20, "b" * 20, "c" * 20, "d"])),
    ("no stops", v1(stop=[])),
    ("4 stops of 20 characters, on V2", v2(stop=["停" * 20, "b" * 20, "c" * 20, "d"])),
    ("16 pairs of metadata", v1(metadata=dict(list(MANY.items())[:16]))),
    ("no metadata", v1(metadata={})),
    ("16 pairs of metadata, on V2", v2(metadata=dict(list(MANY.items())[:16]))),
    ("response_format text", v1(ERNIE_4, response_format="text")),
    ("response_format json_object", v1(ERNIE_4, response_format="json_object")),
    ("response_format text, on V2", v2(response_format={"type": "text"})),
    ("response_format without type", v2(response_format={})),
    ("response_format json_object, on V2", v2(response_format={"type": "json_object"})),
    ("response_format json_schema", v2(response_format={"type": "json_schema", "json_schema": {"type": "object"}})),
    ("a schema beside another type", v2(response_format={"type": "text", "json_schema": {}})),
    ("ChatLaw's extra_parameters", v1("ChatLaw", extra_parameters=CHAT_LAW)),
    ("extra_parameters as the SDK sends them", v1("ChatLaw", extra_parameters={**CHAT_LAW, "request_source": "sdk"})),
    ("a tuple for a list", v1(stop=("。", "！"))),
    ("system", v1(system="你是百度的助手")),
    ("an empty system", v1(system="")),
    (
        "null for what is optional",
        v1(temperature=None, stop=None, metadata=None, user_id=None, stream=None, system=None, max_output_tokens=None),
    ),
    (
        "null for what is optional, on V2",
        v2(temperature=None, tools=None, tool_choice=None, stream_options=None, response_format=None, seed=None),
    ),
)
def test_value_that_is_right(request_: Request) -> None:
    assert found(request_) == []
