"""Retired models: the platform's table of 2026-03-07, written down a second time, against what is found."""

from __future__ import annotations

from qianfan_api.models import V1_CHAT
from tests.rules.pages import V1_MODELS
from tests.rules.saying import CHAT_LAW, Request, cases, found_with_retirement, user, v1

_ENDED = {
    "2024-05-30": """
        ERNIE-3.5-4K-0205 ERNIE-3.5-8K-1222
    """,
    "2024-06-13": """
        ERNIE-4.0-8K-preemptible ERNIE-3.5-8K-preemptible
    """,
    "2024-07-04": """
        ERNIE-Lite-8K-0922
    """,
    "2025-05-30": """
        Qianfan-Dynamic-8K Mixtral-8x7B-Instruct AquilaChat-7B
    """,
    "2025-10-21": """
        Gemma-2B-it Gemma-7B-it Yi-34B-Chat Mistral-7B-Instruct Llama-2-7b-chat Linly-Chinese-LLaMA-2-7B
        Qianfan-Chinese-Llama-2-7B Llama-2-13b-chat Linly-Chinese-LLaMA-2-13B Llama-2-70b-chat
        Qianfan-Llama-2-70B-compressed Qianfan-Chinese-Llama-2-70B ChatGLM3-6B chatglm3-6b-32k ChatGLM2-6B-32K
        ChatGLM2-6B-INT4 XVERSE-13B-Chat XuanYuan-70B-Chat-4bit DISC-MedLLM Falcon-7B Falcon-40B-Instruct RWKV-4-World
        BLOOMZ-7B Qianfan-BLOOMZ-7B-compressed RWKV-4-pile-14B RWKV-Raven-14B OpenLLaMA-7B Dolly-12B MPT-7B-Instruct
        MPT-30B-instruct OA-Pythia-12B-SFT-4 Qianfan-Chinese-Llama-2-7B-32K Qianfan-Chinese-Llama-2-13B-v2
        Qianfan-Chinese-Llama-2-1.3B ChatGLM2-6B Baichuan2-7B-Chat
    """,
    "2025-12-11": """
        ERNIE-Novel-8K ERNIE-Character-Fiction-8K-Preview Meta-Llama-3-8B-Instruct Meta-Llama-3-70B-Instruct
        Qianfan-Chinese-Llama-2-13B-v1
    """,
    "2025-12-23": """
        Qianfan-Agent-Lite-8K ERNIE-Character-Fiction-8K
    """,
    "2026-01-27": """
        ERNIE-Speed-128k ERNIE-Speed-8K ERNIE-Lite-8K Qianfan-Agent-Speed-8K Qianfan-Agent-Speed-32K ERNIE-Tiny-8K
    """,
}

ENDED = {name: day for day, names in _ENDED.items() for name in names.split()}
"""The V1 chat models that are retired: name → the day."""

USE = {
    "ERNIE-4.0-8K-preemptible": "ERNIE-4.0-8K",
    "ERNIE-3.5-4K-0205": "ERNIE-3.5-8K",
    "ERNIE-3.5-8K-1222": "ERNIE-3.5-8K",
    "ERNIE-3.5-8K-preemptible": "ERNIE-3.5-8K",
    "ERNIE-Speed-128k": "ERNIE-Speed-Pro-128K",
    "ERNIE-Speed-8K": "ERNIE-Speed-Pro-128K",
    "ERNIE-Lite-8K": "ERNIE-Lite-Pro-128K",
    "ERNIE-Lite-8K-0922": "ERNIE-Lite-Pro-128K",
}
"""What to use instead, where V1 has it."""

LIVING = """
    Baichuan2-13B-Chat ChatLaw ERNIE-3.5-128K ERNIE-3.5-128K-Preview ERNIE-3.5-8K ERNIE-3.5-8K-0613
    ERNIE-3.5-8K-0701 ERNIE-3.5-8K-Preview ERNIE-4.0-8K ERNIE-4.0-8K-0613 ERNIE-4.0-8K-Latest ERNIE-4.0-8K-Preview
    ERNIE-4.0-Turbo-128K ERNIE-4.0-Turbo-8K ERNIE-4.0-Turbo-8K-0628 ERNIE-4.0-Turbo-8K-Latest
    ERNIE-4.0-Turbo-8K-Preview ERNIE-Character-8K ERNIE-Functions-8K ERNIE-Lite-8K-0419 ERNIE-Lite-8K-0516
    ERNIE-Lite-8K-0704 ERNIE-Lite-8K-0725 ERNIE-Lite-Pro-128K ERNIE-Speed-Pro-128K ERNIE-Tiny-128K-0929
"""


def test_v1_models_that_are_retired_are_those_of_the_table() -> None:
    retired = {name: model.retired for name, model in V1_CHAT.items() if model.retired is not None}
    # Of this one the SDK alone says that it is gone.
    assert str(retired.pop("ERNIE-Bot-8k")) == "retired; use ERNIE-3.5-8K"
    said = {name: f"retired on {day}" + (f"; use {USE[name]}" if name in USE else "") for name, day in ENDED.items()}
    assert {name: str(one) for name, one in retired.items()} == said


def test_v1_models_of_the_page_that_live() -> None:
    assert sorted(set(V1_MODELS) - ENDED.keys()) == LIVING.split()


@cases(
    (
        "by its name",
        v1("ERNIE-Speed-8K"),
        "warning /model retired: ERNIE-Speed-8K: retired on 2026-01-27; use ERNIE-Speed-Pro-128K [model, retired]",
    ),
    (
        "by its alias",
        v1("ERNIE-Bot-turbo"),
        "warning /model retired: ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K [model, retired]",
    ),
    (
        "by a name that the table spells otherwise",
        v1("Dolly-12B"),
        "warning /model retired: Dolly-12B: retired on 2025-10-21 [model, retired]",
    ),
    (
        "preemptible",
        v1("ERNIE-3.5-8K-preemptible"),
        "warning /model retired: ERNIE-3.5-8K-preemptible: retired on 2024-06-13; use ERNIE-3.5-8K [model, retired]",
    ),
    (
        "as long as another rule is broken too",
        v1("ERNIE-Lite-8K", user_id=1),
        "error /user_id type: 1: must be a string, not a whole number [user_id, chat-v1]",
        "warning /model retired: ERNIE-Lite-8K: retired on 2026-01-27; use ERNIE-Lite-Pro-128K [model, retired]",
    ),
    (
        "to continue a text",
        Request("v1.completion", {"model": "SQLCoder-7B", "prompt": "SELECT"}),
        "warning /model retired: SQLCoder-7B: retired on 2025-05-30 [model, retired]",
    ),
    (
        "to read an image",
        Request("v1.image2text", {"model": "Fuyu-8B", "prompt": "猫", "image": "iVBORw0KGgo="}),
        "warning /model retired: Fuyu-8B: retired on 2025-10-21 [model, retired]",
    ),
    (
        "to draw, on V2, where the table calls it ERNIE-iRAG",
        Request("v2.images", {"model": "irag-1.0", "prompt": "猫"}),
        "warning /model retired: irag-1.0: retired on 2025-12-23; use qwen-image [model, retired]",
    ),
    ("alive", v1("ERNIE-3.5-8K")),
    ("alive, of another maker", v1("ChatLaw", messages=[user()], extra_parameters=CHAT_LAW)),
    ("alive, to draw", Request("v2.images", {"model": "qwen-image", "prompt": "猫"})),
)
def test_retired_model_warns(request_: Request, lines: list[str]) -> None:
    assert found_with_retirement(request_) == lines
