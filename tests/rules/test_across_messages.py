"""What is found across the messages and tools of a request, and of images: calls, names, abilities, addresses."""

from __future__ import annotations

from tests.rules.saying import Request, assistant, cases, found, right, user, v2

TURBO = "ernie-4.5-turbo-128k"
SEES = "ernie-4.5-turbo-vl"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def call(name: str = "a") -> dict[str, object]:
    return {"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}}


def answer(name: str = "a") -> dict[str, object]:
    return {"role": "tool", "tool_call_id": name, "content": "晴"}


def said(*messages: object, model: str = TURBO) -> Request:
    return v2(model, messages=list(messages))


def shown(url: str, model: str = SEES) -> Request:
    return said(user([{"type": "image_url", "image_url": {"url": url}}]), model=model)


@cases(
    (
        "a result that answers no call",
        said(user(), assistant(None, tool_calls=[call()]), answer(), answer("b")),
        (
            'warning /messages/3/tool_call_id reference: "b": answers no call; the calls before it are "a"'
            " [messages.calls, chat-v2]"
        ),
    ),
    (
        "a result before there is a call",
        said(user(), answer()),
        ('warning /messages/1/tool_call_id reference: "a": answers no call; none was made [messages.calls, chat-v2]'),
    ),
    (
        "a call that nobody answers before the user's next turn",
        said(user(), assistant(None, tool_calls=[call(), call("b")]), answer(), user()),
        (
            'warning /messages/1/tool_calls/1/id unanswered: "b": nobody answers this call before the user\'s next'
            " turn; add a message of role tool with this tool_call_id [messages.calls, chat-v2]"
        ),
    ),
    (
        "one id for two calls",
        said(user(), assistant(None, tool_calls=[call(), call()]), answer()),
        'warning /messages/1/tool_calls/1/id duplicate: "a": another call has this id [messages.calls, chat-v2]',
    ),
    (
        "one name for two functions",
        v2(TURBO, tools=[{"type": "function", "function": {"name": "f"}}] * 2),
        (
            'warning /tools/1/function/name duplicate: "f": stands in tools twice; give each a name of its own'
            " [tools.names, chat-v2]"
        ),
    ),
)
def test_calls_and_names(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    (
        "calls at the end, which wait for their results",
        said(user(), assistant(None, tool_calls=[call(), call("b")]), answer()),
    ),
    ("the same id in a result and its call", said(user(), assistant(None, tool_calls=[call()]), answer(), user())),
    ("an address", shown("https://example.com/cat.png")),
    ("an address in capitals", shown("HTTP://EXAMPLE.COM/CAT.PNG")),
    ("an image in the request", shown(f"data:image/png;base64,{PNG}")),
    ("images for models of which nobody knows whether they see", shown("https://example.com/a.png", "kimi-k2.6")),
    ("images for a model that a page lists and says nothing of", shown("https://example.com/a.png", "qwen3.5-27b")),
    ("images for one listed beside models that see", shown("https://example.com/a.png", "kimi-k2.5")),
    ("as many characters as tokens could stand for", said(user("a" * 8 * 27648), model="ernie-4.5-turbo-32k")),
)
def test_request_in_which_nothing_is_wrong(request_: Request) -> None:
    assert found(request_) == []


@cases(
    (
        "an image for a model that does not see",
        shown("https://example.com/cat.png", TURBO),
        (
            "warning /messages/0/content/0/image_url ability: ernie-4.5-turbo-128k has no vision, as far as pages say;"
            " ernie-4.5-turbo-vl, ernie-4.5-turbo-vl-32k and 2 more have it [messages.vision, models-v2]"
        ),
    ),
    (
        "an image for a model whose page says that content is a string",
        shown("https://example.com/cat.png", "ernie-speed-pro-128k"),
        (
            "warning /messages/0/content/0/image_url ability: ernie-speed-pro-128k has no vision, as far as pages say;"
            " ernie-4.5-turbo-vl, ernie-4.5-turbo-vl-32k and 7 more have it [messages.vision, chat-v2-2024]"
        ),
    ),
    (
        "an image for a model that a mirror of the list has without vision",
        shown("https://example.com/cat.png", "deepseek-r1"),
        (
            "warning /messages/0/content/0/image_url ability: deepseek-r1 has no vision, as far as pages say;"
            " deepseek-ocr has it [messages.vision, models-v2]"
        ),
    ),
    (
        "tools for a model that calls none",
        v2("deepseek-v3", tools=[{"type": "function", "function": {"name": "f"}}]),
        (
            "warning /tools ability: deepseek-v3 has no functions, as far as pages say; deepseek-v3.2-think,"
            " deepseek-v3.1-think-250821 have it [tools, chat-v2-spring]"
        ),
    ),
)
def test_what_a_model_cannot(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "base64 without its type",
        shown(PNG),
        (
            f'warning /messages/0/content/0/image_url/url format: "{PNG[:58]}…:'
            " base64 without its type; write data:image/png;base64, before it [image_url.url, chat-v2-later]"
        ),
    ),
    (
        "a file",
        shown("file:///cat.png"),
        (
            'warning /messages/0/content/0/image_url/url format: "file:///cat.png": must be an address that begins with'
            " http:// or https://, or data:image/…;base64,… [image_url.url, chat-v2-later]"
        ),
    ),
    (
        "data of another kind",
        shown("data:text/plain;base64,aGk="),
        (
            'warning /messages/0/content/0/image_url/url format: "data:text/plain;base64,": must be'
            " data:image/…;base64,… [image_url.url, chat-v2-later]"
        ),
    ),
    (
        "data that is not base64",
        shown("data:image/png;base64,<png>"),
        (
            'warning /messages/0/content/0/image_url/url format: "data:image/png;base64,": no base64 follows'
            " [image_url.url, chat-v2-later]"
        ),
    ),
    (
        "a scheme without an address",
        shown("https://"),
        (
            'warning /messages/0/content/0/image_url/url format: "https://": must be an address that begins with'
            " http:// or https://, or data:image/…;base64,… [image_url.url, chat-v2-later]"
        ),
    ),
)
def test_what_is_no_address_of_an_image(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "one message",
        said(user("a" * (8 * 27648 + 1)), model="ernie-4.5-turbo-32k"),
        (
            "warning /messages length: 221185 characters in messages: must be at most 8 characters for each of 27648"
            " tokens of input for ernie-4.5-turbo-32k [messages.total, models-2026]"
        ),
    ),
)
def test_text_that_no_tokenizer_could_fit(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines
