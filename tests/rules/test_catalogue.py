"""Every model of the pages is in the catalogue, with a property, a validator and a path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources

import pytest

from qianfan_api.catalogue import Catalogue, Model
from qianfan_api.models import V1_CHAT, V2_CHAT
from qianfan_api.registry import VALIDATORS
from qianfan_api.v1.chat.async_namespace import AsyncV1Chat
from qianfan_api.v1.chat.namespace import V1Chat
from qianfan_api.v2.chat.async_namespace import AsyncV2Chat
from qianfan_api.v2.chat.namespace import V2Chat
from qianfan_typed import Qianfan
from tests.offenders import no_offenders
from tests.rules.pages import V1_ALIASES, V1_DEPLOYABLE, V1_MODELS, V1_PREBUILT, V2_LATER, V2_LISTED, V2_MODELS
from tests.rules.saying import PAGES


def property_of(name: str) -> str:
    """The rule for the names of properties, once more."""
    return "_".join(re.findall("[a-z0-9]+", name.lower()))


def test_the_page_has_78_models_on_v1_and_19_on_v2() -> None:
    assert len(V1_MODELS) == 78
    assert len(V1_PREBUILT) == 52
    assert len(V1_DEPLOYABLE) == 42
    assert len(set(V1_PREBUILT) & set(V1_DEPLOYABLE)) == 16
    assert len(V2_MODELS) == 19


def unlike(model: Model, **facts: object) -> Iterator[str]:
    """What a model of the catalogue says otherwise than it should."""
    for fact, expected in facts.items():
        found = getattr(model, fact)
        if found != expected:
            yield f"{model.name}: {fact} is {found!r}, not {expected!r}"


def without(model: Model, *namespaces: type) -> Iterator[str]:
    """What a model lacks of what every model has: a validator and a property in each namespace."""
    if model.group not in VALIDATORS[model.api]():
        yield f"{model.name}: no validator {model.group}"
    for namespace in namespaces:
        if not isinstance(vars(namespace).get(model.property), property):
            yield f"{model.name}: no {namespace.__name__}.{model.property}"


def test_v1_models_of_the_page() -> None:
    found: list[str] = []
    for name in V1_MODELS:
        model = V1_CHAT[name]
        prebuilt, deployable = name in V1_PREBUILT, name in V1_DEPLOYABLE
        found += unlike(model, name=name, prebuilt=prebuilt, deployable=deployable, unverified=False)
        found += unlike(model, property=property_of(name))
        found += without(model, V1Chat, AsyncV1Chat)
        if PAGES[str(model.source)] not in ("chat-v1", "llama-13b"):
            found.append(f"{name}: its page is {model.source}")
    no_offenders(found)


def test_v1_prebuilt_models_have_paths_of_their_own() -> None:
    found: list[str] = []
    for name in V1_PREBUILT:
        model = V1_CHAT[name]
        path = str(model.path)
        if re.fullmatch(r"chat/[a-z0-9._-]+", path) is None:
            found.append(f"{name}: {path} is no path of a chat")
        if V1_CHAT.at_path(path) is not model or V1_CHAT.at_endpoint(path.removeprefix("chat/")) is not model:
            found.append(f"{name}: {path} leads to another model")
    no_offenders(found)


def test_v1_model_that_is_only_deployed_has_no_path() -> None:
    assert [name for name in V1_DEPLOYABLE if name not in V1_PREBUILT and V1_CHAT[name].path] == []


def test_v1_aliases() -> None:
    found: list[str] = []
    for alias, name in V1_ALIASES.items():
        found += [f"{one}: not {name}" for one in (alias, alias.upper()) if V1_CHAT[one] is not V1_CHAT[name]]
        if not isinstance(vars(V1Chat).get(property_of(alias)), property):
            found.append(f"{alias}: no property {property_of(alias)}")
    no_offenders(found)


HARD_TO_GUESS = {
    "ERNIE-4.0-8K": "chat/completions_pro",
    "ERNIE-3.5-8K": "chat/completions",
    "ERNIE-Lite-8K": "chat/ernie-lite-8k",
    "ERNIE-Speed-8K": "chat/ernie_speed",
    "ERNIE-Speed-128k": "chat/ernie-speed-128k",
    "ERNIE-Character-8K": "chat/ernie-char-8k",
    "ERNIE-Character-Fiction-8K": "chat/ernie-char-fiction-8k",
    "ERNIE-Functions-8K": "chat/ernie-func-8k",
    "BLOOMZ-7B": "chat/bloomz_7b1",
    "Meta-Llama-3-8B": "chat/llama_3_8b",
    "Qianfan-Chinese-Llama-2-13B": "chat/qianfan_chinese_llama_2_13b",
    "ERNIE-4.0-Turbo-128K": "chat/ernie-4.0-turbo-128k",
    "ERNIE-3.5-128K-Preview": "chat/ernie-3.5-128k-preview",
    "ERNIE-Lite-8K-0922": "chat/eb-instant",
    "ERNIE Speed-AppBuilder": "chat/ai_apaas",
    "ERNIE-Lite-AppBuilder-8K-0614": "chat/ai_apaas_lite",
    "ERNIE-4.0-8K-Preview-0518": "chat/completions_adv_pro",
}


def test_v1_paths_that_are_hard_to_guess() -> None:
    assert {name: V1_CHAT[name].path for name in HARD_TO_GUESS} == HARD_TO_GUESS


def test_v2_models_of_the_page() -> None:
    found: list[str] = []
    for name, version in V2_MODELS.items():
        model = V2_CHAT[name]
        found += unlike(model, versions=(version,), unverified=False)
        if PAGES[str(model.source)] != "chat-v2-2024":
            found.append(f"{name}: its page is {model.source}")
    no_offenders(found)


def test_v2_models() -> None:
    found: list[str] = []
    for name in (*V2_MODELS, *V2_LATER):
        model = V2_CHAT[name]
        found += unlike(model, name=name, path=None, property=property_of(name))
        found += without(model, V2Chat, AsyncV2Chat)
    no_offenders(found)


def test_v2_models_of_the_list_have_its_numbers() -> None:
    found: list[str] = []
    for name in V2_LISTED:
        model = V2_CHAT[name]
        found += unlike(model, unverified=False)
        if PAGES[str(model.source)] != "models-2026" or model.context is None or model.rates is None:
            found.append(f"{name}: {model.source}, {model.context}, {model.rates}")
    no_offenders(found)


def test_a_row_of_the_list() -> None:
    """`ernie-x1-turbo-32k,32k,23k,"[1，28160]",28k,RPM=900 TPM=300000`."""
    model = V2_CHAT["ernie-x1-turbo-32k"]
    assert (model.context, model.max_input_tokens, model.max_output_tokens) == (32768, 23552, 28160)
    assert model.max_thinking_tokens == 28672
    assert str(model.rates) == "900 requests and 300,000 tokens a minute"


def test_a_row_of_the_list_with_a_default_and_characters() -> None:
    """`qwq-32b,32k,65536字符,[1，8192] 默认 4k,32k,RPM=120 TPM=100000`."""
    model = V2_CHAT["qwq-32b"]
    assert (model.max_chars, model.max_input_tokens, model.default_output_tokens) == (65536, None, 4096)


def test_prices_have_a_day() -> None:
    assert str(V2_CHAT["ernie-5.1"].price) == (
        "4 yuan a million tokens in, 18 out; above 32,768 tokens 6 in, 22 out (2026-06-30)"
    )
    assert str(V2_CHAT["ernie-4.5-turbo-128k"].price) == (
        "0.8 yuan a million tokens in, 0.2 cached, 3.2 out (2026-06-30)"
    )


def test_facts_have_rates_and_prices_with_their_pages() -> None:
    facts = json.loads(resources.files("qianfan_api").joinpath("facts.json").read_text("utf-8"))
    model = facts["operations"]["v2.chat"]["models"]["ernie-4.5-turbo-128k"]
    assert model["rates"] == {"rpm": 5000, "tpm": 400000, "source": "models-2026-03"}
    assert model["price"] == {"input": 0.8, "output": 3.2, "cached": 0.2, "above": None, "source": "prices-2026"}


def test_the_docstring_of_a_property_has_limits_rates_and_price() -> None:
    assert V2Chat.ernie_4_5_turbo_128k.__doc__ == (
        "ernie-4.5-turbo-128k. Context tokens: 131,072; input tokens at most 125,952; output tokens at most 12,288;"
        " 5,000 requests and 400,000 tokens a minute; 0.8 yuan a million tokens in, 0.2 cached, 3.2 out (2026-06-30);"
        " can functions, search."
    )


def test_a_handle_has_its_model() -> None:
    with Qianfan(api_key="bce-v3/x/y") as client:
        model = client.v2.chat.ernie_4_5_turbo_128k.model
        assert model is V2_CHAT["ernie-4.5-turbo-128k"]
        assert client.v2.chat.endpoint("my-own-service").model is None


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("ernie_character", "; did you mean ernie_char_8k?"),
        ("ernie_character_8k", "; client.v1.chat.ernie_character_8k is there"),
        ("ernie_x1_turbo", "; did you mean ernie_x1_turbo_32k?"),
        ("zzz", ""),
    ],
    ids=["a version", "one of V1", "nearly one", "like none"],
)
def test_a_property_that_there_is_not_names_the_one_that_is_meant(word: str, hint: str) -> None:
    with Qianfan(api_key="bce-v3/x/y") as client, pytest.raises(AttributeError) as caught:
        getattr(client.v2.chat, word)
    assert str(caught.value) == f"{word}: no model of v2.chat is called so{hint}"


def test_retired_models_of_v2() -> None:
    known = {
        "ernie-speed-8k": "retired on 2026-01-27; use ernie-speed-pro-128k or deepseek-v3",
        "ernie-char-fiction-8k": "retired on 2025-12-23; use deepseek-v3.1-250821",
        "qwen3-30b-a3b": "retired on 2026-01-20; use qwen3-30b-a3b-instruct-2507 or qwen3-30b-a3b-thinking-2507",
        "glm-4.7": "announced to end on 2026-04-02; use glm-5",
    }
    assert {name: str(V2_CHAT[name].retired) for name in known} == known


def test_something_to_use_in_place_of_a_retired_model_of_v2_is_in_service() -> None:
    no_offenders(
        f"{model.name}: {model.retired.use}"
        for model in V2_CHAT.values()
        if model.retired is not None
        if not any(use in V2_CHAT and V2_CHAT[use].retired is None for use in model.retired.use)
    )


@pytest.mark.parametrize("name", ["ERNIE-Lite-V", "ERNIE-3.5-8K-0205", "ERNIE-4.0-8K-0329", "ERNIE Speed-AppBuilder"])
def test_v1_model_that_only_others_list_is_unverified(name: str) -> None:
    assert V1_CHAT[name].unverified
    assert PAGES[str(V1_CHAT[name].source)] not in ("chat-v1", "llama-13b")


@pytest.mark.parametrize("catalogue", [V1_CHAT, V2_CHAT], ids=["v1", "v2"])
def test_every_name_and_alias_leads_to_its_model(catalogue: Catalogue) -> None:
    assert all(catalogue[name] is model for model in catalogue.values() for name in (model.name, *model.aliases))
    assert len(catalogue.names()) == len(set(catalogue.names()))
