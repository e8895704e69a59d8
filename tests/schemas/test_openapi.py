"""The OpenAPI document: a path for each model of V1, the errors beside the replies, and nothing that linters refuse."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from qianfan_api import error_codes
from qianfan_api.models import CATALOGUES
from qianfan_api.platform import HOSTS, PREFIXES
from qianfan_api.registry import VALIDATORS
from qianfan_typed.facts import schemas

ROOT = Path(__file__).parent.parent.parent
DOCUMENT: dict[str, Any] = json.loads(schemas.openapi())
COMPONENTS = DOCUMENT["components"]
TOOLS = ROOT / ".pytest_cache" / "openapi-linters"


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each path with its call."""
    for path, item in DOCUMENT["paths"].items():
        yield from ((path, call) for method, call in item.items() if method in ("get", "post", "delete"))


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    while "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        schema = COMPONENTS[kind][name]
    return schema


def takes(schema: dict[str, Any], value: object) -> bool:
    return jsonschema_rs.is_valid({**schema, "components": COMPONENTS}, value)


def test_the_document_is_one() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    ids = [call["operationId"] for _, call in calls()]
    assert len(ids) == len(set(ids))
    assert {tag for _, call in calls() for tag in call["tags"]} == set(VALIDATORS)
    assert [tag["name"] for tag in DOCUMENT["tags"]] == list(VALIDATORS)


@pytest.mark.parametrize("api", [api for api, models in CATALOGUES.items() if any(one.path for one in models.values())])
def test_each_model_with_a_path_has_it_with_the_body_of_its_group(api: str) -> None:
    said = {
        path: (call["operationId"], call["requestBody"], call.get("deprecated", False))
        for path, call in calls()
        if call["tags"] == [api] and "{" not in path
    }
    assert said == {
        f"{PREFIXES['models']}/{model.path}": (
            f"{api.replace('.', '_')}_{model.property}",
            {"$ref": f"#/components/requestBodies/{api}.{model.group}"},
            model.retired is not None,
        )
        for model in CATALOGUES[api].values()
        if model.path
    }


def test_services_of_ones_own_have_a_path_with_their_name() -> None:
    chat = DOCUMENT["paths"][f"{PREFIXES['models']}/chat/{{endpoint}}"]["post"]
    assert chat["operationId"] == "v1_chat_endpoint"
    assert chat["parameters"] == [{"name": "endpoint", "in": "path", "required": True, "schema": {"type": "string"}}]
    body = chat["requestBody"]["content"]["application/json"]["schema"]
    assert {"$ref": "#/components/schemas/v1.chat.ErnieSpeed8kChat"} in body["anyOf"]


def test_no_two_paths_are_one_but_for_the_name_of_a_parameter() -> None:
    bare = [re.sub(r"\{\w+\}", "{}", path) for path in DOCUMENT["paths"]]
    assert len(bare) == len(set(bare))


def test_each_path_says_the_host_that_serves_it() -> None:
    servers = {path: item["servers"] for path, item in DOCUMENT["paths"].items()}
    assert servers[f"{PREFIXES['models']}/chat/completions"] == [{"url": HOSTS["v1"].url}]
    assert servers["/v2/chat/completions"] == servers["/wenxinworkshop/service/list"] == [{"url": HOSTS["v2"].url}]


def test_v1_says_yes_and_no_with_the_same_status() -> None:
    reply = COMPONENTS["responses"]["v1.chat"]["content"]["application/json"]["schema"]
    assert reply == {
        "anyOf": [{"$ref": "#/components/schemas/v1.chat.ChatReply"}, {"$ref": "#/components/schemas/error.v1"}]
    }
    error = COMPONENTS["schemas"]["error.v1"]
    assert takes(error, {"error_code": 336003, "error_msg": "temperature is wrong", "id": "as-1"})
    assert not takes(error, {"id": "as-1", "result": "你好"})
    assert all(f"- `{code}`: {one.meaning}" in error["description"] for code, one in error_codes.V1.items())


def test_v2_says_no_with_a_status_that_lists_its_codes() -> None:
    chat = DOCUMENT["paths"]["/v2/chat/completions"]["post"]["responses"]
    statuses = {one.http for one in error_codes.V2.values()}
    assert {int(status) for status in chat} == {200, *statuses}
    for code, one in error_codes.V2.items():
        assert f"- `{code}`: {one.meaning}" in resolved(chat[str(one.http)])["description"]
    error = resolved(chat["429"])["content"]["application/json"]["schema"]
    assert takes(error, {"error": {"code": "rpm_rate_limit_exceeded", "message": "slow", "type": "x"}, "id": "as-1"})
    assert not takes(error, {"error_code": 18, "error_msg": "slow"})


def test_a_reply_refers_to_shapes_of_replies() -> None:
    """A message of a request may hold nothing unknown; the same one in a reply may."""
    reply = COMPONENTS["schemas"]["v1.chat.ChatReply"]
    assert takes(reply, {"function_call": {"name": "f", "arguments": "{}", "of_tomorrow": 1}})
    message = COMPONENTS["schemas"]["v1.chat.FunctionCall"]
    assert not takes(message, {"name": "f", "arguments": "{}", "of_tomorrow": 1})


def test_each_array_says_what_it_holds() -> None:
    bare: list[str] = []

    def look(schema: object, place: str) -> None:
        if isinstance(schema, dict):
            if "array" in str(schema.get("type")) and "items" not in schema:
                bare.append(place)
            for key, value in schema.items():
                look(value, f"{place}/{key}")
        elif isinstance(schema, list):
            for index, value in enumerate(schema):
                look(value, f"{place}/{index}")

    look(DOCUMENT, "")
    assert bare == []


@pytest.fixture(scope="module")
def linters() -> Path:
    """The folder of programs of redocly and spectral, installed once. Without npm or its registry: skipped."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm, which installs redocly and spectral")
    TOOLS.mkdir(parents=True, exist_ok=True)
    programs = TOOLS / "node_modules" / ".bin"
    if not (programs / "redocly").exists() or not (programs / "spectral").exists():
        packages = ["@redocly/cli@2", "@stoplight/spectral-cli@6"]
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(TOOLS)]
        run = subprocess.run([npm, "install", *options, *packages], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            pytest.skip(f"npm cannot install redocly and spectral: {run.stderr.strip().splitlines()[:1]}")
    return programs


def linted(program: Path, *words: str) -> Any:
    """What a linter says of the document, as JSON."""
    environment = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    command = [str(program), "lint", "generated/schemas/openapi.json", *words]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    return json.loads(run.stdout)


@pytest.mark.slow
def test_redocly_finds_nothing(linters: Path) -> None:
    assert linted(linters / "redocly", "--format=json")["problems"] == []


@pytest.mark.slow
def test_spectral_finds_nothing(linters: Path) -> None:
    assert linted(linters / "spectral", "--format=json", "--quiet") == []
