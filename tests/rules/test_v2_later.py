"""What V2 has gained since its page: search, thinking, metadata and other ranges."""

from __future__ import annotations

from tests.rules.saying import Request, assistant, cases, found, right, user, v2

SEARCHES = "ernie-4.5-turbo-128k"
CALL_WITHOUT_ID = {"function": {"name": "f"}}


@cases(
    (
        "web_search as true",
        v2(SEARCHES, web_search=True),
        "error /web_search type: true: must be an object, not true or false [web_search, chat-v2]",
    ),
    (
        "web_search.enable as a text",
        v2(SEARCHES, web_search={"enable": "true"}),
        (
            'error /web_search/enable type: "true": must be true or false, not a string; write true'
            " [web_search.enable, chat-v2]"
        ),
    ),
    (
        "web_search.enable_citation as a number",
        v2(SEARCHES, web_search={"enable": True, "enable_citation": 1}),
        (
            "error /web_search/enable_citation type: 1: must be true or false, not a whole number"
            " [web_search.enable_citation, chat-v2]"
        ),
    ),
    (
        "web_search.enable_trace as a text",
        v2(SEARCHES, web_search={"enable": True, "enable_trace": "yes"}),
        (
            'error /web_search/enable_trace type: "yes": must be true or false, not a string'
            " [web_search.enable_trace, chat-v2]"
        ),
    ),
    (
        "enable_thinking as a text",
        v2("qwen3-8b", enable_thinking="true"),
        (
            'error /enable_thinking type: "true": must be true or false, not a string; write true'
            " [enable_thinking, deep-thinking]"
        ),
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
        ("error /thinking_budget type: 0.5: must be a whole number, not a decimal number [thinking_budget, chat-v2]"),
    ),
    (
        "thinking_strategy as a number",
        v2("qwen3-8b", thinking_strategy=1),
        ("error /thinking_strategy type: 1: must be a string, not a whole number [thinking_strategy, chat-v2]"),
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
        "thinking_strategy of no kind",
        v2("qwen3-8b", thinking_strategy="long"),
        (
            'error /thinking_strategy enum: "long": must be one of "short_think", "chain_of_draft"'
            " [thinking_strategy, chat-v2]"
        ),
    ),
    (
        "search_mode of no kind",
        v2("deepseek-v3.2-think", web_search={"search_mode": "never"}),
        (
            'error /web_search/search_mode enum: "never": must be one of "auto", "required"'
            " [web_search.search_mode, chat-v2]"
        ),
    ),
    (
        "search_number above",
        v2(SEARCHES, web_search={"search_number": 29}),
        (
            "error /web_search/search_number range: 29: must be at least 1 and at most 28"
            " [web_search.search_number, chat-v2]"
        ),
    ),
    (
        "reference_number below",
        v2(SEARCHES, web_search={"reference_number": 0}),
        (
            "error /web_search/reference_number range: 0: must be at least 1 and at most 28"
            " [web_search.reference_number, chat-v2]"
        ),
    ),
    (
        "a member that web_search has not",
        v2(SEARCHES, web_search={"enabled": True}),
        ("error /web_search/enabled unknown: not a known name; did you mean enable? [web_search, chat-v2]"),
    ),
    (
        "a tool call without id and type",
        v2("glm-5", messages=[user(), assistant("", tool_calls=[CALL_WITHOUT_ID]), user()]),
        "error /messages/1/tool_calls/0/id missing: missing: required [tool_call.id, chat-v2]",
        "error /messages/1/tool_calls/0/type missing: missing: required [tool_call.type, chat-v2]",
    ),
    (
        "metadata as a list",
        v2("glm-5", metadata=[]),
        "error /metadata type: []: must be an object, not a list [metadata, chat-v2]",
    ),
    (
        "chunk_include_usage as a text",
        v2("glm-5", stream=True, stream_options={"chunk_include_usage": "yes"}),
        (
            'error /stream_options/chunk_include_usage type: "yes": must be true or false, not a string'
            " [stream_options.chunk_include_usage, chat-v2]"
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
            "warning /web_search unsupported: not a parameter of qwen3-8b; ernie-4.0-8k-latest,"
            " ernie-4.0-8k-preview and 23 more take it [web_search, chat-v2-spring]"
        ),
    ),
    (
        "thinking_budget on a model without budget",
        v2("deepseek-v3", thinking_budget=100),
        (
            "warning /thinking_budget unsupported: not a parameter of deepseek-v3; ernie-5.0,"
            " ernie-5.0-thinking-latest and 33 more take it [thinking_budget, chat-v2]"
        ),
    ),
    (
        "repetition_penalty on ERNIE",
        v2("ernie-x1-32k", repetition_penalty=1.0),
        (
            "warning /repetition_penalty unsupported: not a parameter of ernie-x1-32k; ernie-4.5-0.3b,"
            " ernie-4.5-21b-a3b and 54 more take it [repetition_penalty, chat-v2]"
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
            " [thinking_strategy, chat-v2]"
        ),
    ),
)
def test_parameter_whose_models_only_a_third_party_lists_warns(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines
    assert all(one.startswith("warning ") for one in lines)


@cases(
    (
        "search_mode on ERNIE",
        v2(SEARCHES, web_search={"enable": True, "search_mode": "auto"}),
        ("warning /web_search/search_mode effect: ERNIE models do not take it [web_search.search_mode, chat-v2]"),
    ),
    (
        "what a search shows, without one",
        v2(SEARCHES, web_search={"enable_status": True}),
        (
            "warning /web_search/enable_status effect: has an effect only when enable is true"
            " [web_search.enable_status, chat-v2]"
        ),
    ),
)
def test_what_has_no_effect(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("web_search", v2(SEARCHES, web_search={"enable": True, "enable_citation": True, "enable_trace": False})),
    (
        "everything of web_search",
        v2(
            "deepseek-v3.2-think",
            web_search={
                "enable": True,
                "enable_status": True,
                "search_mode": "required",
                "search_number": 28,
                "reference_number": 1,
            },
        ),
    ),
    ("more references than results", v2(SEARCHES, web_search={"search_number": 6, "reference_number": 10})),
    ("thinking_strategy", v2("qwen3-8b", thinking_strategy="chain_of_draft")),
    ("what the console sends to models that see and hear", v2("ernie-5.0", fps=2, use_audio=True, compression=True)),
    ("enable_thinking", v2("qwen3-8b", enable_thinking=True, thinking_budget=1024)),
    ("thinking enabled", v2("glm-5", thinking={"type": "enabled"})),
    ("thinking disabled", v2("deepseek-v3.2", thinking={"type": "disabled"})),
    ("reasoning_effort high", v2("deepseek-v3.2", reasoning_effort="high")),
    ("reasoning_effort low, which counts as high", v2("deepseek-v3.2", reasoning_effort="low")),
    ("reasoning_effort xhigh, which counts as max", v2("deepseek-v3.2", reasoning_effort="xhigh")),
    ("max_tokens", v2(SEARCHES, max_tokens=12288)),
    ("metadata", v2("glm-5", metadata={"task": "7"})),
    (
        "parallel tool results to a later model",
        v2(
            "glm-5",
            messages=[
                user(),
                assistant(
                    None,
                    tool_calls=[
                        {"id": one, "type": "function", "function": {"name": "f", "arguments": "{}"}} for one in "ab"
                    ],
                ),
                {"role": "tool", "tool_call_id": "a", "content": "1"},
                {"role": "tool", "tool_call_id": "b", "content": "2"},
            ],
        ),
    ),
    (
        "penalties of open-weight models",
        v2("kimi-k2.5", frequency_penalty=-2, presence_penalty=2, repetition_penalty=1),
    ),
)
def test_value_that_is_right(request_: Request) -> None:
    assert found(request_) == []
