"""The validators beside the JSON Schemas: they agree, on everything that JSON Schema can say.

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
from qianfan_api.validation import ANY_MODEL, validate
from qianfan_api.violations import Findings, Source, Violation
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
    found = Findings(findings.name, findings.model, None, findings.named_by)
    VALIDATORS[api]()[group](as_one_number(payload), found)
    if CATALOGUES[api].model_in_body and payload.get("model") is None:
        # The validator of a group knows its model already.
        found.violations.extend(one for one in validate({}, api=api) if one.pointer == "/model")
    return [one for one in found.violations if one.level == "error" and not beyond_json_schema(one, schema)]


def named_by(api: str, group: str) -> frozenset[Source] | None:
    """The pages that name every model of a group. None: no page lists any of them, and what they say counts."""
    models = [one for one in CATALOGUES[api].values() if group in (one.group, ANY_MODEL) and not one.unverified]
    sets = [one.named_by or frozenset() for one in models]
    return sets[0].intersection(*sets[1:]) if sets else None


@attrs.frozen
class Judged:
    """A schema with the validator's verdicts between which its own is to be."""

    schema: Schema
    validator: jsonschema_rs.Draft202012Validator
    least: Findings
    """By the rules that hold for every model of the group."""
    most: Findings
    """By those that hold for the model."""


def judged(api: str, group: str) -> list[Judged]:
    """The schema of a group and of some of its models; a model that no page lists as if one did."""
    every = named_by(api, group)
    models = [model for model in CATALOGUES[api].values() if model.group == group]
    found: list[Judged] = []
    if not models or "x-models" not in json.dumps(group_schema(api, group)):
        # What only some models of the group take, the group's schema lets all take.
        schema, findings = group_schema(api, group), Findings("any model", None, None, every)
        found.append(Judged(schema, jsonschema_rs.Draft202012Validator(schema), findings, findings))
    for model in [*models[:2], *models[-1:]]:
        schema = model_schema(model)
        own = None if model.unverified else model.named_by
        least, most = (
            Findings(model.name, attrs.evolve(model, unverified=False, named_by=pages)) for pages in (every, own)
        )
        found.append(Judged(schema, jsonschema_rs.Draft202012Validator(schema), least, most))
    return found


@pytest.mark.parametrize("examples", [15, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("api", "group"), GROUPS)
def test_validator_refuses_what_the_schema_refuses_and_nothing_else(api: str, group: str, examples: int) -> None:
    others = list(group_schema(api, ANY_MODEL)["properties"])
    made = judged(api, group)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(which=st.integers(0, len(made) - 1), data=st.data())
    def agree(which: int, data: st.DataObject) -> None:
        one = made[which]
        request = payload(data.draw, one.schema, others)
        least, most = (refused(api, group, findings, request, one.schema) for findings in (one.least, one.most))
        wrong = [f"{fault.instance_path}: {fault.message}" for fault in one.validator.iter_errors(request)]
        said = f"{one.least.name}: {request}\nvalidator: {[str(fault) for fault in most]}\nschema: {wrong}"
        assert bool(least) <= bool(wrong) <= bool(most), said

    agree()
