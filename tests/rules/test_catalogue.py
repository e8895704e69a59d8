"""Every model of the pages is in the catalogue, with a property, a validator and a path."""

from __future__ import annotations

import re

import pytest

from qianfan_api.catalogue import Catalogue
from qianfan_api.models import V1_CHAT, V2_CHAT
from qianfan_api.registry import VALIDATORS
from qianfan_api.v1.chat.async_namespace import AsyncV1Chat
from qianfan_api.v1.chat.namespace import V1Chat
from qianfan_api.v2.chat.async_namespace import AsyncV2Chat
from qianfan_api.v2.chat.namespace import V2Chat
from tests.rules.pages import V1_ALIASES, V1_DEPLOYABLE, V1_MODELS, V1_PREBUILT, V2_LATER, V2_MODELS
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
    assert len(V2_MODELS) + len(V2_LATER) == 109


@pytest.mark.parametrize("name", V1_MODELS)
def test_v1_model_of_the_page(name: str) -> None:
    model = V1_CHAT[name]
    assert model.name == name
    assert model.prebuilt is (name in V1_PREBUILT)
    assert model.deployable is (name in V1_DEPLOYABLE)
    assert not model.unverified
    assert PAGES[str(model.source)] in ("chat-v1", "llama-13b")
    assert model.group in VALIDATORS["v1.chat"]()
    assert model.property == property_of(name)
    for namespace in (V1Chat, AsyncV1Chat):
        assert isinstance(vars(namespace)[model.property], property)


@pytest.mark.parametrize("name", V1_PREBUILT)
def test_v1_prebuilt_model_has_a_path_of_its_own(name: str) -> None:
    model = V1_CHAT[name]
    assert model.path is not None
    assert re.fullmatch(r"chat/[a-z0-9._-]+", model.path)
    assert V1_CHAT.at_path(model.path) is model
    assert V1_CHAT.at_endpoint(model.path.removeprefix("chat/")) is model


def test_v1_model_that_is_only_deployed_has_no_path() -> None:
    assert [name for name in V1_DEPLOYABLE if name not in V1_PREBUILT and V1_CHAT[name].path] == []


@pytest.mark.parametrize(("alias", "name"), V1_ALIASES.items())
def test_v1_alias(alias: str, name: str) -> None:
    assert V1_CHAT[alias] is V1_CHAT[name]
    assert V1_CHAT[alias.upper()] is V1_CHAT[name]
    assert isinstance(vars(V1Chat)[property_of(alias)], property)


@pytest.mark.parametrize(
    ("name", "path"),
    {
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
    }.items(),
)
def test_v1_path_that_is_hard_to_guess(name: str, path: str) -> None:
    assert V1_CHAT[name].path == path


@pytest.mark.parametrize(("name", "version"), V2_MODELS.items())
def test_v2_model_of_the_page(name: str, version: str) -> None:
    model = V2_CHAT[name]
    assert model.name == name
    assert model.versions == (version,)
    assert not model.unverified
    assert PAGES[str(model.source)] == "chat-v2"


@pytest.mark.parametrize("name", [*V2_MODELS, *V2_LATER])
def test_v2_model(name: str) -> None:
    model = V2_CHAT[name]
    assert model.path is None
    assert model.group in VALIDATORS["v2.chat"]()
    assert model.property == property_of(name)
    for namespace in (V2Chat, AsyncV2Chat):
        assert isinstance(vars(namespace)[model.property], property)


@pytest.mark.parametrize(("name", "limits"), V2_LATER.items())
def test_v2_later_model_has_its_limits(name: str, limits: tuple[int | None, int | None]) -> None:
    assert (V2_CHAT[name].context, V2_CHAT[name].max_output_tokens) == limits


@pytest.mark.parametrize("name", ["ERNIE-Lite-V", "ERNIE-3.5-8K-0205", "ERNIE-4.0-8K-0329", "ERNIE Speed-AppBuilder"])
def test_v1_model_that_only_others_list_is_unverified(name: str) -> None:
    assert V1_CHAT[name].unverified
    assert PAGES[str(V1_CHAT[name].source)] not in ("chat-v1", "llama-13b")


def test_retired_models_say_why() -> None:
    retired = {model.name: model.replaced_by for model in [*V1_CHAT.values(), *V2_CHAT.values()] if model.retired}
    known = {"ERNIE-Bot-8k": None, "ERNIE-3.5-8K-1222": None, "ERNIE-Lite-8K-0922": "ERNIE-Lite-8K"}
    assert known.items() <= retired.items()


@pytest.mark.parametrize("catalogue", [V1_CHAT, V2_CHAT], ids=["v1", "v2"])
def test_every_name_and_alias_leads_to_its_model(catalogue: Catalogue) -> None:
    assert all(catalogue[name] is model for model in catalogue.values() for name in (model.name, *model.aliases))
    assert len(catalogue.names()) == len(set(catalogue.names()))
