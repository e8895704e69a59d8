"""The validators and the JSON Schemas agree, on everything that JSON Schema can say.

Each is generated from the spec by its own code, so where one is wrong the other says so.
"""

from __future__ import annotations

import json
from typing import Any

import attrs
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS
from qianfan_api.validation import ANY_MODEL
from qianfan_api.violations import Findings, Violation
from qianfan_typed.facts.schemas import group_schema, model_schema
from tests.schemas.payloads import Schema, payload

GROUPS = [(api, group) for api, validators in VALIDATORS.items() for group in validators()]
OF_ORDER = {"order", "count", "last", "blank"}
OF_REFERENCE = {"reference"}
OF_IMAGES = {"empty", "length", "format", "range"}


def beyond_json_schema(one: Violation, schema: Schema) -> bool:
    """Whether a rule is of a kind that JSON Schema cannot say: those that each schema's description lists."""
    member = schema["properties"].get(one.pointer.split("/")[1], {})
    is_image = "contentEncoding" in json.dumps(member)
    total = one.rule.endswith(".total.length")
    sides = one.code == "range" and "pattern" in json.dumps(member)
    return one.code in OF_ORDER | OF_REFERENCE or total or sides or (is_image and one.code in OF_IMAGES)


def as_one_number(value: Any) -> Any:
    """1.0 as 1: JSON Schema knows one kind of number, the wire two."""
    match value:
        case dict():
            return {key: as_one_number(item) for key, item in value.items()}
        case list():
            return [as_one_number(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def refused(api: str, group: str, findings: Findings, payload: Schema, schema: Schema) -> list[Violation]:
    """What the validator refuses that JSON Schema can say."""
    VALIDATORS[api]()[group](as_one_number(payload), findings)
    found = findings.violations
    if CATALOGUES[api].model_in_body and payload.get("model") is None:
        # The validator of a group knows its model already.
        return [*found, Violation(pointer="/model", code="missing", message="", level="error", rule="", source="")]
    return [one for one in found if one.level == "error" and not beyond_json_schema(one, schema)]


def schemas(api: str, group: str) -> list[tuple[Findings, Schema, jsonschema_rs.Draft202012Validator]]:
    """The schema of a group and of its models, each with findings for it; of a model none lists too, as if one did."""
    models = [model for model in CATALOGUES[api].values() if model.group == group]
    pairs: list[tuple[Findings, Schema]] = [(Findings("any model"), group_schema(api, group))]
    pairs += [
        (Findings(model.name, attrs.evolve(model, unverified=False)), model_schema(model))
        for model in [*models[:2], *models[-1:]]
    ]
    if len(pairs) > 1 and "x-models" in json.dumps(pairs[0][1]):
        del pairs[0]  # what only some models of the group take, the group's schema lets all take
    return [(findings, schema, jsonschema_rs.Draft202012Validator(schema)) for findings, schema in pairs]


@pytest.mark.parametrize("examples", [15, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("api", "group"), GROUPS)
def test_validator_refuses_what_the_schema_refuses_and_nothing_else(api: str, group: str, examples: int) -> None:
    others = list(group_schema(api, ANY_MODEL)["properties"])
    made = schemas(api, group)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(which=st.integers(0, len(made) - 1), data=st.data())
    def agree(which: int, data: st.DataObject) -> None:
        findings, schema, validator = made[which]
        request = payload(data.draw, schema, others)
        found = refused(api, group, Findings(findings.name, findings.model), request, schema)
        wrong = [f"{one.instance_path}: {one.message}" for one in validator.iter_errors(request)]
        said = f"{findings.name}: {request}\nvalidator: {[str(one) for one in found]}\nschema: {wrong}"
        assert bool(found) is bool(wrong), said

    agree()
