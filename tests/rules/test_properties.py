"""What holds for every group and every parameter of the spec, whatever its numbers are."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.plan.resolve import Group, Operation, Parameter, resolve
from codegen.spec import language, load, types
from qianfan_api.models import CATALOGUES
from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from tests.rules.saying import CHAT_LAW, user

ROOT = Path(__file__).parent.parent.parent
SPEC = load(ROOT / "spec")
CHATS = [resolve(SPEC, one) for one in SPEC.operations if one.operation == "chat"]
OPERATIONS = {operation.api: operation for operation in CHATS}
GROUPS = [(operation, group) for operation in OPERATIONS.values() for group in operation.groups]


@attrs.frozen
class Ranged:
    """A number with a range, in one group."""

    operation: Operation
    group: Group
    parameter: Parameter

    @property
    def bounds(self) -> tuple[language.Bound, language.Bound]:
        """Its bounds, a model's limit as the number that it is."""
        span = self.parameter.field.range
        assert span is not None
        limits = self.group.models[0].limits
        low, high = (
            attrs.evolve(bound, value=limits.get(bound.value)) if isinstance(bound.value, str) else bound
            for bound in (span.low, span.high)
        )
        return low, high

    @property
    def step(self) -> float:
        """The nearest that two numbers are."""
        return 1 if self.parameter.type == types.Plain("int") else 1e-6


RANGED = [
    Ranged(operation, group, parameter)
    for operation, group in GROUPS
    for parameter in group.parameters
    if parameter.field.range is not None
]


def ids(value: Operation | Group | Ranged) -> str:
    match value:
        case Operation(api=api):
            return api
        case Group(name=name):
            return name
        case Ranged(operation, group, parameter):
            return f"{operation.api}.{group.name}.{parameter.name}"


def found(operation: Operation, group: Group, **parameters: object) -> list[Violation]:
    """What is found at the named parameters, in a request to the group's first model."""
    needed: dict[str, Any] = {"extra_parameters": CHAT_LAW} if group.name == "ChatLawChat" else {}
    payload = {"model": group.models[0].name, "messages": [user()], **needed, **parameters}
    violations = validate(payload, api=operation.api)
    return [one for one in violations if one.pointer.split("/")[1] in parameters]


def out_of_range(one: Ranged, value: object) -> bool:
    """Whether a value is found to be out of range. Nothing else is ever found in it."""
    violations = found(one.operation, one.group, **{one.parameter.name: value})
    assert [violation.code for violation in violations] in ([], ["range"])
    return bool(violations)


@pytest.mark.parametrize("one", RANGED, ids=ids)
def test_range_holds_at_its_bounds_and_beside_them(one: Ranged) -> None:
    low, high = one.bounds
    if isinstance(low.value, int | float):
        assert out_of_range(one, low.value) is low.open
        assert out_of_range(one, low.value - one.step)
        assert not out_of_range(one, low.value + one.step)
    if isinstance(high.value, int | float):
        assert out_of_range(one, high.value) is high.open
        assert out_of_range(one, high.value + one.step)
        assert not out_of_range(one, high.value - one.step)
    else:
        assert not out_of_range(one, 10**12)


@settings(max_examples=300, deadline=None)
@given(one=st.sampled_from(RANGED), data=st.data())
def test_number_is_out_of_range_exactly_where_the_range_says(one: Ranged, data: st.DataObject) -> None:
    whole = one.parameter.type == types.Plain("int")
    value = data.draw(st.integers() if whole else st.floats(allow_nan=False) | st.integers())
    low, high = one.bounds
    lowest = -math.inf if low.value is None else float(low.value)
    highest = math.inf if high.value is None else float(high.value)
    inside = (value > lowest if low.open else value >= lowest) and (value < highest if high.open else value <= highest)
    assert out_of_range(one, value) is not inside


def right_value(operation: Operation, parameter: Parameter) -> object:
    """Some value that the parameter may have."""
    field = parameter.field
    if field.enum is not None:
        return field.enum[0]
    match parameter.type:
        case types.Plain("int" | "float"):
            high = field.range.high.value if field.range else None
            return high if isinstance(high, float) else 2
        case types.Plain("bool"):
            return False
        case types.Plain("string"):
            return "text"
        case types.Plain("object") | types.MapOf():
            return {}
        case types.ListOf():
            return [user()] if parameter.name == "messages" else []
        case _:
            return SHAPED[parameter.name]


SHAPED: dict[str, object] = {
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "extra_parameters": CHAT_LAW,
    "stream_options": {},
    "response_format": {},
    "web_search": {},
    "thinking": {"type": "enabled"},
}


@pytest.mark.parametrize(("operation", "group"), GROUPS, ids=ids)
def test_group_takes_what_the_spec_says_and_nothing_else(operation: Operation, group: Group) -> None:
    unverified = CATALOGUES[operation.api][group.models[0].name].unverified
    for name in operation.operation.parameters:
        taken = group.parameter(name)
        parameter = taken or operation.any_model.parameter(name)
        value = right_value(operation, parameter) if parameter is not None else "x"
        violations = found(operation, group, **{name: value})
        codes = [one.code for one in violations if one.code not in ("reference", "effect", "client")]
        if taken is not None:
            assert codes == []
        elif name in group.disputed:
            assert [(one.code, one.level) for one in violations] == [("disputed", "warning")]
        else:
            level = "warning" if unverified else operation.operation.parameters[name].elsewhere
            assert [(one.code, one.level) for one in violations] == [("unsupported", level)]


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
    payload = {"model": "ERNIE-Speed-8K", "messages": [{"role": role, "content": "你好"}]}
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
