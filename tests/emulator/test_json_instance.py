"""Instances satisfy their schemas, whatever the schema."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_typed.emulator.json_instance import Unsatisfiable, arguments, instance
from qianfan_typed.emulator.pattern_text import matching_text

Schema = dict[str, Any]
CHECKER = jsonschema.FormatChecker()
NAMES = st.sampled_from(["a", "b", "c", "城市"])
FORMATS = ["date", "email", "ipv4", "ipv6", "uuid", "idn-email"]
PATTERNS = [r"^\d{4}-\d{2}$", r"^[A-Z]{3}-[0-9]+$", r"^(foo|bar)?x*$", r"[^a-z]+\.com", r"^\S+@\S+$", r"^[一-龥]{2,8}$"]


def satisfied(schema: Schema, checker: jsonschema.FormatChecker | None = CHECKER) -> object:
    """The instance, after jsonschema has found it valid."""
    made = instance(schema)
    jsonschema.validate(json.loads(json.dumps(made)), schema, jsonschema.Draft202012Validator, format_checker=checker)
    return made


@st.composite
def integers(draw: st.DrawFn) -> Schema:
    low, span = draw(st.integers(-50, 50)), draw(st.integers(0, 60))
    made: Schema = {"type": "integer"}
    if draw(st.booleans()):
        made[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = low
    if draw(st.booleans()):
        made[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = low + span + 2
    if draw(st.booleans()):
        made["multipleOf"] = draw(st.integers(1, max(1, span // 2)))
        made.pop("exclusiveMaximum", None)
        made.pop("maximum", None)
    return made


@st.composite
def numbers(draw: st.DrawFn) -> Schema:
    low, span = draw(st.floats(-50, 50)), draw(st.floats(0.01, 5))
    made: Schema = {"type": "number"}
    if draw(st.booleans()):
        made[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = low
    if draw(st.booleans()):
        made[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = low + span
    return made


@st.composite
def strings(draw: st.DrawFn) -> Schema:
    kind = draw(st.sampled_from(["length", "format", "pattern"]))
    if kind == "format":
        return {"type": "string", "format": draw(st.sampled_from(FORMATS))}
    if kind == "pattern":
        return {"type": "string", "pattern": draw(st.sampled_from(PATTERNS))}
    least = draw(st.integers(0, 12))
    made: Schema = {"type": "string", "minLength": least}
    return {**made, "maxLength": least + draw(st.integers(0, 4))} if draw(st.booleans()) else made


def chosen() -> st.SearchStrategy[Schema]:
    values = st.lists(st.one_of(st.integers(), st.text(max_size=5), st.booleans(), st.none()), min_size=1)
    return st.one_of(values.map(lambda listed: {"enum": listed}), values.map(lambda listed: {"const": listed[0]}))


@st.composite
def arrays(draw: st.DrawFn, items: st.SearchStrategy[Schema]) -> Schema:
    least = draw(st.integers(0, 3))
    return {"type": "array", "items": draw(items), "minItems": least, "maxItems": least + draw(st.integers(0, 2))}


@st.composite
def objects(draw: st.DrawFn, members: st.SearchStrategy[Schema]) -> Schema:
    properties = draw(st.dictionaries(NAMES, members, max_size=4))
    made: Schema = {"type": "object", "properties": properties}
    if draw(st.booleans()):
        made["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    if draw(st.booleans()):
        made["additionalProperties"] = False
    elif draw(st.booleans()):
        made["minProperties"] = draw(st.integers(0, 5))
    return made


def combined(parts: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    branches = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        branches.map(lambda listed: {"anyOf": listed}),
        parts.map(lambda part: {"allOf": [part, {"description": "同上"}]}),
        parts.map(lambda part: {"$ref": "#/$defs/部分", "$defs": {"部分": part}}),
    )


KEYWORDS = [
    *["type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength"],
    *["maxLength", "pattern", "format", "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "properties"],
    *["required", "additionalProperties", "minProperties", "maxProperties", "allOf", "anyOf", "oneOf", "$ref"],
]
PLAIN = st.one_of(
    integers(), numbers(), strings(), chosen(), st.just({"type": "boolean"}), st.just({"type": "null"}), st.just({})
)
SCHEMAS: st.SearchStrategy[Schema] = st.recursive(
    PLAIN, lambda inner: st.one_of(arrays(inner), objects(inner), combined(inner)), max_leaves=12
)


@given(st.one_of(PLAIN, arrays(PLAIN), objects(PLAIN), combined(PLAIN)))
@settings(max_examples=200, deadline=None)
def test_instances_satisfy_flat_schemas(schema: Schema) -> None:
    satisfied(schema)


def local(schema: Schema) -> bool:
    """Whether its references start where the schema does: a `$ref` further in would look in the wrong `$defs`."""
    return not any("$ref" in json.dumps(part) for part in schema.values())


@given(SCHEMAS.filter(local))
@settings(max_examples=200, deadline=None)
def test_instances_satisfy_nested_schemas(schema: Schema) -> None:
    satisfied(schema)


def without_multiples(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "multipleOf"}


BOUNDED = st.one_of(
    integers().map(without_multiples), numbers(), strings(), st.just({"type": "boolean"}), st.just({"type": "null"})
)


@given(st.lists(st.one_of(BOUNDED, arrays(BOUNDED), objects(BOUNDED)), min_size=2, max_size=3))
@settings(max_examples=200, deadline=None)
def test_several_schemas_at_once_are_satisfied_or_refused(schemas: list[Schema]) -> None:
    with contextlib.suppress(Unsatisfiable):
        # A format beside a pattern that contradicts it gives way.
        satisfied({"allOf": schemas}, None)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 5), st.floats(-5, 5), st.sampled_from(["object", "^[a", "#", ""])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4)),
    max_leaves=8,
)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_a_schema_that_makes_no_sense_harms_nobody(schema: Any) -> None:
    with contextlib.suppress(Unsatisfiable):
        json.dumps(instance(schema))


@given(objects(PLAIN))
@settings(deadline=None)
def test_arguments_are_an_object(schema: Schema) -> None:
    assert isinstance(arguments(schema), dict)


def test_arguments_by_reference() -> None:
    place = {"type": "object", "properties": {"city": {"const": "北京"}}, "required": ["city"]}
    assert arguments({"$ref": "#/$defs/place", "$defs": {"place": place}}) == {"city": "北京"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {}}, {}),
        ({"type": "object", "properties": {"城市": {"type": "string"}}}, {"城市": "示例"}),
        ({"properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a"]}, {"a": 1}),
        ({"type": ["null", "integer"]}, 1),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"oneOf": [{"type": "string", "maxLength": 0}, {"type": "integer"}]}, ""),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
        ({"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2, "uniqueItems": True}, ["x", "y"]),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": "z"}], "minItems": 2}, [1, "z"]),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, []),
        ({"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$", "maxLength": 9}, "AAA-0"),
        ({"type": "string", "pattern": "^[^a-z]{2,}$", "minLength": 3}, "000"),
        ({"enum": [1, 2, 3], "minimum": 2}, 2),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, 0.5),
        ({"type": "number", "multipleOf": 0.01, "minimum": 0.005}, 0.01),
        ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, 1),
        ({"type": "number", "maximum": -3}, -3),
        ({"type": "object", "required": ["x"]}, {"x": "示例"}),
        ({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1}, {"示例0": 1}),
        ({"allOf": [{"type": "integer", "minimum": 3}, {"minimum": 5, "maximum": 9}]}, 5),
        ({"allOf": [{"required": ["a"]}, {"properties": {"a": {"const": 2}}}], "type": "object"}, {"a": 2}),
        ({"type": "number", "allOf": [{"type": "integer"}]}, 1),
    ],
)
def test_instance(schema: Schema, expected: object) -> None:
    if not isinstance(schema.get("exclusiveMinimum"), bool):
        satisfied(schema)
    assert instance(schema) == expected


def test_a_schema_that_recurs() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}, "required": ["n"]}
    assert satisfied(tree) == {"n": 1}
    branch = {"anyOf": [{"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}, {"const": 1}]}
    satisfied(branch)
    sides = {"left": {"$ref": "#"}, "right": {"$ref": "#"}}
    binary = {"anyOf": [{"type": "object", "properties": sides, "required": ["left", "right"]}, {"type": "null"}]}
    assert len(json.dumps(satisfied(binary))) < 300


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"enum": []},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "string", "enum": [1]},
        {"$ref": "#/nowhere"},
        {"$ref": "https://example.com/schema"},
        {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]},
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "array", "items": False, "minItems": 1},
        {"type": "array", "minItems": 10**9},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"type": "array", "items": {"$ref": "#"}, "minItems": 3},
    ],
)
def test_what_cannot_be_satisfied(schema: object) -> None:
    with pytest.raises(Unsatisfiable):
        instance(schema)


@pytest.mark.parametrize(
    "schema", [None, 3, "x", [], {"type": "string"}, {"type": 3}, {"properties": 3, "required": 3}]
)
def test_arguments_of_a_schema_that_is_none(schema: object) -> None:
    assert arguments(schema) == {}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(pattern: str) -> None:
    found = matching_text(pattern)
    assert found is not None
    assert re.search(pattern, found)


@pytest.mark.parametrize(
    ("pattern", "least", "most", "expected"),
    [
        ("^a+$", 5, None, "aaaaa"),
        ("^[ab]{2,}$", 5, 5, "aaaaa"),
        ("^[ab]{2}$", 5, None, None),
        (r"(\d)\1", 0, None, "00"),
        ("(?=x)y", 0, None, None),
        ("(", 0, None, None),
        ("[", 0, None, None),
        ("a)", 0, None, None),
        (r"^(?P<year>\d{4})(?:年)\u6708$", 0, None, "0000年月"),
        ("[]]{2}", 0, None, "]]"),
        (r"[\]\-]{2}", 0, None, "--"),
    ],
    ids=[
        *("longer", "within", "too_long", "reference", "look_ahead", "group", "class", "closed"),
        *("named", "bracket", "escaped"),
    ],
)
def test_patterns_with_lengths_and_without_a_match(
    pattern: str, least: int, most: int | None, expected: str | None
) -> None:
    assert matching_text(pattern, least=least, most=most) == expected
