"""The schemas are well-formed, and take what the pages show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS
from qianfan_typed.facts import schemas
from tests.ids import short
from tests.settled import settled

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "generated" / "schemas").glob("v*/*.schema.json"))
EXAMPLES: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted((ROOT / "examples" / "payloads").glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
MODELS = [model for catalogue in CATALOGUES.values() for model in catalogue.values()]


def takes(schema: schemas.Schema, payload: object) -> bool:
    return jsonschema_rs.is_valid(schema, payload)


def test_each_group_of_each_operation_has_a_schema() -> None:
    assert {(path.parent.name, path.name.removesuffix(".schema.json")) for path in FILES} == {
        (api, group) for api, validators in VALIDATORS.items() for group in validators()
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}.{path.name}")
def test_schema_is_a_schema(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.api}.{model.name}")
def test_schema_of_a_model_is_a_schema_with_its_name(model: Any) -> None:
    schema = schemas.schema(model.api, model.name)
    jsonschema_rs.meta.validate(schema)
    assert schema["title"] == f"{model.api} {model.name}"
    assert "model" not in schema["properties"] or model.name in schema["properties"]["model"]["examples"]


def test_every_description_ends_as_a_sentence() -> None:
    for path in FILES:
        assert json.loads(path.read_text("utf-8"))["description"].endswith("."), path


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: short(f"{one['document']}: {one['heading']}", 60))
def test_example_of_the_pages_is_taken(example: dict[str, Any]) -> None:
    api, payload = example["api"], example["payload"]
    assert takes(schemas.schema(api), payload)
    name = payload.get("model", "")
    if name in CATALOGUES[api]:
        assert takes(schemas.schema(api, name), payload)


# --- what one model tightens ---


def request(model: str, **parameters: object) -> dict[str, object]:
    return {"model": model, "messages": [{"role": "user", "content": "你好"}], **parameters}


def test_model_bounds_what_its_group_leaves_open() -> None:
    open_, bounded = schemas.schema("v2.chat"), schemas.schema("v2.chat", "ernie-3.5-8k")
    most = CATALOGUES["v2.chat"]["ernie-3.5-8k"].max_output_tokens
    assert most is not None
    assert takes(open_, request("x", max_completion_tokens=most + 1))
    assert takes(bounded, request("x", max_completion_tokens=most))
    assert not takes(bounded, request("x", max_completion_tokens=most + 1))


def test_limit_of_characters_holds_for_each_text() -> None:
    bounded = schemas.schema("v1.embedding", "Embedding-V1")
    most = CATALOGUES["v1.embedding"]["Embedding-V1"].max_chars
    assert most is not None
    assert takes(bounded, {"input": ["x" * most]})
    assert not takes(bounded, {"input": ["x", "x" * (most + 1)]})
    assert takes(schemas.schema("v1.embedding"), {"input": ["x", "x" * (most + 1)]})


def test_limit_that_no_page_of_the_documentation_states_bounds_nothing() -> None:
    model = CATALOGUES["v1.chat"]["ERNIE-4.0-8K"]
    assert model.max_output_tokens is not None
    assert "max_output_tokens" in model.soft_limits
    schema = schemas.schema("v1.chat", model.name)
    assert takes(schema, request(model.name, max_output_tokens=model.max_output_tokens + 1))


def test_parameter_disputed_for_some_models_of_a_group_is_refused_by_the_others() -> None:
    disputed = schemas.schema("v1.chat", "ERNIE-4.0-8K")
    refused = schemas.schema("v1.chat", "ERNIE-4.0-Turbo-8K")
    assert takes(disputed, request("x", functions=[]))
    assert not takes(refused, request("x", functions=[]))
    assert takes(refused, request("x", functions=None))


def test_schema_of_a_model_that_no_page_lists_says_so() -> None:
    said = "No page of the documentation lists what it takes: what is refused here only warns."
    assert schemas.schema("v1.chat", "ERNIE-Lite-V")["description"].endswith(said)
    assert said not in schemas.schema("v1.chat", "ERNIE-Lite-8K")["description"]


def test_schema_is_a_copy() -> None:
    schemas.schema("v1.chat", "ChatLaw")["properties"].clear()
    assert "temperature" in schemas.schema("v1.chat", "ChatLaw")["properties"]


@pytest.mark.parametrize(
    ("api", "model", "message"),
    [
        ("v1.chatt", None, "'v1.chatt': not an operation; did you mean v1.chat?"),
        (
            "v1.chat",
            "ERNIE-Sped",
            "'ERNIE-Sped': not a known model of v1.chat; nearest: ERNIE-Speed, ERNIE Speed, ERNIE-Speed-8K",
        ),
        ("v1.chat", "gpt", "'gpt': not a known model of v1.chat; nothing looks like it"),
    ],
)
def test_unknown_name(api: str, model: str | None, message: str) -> None:
    with pytest.raises(schemas.UnknownName) as caught:
        schemas.schema(api, model)
    assert settled(str(caught.value)) == settled(message)


@pytest.mark.parametrize("api", ["chat", "chat.v2", "v2.chat"])
def test_operation_goes_by_its_short_names(api: str) -> None:
    assert schemas.schema(api)["title"] in ("v1.chat AnyModel", "v2.chat AnyModel")
