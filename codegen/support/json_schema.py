"""Checks that an object is a JSON Schema for a function's arguments.

Not a whole metaschema: what it finds are the faults that the platform refuses or that make a function uncallable.
"""

from __future__ import annotations

from collections.abc import Mapping

from qianfan_api.checks import is_list, is_object
from qianfan_api.violations import Findings, Place, Rule, shown
from qianfan_api.words import say

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
_COMBINED = {"$ref", "anyOf", "oneOf", "allOf"}


def check_json_schema(rule: Rule, value: Mapping[str, object], place: Place, found: Findings) -> None:
    """Any JSON Schema."""
    _check(rule, value, place, found)


def check_object_schema(rule: Rule, value: Mapping[str, object], place: Place, found: Findings) -> None:
    """The schema of a function's arguments: an object. Without arguments: {"type": "object", "properties": {}}."""
    if not _COMBINED.isdisjoint(value):
        _check(rule, value, place, found)
        return
    if value.get("type") is None and value.get("properties") is None:
        empty = '{"type": "object", "properties": {}}'
        message = say(
            "{value}: must be the JSON Schema of an object; of none: {empty}", value=shown(value), empty=empty
        )
        found.add(rule, "schema", place, message)
        return
    if value.get("type") is None:
        found.missing(rule, (*place, "type"), say('in a function\'s schema: "object"'))
    elif value.get("type") != "object":
        found.not_one_of(rule, (*place, "type"), value.get("type"), ("object",))
        return
    if value.get("properties") is None:
        found.missing(rule, (*place, "properties"), say("in a function's schema; {} where it has no arguments"))
    _check(rule, value, place, found)


def _check(rule: Rule, schema: Mapping[str, object], place: Place, found: Findings) -> None:
    kind = schema.get("type")
    for name in () if kind is None else kind if is_list(kind) else (kind,):
        if name not in TYPES:
            found.not_one_of(rule, (*place, "type"), name, TYPES)
    properties = schema.get("properties")
    if properties is not None:
        if is_object(properties):
            for name, inner in properties.items():
                _inner(rule, inner, (*place, "properties", name), found)
        else:
            found.wrong_type(rule, (*place, "properties"), properties, say("an object"))
    items = schema.get("items")
    if items is not None and not is_list(items):
        _inner(rule, items, (*place, "items"), found)
    required = schema.get("required")
    if required is None:
        return
    if not is_list(required):
        found.wrong_type(rule, (*place, "required"), required, say("a list of strings"))
        return
    for index, name in enumerate(required):
        if not isinstance(name, str):
            found.wrong_type(rule, (*place, "required", index), name, say("a string"))


_DEEPEST = 200
"""Steps into a schema that are looked at: deeper ones would exhaust Python's stack."""


def _inner(rule: Rule, schema: object, place: Place, found: Findings) -> None:
    if len(place) > _DEEPEST:
        return
    if is_object(schema):
        _check(rule, schema, place, found)
    elif not isinstance(schema, bool):
        found.wrong_type(rule, place, schema, say("a JSON Schema object"))
