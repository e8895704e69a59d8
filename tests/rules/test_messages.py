"""Messages: roles and their order, how many there are, what they hold and how long they may be together."""

from __future__ import annotations

from tests.rules.saying import Request, assistant, cases, found, right, user, v1, v2

ERNIE_35 = "ERNIE-3.5-8K"
LLAMA = "Qianfan-Chinese-Llama-2-13B"
LATER = "ernie-4.5-turbo-32k"

V1_ORDER = "user (or function) and assistant take turns [messages, chat-v1]"
FUNCTION_FIRST = (
    '/messages/0/role order: "function": must be user here; it is the first message [messages, ernie-3.5-128k-preview]'
)
V2_OPENING = "it is the first message [messages, chat-v2-2024, dropped]"
LLAMA_ORDER = "user and assistant take turns [messages, llama-13b]"
V2_ORDER = (
    "after an optional system message, user (or tool, or function) and assistant take turns"
    " [messages, chat-v2-2024, dropped]"
)

CALL = {"name": "get_file_num", "arguments": '{"language": "python"}'}
RESULT = {"role": "function", "name": "get_file_num", "content": '{"return": 35}'}

TOOL_CALL = {"id": "19eaa", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "北京"}'}}
TOOL_RESULT = {"role": "tool", "tool_call_id": "19eaa", "name": "get_weather", "content": '{"temperature": 20}'}
SYSTEM = {"role": "system", "content": "平台助手"}


def said(*messages: object, model: str = ERNIE_35, **parameters: object) -> Request:
    """A V1 request with these messages."""
    return v1(model, messages=list(messages), **parameters)


def said_v2(*messages: object, model: str = "ernie-3.5-8k", **parameters: object) -> Request:
    """A V2 request with these messages."""
    return v2(model, messages=list(messages), **parameters)


def image(url: object = "https://example.com/cat.png") -> dict[str, object]:
    return {"type": "image_url", "image_url": {"url": url}}


@cases(
    (
        "left out",
        v1().without("messages"),
        "error /messages missing: missing: required [messages, chat-v1]",
    ),
    (
        "null",
        v1(messages=None),
        "error /messages missing: missing: required [messages, chat-v1]",
    ),
    (
        "none",
        v1(messages=[]),
        "error /messages empty: must not be empty [messages, chat-v1]",
    ),
    (
        "a text",
        v1(messages="你好"),
        'error /messages type: "你好": must be a list, not a string [messages, chat-v1]',
    ),
    (
        "one message without a list",
        v1(messages=user()),
        (
            'error /messages type: {"role": "user", "content": "你好"}: must be a list, not an object'
            " [messages, chat-v1]"
        ),
    ),
    (
        "a message that is a text",
        said("你好"),
        'error /messages/0 type: "你好": must be an object, not a string [message, chat-v1]',
    ),
    (
        "left out, on V2",
        v2().without("messages"),
        "error /messages missing: missing: required [messages, chat-v2]",
    ),
    (
        "none, on V2",
        v2(messages=[]),
        "error /messages empty: must not be empty [messages, chat-v2]",
    ),
    (
        "a message that is null, on V2",
        said_v2(None),
        "error /messages/0 type: null: must be an object, not null [message, chat-v2]",
    ),
)
def test_messages_are_a_list_of_messages(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "system",
        said(SYSTEM, user()),
        (
            'error /messages/0/role enum: "system": must be one of "user", "assistant", "function"; the'
            " system text is the parameter system on V1 [message.role, chat-v1]"
        ),
    ),
    (
        "system and no other fault",
        said(SYSTEM),
        (
            'error /messages/0/role enum: "system": must be one of "user", "assistant", "function"; the'
            " system text is the parameter system on V1 [message.role, chat-v1]"
        ),
    ),
    (
        "tool",
        said(user(), assistant(function_call=CALL), TOOL_RESULT),
        ('error /messages/2/role enum: "tool": must be one of "user", "assistant", "function" [message.role, chat-v1]'),
        ("warning /messages/2/tool_call_id unknown: not on the platform's page; ignored or refused [message, chat-v1]"),
    ),
    (
        "unknown",
        said({"role": "human", "content": "你好"}),
        (
            'error /messages/0/role enum: "human": must be one of "user", "assistant", "function"'
            " [message.role, chat-v1]"
        ),
    ),
    (
        "missing",
        said({"content": "你好"}),
        "error /messages/0/role missing: missing: required [message.role, chat-v1]",
    ),
    (
        "no text",
        said({"role": 1, "content": "你好"}),
        "error /messages/0/role type: 1: must be a string, not a whole number [message.role, chat-v1]",
    ),
    (
        "function, where the model's own page has it not",
        said(user(), assistant(), RESULT, model=LLAMA),
        ('error /messages/2/role enum: "function": must be one of "user", "assistant" [message.role, llama-13b]'),
    ),
    (
        "unknown, on V2",
        said_v2({"role": "developer", "content": "你好"}),
        (
            'error /messages/0/role enum: "developer": must be one of "user", "assistant", "system",'
            ' "tool", "function" [message.role, chat-v2]'
        ),
    ),
    (
        "missing, on V2",
        said_v2({"content": "你好"}),
        "error /messages/0/role missing: missing: required [message.role, chat-v2]",
    ),
)
def test_role(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "assistant first",
        said(assistant()),
        f'error /messages/0/role order: "assistant": must be user here; {V1_ORDER}',
    ),
    (
        "function first",
        said(RESULT),
        f"warning {FUNCTION_FIRST}",
    ),
    (
        "function first, on the model whose page says it",
        said(RESULT, model="ERNIE-3.5-128K-Preview"),
        f"error {FUNCTION_FIRST}",
    ),
    (
        "function first, and an even number of them",
        said(RESULT, assistant()),
        f"warning {FUNCTION_FIRST}",
        f"error /messages/1 count: 2 messages: must be an odd number; {V1_ORDER}",
    ),
    (
        "function first, and two assistants in a row",
        said(RESULT, assistant(), assistant()),
        f"warning {FUNCTION_FIRST}",
        f'error /messages/2/role order: "assistant": must be function or user here; {V1_ORDER}',
    ),
    (
        "two users in a row",
        said(user(), user(), user()),
        f'error /messages/1/role order: "user": must be assistant here; {V1_ORDER}',
    ),
    (
        "two assistants in a row",
        said(user(), assistant(), assistant(), user(), user()),
        f'error /messages/2/role order: "assistant": must be function or user here; {V1_ORDER}',
    ),
    (
        "user, user: out of order, and an even number of them",
        said(user(), user()),
        f'error /messages/1/role order: "user": must be assistant here; {V1_ORDER}',
    ),
    (
        "assistant first, and an even number of them",
        said(assistant(), user()),
        f'error /messages/0/role order: "assistant": must be user here; {V1_ORDER}',
    ),
    (
        "even",
        said(user(), assistant()),
        f"error /messages/1 count: 2 messages: must be an odd number; {V1_ORDER}",
    ),
    (
        "even, four",
        said(user(), assistant(), user(), assistant()),
        f"error /messages/3 count: 4 messages: must be an odd number; {V1_ORDER}",
    ),
    (
        "even on a model's own page",
        said(user(), assistant(), model=LLAMA),
        f"error /messages/1 count: 2 messages: must be an odd number; {LLAMA_ORDER}",
    ),
    (
        "out of order on a model's own page",
        said(user(), user(), user(), model=LLAMA),
        f'error /messages/1/role order: "user": must be assistant here; {LLAMA_ORDER}',
    ),
    (
        "assistant first on a model's own page",
        said(assistant(), model=LLAMA),
        f'error /messages/0/role order: "assistant": must be user here; {LLAMA_ORDER}',
    ),
)
def test_order_of_roles_on_v1(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "assistant first",
        said_v2(assistant(), user()),
        f'warning /messages/0/role order: "assistant": must be system or user here; {V2_ORDER}',
    ),
    (
        "tool first",
        said_v2(TOOL_RESULT),
        f'warning /messages/0/role order: "tool": must be system or user here; {V2_OPENING}',
        (
            'warning /messages/0/tool_call_id reference: "19eaa": answers no call; none was made'
            " [messages.calls, chat-v2]"
        ),
    ),
    (
        "function first",
        said_v2({"role": "function", "name": "f", "content": "1"}),
        f'warning /messages/0/role order: "function": must be system or user here; {V2_OPENING}',
    ),
    (
        "assistant right after system",
        said_v2(SYSTEM, assistant(), user()),
        f'warning /messages/1/role order: "assistant": must be function or tool or user here; {V2_ORDER}',
    ),
    (
        "two users in a row",
        said_v2(user(), user()),
        f'warning /messages/1/role order: "user": must be assistant here; {V2_ORDER}',
    ),
    (
        "two assistants in a row",
        said_v2(user(), assistant(), assistant(), user()),
        f'warning /messages/2/role order: "assistant": must be function or tool or user here; {V2_ORDER}',
    ),
    (
        "system twice",
        said_v2(SYSTEM, SYSTEM, user()),
        f'warning /messages/1/role order: "system": must be function or tool or user here; {V2_ORDER}',
    ),
    (
        "system later on",
        said_v2(user(), assistant(), SYSTEM),
        f'warning /messages/2/role order: "system": must be function or tool or user here; {V2_ORDER}',
    ),
    (
        "tool results and a user in a row",
        said_v2(user(), assistant(tool_calls=[TOOL_CALL]), TOOL_RESULT, user()),
        f'warning /messages/3/role order: "user": must be assistant here; {V2_ORDER}',
    ),
    (
        "assistant last",
        said_v2(user(), assistant()),
        (
            'warning /messages/1/role last: "assistant": must be function or tool or user: the last message'
            " is the request [messages, chat-v2-2024, dropped]"
        ),
    ),
    (
        "system alone",
        said_v2(SYSTEM),
        (
            'warning /messages/0/role last: "system": must be function or tool or user: the last message is'
            " the request [messages, chat-v2-2024, dropped]"
        ),
    ),
    (
        "assistant last, to a later model",
        said_v2(user(), assistant(), model=LATER),
        (
            'warning /messages/1/role last: "assistant": must be function or tool or user: the last message is the'
            " request [messages, chat-v2-2024, dropped]"
        ),
    ),
)
def test_order_of_roles_on_v2(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "empty",
        said(user("")),
        ("error /messages/0/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
    (
        "missing",
        said({"role": "user"}),
        (
            "error /messages/0/content missing: missing: required unless function_call is given"
            " [message.content, chat-v1]"
        ),
    ),
    (
        "null",
        said(user(None)),
        (
            "error /messages/0/content missing: missing: required unless function_call is given"
            " [message.content, chat-v1]"
        ),
    ),
    (
        "a number",
        said(user(42)),
        "error /messages/0/content type: 42: must be a string, not a whole number [message.content, chat-v1]",
    ),
    (
        "a list of parts",
        said(user([{"type": "text", "text": "你好"}])),
        (
            'error /messages/0/content type: [{"type": "text", "text": "你好"}]: must be a string, not a list'
            " [message.content, chat-v1]"
        ),
    ),
    (
        "an object",
        said(user({"text": "你好"})),
        (
            'error /messages/0/content type: {"text": "你好"}: must be a string, not an object'
            " [message.content, chat-v1]"
        ),
    ),
    (
        "empty in the middle",
        said(user(), assistant(""), user()),
        ("error /messages/1/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
    (
        "empty with a null function_call",
        said(user(), assistant("", function_call=None), user()),
        ("error /messages/1/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
    (
        "empty twice",
        said(user(""), assistant(""), user()),
        ("error /messages/0/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
        ("error /messages/1/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
    (
        "empty, on V2",
        said_v2(user("")),
        "error /messages/0/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
    ),
    (
        "missing, on V2",
        said_v2({"role": "user"}),
        ("error /messages/0/content missing: missing: required unless tool_calls is given [message.content, chat-v2]"),
    ),
    (
        "null, on V2",
        said_v2(user(None)),
        ("error /messages/0/content missing: missing: required unless tool_calls is given [message.content, chat-v2]"),
    ),
    (
        "no parts, on V2",
        said_v2(user([])),
        "error /messages/0/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
    ),
    (
        "a number, on V2",
        said_v2(user(42)),
        (
            "error /messages/0/content type: 42: must be a string or a list, not a whole number"
            " [message.content, chat-v2]"
        ),
    ),
    (
        "empty in the middle, on V2",
        said_v2(user(), assistant(""), user()),
        "error /messages/1/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
    ),
    (
        "empty of a tool, on V2",
        said_v2(user(), assistant(tool_calls=[TOOL_CALL]), {**TOOL_RESULT, "content": ""}),
        "warning /messages/2/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
    ),
    (
        "empty to a later model",
        said_v2(user(""), model=LATER),
        "error /messages/0/content empty: must not be empty unless tool_calls is given [message.content, chat-v2]",
    ),
)
def test_content(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "spaces",
        said_v2(user("  ")),
        'error /messages/0/content blank: "  ": must have more than white space [messages, chat-v2]',
    ),
    (
        "line breaks",
        said_v2(user("\n\r\f\t")),
        'error /messages/0/content blank: "\\n\\r\\f\\t": must have more than white space [messages, chat-v2]',
    ),
    (
        "of a tool",
        said_v2(user(), assistant(tool_calls=[TOOL_CALL]), {**TOOL_RESULT, "content": " "}),
        'error /messages/2/content blank: " ": must have more than white space [messages, chat-v2]',
    ),
    (
        "after a system message",
        said_v2(SYSTEM, user("\n")),
        'error /messages/1/content blank: "\\n": must have more than white space [messages, chat-v2]',
    ),
)
def test_last_message_of_v2_is_blank(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "without a name",
        said(user(), assistant(function_call=CALL), {"role": "function", "content": "{}"}),
        "error /messages/2/name missing: missing: required when role is function [message.name, chat-v1]",
    ),
    (
        "with a null name",
        said(user(), assistant(function_call=CALL), {**RESULT, "name": None}),
        "error /messages/2/name missing: missing: required when role is function [message.name, chat-v1]",
    ),
    (
        "with a name that is no text",
        said(user(), assistant(function_call=CALL), {**RESULT, "name": 7}),
        "error /messages/2/name type: 7: must be a string, not a whole number [message.name, chat-v1]",
    ),
    (
        "without content",
        said(user(), assistant(function_call=CALL), {**RESULT, "content": ""}),
        ("error /messages/2/content empty: must not be empty unless function_call is given [message.content, chat-v1]"),
    ),
)
def test_function_message(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "without name",
        said(user(), assistant("", function_call={"arguments": "{}"}), RESULT),
        "error /messages/1/function_call/name missing: missing: required [function_call.name, chat-v1]",
    ),
    (
        "without arguments",
        said(user(), assistant("", function_call={"name": "get_file_num"}), RESULT),
        "error /messages/1/function_call/arguments missing: missing: required [function_call.arguments, chat-v1]",
    ),
    (
        "arguments as an object",
        said(user(), assistant("", function_call={**CALL, "arguments": {}}), RESULT),
        (
            "error /messages/1/function_call/arguments type: {}: must be a string, not an object"
            " [function_call.arguments, chat-v1]"
        ),
    ),
    (
        "no object",
        said(user(), assistant("", function_call="get_file_num"), RESULT),
        (
            'error /messages/1/function_call type: "get_file_num": must be an object, not a string'
            " [message.function_call, chat-v1]"
        ),
    ),
    (
        "a misspelt member",
        said(user(), assistant("", function_call={**CALL, "argument": "{}"}), RESULT),
        (
            "error /messages/1/function_call/argument unknown: not a known name; did you mean arguments?"
            " [function_call, chat-v1]"
        ),
    ),
)
def test_function_call(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "without tool_call_id",
        said_v2(user(), assistant(tool_calls=[TOOL_CALL]), {"role": "tool", "content": "20"}),
        ("error /messages/2/tool_call_id missing: missing: required when role is tool [message.tool_call_id, chat-v2]"),
    ),
    (
        "with a null tool_call_id",
        said_v2(user(), assistant(tool_calls=[TOOL_CALL]), {**TOOL_RESULT, "tool_call_id": None}),
        ("error /messages/2/tool_call_id missing: missing: required when role is tool [message.tool_call_id, chat-v2]"),
    ),
    (
        "with a tool_call_id that is no text",
        said_v2(user(), assistant(tool_calls=[TOOL_CALL]), {**TOOL_RESULT, "tool_call_id": 19}),
        (
            "error /messages/2/tool_call_id type: 19: must be a string, not a whole number"
            " [message.tool_call_id, chat-v2]"
        ),
    ),
    (
        "without tool_call_id, to a later model",
        said_v2(user(), {"role": "tool", "content": "20"}, model=LATER),
        ("error /messages/1/tool_call_id missing: missing: required when role is tool [message.tool_call_id, chat-v2]"),
    ),
)
def test_tool_message(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "no list",
        said_v2(user(), assistant("", tool_calls=TOOL_CALL), TOOL_RESULT),
        (
            'error /messages/1/tool_calls type: {"id": "19eaa", "type": "function", "function": {"name":'
            ' "g…: must be a list, not an object [message.tool_calls, chat-v2]'
        ),
    ),
    (
        "of another kind",
        said_v2(user(), assistant("", tool_calls=[{**TOOL_CALL, "type": "web"}]), TOOL_RESULT),
        'error /messages/1/tool_calls/0/type enum: "web": must be "function" [tool_call.type, chat-v2]',
    ),
    (
        "a misspelt member",
        said_v2(user(), assistant("", tool_calls=[{**TOOL_CALL, "name": "f"}]), TOOL_RESULT),
        (
            "error /messages/1/tool_calls/0/name unknown: not a known name; known: function, id, type"
            " [tool_call, chat-v2]"
        ),
    ),
    (
        "arguments as an object",
        said_v2(
            user(),
            assistant("", tool_calls=[{**TOOL_CALL, "function": {"name": "get_weather", "arguments": {}}}]),
            TOOL_RESULT,
        ),
        (
            "error /messages/1/tool_calls/0/function/arguments type: {}: must be a string, not an object"
            " [tool_call_function.arguments, chat-v2]"
        ),
    ),
)
def test_tool_calls_that_are_sent_back(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "misspelt",
        said({"role": "user", "contents": "你好", "content": "你好"}),
        "error /messages/0/contents unknown: not a known name; did you mean content? [message, chat-v1]",
    ),
    (
        "of the other dialect",
        said({"role": "user", "content": "你好", "tool_call_id": "x"}),
        ("warning /messages/0/tool_call_id unknown: not on the platform's page; ignored or refused [message, chat-v1]"),
    ),
    (
        "of the other dialect, on V2",
        said_v2({"role": "user", "content": "你好", "function_call": CALL}),
        "error /messages/0/function_call unknown: not a known name here; write tool_calls [message, chat-v2]",
    ),
)
def test_member_that_a_message_does_not_have(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "third-party model",
        said(user("字" * 4801), model="Yi-34B-Chat"),
        (
            "error /messages length: 4801 characters in messages: must be at most 4800 for Yi-34B-Chat"
            " [messages.total, chat-v1]"
        ),
    ),
    (
        "third-party model, several messages",
        said(user("字" * 2400), assistant("字"), user("字" * 2400), model="Yi-34B-Chat"),
        (
            "error /messages length: 4801 characters in messages: must be at most 4800 for Yi-34B-Chat"
            " [messages.total, chat-v1]"
        ),
    ),
    (
        "a model with a page of its own",
        said(user("字" * 8001), model=LLAMA),
        (
            "error /messages length: 8001 characters in messages: must be at most 8000 for"
            " Qianfan-Chinese-Llama-2-13B-v1 [messages.total, llama-13b]"
        ),
    ),
    (
        "ChatLaw",
        said(user("字" * 4801), model="ChatLaw", extra_parameters={"use_keyword": True, "use_reference": True}),
        (
            "error /messages length: 4801 characters in messages: must be at most 4800 for ChatLaw"
            " [messages.total, chat-v1]"
        ),
    ),
    (
        "ERNIE-Lite-8K",
        said(user("字" * 24001), model="ERNIE-Lite-8K"),
        (
            "error /messages length: 24001 characters in messages: must be at most 24000 for ERNIE-Lite-8K"
            " [messages.total, lite-8k]"
        ),
    ),
    (
        "a limit that only the SDK states",
        said(user("字" * 11201), model="ERNIE-Speed-8K"),
        (
            "warning /messages length: 11201 characters in messages: must be at most 11200 for ERNIE-Speed-8K"
            " [messages.total, sdk-python]"
        ),
    ),
    (
        "system counts",
        said(user("字" * 24000), model="ERNIE-Lite-8K", system="助手"),
        (
            "error /messages length: 24002 characters in messages and system: must be at most 24000 for"
            " ERNIE-Lite-8K [messages.total, lite-8k]"
        ),
    ),
)
def test_total_length(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "of no kind",
        said_v2(user([{"text": "你好"}]), model="ernie-4.5-turbo-vl"),
        "error /messages/0/content/0/type missing: missing: required [content_part.type, chat-v2-later]",
    ),
    (
        "of an unknown kind",
        said_v2(user([{"type": "input_text", "text": "你好"}]), model="ernie-4.5-turbo-vl"),
        (
            'error /messages/0/content/0/type enum: "input_text": must be one of "text", "image_url", "video_url"'
            " [content_part.type, chat-v2-later]"
        ),
    ),
    (
        "text without text",
        said_v2(user([{"type": "text"}]), model="ernie-4.5-turbo-vl"),
        (
            "error /messages/0/content/0/text missing: missing: required when type is text"
            " [content_part.text, chat-v2-later]"
        ),
    ),
    (
        "image without image",
        said_v2(user([{"type": "image_url"}]), model="ernie-4.5-turbo-vl"),
        (
            "error /messages/0/content/0/image_url missing: missing: required when type is image_url"
            " [content_part.image_url, chat-v2-later]"
        ),
    ),
    (
        "image without url",
        said_v2(user([{"type": "image_url", "image_url": {}}]), model="ernie-4.5-turbo-vl"),
        "error /messages/0/content/0/image_url/url missing: missing: required [image_url.url, chat-v2-later]",
    ),
    (
        "image as a text",
        said_v2(user([{"type": "image_url", "image_url": "https://x"}]), model="ernie-4.5-turbo-vl"),
        (
            'error /messages/0/content/0/image_url type: "https://x": must be an object, not a string'
            " [content_part.image_url, chat-v2-later]"
        ),
    ),
    (
        "url that is no text",
        said_v2(user([image(7)]), model="ernie-4.5-turbo-vl"),
        (
            "error /messages/0/content/0/image_url/url type: 7: must be a string, not a whole number"
            " [image_url.url, chat-v2-later]"
        ),
    ),
    (
        "video without video",
        said_v2(user([{"type": "video_url"}]), model="qwen3-vl-8b-instruct"),
        (
            "error /messages/0/content/0/video_url missing: missing: required when type is video_url"
            " [content_part.video_url, chat-v2-later]"
        ),
    ),
    (
        "frames as a text",
        said_v2(
            user([{"type": "video_url", "video_url": {"url": "https://x", "fps": "2"}}]), model="qwen3-vl-8b-instruct"
        ),
        (
            'error /messages/0/content/0/video_url/fps type: "2": must be a number, not a string; write 2'
            " [video_url.fps, chat-v2-later]"
        ),
    ),
    (
        "a text among the parts",
        said_v2(user(["你好"]), model="ernie-4.5-turbo-vl"),
        'error /messages/0/content/0 type: "你好": must be an object, not a string [content_part, chat-v2-later]',
    ),
)
def test_content_part(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("one message", said(user())),
    ("a conversation", said(user(), assistant(), user("再见"))),
    ("blank content on V1", said(user(" "))),
    ("function as the request", said(user(), assistant("", function_call=CALL), RESULT)),
    ("content left out beside function_call", said(user(), {"role": "assistant", "function_call": CALL}, RESULT)),
    ("content null beside function_call", said(user(), assistant(None, function_call=CALL), RESULT)),
    ("content beside function_call", said(user(), assistant("我来查", function_call=CALL), RESULT)),
    ("thoughts", said(user(), assistant("", function_call={**CALL, "thoughts": "要查数据库"}), RESULT)),
    ("thought", said(user(), assistant("", function_call={**CALL, "thought": "要查数据库"}), RESULT)),
    ("a function in the middle", said(user(), assistant("", function_call=CALL), RESULT, assistant(), user())),
    ("a name of the user", said({**user(), "name": "小明"})),
    ("4800 characters", said(user("字" * 4800), model="Yi-34B-Chat")),
    ("8000 characters to a model with a page of its own", said(user("字" * 8000), model=LLAMA)),
    ("24000 characters with system", said(user("字" * 23998), model="ERNIE-Lite-8K", system="助手")),
    ("a model without a known limit", said(user("字" * 10**6), model="ERNIE-Lite-Pro-128K")),
)
def test_v1_messages_that_are_right(request_: Request) -> None:
    assert found(request_) == []


@right(
    ("system and user", said_v2(SYSTEM, user())),
    ("system and a conversation", said_v2(SYSTEM, user(), assistant(), user())),
    ("an answer of a tool", said_v2(user(), assistant("", tool_calls=[TOOL_CALL]), TOOL_RESULT)),
    (
        "content left out beside tool_calls",
        said_v2(user(), {"role": "assistant", "tool_calls": [TOOL_CALL]}, TOOL_RESULT),
    ),
    ("content null beside tool_calls", said_v2(user(), assistant(None, tool_calls=[TOOL_CALL]), TOOL_RESULT)),
    (
        "answers to parallel calls in a row",
        said_v2(
            user(),
            assistant("", tool_calls=[TOOL_CALL, {**TOOL_CALL, "id": "19eab"}]),
            TOOL_RESULT,
            {**TOOL_RESULT, "tool_call_id": "19eab"},
        ),
    ),
    (
        "after a tool, assistant and user",
        said_v2(user(), assistant("", tool_calls=[TOOL_CALL]), TOOL_RESULT, assistant(), user()),
    ),
    ("the older role function", said_v2(user(), assistant("我来查"), RESULT)),
    (
        "null members, as the SDK prints them",
        said_v2(user(), {**assistant(""), "name": None, "tool_calls": [TOOL_CALL], "tool_call_id": None}, TOOL_RESULT),
    ),
    ("a name of the user", said_v2({**user(), "name": "小明"})),
    ("blank, but not last", said_v2(user(" "), assistant(), user())),
    ("parts", said_v2(user([{"type": "text", "text": "这是什么？"}, image()]), model="ernie-4.5-turbo-vl")),
    (
        "a video",
        said_v2(
            user([{"type": "video_url", "video_url": {"url": "https://x", "fps": 2}}]), model="qwen3-vl-8b-instruct"
        ),
    ),
    ("parts of text to a model of the page", said_v2(user([{"type": "text", "text": "你好"}]))),
    (
        "reasoning that is sent back",
        said_v2(user(), assistant(reasoning_content="想一想"), user(), model="deepseek-r1"),
    ),
    ("function last, to a later model", said_v2(user(), assistant(), RESULT, model=LATER)),
    ("any order to a later model", said_v2(user(), user(), SYSTEM, user(), model=LATER)),
    ("very long", said_v2(user("字" * 10**6))),
)
def test_v2_messages_that_are_right(request_: Request) -> None:
    assert found(request_) == []
