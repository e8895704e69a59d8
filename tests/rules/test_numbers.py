"""Numbers: their ranges, bounds included or not, and what is no number."""

from __future__ import annotations

import math

from tests.rules.saying import CHAT_LAW, Request, cases, found, right, v1, v2

LLAMA = "Qianfan-Chinese-Llama-2-13B"
TINY = "ERNIE-Tiny-128K-0929"
SHOWS = {"logprobs": True}


@cases(
    (
        "temperature 0",
        v1(temperature=0),
        "error /temperature range: 0: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "temperature above",
        v1(temperature=1.7),
        "error /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "temperature below",
        v1(temperature=-0.1),
        "error /temperature range: -0.1: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "temperature NaN",
        v1(temperature=math.nan),
        "error /temperature range: NaN: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "temperature infinite",
        v1(temperature=math.inf),
        "error /temperature range: Infinity: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "temperature on a model's own page",
        v1(LLAMA, temperature=0),
        "error /temperature range: 0: must be above 0 and at most 1.0 [temperature, chat-v1]",
    ),
    (
        "ChatLaw's temperature above",
        v1("ChatLaw", extra_parameters=CHAT_LAW, temperature=2.1),
        "error /temperature range: 2.1: must be at least 0 and at most 2.0 [temperature, chat-v1]",
    ),
    (
        "ChatLaw's temperature below",
        v1("ChatLaw", extra_parameters=CHAT_LAW, temperature=-0.1),
        "error /temperature range: -0.1: must be at least 0 and at most 2.0 [temperature, chat-v1]",
    ),
    (
        "top_p above",
        v1(top_p=1.01),
        "error /top_p range: 1.01: must be at least 0 and at most 1.0 [top_p, chat-v1]",
    ),
    (
        "top_p below",
        v1(top_p=-0.01),
        "error /top_p range: -0.01: must be at least 0 and at most 1.0 [top_p, chat-v1]",
    ),
    (
        "top_k 0",
        v1("Yi-34B-Chat", top_k=0),
        "warning /top_k range: 0: must be at least 1 [top_k, llama-13b]",
    ),
    (
        "top_k as the page of other makers' models has it, which calls that the default",
        v1("Yi-34B-Chat", top_k=0.95),
        "warning /top_k range: 0.95: must be at least 1 [top_k, llama-13b]",
    ),
    (
        "top_k below 1 on a model's own page",
        v1(LLAMA, top_k=0.95),
        "error /top_k range: 0.95: must be at least 1 [top_k, llama-13b]",
    ),
    (
        "top_k below 0",
        v1(LLAMA, top_k=-3),
        "error /top_k range: -3: must be at least 1 [top_k, llama-13b]",
    ),
    (
        "penalty_score below",
        v1(penalty_score=0.99),
        "error /penalty_score range: 0.99: must be at least 1.0 and at most 2.0 [penalty_score, chat-v1]",
    ),
    (
        "penalty_score above",
        v1(penalty_score=2.01),
        "error /penalty_score range: 2.01: must be at least 1.0 and at most 2.0 [penalty_score, chat-v1]",
    ),
    (
        "frequency_penalty below",
        v1(frequency_penalty=-2.1),
        "error /frequency_penalty range: -2.1: must be at least -2.0 and at most 2.0 [frequency_penalty, chat-v1]",
    ),
    (
        "frequency_penalty above",
        v1(frequency_penalty=2.1),
        "error /frequency_penalty range: 2.1: must be at least -2.0 and at most 2.0 [frequency_penalty, chat-v1]",
    ),
    (
        "presence_penalty below",
        v1(presence_penalty=-2.1),
        "error /presence_penalty range: -2.1: must be at least -2.0 and at most 2.0 [presence_penalty, chat-v1]",
    ),
    (
        "presence_penalty above",
        v1(presence_penalty=2.1),
        "error /presence_penalty range: 2.1: must be at least -2.0 and at most 2.0 [presence_penalty, chat-v1]",
    ),
    (
        "min_output_tokens below",
        v1(min_output_tokens=1),
        "error /min_output_tokens range: 1: must be at least 2 and at most 2048 [min_output_tokens, chat-v1]",
    ),
    (
        "min_output_tokens above",
        v1(min_output_tokens=2049),
        "error /min_output_tokens range: 2049: must be at least 2 and at most 2048 [min_output_tokens, chat-v1]",
    ),
    (
        "max_output_tokens 0",
        v1(max_output_tokens=0),
        "error /max_output_tokens range: 0: must be at least 1 [max_output_tokens, chat-v1]",
    ),
    (
        "max_output_tokens 0, where the model's limit is known",
        v1("ERNIE-3.5-8K", max_output_tokens=0),
        (
            "error /max_output_tokens range: 0: must be at least 1 and at most 2048 for ERNIE-3.5-8K"
            " [max_output_tokens, chat-v1]"
        ),
    ),
    (
        "max_output_tokens over a limit that no page states",
        v1("ERNIE-3.5-8K", max_output_tokens=2049),
        (
            "warning /max_output_tokens range: 2049: must be at least 1 and at most 2048 for ERNIE-3.5-8K"
            " [max_output_tokens, output-limits]"
        ),
    ),
    (
        "top_logprobs above",
        v1(LLAMA, **SHOWS, top_logprobs=6),
        "error /top_logprobs range: 6: must be at least 0 and at most 5 [top_logprobs, chat-v1]",
    ),
    (
        "top_logprobs below",
        v1(LLAMA, **SHOWS, top_logprobs=-1),
        "error /top_logprobs range: -1: must be at least 0 and at most 5 [top_logprobs, chat-v1]",
    ),
    (
        "user_memory_extract_level none of its values",
        v1("ERNIE-Character-8K", user_memory_extract_level=3),
        "error /user_memory_extract_level enum: 3: must be one of 0, 1, 2 [user_memory_extract_level, chat-v1]",
    ),
)
def test_v1_number_outside_its_range(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "temperature 0",
        v2(temperature=0),
        "error /temperature range: 0: must be above 0 and at most 1.0 [temperature, chat-v2-2024]",
    ),
    (
        "temperature above",
        v2(temperature=1.01),
        "error /temperature range: 1.01: must be above 0 and at most 1.0 [temperature, chat-v2-2024]",
    ),
    (
        "top_p above",
        v2(top_p=1.5),
        "error /top_p range: 1.5: must be at least 0 and at most 1.0 [top_p, chat-v2-2024]",
    ),
    (
        "top_p below",
        v2(top_p=-0.5),
        "error /top_p range: -0.5: must be at least 0 and at most 1.0 [top_p, chat-v2-2024]",
    ),
    (
        "penalty_score below",
        v2(penalty_score=0.5),
        "error /penalty_score range: 0.5: must be at least 1.0 and at most 2.0 [penalty_score, chat-v2]",
    ),
    (
        "penalty_score above",
        v2(penalty_score=2.5),
        "error /penalty_score range: 2.5: must be at least 1.0 and at most 2.0 [penalty_score, chat-v2]",
    ),
    (
        "frequency_penalty below",
        v2("ernie-speed-pro-128k", frequency_penalty=-2.5),
        "error /frequency_penalty range: -2.5: must be at least -2.0 and at most 2.0 [frequency_penalty, chat-v2-2024]",
    ),
    (
        "frequency_penalty above",
        v2("ernie-speed-pro-128k", frequency_penalty=2.5),
        "error /frequency_penalty range: 2.5: must be at least -2.0 and at most 2.0 [frequency_penalty, chat-v2-2024]",
    ),
    (
        "presence_penalty below",
        v2("ernie-lite-pro-128k", presence_penalty=-2.5),
        "error /presence_penalty range: -2.5: must be at least -2.0 and at most 2.0 [presence_penalty, chat-v2-2024]",
    ),
    (
        "presence_penalty above",
        v2("ernie-lite-pro-128k", presence_penalty=2.5),
        "error /presence_penalty range: 2.5: must be at least -2.0 and at most 2.0 [presence_penalty, chat-v2-2024]",
    ),
    (
        "seed 0",
        v2(seed=0),
        "error /seed range: 0: must be above 0 and below 2147483647 [seed, chat-v2]",
    ),
    (
        "seed at its upper bound",
        v2(seed=2147483647),
        "error /seed range: 2147483647: must be above 0 and below 2147483647 [seed, chat-v2]",
    ),
    (
        "max_completion_tokens below",
        v2(max_completion_tokens=1),
        (
            "error /max_completion_tokens range: 1: must be at least 2 and at most 2048 for ernie-3.5-8k"
            " [max_completion_tokens, chat-v2]"
        ),
    ),
    (
        "max_completion_tokens above",
        v2(max_completion_tokens=2049),
        (
            "error /max_completion_tokens range: 2049: must be at least 2 and at most 2048 for ernie-3.5-8k"
            " [max_completion_tokens, chat-v2-spring]"
        ),
    ),
    (
        "max_completion_tokens over the table of spring 2025",
        v2("ernie-3.5-128k", max_completion_tokens=8193),
        (
            "error /max_completion_tokens range: 8193: must be at least 2 and at most 8192 for ernie-3.5-128k"
            " [max_completion_tokens, chat-v2-spring]"
        ),
    ),
    (
        "max_completion_tokens over what a third party says",
        v2("qianfan-llama-vl-8b", max_completion_tokens=16385),
        (
            "warning /max_completion_tokens range: 16385: must be at least 1 and at most 16384 for qianfan-llama-vl-8b"
            " [max_completion_tokens, models-v2]"
        ),
    ),
    (
        "max_completion_tokens of a later model",
        v2("ernie-4.5-turbo-128k", max_completion_tokens=12289),
        (
            "error /max_completion_tokens range: 12289: must be at least 2 and at most 12288 for"
            " ernie-4.5-turbo-128k [max_completion_tokens, models-2026]"
        ),
    ),
    (
        "max_completion_tokens 0 of a later model",
        v2("ernie-4.5-turbo-128k", max_completion_tokens=0),
        (
            "error /max_completion_tokens range: 0: must be at least 2 and at most 12288 for"
            " ernie-4.5-turbo-128k [max_completion_tokens, models-2026]"
        ),
    ),
    (
        "max_tokens 0",
        v2(max_tokens=0),
        (
            "error /max_tokens range: 0: must be at least 2 and at most 2048 for ernie-3.5-8k"
            " [max_tokens, chat-v2-spring]"
        ),
    ),
    (
        "max_tokens above",
        v2(max_tokens=2049),
        (
            "error /max_tokens range: 2049: must be at least 2 and at most 2048 for ernie-3.5-8k"
            " [max_tokens, chat-v2-spring]"
        ),
    ),
    (
        "temperature of an open-weight model",
        v2("qwen3-8b", temperature=2.1),
        "warning /temperature range: 2.1: must be at least 0 and at most 2 [temperature, chat-v2-later]",
    ),
    (
        "temperature of a model that may be open-weight",
        v2("qianfan-vl-8b", temperature=2.1),
        "warning /temperature range: 2.1: must be at least 0 and at most 2 [temperature, chat-v2-later]",
    ),
    (
        "temperature of a model that the page of 2024 does not name",
        v2("ernie-4.5-turbo-128k", temperature=1.5),
        "warning /temperature range: 1.5: must be above 0 and at most 1.0 [temperature, chat-v2-2024]",
    ),
    (
        "thinking_budget below",
        v2("qwen3.5-27b", thinking_budget=99),
        (
            "error /thinking_budget range: 99: must be at least 100 and at most 81920 for qwen3.5-27b"
            " [thinking_budget, chat-v2]"
        ),
    ),
    (
        "thinking_budget above",
        v2("deepseek-v3.2-think", thinking_budget=32769),
        (
            "error /thinking_budget range: 32769: must be at least 100 and at most 32768 for deepseek-v3.2-think"
            " [thinking_budget, models-2026]"
        ),
    ),
    (
        "frequency_penalty of an open-weight model",
        v2("kimi-k2.5", frequency_penalty=-3),
        (
            "warning /frequency_penalty range: -3: must be at least -2.0 and at most 2.0"
            " [frequency_penalty, chat-v2-later]"
        ),
    ),
    (
        "repetition_penalty 0",
        v2("deepseek-v3", repetition_penalty=0),
        "warning /repetition_penalty range: 0: must be above 0 and at most 2 [repetition_penalty, chat-v2-later]",
    ),
    (
        "repetition_penalty above",
        v2("deepseek-v3", repetition_penalty=2.1),
        "warning /repetition_penalty range: 2.1: must be above 0 and at most 2 [repetition_penalty, chat-v2-later]",
    ),
)
def test_v2_number_outside_its_range(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@cases(
    (
        "a bool for a decimal number",
        v1(temperature=True),
        "error /temperature type: true: must be a number, not true or false [temperature, chat-v1]",
    ),
    (
        "a bool for a whole number",
        v1(min_output_tokens=True),
        ("error /min_output_tokens type: true: must be a whole number, not true or false [min_output_tokens, chat-v1]"),
    ),
    (
        "a bool for an enum of whole numbers",
        v1("ERNIE-Character-8K", user_memory_extract_level=True),
        (
            "error /user_memory_extract_level type: true: must be a whole number, not true or false"
            " [user_memory_extract_level, chat-v1]"
        ),
    ),
    (
        "a text for a decimal number",
        v1(top_p="0.5"),
        'error /top_p type: "0.5": must be a number, not a string; write 0.5 [top_p, chat-v1]',
    ),
    (
        "a text for a whole number",
        v1(max_output_tokens="100"),
        (
            'error /max_output_tokens type: "100": must be a whole number, not a string; write 100'
            " [max_output_tokens, chat-v1]"
        ),
    ),
    (
        "a text for a number out of the range",
        v1(top_p="5"),
        'error /top_p type: "5": must be a number, not a string [top_p, chat-v1]',
    ),
    (
        "a text for a number beyond the model's limit",
        v1("ERNIE-4.0-8K", max_output_tokens="999999"),
        'error /max_output_tokens type: "999999": must be a whole number, not a string [max_output_tokens, chat-v1]',
    ),
    (
        "a decimal number that is whole, and out of the range",
        v1(max_output_tokens=-5.0),
        (
            "error /max_output_tokens type: -5.0: must be a whole number, not a decimal number"
            " [max_output_tokens, chat-v1]"
        ),
    ),
    (
        "a decimal number for a whole one",
        v1(min_output_tokens=2.5),
        "error /min_output_tokens type: 2.5: must be a whole number, not a decimal number [min_output_tokens, chat-v1]",
    ),
    (
        "a list for a number",
        v1(penalty_score=[1.0]),
        "error /penalty_score type: [1.0]: must be a number, not a list [penalty_score, chat-v1]",
    ),
    (
        "an object for a number",
        v2(seed={"value": 1}),
        'error /seed type: {"value": 1}: must be a whole number, not an object [seed, chat-v2]',
    ),
    (
        "a decimal number for a whole one, on V2",
        v2(max_completion_tokens=100.5),
        (
            "error /max_completion_tokens type: 100.5: must be a whole number, not a decimal number"
            " [max_completion_tokens, chat-v2]"
        ),
    ),
    (
        "a text for a later number",
        v2("qwen3-8b", thinking_budget="1024"),
        (
            'error /thinking_budget type: "1024": must be a whole number, not a string; write 1024'
            " [thinking_budget, chat-v2]"
        ),
    ),
    (
        "a bool for a later number",
        v2("deepseek-v3", repetition_penalty=True),
        ("error /repetition_penalty type: true: must be a number, not true or false [repetition_penalty, chat-v2]"),
    ),
    (
        "a decimal number for max_tokens",
        v2(max_tokens=1.5),
        "error /max_tokens type: 1.5: must be a whole number, not a decimal number [max_tokens, chat-v2]",
    ),
)
def test_what_is_no_number(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("temperature at its upper bound", v1(temperature=1.0)),
    ("temperature just above 0", v1(temperature=1e-9)),
    ("an int for a float", v1(temperature=1)),
    ("ChatLaw's temperature 0", v1("ChatLaw", extra_parameters=CHAT_LAW, temperature=0)),
    ("ChatLaw's temperature 2", v1("ChatLaw", extra_parameters=CHAT_LAW, temperature=2)),
    ("top_p 0", v1(top_p=0)),
    ("top_p 1", v1(top_p=1)),
    ("top_k 1", v1("Yi-34B-Chat", top_k=1)),
    ("top_k as a float", v1("Yi-34B-Chat", top_k=5.0)),
    ("top_k as a float on a model's own page", v1(LLAMA, top_k=5.0)),
    ("top_k without end", v1("Yi-34B-Chat", top_k=10**9)),
    ("penalty_score 1", v1(penalty_score=1)),
    ("penalty_score 2", v1(penalty_score=2.0)),
    ("penalties -2", v1(frequency_penalty=-2, presence_penalty=-2.0)),
    ("penalties 2", v1(frequency_penalty=2, presence_penalty=2.0)),
    ("min_output_tokens 2", v1(min_output_tokens=2)),
    ("min_output_tokens 2048", v1(min_output_tokens=2048)),
    ("max_output_tokens 1", v1("ERNIE-3.5-8K", max_output_tokens=1)),
    ("max_output_tokens at the model's limit", v1("ERNIE-3.5-8K", max_output_tokens=2048)),
    ("max_output_tokens of a model without a known limit", v1("ERNIE-Speed-8K", max_output_tokens=100_000)),
    ("top_logprobs 0", v1(LLAMA, **SHOWS, top_logprobs=0)),
    ("top_logprobs 5", v1(LLAMA, **SHOWS, top_logprobs=5)),
    ("user_memory_extract_level 0", v1("ERNIE-Character-8K", user_memory_extract_level=0)),
    ("user_memory_extract_level 2", v1("ERNIE-Character-8K", user_memory_extract_level=2)),
    ("seed 1", v2(seed=1)),
    ("seed just below its upper bound", v2(seed=2147483646)),
    ("max_completion_tokens 2", v2(max_completion_tokens=2)),
    ("max_completion_tokens 2048", v2(max_completion_tokens=2048)),
    ("max_completion_tokens of a model with more", v2("ernie-4.5-turbo-128k", max_completion_tokens=12288)),
    ("max_completion_tokens of the table of spring 2025", v2("ernie-4.0-turbo-128k", max_completion_tokens=4096)),
    ("max_completion_tokens of a model without a known limit", v2("ernie-x1-32k", max_completion_tokens=10**6)),
    ("max_tokens 2", v2(max_tokens=2)),
    ("max_tokens 1 where the list begins there", v2("glm-5", max_tokens=1)),
    ("thinking_budget 100", v2("qwen3-8b", thinking_budget=100)),
    ("thinking_budget of a model without a known length", v2("ernie-5.0", thinking_budget=10**6)),
    ("temperature 2 of an open-weight model", v2("qwen3-8b", temperature=2)),
    ("temperature 0 of an open-weight model", v2("qwen3-8b", temperature=0)),
    ("repetition_penalty 2", v2("deepseek-v3", repetition_penalty=2)),
    ("repetition_penalty just above 0", v2("deepseek-v3", repetition_penalty=0.01)),
)
def test_number_inside_its_range(request_: Request) -> None:
    assert found(request_) == []
