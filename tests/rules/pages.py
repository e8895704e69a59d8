"""The tables of models of the two chat pages, as the pages have them."""

from __future__ import annotations

_PREBUILT = """
    ERNIE-4.0-8K ERNIE-4.0-8K-Preview ERNIE-4.0-8K-Latest ERNIE-4.0-8K-0613
    ERNIE-4.0-Turbo-8K ERNIE-4.0-Turbo-8K-Preview ERNIE-4.0-Turbo-8K-Latest ERNIE-4.0-Turbo-8K-0628
    ERNIE-4.0-Turbo-128K
    ERNIE-3.5-8K ERNIE-3.5-8K-Preview ERNIE-3.5-128K ERNIE-3.5-8K-0613 ERNIE-3.5-8K-0701 ERNIE-3.5-128K-Preview
    ERNIE-Speed-Pro-128K ERNIE-Speed-8K ERNIE-Speed-128k
    ERNIE-Lite-8K ERNIE-Lite-8K-0725 ERNIE-Lite-8K-0704 ERNIE-Lite-8K-0516 ERNIE-Lite-8K-0419 ERNIE-Lite-Pro-128K
    ERNIE-Tiny-8K ERNIE-Tiny-128K-0929 ERNIE-Novel-8K
    ERNIE-Character-8K ERNIE-Character-Fiction-8K ERNIE-Character-Fiction-8K-Preview
    ERNIE-Functions-8K Qianfan-Dynamic-8K
    Qianfan-Agent-Speed-8K Qianfan-Agent-Speed-32K Qianfan-Agent-Lite-8K
    ChatLaw
"""
_BOTH = """
    Gemma-7B-it Yi-34B-Chat Mixtral-8x7B-Instruct Llama-2-7b-chat Qianfan-Chinese-Llama-2-7B Llama-2-13b-chat
    Qianfan-Chinese-Llama-2-13B-v1 Llama-2-70b-chat Qianfan-Chinese-Llama-2-70B Meta-Llama-3-8B-Instruct
    Meta-Llama-3-70B-Instruct ChatGLM2-6B-32K XuanYuan-70B-Chat-4bit AquilaChat-7B BLOOMZ-7B
    Qianfan-BLOOMZ-7B-compressed
"""
_DEPLOYABLE = """
    Gemma-2B-it Mistral-7B-Instruct Linly-Chinese-LLaMA-2-7B Qianfan-Chinese-Llama-2-7B-32K
    Linly-Chinese-LLaMA-2-13B Qianfan-Chinese-Llama-2-13B-v2 Qianfan-Llama-2-70B-compressed
    Qianfan-Chinese-Llama-2-1.3B ChatGLM3-6B chatglm3-6b-32k ChatGLM2-6B-INT4 ChatGLM2-6B Baichuan2-7B-Chat
    Baichuan2-13B-Chat XVERSE-13B-Chat DISC-MedLLM Falcon-7B Falcon-40B-Instruct RWKV-4-World RWKV-4-pile-14B
    RWKV-Raven-14B OpenLLaMA-7B Dolly-12B MPT-7B-Instruct MPT-30B-instruct OA-Pythia-12B-SFT-4
"""

V1_PREBUILT = [*_PREBUILT.split(), *_BOTH.split()]
"""The V1 models that the platform serves ready-made."""

V1_DEPLOYABLE = [*_BOTH.split(), *_DEPLOYABLE.split()]
"""The V1 models that one can deploy."""

V1_MODELS = list(dict.fromkeys([*V1_PREBUILT, *V1_DEPLOYABLE]))
"""Every V1 model of the page."""

V1_ALIASES = {
    "ERNIE-Bot-4": "ERNIE-4.0-8K",
    "ERNIE-Bot": "ERNIE-3.5-8K",
    "ERNIE-Speed": "ERNIE-Speed-8K",
    "Meta-Llama-3-8B": "Meta-Llama-3-8B-Instruct",
    "Meta-Llama-3-70B": "Meta-Llama-3-70B-Instruct",
    "Qianfan-Chinese-Llama-2-13B": "Qianfan-Chinese-Llama-2-13B-v1",
}
"""The other names that the pages give, and the two of the model that has a page of its own."""

V2_MODELS = {
    "ernie-4.0-8k-latest": "ERNIE-4.0-8K-Latest",
    "ernie-4.0-8k-preview": "ERNIE-4.0-8K-Preview",
    "ernie-4.0-8k": "ERNIE-4.0-8K",
    "ernie-4.0-turbo-8k-latest": "ERNIE-4.0-Turbo-8K-Latest",
    "ernie-4.0-turbo-8k-preview": "ERNIE-4.0-Turbo-8K-Preview",
    "ernie-4.0-turbo-8k": "ERNIE-4.0-Turbo-8K",
    "ernie-4.0-turbo-128k": "ERNIE-4.0-Turbo-128K",
    "ernie-3.5-8k-preview": "ERNIE-3.5-8K-Preview",
    "ernie-3.5-8k": "ERNIE-3.5-8K",
    "ernie-3.5-128k": "ERNIE-3.5-128K",
    "ernie-speed-8k": "ERNIE-Speed-8K",
    "ernie-speed-128k": "ERNIE-Speed-128K",
    "ernie-speed-pro-128k": "ERNIE-Speed-Pro-128K",
    "ernie-lite-8k": "ERNIE-Lite-8K",
    "ernie-lite-pro-128k": "ERNIE-Lite-Pro-128K",
    "ernie-tiny-8k": "ERNIE-Tiny-8K",
    "ernie-char-8k": "ERNIE-Character-8K",
    "ernie-char-fiction-8k": "ERNIE-Character-Fiction-8K",
    "ernie-novel-8k": "ERNIE-Novel-8K",
}
"""The V2 models of the page: the value of `model` → the version."""

_LISTED = """
    deepseek-ocr deepseek-r1 deepseek-r1-250528 deepseek-r1-distill-qwen-14b deepseek-r1-distill-qwen-32b
    deepseek-v3 deepseek-v3.1-250821 deepseek-v3.1-think-250821 deepseek-v3.2 deepseek-v3.2-think ernie-4.5-0.3b
    ernie-4.5-21b-a3b ernie-4.5-21b-a3b-thinking ernie-4.5-8k-preview ernie-4.5-turbo-128k
    ernie-4.5-turbo-128k-preview ernie-4.5-turbo-32k ernie-4.5-turbo-vl ernie-4.5-turbo-vl-32k
    ernie-4.5-turbo-vl-32k-preview ernie-4.5-turbo-vl-preview ernie-4.5-vl-28b-a3b ernie-5.0
    ernie-5.0-thinking-latest ernie-5.0-thinking-preview ernie-x1-turbo-32k ernie-x1-turbo-32k-preview
    ernie-x1.1 ernie-x1.1-preview glm-4.7 glm-5 internvl3-38b kimi-k2-instruct kimi-k2.5 minimax-m2.1
    minimax-m2.5 qianfan-check-vl qianfan-composition qianfan-correct qianfan-engcard-vl qianfan-multipicocr
    qianfan-ocr qianfan-ocr-fast qianfan-qi-vl qianfan-singlepicocr qianfan-sug-8k qianfan-toytalk
    qianfan-vl-1.5-flash qianfan-vl-70b qianfan-vl-8b qwen2.5-7b-instruct qwen2.5-vl-32b-instruct
    qwen2.5-vl-7b-instruct qwen3-0.6b qwen3-1.7b qwen3-14b qwen3-235b-a22b-instruct-2507
    qwen3-235b-a22b-thinking-2507 qwen3-30b-a3b-instruct-2507 qwen3-30b-a3b-thinking-2507 qwen3-32b qwen3-4b
    qwen3-8b qwen3-coder-30b-a3b-instruct qwen3-coder-480b-a35b-instruct qwen3-next-80b-a3b-instruct
    qwen3-next-80b-a3b-thinking qwen3-vl-235b-a22b-instruct qwen3-vl-235b-a22b-thinking
    qwen3-vl-30b-a3b-instruct qwen3-vl-30b-a3b-thinking qwen3-vl-32b-instruct qwen3-vl-32b-thinking
    qwen3-vl-8b-instruct qwen3-vl-8b-thinking qwen3.5-122b-a10b qwen3.5-27b qwen3.5-35b-a3b qwen3.5-397b-a17b
    qwq-32b
"""
_OF_OTHERS = """
    deepseek-r1-distill-llama-70b deepseek-r1-distill-qianfan-70b deepseek-r1-distill-qianfan-8b
    deepseek-r1-distill-qianfan-llama-70b deepseek-r1-distill-qwen-1.5b deepseek-r1-distill-qwen-7b deepseek-vl2
    deepseek-vl2-small ernie-4.0-8k-0613 ernie-4.5-turbo-latest ernie-4.5-turbo-vl-latest
    ernie-char-fiction-8k-preview ernie-func-8k ernie-x1-32k ernie-x1-32k-preview glm-4-32b-0414 glm-4.5v
    internvl2.5-38b-mpo internvl3-14b internvl3-1b qianfan-70b qianfan-8b qianfan-agent-intent-32k
    qianfan-agent-lite-8k qianfan-agent-speed-32k qianfan-agent-speed-8k qianfan-lightning-128b-a19b
    qianfan-llama-vl-8b qwen3-235b-a22b qwen3-30b-a3b
"""

V2_LISTED = _LISTED.split()
"""The V2 models of the list of 2026-03 that the page of 2024 does not name."""
V2_LATER = [*V2_LISTED, *_OF_OTHERS.split()]
"""The models that V2 has gained since its page: those of the list, and what others name."""
