"""What V2 has gained since its page: search, thinking, metadata and other ranges."""

from __future__ import annotations

from tests.rules.saying import Request, assistant, cases, found, right, user, v2

SEARCHES = "ernie-4.5-turbo-128k"


@cases(
    (
        "web_search as true",
        v2(SEARCHES, web_search=True),
        "error /web_search type: true: must be an object, not true or false [web_search, chat-v2-later]",
    ),
    (
        "web_search.enable as a text",
        v2(SEARCHES, web_search={"enable": "true"}),
        (
            'error /web_search/enable type: "true": must be true or false, not a string'
            " [web_search.enable, chat-v2-later]"
        ),
    ),
    (
        "web_search.enable_citation as a number",
        v2(SEARCHES, web_search={"enable": True, "enable_citation": 1}),
        (
            "error /web_search/enable_citation type: 1: must be true or false, not a whole number"
            " [web_search.enable_citation, chat-v2-later]"
        ),
    ),
    (
        "web_search.enable_trace as a text",
        v2(SEARCHES, web_search={"enable": True, "enable_trace": "yes"}),
        (
            'error /web_search/enable_trace type: "yes": must be true or false, not a string'
            " [web_search.enable_trace, chat-v2-later]"
        ),
    ),
    (
        "enable_thinking as a text",
        v2("qwen3-8b", enable_thinking="true"),
        ('error /enable_thinking type: "true": must be true or false, not a string [enable_thinking, deep-thinking]'),
    ),
    (
        "thinking as true",
        v2("glm-5", thinking=True),
        "error /thinking type: true: must be an object, not true or false [thinking, deep-thinking]",
    ),
    (
        "thinking without type",
        v2("glm-5", thinking={}),
        "error /thinking/type missing: missing: required [thinking.type, deep-thinking]",
    ),
    (
        "thinking of an unknown type",
        v2("glm-5", thinking={"type": "auto"}),
        'error /thinking/type enum: "auto": must be one of "enabled", "disabled" [thinking.type, deep-thinking]',
    ),
    (
        "thinking with a misspelt member",
        v2("glm-5", thinking={"type": "enabled", "budgets": 1}),
        "error /thinking/budgets unknown: not a known name; known: type [thinking, deep-thinking]",
    ),
    (
        "thinking_budget as a decimal number",
        v2("qwen3-8b", thinking_budget=0.5),
        (
            "error /thinking_budget type: 0.5: must be a whole number, not a decimal number"
            " [thinking_budget, deep-thinking]"
        ),
    ),
    (
        "thinking_strategy as a number",
        v2("qwen3-8b", thinking_strategy=1),
        ("error /thinking_strategy type: 1: must be a string, not a whole number [thinking_strategy, deep-thinking]"),
    ),
    (
        "reasoning_effort of no kind",
        v2("deepseek-v3.2", reasoning_effort="extreme"),
        (
            'error /reasoning_effort enum: "extreme": must be one of "low", "medium", "high", "xhigh", "max"'
            " [reasoning_effort, deep-thinking]"
        ),
    ),
    (
        "metadata as a list",
        v2("glm-5", metadata=[]),
        "error /metadata type: []: must be an object, not a list [metadata, chat-v2-later]",
    ),
    (
        "chunk_include_usage as a text",
        v2("glm-5", stream=True, stream_options={"chunk_include_usage": "yes"}),
        (
            'error /stream_options/chunk_include_usage type: "yes": must be true or false, not a string'
            " [stream_options.chunk_include_usage, chat-v2-later]"
        ),
    ),
    (
        "reasoning_content as a list",
        v2("deepseek-r1", messages=[user(), assistant(reasoning_content=["想"]), user()]),
        (
            'error /messages/1/reasoning_content type: ["想"]: must be a string, not a list'
            " [message.reasoning_content, chat-v2-later]"
        ),
    ),
)
def test_value_of_another_type(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "web_search on a model that does not search",
        v2("qwen3-8b", web_search={"enable": True}),
        (
            "warning /web_search unsupported: not a parameter of qwen3-8b; ernie-4.5-turbo-128k,"
            " ernie-4.5-turbo-128k-preview and 12 more take it [web_search, chat-v2-later]"
        ),
    ),
    (
        "thinking_budget on a model without budget",
        v2("deepseek-r1", thinking_budget=100),
        (
            "warning /thinking_budget unsupported: not a parameter of deepseek-r1; deepseek-r1-250528,"
            " qwen3-235b-a22b-thinking-2507 and 9 more take it [thinking_budget, deep-thinking]"
        ),
    ),
    (
        "repetition_penalty on ERNIE",
        v2("ernie-x1-32k", repetition_penalty=1.0),
        (
            "warning /repetition_penalty unsupported: not a parameter of ernie-x1-32k; ernie-4.5-0.3b,"
            " kimi-k2-instruct and 53 more take it [repetition_penalty, chat-v2-later]"
        ),
    ),
    (
        "reasoning_effort on a model that does not think",
        v2("deepseek-v3", reasoning_effort="high"),
        (
            "warning /reasoning_effort unsupported: not a parameter of deepseek-v3;"
            " ernie-4.5-turbo-vl-preview, ernie-4.5-turbo-vl-32k-preview and 35 more take it"
            " [reasoning_effort, deep-thinking]"
        ),
    ),
    (
        "thinking_strategy on a model that does not think",
        v2("deepseek-v3", thinking_strategy="short_think"),
        (
            "warning /thinking_strategy unsupported: not a parameter of deepseek-v3;"
            " ernie-4.5-turbo-vl-preview, ernie-4.5-turbo-vl-32k-preview and 35 more take it"
            " [thinking_strategy, deep-thinking]"
        ),
    ),
)
def test_parameter_whose_models_only_a_third_party_lists_warns(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines
    assert all(one.startswith("warning ") for one in lines)


@right(
    ("web_search", v2(SEARCHES, web_search={"enable": True, "enable_citation": True, "enable_trace": False})),
    ("members of web_search that were not gathered", v2(SEARCHES, web_search={"enable": True, "search_number": 5})),
    ("enable_thinking", v2("qwen3-8b", enable_thinking=True, thinking_budget=1024)),
    ("thinking enabled", v2("glm-5", thinking={"type": "enabled"})),
    ("thinking disabled", v2("deepseek-v3.2", thinking={"type": "disabled"})),
    ("reasoning_effort high", v2("deepseek-v3.2", reasoning_effort="high")),
    ("reasoning_effort low, which counts as high", v2("deepseek-v3.2", reasoning_effort="low")),
    ("reasoning_effort xhigh, which counts as max", v2("deepseek-v3.2", reasoning_effort="xhigh")),
    ("max_tokens", v2(SEARCHES, max_tokens=12288)),
    ("metadata", v2("glm-5", metadata={"task": {"id": 7}})),
    (
        "parallel tool results to a later model",
        v2(
            "glm-5",
            messages=[
                user(),
                assistant(
                    None, tool_calls=[{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
                ),
                {"role": "tool", "tool_call_id": "a", "content": "1"},
                {"role": "tool", "tool_call_id": "b", "content": "2"},
            ],
        ),
    ),
    (
        "penalties of open-weight models",
        v2("deepseek-v3", frequency_penalty=-2, presence_penalty=2, repetition_penalty=1),
    ),
)
def test_value_that_is_right(request_: Request) -> None:
    assert found(request_) == []
