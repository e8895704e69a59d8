"""What holds for every group and every parameter of the spec, whatever its numbers are.

tests/constraints has what each constraint holds for.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qianfan_api
from codegen.plan.resolve import Group, Operation
from qianfan_api.validation import validate
from tests.rules.saying import user
from tests.schemas import from_spec
from tests.schemas.from_spec import base, variants

OPERATIONS = {operation.api: operation for operation in from_spec.OPERATIONS if operation.models}
GROUPS = [(operation, group) for operation in OPERATIONS.values() for group in operation.groups]
FACTS = json.loads((resources.files(qianfan_api) / "facts.json").read_text("utf-8"))["operations"]
KNOWN = {
    api: {rule for one in FACTS[api]["constraints"] for rule in [one["id"], *one.get("also", [])]} for api in OPERATIONS
}
OF_ITS_MODEL = ("model.type", "model.missing", "model.unknown_model", "model.retired", "endpoint.type")
"""Rules on whom a request is for: the facts have its models, with their ends."""


ACROSS = ("reference", "effect", "prefer", "client", "ability")
"""What is found of a parameter that the group takes: by what stands beside it, or by what the model can."""


@pytest.mark.parametrize(("operation", "group"), GROUPS, ids=from_spec.ids)
def test_group_takes_what_the_spec_says_and_nothing_else(operation: Operation, group: Group) -> None:
    model = group.models[0]
    for name, field in operation.operation.parameters.items():
        parameter = group.parameter(name) or operation.any_model.parameter(name)
        value = (
            next(variants(group if group.parameter(name) else operation.any_model, parameter)).value
            if parameter and field.sent
            else "x"
        )
        payload = {**base(group), name: value}
        found = [one for one in validate(payload, api=operation.api, model=model.name) if one.pointer == f"/{name}"]
        said = [(one.code, one.level) for one in found if one.code not in ACROSS]
        dispute = group.disputed.get(name)
        if group.parameter(name) is not None:
            assert said == [], name
        elif dispute is not None and (not dispute.models or model.name in dispute.models):
            assert said == [("disputed", "warning")], name
        else:
            rule = next((one for one in group.unsupported if one.path == name), None)
            refused = model.rejects(rule) if rule is not None else field.elsewhere == "error"
            assert said == [("unsupported", "error" if refused else "warning")], name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def payloads(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation and any JSON under the names of its parameters."""
    operation = OPERATIONS[draw(st.sampled_from(list(OPERATIONS)))]
    names = st.sampled_from([*operation.operation.parameters, "model", "endpoint", "other"])
    members = st.sampled_from(["role", "content", "name", "type", "function", "text", "parameters", "properties"])
    within = st.dictionaries(members, JSON, max_size=4)
    values = JSON | within | st.lists(within, max_size=3) | st.dictionaries(members, within, max_size=2)
    payload = draw(st.dictionaries(names, values, max_size=5))
    if draw(st.booleans()):
        payload["messages"] = draw(st.lists(within, max_size=3))
    if draw(st.booleans()):
        payload["model"] = draw(st.sampled_from([model.name for model in operation.models]))
    return operation.api, payload


@settings(max_examples=200, deadline=None)
@given(payloads())
def test_any_json_is_judged_and_never_raises(case: tuple[str, dict[str, Any]]) -> None:
    api, payload = case
    for one in validate(payload, api=api):
        assert resolves(payload, one.pointer) or one.code in ("missing", "unknown_model")
        known = one.rule in KNOWN[api] or one.rule.removeprefix(f"{api}.") in OF_ITS_MODEL
        assert known or one.rule == "json.encoding"


def resolves(payload: object, pointer: str) -> bool:
    """Whether an RFC 6901 pointer leads to something in a payload."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(payload, dict) and name in payload:
            payload = payload[name]
        elif isinstance(payload, list) and name.isdigit() and int(name) < len(payload):
            payload = payload[int(name)]
        else:
            return False
    return True


@pytest.mark.parametrize("role", [["user"], {"user": 1}], ids=["list", "object"])
def test_role_that_cannot_be_hashed_is_judged(role: object) -> None:
    payload = {"model": "ERNIE-3.5-8K", "messages": [{"role": role, "content": "你好"}]}
    assert [(one.pointer, one.code) for one in validate(payload, api="v1.chat")] == [("/messages/0/role", "type")]


def test_schema_of_any_depth_that_json_takes_is_judged() -> None:
    text = '{"items": ' * 900 + '{"type": "string"}' + "}" * 900
    function = {
        "name": "f",
        "description": "d",
        "parameters": {"type": "object", "properties": {"deep": json.loads(text)}},
    }
    payload = {"model": "ERNIE-3.5-8K", "messages": [user()], "functions": [function]}
    assert validate(payload, api="v1.chat") == []


def test_validating_leaves_the_payload_as_it_was() -> None:
    payload = {"model": "ERNIE-3.5-8K", "messages": [user(""), user()], "functions": [{}], "temperature": 9}
    before = json.dumps(payload)
    assert validate(payload, api="v1.chat") == validate(payload, api="v1.chat")
    assert json.dumps(payload) == before
