"""Registries of models that others keep, and the catalogue in the form that each takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qianfan_api.catalogue import Model
from qianfan_api.platform import HOSTS
from qianfan_typed.cli.model_facts import taken

_MODES = {
    "chat": "chat",
    "completion": "completion",
    "embedding": "embedding",
    "rerank": "rerank",
    "images": "image_generation",
    "text2image": "image_generation",
    "image2text": "chat",
}
"""Operation → what litellm calls it. What is not here it has no word for."""
_PROVIDER = "qianfan"
_STEPS = (128, 200)
"""Thousands of tokens above which litellm knows another price."""


def litellm(models: Iterable[Model], yuan_per_dollar: float | None) -> dict[str, Any]:
    """`model_prices_and_context_window.json`: a price is in dollars for a token."""
    return {
        f"{_PROVIDER}/{model.name}": _without_none(_litellm(model, yuan_per_dollar))
        for model in models
        if _kind(model) in _MODES
    }


def _litellm(model: Model, yuan_per_dollar: float | None) -> dict[str, Any]:
    takes = taken(model)
    return {
        "litellm_provider": _PROVIDER,
        "mode": _MODES[_kind(model)],
        "max_tokens": model.max_output_tokens or model.max_input_tokens,
        "max_input_tokens": model.max_input_tokens or model.context,
        "max_output_tokens": model.max_output_tokens,
        **_token_prices(model, yuan_per_dollar),
        "rpm": None if model.rates is None else model.rates.rpm,
        "tpm": None if model.rates is None else model.rates.tpm,
        "deprecation_date": None if model.retired is None else model.retired.on,
        "supports_function_calling": _yes("functions" in model.abilities or "tools" in takes),
        "supports_parallel_function_calling": _yes("parallel_tool_calls" in takes),
        "supports_response_schema": _yes("response_format" in takes and model.api == "v2.chat"),
        "supports_vision": _yes("vision" in model.abilities),
        "supports_reasoning": _yes("reasoning" in model.abilities),
        "supports_web_search": _yes("web_search" in takes),
        "source": None if model.source is None else model.source.url,
    }


def _token_prices(model: Model, yuan_per_dollar: float | None) -> dict[str, Any]:
    price = model.price
    if price is None or not yuan_per_dollar:
        return {}

    def dollars(yuan: float | None) -> float | None:
        return None if yuan is None else float(f"{yuan / yuan_per_dollar / 1_000_000:.6g}")

    found: dict[str, Any] = {
        "input_cost_per_token": dollars(price.input),
        "output_cost_per_token": dollars(price.output),
        "cache_read_input_token_cost": dollars(price.cached),
    }
    if price.above is not None and price.above.tokens // 1000 in _STEPS:
        step = price.above.tokens // 1000
        found[f"input_cost_per_token_above_{step}k_tokens"] = dollars(price.above.input)
        found[f"output_cost_per_token_above_{step}k_tokens"] = dollars(price.above.output)
    elif price.above is not None:
        found["tiered_pricing"] = [
            {"range": [0, price.above.tokens], **_tier(dollars(price.input), dollars(price.output))},
            {
                "range": [price.above.tokens, model.context or 10 * price.above.tokens],
                **_tier(dollars(price.above.input), dollars(price.above.output)),
            },
        ]
    return found


def _tier(input_: float | None, output: float | None) -> dict[str, Any]:
    return {"input_cost_per_token": input_, "output_cost_per_token": output}


def models_dev(models: Iterable[Model], yuan_per_dollar: float | None) -> dict[str, Any]:
    """`api.json` of models.dev, with one provider: a price is in dollars for a million tokens. Chat of V2 alone."""
    return {
        _PROVIDER: {
            "id": _PROVIDER,
            "name": "Qianfan",
            "env": ["QIANFAN_BEARER_TOKEN"],
            "npm": "@ai-sdk/openai-compatible",
            "api": f"{HOSTS['v2'].url}/v2",
            "doc": "https://cloud.baidu.com/doc/qianfan/index.html",
            "models": {model.name: _models_dev(model, yuan_per_dollar) for model in models if model.api == "v2.chat"},
        }
    }


def _models_dev(model: Model, yuan_per_dollar: float | None) -> dict[str, Any]:
    takes, sees = taken(model), "vision" in model.abilities
    found: dict[str, Any] = {
        "id": model.name,
        "name": model.name,
        "attachment": sees,
        "reasoning": "reasoning" in model.abilities,
        "temperature": "temperature" in takes,
        "tool_call": "tools" in takes or "functions" in model.abilities,
        "structured_output": "response_format" in takes,
        "modalities": {"input": ["text", "image"] if sees else ["text"], "output": ["text"]},
        "limit": _without_none({"context": model.context, "output": model.max_output_tokens}),
    }
    if model.price is not None and yuan_per_dollar:
        costs = {"input": model.price.input, "output": model.price.output, "cache_read": model.price.cached}
        found["cost"] = {
            name: float(f"{yuan / yuan_per_dollar:.6g}") for name, yuan in costs.items() if yuan is not None
        }
    if model.retired is not None:
        found["status"] = "deprecated"
    return found


def _kind(model: Model) -> str:
    return model.api.partition(".")[2]


def _yes(fact: bool) -> bool | None:
    return True if fact else None


def _without_none(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
