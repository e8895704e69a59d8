"""JSON Schema of the requests of each group, from what the validators are made from.

A schema says the rules that reject, as far as JSON Schema can say them; its description lists the rest. A rule that
only warns is not in it, so a request that a schema refuses is one that the validator refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs

from codegen.plan import words
from codegen.plan.across import said
from codegen.plan.checks import alternatives
from codegen.plan.resolve import Group, Operation, Parameter
from codegen.spec import Spec, language, types

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[str, Schema] = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "object": {"type": "object"},
    "image": {"type": "string", "contentEncoding": "base64"},
    "json_schema": {"$ref": "#/$defs/JsonSchema"},
    "object_schema": {"$ref": "#/$defs/ObjectSchema"},
}
_JSON_SCHEMA: Schema = {
    "description": "A JSON Schema. A member that is null counts as left out.",
    "type": "object",
    "properties": {
        "type": {
            "anyOf": [
                {"$ref": "#/$defs/JsonType"},
                {"type": "array", "items": {"$ref": "#/$defs/JsonType"}},
                {"type": "null"},
            ]
        },
        "properties": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/JsonSubschema"}},
        "items": {"anyOf": [{"$ref": "#/$defs/JsonSubschema"}, {"type": ["array", "null"]}]},
        "required": {"type": ["array", "null"], "items": {"type": "string"}},
    },
}
_JSON_TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"]
_JSON_DEFS: dict[str, Schema] = {
    "JsonType": {"enum": _JSON_TYPES},
    "JsonSubschema": {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/JsonSchema"}]},
    "JsonSchema": _JSON_SCHEMA,
    "ObjectSchema": {
        "description": 'The JSON Schema of an object. Of one without members: {"type": "object", "properties": {}}.',
        "$ref": "#/$defs/JsonSchema",
        "if": {"not": {"anyOf": [{"required": [word]} for word in ("$ref", "anyOf", "oneOf", "allOf")]}},
        "then": {
            "required": ["type", "properties"],
            "properties": {"type": {"const": "object"}, "properties": {"type": "object"}},
        },
    },
}


_DESIGNATORS = {
    "model": "The model that the request is for.",
    "endpoint": "The service that the request goes to: the last part of its address.",
}


@attrs.frozen
class Schemas:
    """The schemas of an operation's requests."""

    spec: Spec
    operation: Operation

    def files(self) -> Iterator[tuple[str, str]]:
        """Path and text of each group's schema."""
        for group in [*self.operation.groups, self.operation.any_model]:
            schema = self.group(group)
            yield f"schemas/{self.operation.api}/{group.name}.schema.json", as_text({"$schema": DRAFT, **schema})

    def group(self, group: Group) -> Schema:
        """The schema of a request to a model of a group."""
        body = self.operation.operation
        properties = {name: self._designator(name, group) for name in ("model", "endpoint") if self._designates(name)}
        required = ["model"] if body.model_in == "body" and "model" in properties else []
        for parameter in group.parameters:
            properties[parameter.name] = self._parameter(parameter)
            if parameter.field.required and parameter.level == "error":
                required.append(parameter.name)
        for name in self._warned(group):
            properties[name] = _warning(body.parameters[name], group.disputed.get(name))
        schema: Schema = {
            "title": f"{self.operation.api} {group.name}",
            "description": self._description(group),
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
        others = [name for name in body.parameters if name not in properties]
        if others:
            pattern = f"^({'|'.join(others)})$"
            schema["patternProperties"] = {pattern: {"type": "null", "description": "Not a parameter here."}}
        known = {parameter.name for parameter in group.parameters}
        conditions = list(self._conditions(body.rules, body.source, known))
        if conditions:
            schema["allOf"] = conditions
        definitions = {name: self._shape(name) for name in self.operation.request_shapes}
        if "Schema" in json.dumps(list(definitions.values())) or "Schema" in json.dumps(properties):
            definitions |= _JSON_DEFS
        schema["$defs"] = _reachable(schema, definitions)
        return schema

    def reply(self, name: str) -> Schema:
        """The schema of a reply's shape. Nothing is required: a reply may lack what the pages describe."""
        shape = self.operation.shapes[name]
        members = {member: self._reply_member(field) for member, field in shape.fields.items()}
        return {"description": words.one_line(shape.doc), "type": "object", "properties": members}

    def _reply_member(self, field: language.Field) -> Schema:
        schema = self._type(types.parse(field.type), attrs.evolve(field, enum=None), bounded=False)
        schema = {"anyOf": [schema, {"type": "null"}]} if field.nullable else schema
        return {**schema, "description": words.one_line(field.doc)}

    def _designates(self, name: str) -> bool:
        model_in = self.operation.operation.model_in
        return name not in self.operation.operation.parameters and (
            model_in == "path" or (model_in == "body" and name == "model")
        )

    def _designator(self, name: str, group: Group) -> Schema:
        """`model` in the body is sent; elsewhere it only says where a request goes, and null counts as left out."""
        in_body = self.operation.operation.model_in == "body"
        page = self.spec.pages[self.operation.operation.source]
        schema: Schema = {
            "type": "string" if in_body else ["string", "null"],
            "description": _DESIGNATORS[name],
            "x-source": f"{page.title}, read {page.read}",
            "x-level": "error",
        }
        models = self.operation.models if group.is_any else group.models
        names = [known for model in models for known in model.names]
        return {**schema, "examples": names} if name == "model" and names else schema

    def _warned(self, group: Group) -> Iterator[str]:
        """Parameters that the group does not take, but that only warn."""
        taken = {parameter.name for parameter in group.parameters}
        for name, field in self.operation.operation.parameters.items():
            if name not in taken and (field.elsewhere == "warning" or name in group.disputed):
                yield name

    def _level(self, source: str, level: language.Level | None) -> language.Level:
        documented = self.spec.pages[source].standing == "documentation"
        return level or ("error" if documented else "warning")

    def _parameter(self, parameter: Parameter) -> Schema:
        field = parameter.field
        page = self.spec.pages[parameter.page]
        notes: Schema = {
            "description": words.one_line(field.doc),
            "x-source": f"{page.title}, read {page.read}",
            "x-level": parameter.level,
        }
        if field.default is not None:
            notes["default"] = field.default
        if field.range is not None:
            notes["x-range"] = field.range.text
            if parameter.range_level != parameter.level:
                notes["x-range-level"] = parameter.range_level
        if field.max_bytes is not None:
            notes["x-max-bytes"] = field.max_bytes
        if field.sides is not None:
            notes["x-sides"] = field.sides.text
        if not field.sent:
            advice = "An argument of the official SDK: it never reaches the platform."
            return {"description": advice, "x-source": notes["x-source"], "x-sent": False}
        if parameter.level == "warning":
            return {**notes, "x-expected": self._type(parameter.type, field), "x-required": field.required}
        schema = self._type(parameter.type, field, bounded=parameter.range_level == "error")
        if not field.required:
            schema = {"anyOf": [schema, {"type": "null"}]}
        return {**schema, **notes}

    def _type(self, kind: types.Type, field: language.Field, *, bounded: bool = True) -> Schema:
        match kind:
            case types.Plain(name):
                schema = dict(_PLAIN[name])
                if name in ("string", "int") and field.enum is not None:
                    schema["enum"] = field.enum
                if name == "string":
                    schema |= _length(field)
                    if field.sides is not None:
                        schema["pattern"] = "^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$"
                if name in ("int", "float") and field.range is not None and bounded:
                    schema |= _range(field.range)
                return schema
            case types.ShapeRef(name):
                return {"type": "object", "$ref": f"#/$defs/{name}"}
            case types.ListOf(item):
                return {"type": "array", "items": self._item(item, field)} | _size(field, "Items")
            case types.MapOf(value):
                return {"type": "object", "additionalProperties": self._item(value, field)} | _size(field, "Properties")
            case types.OneOf():
                options = [self._type(option, field, bounded=bounded) for option in alternatives(kind)]
                return {"anyOf": options} if len(options) > 1 else options[0]

    def _item(self, kind: types.Type, field: language.Field) -> Schema:
        """An item of a list or a value of a map: of the field's bounds only those of texts are the item's."""
        if isinstance(kind, types.ShapeRef):
            return {"$ref": f"#/$defs/{kind.name}"}
        options = kind.options if isinstance(kind, types.OneOf) else (kind,)
        inner = language.Field(type="", doc="")
        if types.Plain("string") in options:
            inner = attrs.evolve(inner, max_length=field.max_length, non_empty=field.non_empty, enum=field.enum)
        return self._type(kind, inner)

    def _shape(self, name: str) -> Schema:
        """The schema of an object. Of one whose page is no documentation, whatever it is passes."""
        shape = self.operation.shapes[name]
        page = self.operation.shape_pages[name]
        refused = self._level(page, None) == "error"
        properties: dict[str, Schema] = {}
        for member, field in shape.fields.items():
            schema = self._type(types.parse(field.type), field)
            if self._level(field.source or page, field.level) == "warning":
                schema = {"x-level": "warning", "x-expected": schema}
            elif not field.required:
                schema = {"anyOf": [schema, {"type": "null"}]}
            properties[member] = {**schema, "description": words.one_line(field.doc)}
        schema = {
            "description": words.one_line(shape.doc),
            "properties": properties,
            "required": [
                member
                for member, field in shape.fields.items()
                if field.required and self._level(field.source or page, field.level) == "error"
            ],
            "additionalProperties": shape.extensible or not refused,
        }
        schema = {"type": "object", **schema} if refused else schema
        conditions = list(self._conditions(shape.rules, page, set(shape.fields)))
        return {**schema, "allOf": conditions} if conditions else schema

    def _conditions(self, rules: language.Rules, page: str, known: set[str]) -> Iterator[Schema]:
        for need in rules.need:
            members = {need.member, *(when.member for when in (need.when, need.unless) if when)}
            if members <= known and self._level(need.source or page, need.level) == "error":
                demand = {"required": [need.member], "properties": {need.member: _GIVEN}}
                yield _implies(need.when, need.unless, demand)
        for filled in rules.filled:
            if filled.member in known and self._level(filled.source or page, None) == "error":
                yield _implies(None, filled.unless, {"properties": {filled.member: {"not": {"enum": ["", []]}}}})

    def _description(self, group: Group) -> str:
        """The group, and what a schema cannot say of its requests."""
        body = self.operation.operation
        beyond: list[str] = []
        if group.dialogue is not None:
            beyond.append(f"the order of roles ({words.one_line(group.dialogue.dialogue.doc)})")
        known = {one.name for one in group.parameters}
        beyond += [
            f"that {rule.member} names one of {rule.to}"
            for rule in body.rules.refers
            if rule.member.split(".")[0] in known
        ]
        for total in filter(lambda total: group.has_limit(total.limit), body.rules.total):
            texts = [path for path in total.of if path.split("[")[0] in known]
            beyond.append(f"that {' and '.join(texts)} together stay within the model's {total.limit}")
        beyond += [
            f"that {one.name} stays within the model's limit"
            for one in group.parameters
            if isinstance(one.field.max_length, str)
            or (one.field.range is not None and isinstance(one.field.range.high.value, str))
        ]
        beyond += [f"the size of {one.name}" for one in group.parameters if one.type == types.Plain("image")]
        beyond += [
            f"the sides of {one.name}"
            for one in group.parameters
            if one.type == types.Plain("string") and one.field.sides
        ]
        beyond += [
            f"advice: {rule.member} has an effect only when {said(rule.only_when)}"
            for rule in body.rules.effect
            if {rule.member, rule.only_when.member} <= known
        ]
        beyond += [
            f"advice: {' or '.join(rule.one_of)}, not both"
            for rule in body.rules.prefer
            if {*rule.one_of, *([rule.taking] if rule.taking else [])} <= known
        ]
        rest = f" Not in this schema: {'; '.join(beyond)}." if beyond else ""
        return f"{words.one_line(group.doc)}{rest}"


def _warning(field: language.Field, dispute: language.Dispute | None) -> Schema:
    """What stands for a parameter that a group does not take for sure, and that is not refused either."""
    schema: Schema = {"description": "Not refused, but a warning: see the validator.", "x-taken": False}
    if dispute is None:
        return schema
    schema["x-disputed"] = words.one_line(dispute.because)
    return {**schema, "x-models": dispute.models} if dispute.models and field.elsewhere == "error" else schema


_GIVEN: Schema = {"not": {"type": "null"}}


def _holds(when: language.When) -> Schema:
    value = _GIVEN if when.equals is None else {"const": when.equals}
    return {"required": [when.member], "properties": {when.member: value}}


def _implies(when: language.When | None, unless: language.When | None, demand: Schema) -> Schema:
    if when is None and unless is None:
        return demand
    conditions = ([_holds(when)] if when else []) + ([{"not": _holds(unless)}] if unless else [])
    return {"if": conditions[0] if len(conditions) == 1 else {"allOf": conditions}, "then": demand}


def _length(field: language.Field) -> Schema:
    schema: Schema = {"minLength": 1} if field.non_empty else {}
    if isinstance(field.max_length, str):
        schema["x-max-length"] = field.max_length
    elif field.max_length is not None:
        schema["maxLength"] = field.max_length
    return schema


def _size(field: language.Field, what: str) -> Schema:
    schema: Schema = {} if field.min_items is None else {f"min{what}": field.min_items}
    return schema | ({} if field.max_items is None else {f"max{what}": field.max_items})


def _range(span: language.Range) -> Schema:
    schema: Schema = {}
    if isinstance(span.low.value, int | float):
        schema["exclusiveMinimum" if span.low.open else "minimum"] = span.low.value
    if isinstance(span.high.value, int | float):
        schema["exclusiveMaximum" if span.high.open else "maximum"] = span.high.value
    elif span.high.value is not None:
        schema["x-maximum"] = span.high.value
    return schema


def _reachable(schema: Schema, definitions: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions that a schema leads to."""
    found: dict[str, Schema] = {}
    pending = [schema]
    while pending:
        text = json.dumps(pending.pop())
        new = [name for name in definitions if f'"#/$defs/{name}"' in text and name not in found]
        found |= {name: definitions[name] for name in new}
        pending += [definitions[name] for name in new]
    return {name: found[name] for name in definitions if name in found}


def as_text(value: Schema) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
