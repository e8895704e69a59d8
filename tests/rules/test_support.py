"""Which models take which parameters: the lists of the pages, written down a second time, against what is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from qianfan_api.models import CATALOGUES, V1_CHAT, V2_CHAT
from qianfan_api.v1.chat import handles as v1_handles
from qianfan_api.v2.chat import handles as v2_handles
from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from qianfan_typed.facts.facts_file import facts
from tests.rules.pages import V1_MODELS, V2_MODELS
from tests.rules.saying import CHAT_LAW, Request, cases, found, right, v1, v2

# --- the V1 page's lists ---

ERNIE_40 = {name for name in V1_MODELS if name.startswith("ERNIE-4.0-")}
ERNIE_35 = {name for name in V1_MODELS if name.startswith("ERNIE-3.5-")}
SPEED = {"ERNIE-Speed-Pro-128K", "ERNIE-Speed-8K", "ERNIE-Speed-128k"}
LITE = {name for name in V1_MODELS if name.startswith("ERNIE-Lite-")}
TINY = {"ERNIE-Tiny-8K", "ERNIE-Tiny-128K-0929"}
CHARACTER = {name for name in V1_MODELS if name.startswith("ERNIE-Character-")}
FUNCTIONS = {"ERNIE-Functions-8K"}
NOVEL = {"ERNIE-Novel-8K"}
DYNAMIC = {"Qianfan-Dynamic-8K"}
AGENTS = {"Qianfan-Agent-Lite-8K", "Qianfan-Agent-Speed-8K", "Qianfan-Agent-Speed-32K"}
LAW = {"ChatLaw"}
LLAMA = {"Qianfan-Chinese-Llama-2-13B-v1"}
EVERY = set(V1_MODELS)
OURS = ERNIE_40 | ERNIE_35 | SPEED | LITE | TINY | CHARACTER | FUNCTIONS | NOVEL | DYNAMIC | AGENTS
THIRD_PARTY = EVERY - OURS - LAW
SEARCH = ERNIE_40 | ERNIE_35 | NOVEL | DYNAMIC
PENALTIES = {"ERNIE-Speed-8K", "ERNIE-Speed-128k", "ERNIE-Speed-Pro-128K", "ERNIE-Lite-8K", "ERNIE-Lite-Pro-128K"}
PENALTIES |= TINY | AGENTS
LIKELIHOODS = {
    "ERNIE-Tiny-128K-0929",
    "Qianfan-Chinese-Llama-2-13B-v1",
    "Qianfan-Chinese-Llama-2-13B-v2",
    "Qianfan-Chinese-Llama-2-7B-32K",
    "Qianfan-Chinese-Llama-2-1.3B",
    "ChatGLM2-6B",
    "Baichuan2-7B-Chat",
    "Baichuan2-13B-Chat",
}
# The page's list does not have them, the official SDK's table does.
SDK_FUNCTIONS = {"ERNIE-4.0-8K", "ERNIE-4.0-8K-Preview"} | DYNAMIC
A_FUNCTION = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
A_CHOICE = {"type": "function", "function": {"name": "f"}}

V1_LISTS: dict[str, tuple[object, set[str]]] = {
    "user_id": ("someone", EVERY),
    "stream": (True, EVERY),
    "temperature": (0.5, EVERY),
    "top_p": (0.5, EVERY),
    "top_k": (3, THIRD_PARTY),
    "penalty_score": (1.5, EVERY - LAW),
    "stop": (["。"], EVERY - LAW),
    # The page's list for it does not have ERNIE-Functions-8K, the SDK's table has: a warning.
    "system": ("助手", OURS - FUNCTIONS),
    "disable_search": (True, SEARCH),
    "enable_citation": (True, SEARCH | FUNCTIONS),
    "enable_trace": (True, SEARCH),
    "response_format": ("text", SEARCH),
    "min_output_tokens": (2, {"ERNIE-Lite-8K", "ERNIE-Speed-8K", "ERNIE-Lite-Pro-128K"} | TINY | AGENTS),
    "frequency_penalty": (1.0, PENALTIES),
    "presence_penalty": (1.0, PENALTIES),
    "logprobs": (False, LIKELIHOODS),
    "top_logprobs": (1, LIKELIHOODS),
    # The examples of a function call are ERNIE-Functions-8K's.
    "functions": ([A_FUNCTION], ERNIE_35 | FUNCTIONS),
    "enable_system_memory": (False, ERNIE_40 | ERNIE_35 | NOVEL),
    "system_memory_id": ("memory", ERNIE_40 | ERNIE_35 | NOVEL),
    "enable_user_memory": (False, CHARACTER),
    "user_memory_extract_level": (0, CHARACTER),
}
# Where the sources disagree, or no page lists the models: a warning.
V1_DOUBTED: dict[str, tuple[object, set[str], set[str]]] = {
    "metadata": ({"a": "b"}, EVERY - LLAMA, LLAMA),
    "functions": ([A_FUNCTION], ERNIE_35 | FUNCTIONS, SDK_FUNCTIONS),
    "system": ("助手", OURS - FUNCTIONS, FUNCTIONS),
    "max_output_tokens": (100, OURS, EVERY - OURS),
    "extra_parameters": (CHAT_LAW, LAW, EVERY - LAW),
    "user_setting": ("x", set(), EVERY),
    "retry_count": (1, set(), EVERY),
    "request_timeout": (60.0, set(), EVERY),
    "backoff_factor": (0.0, set(), EVERY),
}


def v1_levels(parameter: str, value: object, model: str) -> list[str]:
    """The levels of what is found at a parameter of a model."""
    needed: dict[str, Any] = {"extra_parameters": CHAT_LAW} if model in LAW else {}
    request = v1(model, **{**needed, parameter: value})
    found = validate(request.payload, api="v1.chat")
    return [one.level for one in found if one.pointer == f"/{parameter}" and one.code != "effect"]


@pytest.mark.parametrize("parameter", V1_LISTS)
def test_v1_models_that_take_a_parameter_are_those_of_the_page(parameter: str) -> None:
    value, takers = V1_LISTS[parameter]
    doubted = V1_DOUBTED.get(parameter, (None, set(), set()))[2]
    levels = {model: v1_levels(parameter, value, model) for model in V1_MODELS}
    assert {model for model, found in levels.items() if not found} == takers
    assert {model for model, found in levels.items() if found == ["error"]} == EVERY - takers - doubted


@pytest.mark.parametrize("parameter", V1_DOUBTED)
def test_v1_models_whose_parameter_is_doubted_warn(parameter: str) -> None:
    value, takers, doubted = V1_DOUBTED[parameter]
    levels = {model: v1_levels(parameter, value, model) for model in V1_MODELS}
    assert {model for model, found in levels.items() if not found} == takers
    assert {model for model, found in levels.items() if found == ["warning"]} == doubted


def test_v1_models_of_ernie_4_whose_functions_are_doubted_are_those_of_the_sdk() -> None:
    group = [name for name in V1_CHAT if V1_CHAT[name].group == "Ernie40Chat"]
    codes = {name: [tuple(one.split()[:3:2]) for one in found(v1(name, functions=[A_FUNCTION]))] for name in group}
    doubted = {"ERNIE-4.0-8K", "ERNIE-4.0-8K-Preview", "ERNIE-4.0-8K-0329", "ERNIE-4.0-8K-0104"}
    assert {name for name, one in codes.items() if one == [("warning", "disputed:")]} == doubted
    unlisted = {"ERNIE-4.0-8K-Preview-0518", "ERNIE-4.0-8K-preemptible"}
    assert {name for name, one in codes.items() if one == [("warning", "unsupported:")]} == unlisted
    assert {name for name, one in codes.items() if one == [("error", "unsupported:")]} == (
        set(group) - doubted - unlisted
    )


def test_v1_models_that_take_tool_choice_are_those_of_the_page() -> None:
    levels = {model: v1_levels("tool_choice", A_CHOICE, model) for model in V1_MODELS}
    assert {model for model, found in levels.items() if not found} == ERNIE_35 | DYNAMIC


# --- the V2 page's lists ---

V2_PENALTIES = {
    "ernie-speed-8k",
    "ernie-speed-128k",
    "ernie-speed-pro-128k",
    "ernie-lite-8k",
    "ernie-lite-pro-128k",
    "ernie-tiny-8k",
    "ernie-char-8k",
    "ernie-char-fiction-8k",
}
V2_EVERYWHERE: dict[str, object] = {
    "stream": True,
    "temperature": 0.5,
    "top_p": 0.5,
    "penalty_score": 1.5,
    "max_completion_tokens": 100,
    "seed": 1,
    "stop": ["。"],
    "user": "someone",
    "tools": [{"type": "function", "function": {"name": "f"}}],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "response_format": {"type": "text"},
}


def v2_found(model: str, **parameters: object) -> list[tuple[str, str, str]]:
    """Level, pointer and code of what is found, but for the end of the model itself."""
    found = validate(v2(model, **parameters).payload, api="v2.chat")
    return [(one.level, one.pointer, one.code) for one in found if one.code != "retired"]


@pytest.mark.parametrize("parameter", ["frequency_penalty", "presence_penalty"])
def test_v2_models_that_take_penalties_are_the_eight_of_the_page(parameter: str) -> None:
    results = {model: v2_found(model, **{parameter: 1}) for model in V2_MODELS}
    assert {model for model, found in results.items() if not found} == V2_PENALTIES
    refused = [found for model, found in results.items() if model not in V2_PENALTIES]
    assert refused == [[("error", f"/{parameter}", "unsupported")]] * 11


NOT_FOR: dict[str, tuple[str, ...]] = {
    "penalty_score": (
        "ernie-x1-turbo-",
        "ernie-4.5-0.3b",
        "ernie-4.5-21b-a3b",
        "ernie-4.5-vl-28b-a3b",
        "deepseek-v3",
        "deepseek-r1",
        "qwq-32b",
    ),
    "seed": ("ernie-x1-turbo-", "qwen2.5-", "qianfan-agent-intent-"),
    "stop": ("ernie-x1-turbo-",),
    "response_format": ("ernie-x1-turbo-",),
}
"""Parameter → how the names begin of the models that the page says do not take it."""
NAMED_OTHERWISE = ("ernie-4.5-21b-a3b-thinking", "deepseek-v3.")
"""They begin so, and are others."""
IDLE = {"temperature", "top_p", "penalty_score"}
NO_FUNCTIONS = {
    "ernie-4.5-8k-preview", "ernie-speed-8k", "ernie-speed-128k", "ernie-lite-8k", "ernie-tiny-8k", "ernie-char-8k",
    "ernie-char-fiction-8k", "ernie-novel-8k", "deepseek-v3", "deepseek-r1", "deepseek-r1-distill-qwen-32b",
    "deepseek-r1-distill-qwen-14b", "deepseek-r1-distill-qwen-7b", "deepseek-r1-distill-qwen-1.5b",
    "deepseek-r1-distill-llama-70b", "deepseek-r1-distill-llama-8b", "deepseek-r1-distill-qianfan-llama-70b",
    "deepseek-r1-distill-qianfan-llama-8b", "qwq-32b",
}  # fmt: skip
"""The models of which the table of spring 2025 says that they do not call functions."""
SPRING = "对话Chat V2 (spring 2025)"
"""That table's page. It says nothing of models that it does not have."""
ALWAYS_THINK = ("ernie-x1", "ernie-5.0-thinking-", "deepseek-r1", "deepseek-r1-250528")


@pytest.mark.parametrize("model", V2_CHAT)
def test_v2_model_takes_what_the_page_gives_every_model(model: str) -> None:
    refused = {
        name for name, begins in NOT_FOR.items() if model.startswith(begins) and not model.startswith(NAMED_OTHERWISE)
    }
    thinks = model in ALWAYS_THINK or model.startswith(ALWAYS_THINK[:2])
    expected = {f"/{name}" for name in refused | (IDLE if thinks else set())}
    known = CATALOGUES["v2.chat"][model]
    tabled = any(source.page == SPRING for source in known.named_by or ())
    expected |= {"/tools"} if tabled and "functions" not in known.abilities else set()
    found = v2_found(model, **V2_EVERYWHERE)
    assert {place for _, place, _ in found} == expected
    assert "/tools" in expected or model not in NO_FUNCTIONS
    assert {level for level, _, _ in found} <= {"warning"}


@pytest.mark.parametrize("model", ["ernie-x1.1", "ernie-x1-turbo-32k", "ernie-5.0-thinking-latest", "deepseek-r1"])
def test_sampling_has_no_effect_on_a_model_that_always_thinks(model: str) -> None:
    assert found(v2(model, temperature=9, top_p="much")) == [
        "warning /temperature effect: accepted without effect [temperature, deep-thinking-2025]",
        "warning /top_p effect: accepted without effect [top_p, deep-thinking-2025]",
    ]


THINKS = {
    "enable_thinking": (
        True,
        {"ernie-5.0-thinking-preview", "ernie-4.5-turbo-vl-preview", "ernie-4.5-turbo-vl-32k-preview"}
        | {"ernie-4.5-vl-28b-a3b", "ernie-5.0", "ernie-5.0-thinking-latest", "ernie-5.1", "kimi-k2.6"}
        | {f"qwen3.5-{size}" for size in ("397b-a17b", "122b-a10b", "35b-a3b", "27b")}
        | {f"qwen3-{size}" for size in ("235b-a22b", "30b-a3b", "32b", "14b", "8b", "4b", "1.7b", "0.6b")},
    ),
    "thinking": (
        {"type": "enabled"},
        {"deepseek-v3.2", "deepseek-v3.1-250821", "kimi-k2.5", "glm-5", "glm-4.7", "deepseek-v4-pro"}
        | {"deepseek-v4-flash", "glm-5.1", "glm-5.2", "glm-5.3"},
    ),
}


@pytest.mark.parametrize("parameter", THINKS)
def test_v2_models_that_think_on_request(parameter: str) -> None:
    value, takers = THINKS[parameter]
    assert {model for model in V2_CHAT if not v2_found(model, **{parameter: value})} == takers


@pytest.mark.parametrize("model", V2_MODELS)
@pytest.mark.parametrize(("parameter", "value"), [("enable_thinking", True), ("thinking", {"type": "enabled"})])
def test_model_of_the_v2_page_does_not_think_on_request(model: str, parameter: str, value: object) -> None:
    assert v2_found(model, **{parameter: value}) == [("warning", f"/{parameter}", "unsupported")]


# --- the words ---


def takers(api: str, parameter: str) -> list[str]:
    """The models in service that the documentation lists and whose handles take it without a dispute."""
    modules, catalogue = {"v1.chat": (v1_handles, V1_CHAT), "v2.chat": (v2_handles, V2_CHAT)}[api]
    return [
        model.name
        for model in catalogue.values()
        if not model.unverified and not model.retired
        if takes(getattr(modules, model.group).create, parameter)
    ]


def takes(method: Callable[..., object], parameter: str) -> bool:
    """Whether a method has an argument of this name about which no source disagrees."""
    line = re.search(rf"^ *{parameter}: (.*)$", str(method.__doc__), re.MULTILINE)
    return line is not None and "Sources disagree: " not in line[1]


@pytest.mark.parametrize(
    ("request_", "parameter"),
    [
        (v1("ERNIE-Speed-8K", disable_search=True), "disable_search"),
        (v1("ERNIE-3.5-8K", enable_user_memory=False), "enable_user_memory"),
        (v1("ERNIE-3.5-8K", extra_parameters=CHAT_LAW), "extra_parameters"),
        (v1("ChatLaw", top_k=3, extra_parameters=CHAT_LAW), "top_k"),
        (v2("ernie-3.5-8k", frequency_penalty=1), "frequency_penalty"),
        (v2("ernie-3.5-8k", repetition_penalty=1), "repetition_penalty"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_hint_lists_three_models_that_take_it_or_two_and_how_many_more(request_: Request, parameter: str) -> None:
    (violation, *_) = validate(request_.payload, api=request_.api)
    names = takers(request_.api, parameter)
    listed = ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"
    verb = "takes" if len(names) == 1 else "take"
    assert violation.message == f"not a parameter of {request_.payload['model']}; {listed} {verb} it"


@cases(
    (
        "one model takes it",
        v1("ERNIE-3.5-8K", enable_user_memory=False),
        (
            "error /enable_user_memory unsupported: not a parameter of ERNIE-3.5-8K; ERNIE-Character-8K,"
            " ERNIE-Character-Fiction-8K, ERNIE-Character-Fiction-8K-Preview take it"
            " [enable_user_memory, chat-v1]"
        ),
    ),
    (
        "many models take it",
        v1(disable_search=True),
        (
            "error /disable_search unsupported: not a parameter of ERNIE-Speed-8K; ERNIE-4.0-8K,"
            " ERNIE-4.0-8K-Preview and 15 more take it [disable_search, chat-v1]"
        ),
    ),
    (
        "top_k",
        v1("ERNIE-4.0-8K", top_k=3),
        ("error /top_k unsupported: not a parameter of ERNIE-4.0-8K; Baichuan2-13B-Chat takes it [top_k, chat-v1]"),
    ),
    (
        "functions",
        v1(functions=[]),
        (
            "error /functions unsupported: not a parameter of ERNIE-Speed-8K; ERNIE-3.5-8K,"
            " ERNIE-3.5-8K-Preview and 5 more take it [functions, chat-v1]"
        ),
    ),
    (
        "tool_choice",
        v1("ERNIE-4.0-8K", tool_choice=A_CHOICE, functions=[A_FUNCTION]),
        (
            "error /tool_choice unsupported: not a parameter of ERNIE-4.0-8K; ERNIE-3.5-8K,"
            " ERNIE-3.5-8K-Preview and 5 more take it [tool_choice, chat-v1]"
        ),
        (
            "warning /functions disputed: sources disagree whether ERNIE-4.0-8K takes it: The V1 page keeps"
            " functions to ERNIE 3.5; the official SDK lists them for some ERNIE 4.0 models. [functions, chat-v1]"
        ),
    ),
    (
        "functions on ERNIE 4.0 Turbo, where the SDK has them not",
        v1("ERNIE-4.0-Turbo-8K", functions=[A_FUNCTION]),
        (
            "error /functions unsupported: not a parameter of ERNIE-4.0-Turbo-8K; ERNIE-3.5-8K,"
            " ERNIE-3.5-8K-Preview and 5 more take it [functions, chat-v1]"
        ),
    ),
    (
        "logprobs",
        v1(logprobs=False),
        (
            "error /logprobs unsupported: not a parameter of ERNIE-Speed-8K; ERNIE-Tiny-128K-0929,"
            " Qianfan-Chinese-Llama-2-7B-32K and 6 more take it [logprobs, chat-v1]"
        ),
    ),
    (
        "min_output_tokens",
        v1("ERNIE-Character-8K", min_output_tokens=2),
        (
            "error /min_output_tokens unsupported: not a parameter of ERNIE-Character-8K;"
            " ERNIE-Lite-Pro-128K, ERNIE-Tiny-128K-0929 take it [min_output_tokens, chat-v1]"
        ),
    ),
    (
        "system",
        v1("Yi-34B-Chat", system="助手"),
        (
            "error /system unsupported: not a parameter of Yi-34B-Chat; ERNIE-4.0-8K, ERNIE-4.0-8K-Preview"
            " and 34 more take it [system, chat-v1]"
        ),
    ),
    (
        "stop on ChatLaw",
        v1("ChatLaw", extra_parameters=CHAT_LAW, stop=["。"]),
        (
            "error /stop unsupported: not a parameter of ChatLaw; ERNIE-4.0-8K, ERNIE-4.0-8K-Preview and 76"
            " more take it [stop, chat-v1]"
        ),
    ),
    (
        "penalty_score on ChatLaw",
        v1("ChatLaw", extra_parameters=CHAT_LAW, penalty_score=1.0),
        (
            "error /penalty_score unsupported: not a parameter of ChatLaw; ERNIE-4.0-8K,"
            " ERNIE-4.0-8K-Preview and 76 more take it [penalty_score, chat-v1]"
        ),
    ),
    (
        "top_k on ChatLaw",
        v1("ChatLaw", extra_parameters=CHAT_LAW, top_k=1),
        ("error /top_k unsupported: not a parameter of ChatLaw; Baichuan2-13B-Chat takes it [top_k, chat-v1]"),
    ),
    (
        "extra_parameters on an ERNIE model",
        v1(extra_parameters={}),
        (
            "warning /extra_parameters unsupported: not a parameter of ERNIE-Speed-8K; ChatLaw takes it"
            " [extra_parameters, chat-v1]"
        ),
    ),
    (
        "max_output_tokens on a model of another maker",
        v1("Yi-34B-Chat", max_output_tokens=5),
        (
            "warning /max_output_tokens unsupported: not a parameter of Yi-34B-Chat; ERNIE-4.0-8K,"
            " ERNIE-4.0-8K-Preview and 34 more take it [max_output_tokens, chat-v1]"
        ),
    ),
    (
        "frequency_penalty on V2",
        v2(frequency_penalty=1),
        (
            "error /frequency_penalty unsupported: not a parameter of ernie-3.5-8k; ernie-speed-pro-128k,"
            " ernie-lite-pro-128k and 56 more take it [frequency_penalty, chat-v2-2024]"
        ),
    ),
    (
        "a penalty of 0 on V2, which asks for nothing",
        v2(frequency_penalty=0, presence_penalty=0.0),
        (
            "warning /frequency_penalty unsupported: not a parameter of ernie-3.5-8k; ernie-speed-pro-128k,"
            " ernie-lite-pro-128k and 56 more take it [frequency_penalty, chat-v2-2024]"
        ),
        (
            "warning /presence_penalty unsupported: not a parameter of ernie-3.5-8k; ernie-speed-pro-128k,"
            " ernie-lite-pro-128k and 56 more take it [presence_penalty, chat-v2-2024]"
        ),
    ),
    (
        "web_search on a model of the page that does not search",
        v2("ernie-char-8k", web_search={"enable": True}),
        (
            "warning /web_search unsupported: not a parameter of ernie-char-8k; ernie-4.0-8k-latest,"
            " ernie-4.0-8k-preview and 23 more take it [web_search, chat-v2-spring]"
        ),
    ),
    (
        "enable_thinking on a model of the page",
        v2(enable_thinking=True),
        (
            "warning /enable_thinking unsupported: not a parameter of ernie-3.5-8k;"
            " ernie-4.5-turbo-vl-preview, ernie-4.5-turbo-vl-32k-preview and 10 more take it"
            " [enable_thinking, deep-thinking]"
        ),
    ),
    (
        "reasoning_effort on a model of the page",
        v2(reasoning_effort="high"),
        (
            "warning /reasoning_effort unsupported: not a parameter of ernie-3.5-8k;"
            " ernie-4.5-turbo-vl-preview, ernie-4.5-turbo-vl-32k-preview and 35 more take it"
            " [reasoning_effort, deep-thinking]"
        ),
    ),
    (
        "thinking on a model of the page",
        v2(thinking={"type": "enabled"}),
        (
            "warning /thinking unsupported: not a parameter of ernie-3.5-8k; deepseek-v3.2, deepseek-v3.1-250821"
            " and 2 more take it [thinking, deep-thinking]"
        ),
    ),
    (
        "penalty_score on DeepSeek R1's distilled models",
        v2("deepseek-r1-distill-qwen-32b", penalty_score=1.5),
        (
            "warning /penalty_score unsupported: not a parameter of deepseek-r1-distill-qwen-32b;"
            " ernie-4.0-8k-latest, ernie-4.0-8k-preview and 80 more take it [penalty_score, chat-v2]"
        ),
    ),
    (
        "seed on Qwen2.5",
        v2("qwen2.5-7b-instruct", seed=1),
        (
            "warning /seed unsupported: not a parameter of qwen2.5-7b-instruct; ernie-4.0-8k-latest,"
            " ernie-4.0-8k-preview and 80 more take it [seed, chat-v2]"
        ),
    ),
    (
        "penalty_score, seed, stop and response_format on ERNIE X1 Turbo",
        v2("ernie-x1-turbo-32k", penalty_score=1.0, seed=1, stop=["。"], response_format={"type": "text"}),
        *(
            f"warning /{name} unsupported: not a parameter of ernie-x1-turbo-32k; ernie-4.0-8k-latest,"
            f" ernie-4.0-8k-preview and 80 more take it [{name}, chat-v2]"
            for name in ("penalty_score", "seed", "stop", "response_format")
        ),
    ),
    (
        "what the console sends to models that see and hear, on another",
        v2(fps=2, use_audio=True, compression=True),
        *(
            f"warning /{name} unsupported: not a parameter of ernie-3.5-8k; ernie-5.0, ernie-5.0-thinking-latest,"
            f" ernie-5.0-thinking-preview take it [{name}, chat-v2]"
            for name in ("fps", "use_audio", "compression")
        ),
    ),
    (
        "repetition_penalty on a model of the page",
        v2(repetition_penalty=1.0),
        (
            "warning /repetition_penalty unsupported: not a parameter of ernie-3.5-8k; ernie-4.5-0.3b,"
            " ernie-4.5-21b-a3b and 54 more take it [repetition_penalty, chat-v2]"
        ),
    ),
    (
        "the value is not looked at",
        v1(top_k="many"),
        ("error /top_k unsupported: not a parameter of ERNIE-Speed-8K; Baichuan2-13B-Chat takes it [top_k, chat-v1]"),
    ),
    (
        "by its alias",
        v1("ernie-bot-4", top_k=3),
        ("error /top_k unsupported: not a parameter of ERNIE-4.0-8K; Baichuan2-13B-Chat takes it [top_k, chat-v1]"),
    ),
    (
        "two of them",
        v1("ERNIE-Tiny-8K", top_k=3, disable_search=True),
        ("error /top_k unsupported: not a parameter of ERNIE-Tiny-8K; Baichuan2-13B-Chat takes it [top_k, chat-v1]"),
        (
            "error /disable_search unsupported: not a parameter of ERNIE-Tiny-8K; ERNIE-4.0-8K,"
            " ERNIE-4.0-8K-Preview and 15 more take it [disable_search, chat-v1]"
        ),
    ),
)
def test_parameter_that_the_model_does_not_take(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "functions on ERNIE 4.0",
        v1("ERNIE-4.0-8K", functions=[A_FUNCTION]),
        (
            "warning /functions disputed: sources disagree whether ERNIE-4.0-8K takes it: The V1 page keeps"
            " functions to ERNIE 3.5; the official SDK lists them for some ERNIE 4.0 models. [functions, chat-v1]"
        ),
    ),
    (
        "functions on Qianfan-Dynamic-8K",
        v1("Qianfan-Dynamic-8K", functions=[A_FUNCTION], tool_choice=A_CHOICE),
        (
            "warning /functions disputed: sources disagree whether Qianfan-Dynamic-8K takes it: The V1 page"
            " keeps functions to ERNIE 3.5 yet gives this model tool_choice; the SDK lists functions."
            " [functions, chat-v1]"
        ),
    ),
    (
        "user_setting",
        v1("ERNIE-3.5-8K", user_setting="助手"),
        (
            "warning /user_setting disputed: sources disagree whether ERNIE-3.5-8K takes it: Only the"
            " official SDK lists it, for some ERNIE 3.5 models; the V1 page does not have it."
            " [user_setting, sdk-python]"
        ),
    ),
    (
        "extra_parameters of a third party",
        v1("Yi-34B-Chat", extra_parameters={}),
        (
            "warning /extra_parameters disputed: sources disagree whether Yi-34B-Chat takes it: The page"
            " calls it a parameter of third-party models, but documents it for ChatLaw alone."
            " [extra_parameters, chat-v1]"
        ),
    ),
    (
        "metadata of a model whose own page has it not",
        v1("Qianfan-Chinese-Llama-2-13B", metadata={"a": "b"}),
        (
            "warning /metadata disputed: sources disagree whether Qianfan-Chinese-Llama-2-13B-v1 takes it:"
            " The general page lists it for every model; the model's own page has it not. [metadata, chat-v1]"
        ),
    ),
    (
        "penalty_score of DeepSeek V3",
        v2("deepseek-v3", penalty_score=9),
        (
            "warning /penalty_score disputed: sources disagree whether deepseek-v3 takes it: The page says that it does"
            " not take it; code that the platform's console made sends it. [penalty_score, chat-v2]"
        ),
    ),
    (
        "web_search of DeepSeek V3",
        v2("deepseek-v3", web_search={"enable": True}),
        (
            "warning /web_search disputed: sources disagree whether deepseek-v3 takes it: The table of spring 2025 says"
            " that it does not search; code that the platform's console made asks it to. [web_search, chat-v2-spring]"
        ),
    ),
    (
        "web_search of DeepSeek R1",
        v2("deepseek-r1", web_search={"enable": True}),
        (
            "warning /web_search disputed: sources disagree whether deepseek-r1 takes it: The mirror says that"
            " deepseek-r1 searches; the table of spring 2025 says that it does not. [web_search, chat-v2-spring]"
        ),
    ),
)
def test_parameter_on_which_sources_disagree(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "all three",
        v1(retry_count=3, request_timeout=60, backoff_factor=0.5),
        (
            "warning /retry_count client: an argument of the official SDK: it never reaches the platform"
            " [retry_count, chat-v1]"
        ),
        (
            "warning /request_timeout client: an argument of the official SDK: it never reaches the platform"
            " [request_timeout, chat-v1]"
        ),
        (
            "warning /backoff_factor client: an argument of the official SDK: it never reaches the platform"
            " [backoff_factor, chat-v1]"
        ),
    ),
    (
        "on ChatLaw",
        v1("ChatLaw", extra_parameters=CHAT_LAW, retry_count=3),
        (
            "warning /retry_count client: an argument of the official SDK: it never reaches the platform"
            " [retry_count, chat-v1]"
        ),
    ),
    (
        "of any type",
        v1(retry_count="three"),
        (
            "warning /retry_count client: an argument of the official SDK: it never reaches the platform"
            " [retry_count, chat-v1]"
        ),
    ),
    (
        "on V2",
        v2(retry_count=3, request_timeout=60, backoff_factor=0.5),
        (
            "warning /retry_count client: an argument of the official SDK: it never reaches the platform"
            " [retry_count, chat-v2]"
        ),
        (
            "warning /request_timeout client: an argument of the official SDK: it never reaches the platform"
            " [request_timeout, chat-v2]"
        ),
        (
            "warning /backoff_factor client: an argument of the official SDK: it never reaches the platform"
            " [backoff_factor, chat-v2]"
        ),
    ),
    (
        "to a later model",
        v2("deepseek-r1", request_timeout=60),
        (
            "warning /request_timeout client: an argument of the official SDK: it never reaches the platform"
            " [request_timeout, chat-v2]"
        ),
    ),
)
def test_argument_of_the_official_sdk(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("unsupported but null", v1(functions=None, top_k=None, logprobs=None)),
    ("unsupported but null, on V2", v2(frequency_penalty=None, enable_thinking=None)),
    ("an argument of the SDK, null", v1(retry_count=None)),
    ("ERNIE-Lite-128K-0419 takes the penalties", v1("ERNIE-Lite-128K-0419", frequency_penalty=1, presence_penalty=1)),
    ("ERNIE-Speed-128K, as the list spells it", v1("ERNIE-Speed-128K", frequency_penalty=1)),
    ("Qianfan-Chinese-Llama-2-13b-v2, as the list spells it", v1("Qianfan-Chinese-Llama-2-13b-v2", logprobs=False)),
    ("Qianfan-Chinese-Llama-2-7b-32K, as the list spells it", v1("Qianfan-Chinese-Llama-2-7b-32K", logprobs=False)),
    ("preemptible and preemptable", v2(preemptible=True, preemptable=True)),
)
def test_parameter_that_is_let_pass(request_: Request) -> None:
    assert found(request_) == []


def test_every_v1_model_of_the_tables_is_in_the_catalogue() -> None:
    assert set(V1_CHAT) >= EVERY


@pytest.mark.parametrize("api", CATALOGUES)
def test_whom_a_message_names_takes_it(api: str) -> None:
    """The lists of takers are left out of the pins above; here is that they are true."""
    names = {name for group in facts().operations[api].groups.values() for name in group.takes}
    refused = {(model, one.pointer[1:]): one for model in CATALOGUES[api] for one in refusals(api, model, names)}
    for (model, name), one in refused.items():
        _, said, named = one.message.removesuffix(" it").partition(f"not a parameter of {model}; ")
        takers = re.split(r", | and ", re.sub(r"( and \d+ more)? takes?$", "", named))
        assert not said or all((taker, name) not in refused and taker in CATALOGUES[api] for taker in takers), one


def refusals(api: str, model: str, names: set[str]) -> list[Violation]:
    """That a model does not take some of the parameters."""
    found = validate(dict.fromkeys(names, object()), api=api, model=model)
    return [one for one in found if one.code == "unsupported"]
