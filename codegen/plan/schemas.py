"""JSON Schema of the requests of each group, from the same constraints as the validators.

A schema says the rules that reject, as far as JSON Schema can say them; its description lists the rest. A rule that
only warns is not in it, so a request that a schema refuses is one that the validator refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs

from codegen.plan.check_model import ForeignNames
from codegen.plan.constraints import Beyond, Constraint
from codegen.plan.constraints.value_type import schema_of
from codegen.plan.docstrings import argument, described
from codegen.plan.foreign import foreign_names
from codegen.plan.members import Member, Parameter, ShapeMembers
from codegen.plan.phrasing import one_line
from codegen.plan.resolved import Group, Operation
from codegen.spec import Spec, language, types

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
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


DESIGNATORS = {
    "model": "The model that the request is for.",
    "endpoint": "The service that the request goes to: the last part of its address.",
}
"""What says whom a request is for → its meaning."""


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
        required = ["model"] if body.model_in == "body" and "model" in properties and self._documented else []
        for parameter in group.parameters:
            properties[parameter.name] = self._parameter(parameter, group)
        required += _required(group.parameters)
        for dispute in group.disputes:
            properties[dispute.path] = _warned(dispute)
            if dispute.only and body.parameters[dispute.path].elsewhere == "error":
                properties[dispute.path]["x-models"] = [*dispute.only]
        for rule in group.unsupported:
            if not rule.rejects:
                properties[rule.path] = _warned(rule)
            elif rule.neutral is not None or not group.others.rejects:
                properties[rule.path] = rule.json_schema()
        foreign = foreign_names(self.spec, self.operation.api, "request", body.parameters)
        known = {one.name for one in group.parameters} | group.disputed.keys()
        properties |= _foreign(foreign, known, properties)
        schema: Schema = {
            "title": f"{self.operation.api} {group.name}",
            "description": self._description(group),
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": {"type": "null"} if group.others.rejects else True,
        }
        conditions = [*_conditions(group.across)]
        if conditions:
            schema["allOf"] = conditions
        definitions = {name: self._shape(shape, group) for name, shape in group.shapes.items()}
        if "Schema" in json.dumps(list(definitions.values())) or "Schema" in json.dumps(properties):
            definitions |= _JSON_DEFS
        schema["$defs"] = _reachable(schema, definitions)
        return schema

    def reply(self, name: str) -> Schema:
        """The schema of a reply's shape. Nothing is required: a reply may lack what the pages describe."""
        shape = self.operation.shapes[name]
        members = {member: _reply_member(field) for member, field in shape.fields.items()}
        return {"description": one_line(shape.doc), "type": "object", "properties": members}

    @property
    def _documented(self) -> bool:
        """Whether the documentation says that a request names its model."""
        return self.operation.basis(None, "model").level == "error"

    def _designates(self, name: str) -> bool:
        model_in = self.operation.operation.model_in
        return name not in self.operation.operation.parameters and (
            model_in == "path" or (model_in == "body" and name == "model")
        )

    def _designator(self, name: str, group: Group) -> Schema:
        """`model` in the body is sent; elsewhere it only says where a request goes, and null counts as left out."""
        in_body = self.operation.operation.model_in == "body"
        kind: Schema = {"type": "string" if in_body else ["string", "null"]}
        schema: Schema = {**(kind if self._documented or not in_body else {}), "description": DESIGNATORS[name]}
        models = self.operation.models if group.is_any else group.models
        names = [known for model in models for known in model.names]
        return {**schema, "examples": names} if name == "model" and names else schema

    def _parameter(self, parameter: Parameter, group: Group) -> Schema:
        notes: Schema = {
            "description": argument(parameter, group, self.operation.any_model.shapes),
            "x-source": _source(parameter),
        }
        if parameter.field.default is not None:
            notes["default"] = parameter.field.default
        return {**_nullable(_value(parameter), parameter), **notes}

    def _shape(self, shape: ShapeMembers, group: Group) -> Schema:
        """The schema of an object. Where what other members do is no error, whatever it is passes."""
        refused = shape.others.rejects
        properties = {
            word: {**_nullable(_value(member), member), "description": described(member)}
            for word, member in shape.members.items()
        }
        for word, member in shape.members.items():
            if member.field.default is not None:
                properties[word]["default"] = member.field.default
        foreign = foreign_names(self.spec, self.operation.api, shape.name.partition(".")[0], shape.shape.fields)
        properties |= _foreign(foreign, set(shape.members), properties)
        schema: Schema = {
            "description": one_line(shape.shape.doc),
            "properties": properties,
            "required": _required(shape.members.values()),
            "additionalProperties": True if shape.shape.extensible or not refused else {"type": "null"},
        }
        schema = {"type": "object", **schema} if refused else schema
        conditions = [*_conditions(shape.across)]
        return {**schema, "allOf": conditions} if conditions else schema

    def _description(self, group: Group) -> str:
        """The group, and what a schema cannot say of its requests."""
        beyond = [said.words for rule in group.constraints if isinstance(said := rule.json_schema(), Beyond)]
        rest = f" Not in this schema: {'; '.join(dict.fromkeys(beyond))}." if beyond else ""
        return f"{one_line(group.doc)}{rest}"


def _source(member: Member) -> str:
    """Where its rules come from; its own page first."""
    return "; ".join(dict.fromkeys(rule.basis.words for rule in member.constraints))


def _required(members: Any) -> list[str]:
    return [one.name if isinstance(one, Parameter) else one.path.rpartition(".")[2] for one in members if _needed(one)]


def _needed(member: Member) -> bool:
    rule = member.constraint("required")
    return rule is not None and rule.rejects


def _nullable(schema: Schema, member: Member) -> Schema:
    """A member that is null counts as left out, where it may be left out."""
    return schema if _needed(member) or not schema else _or_null(schema)


_OF_A_TYPE = frozenset(
    [
        "type",
        "x-maximum",
        "x-max-length",
        "enum",
        "items",
        "minItems",
        "maxItems",
        "uniqueItems",
        "properties",
        "required",
        "additionalProperties",
        "minProperties",
        "maxProperties",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "description",
        "default",
    ]
)
"""Words that say nothing of null, or that null can be added to."""


def _or_null(schema: Schema) -> Schema:
    """A schema that takes null too. Its bounds stay beside its type, where tools of all kinds look for them."""
    if "type" not in schema or not schema.keys() <= _OF_A_TYPE:
        options = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
        return {"anyOf": [*options, {"type": "null"}]}
    kind: str | list[str] = schema["type"]
    both: Schema = {**schema, "type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    return {**both, "enum": [*schema["enum"], None]} if "enum" in schema else both


def _value(member: Member) -> Schema:
    """What a value of a member may be. Anything, where it is none of the platform's."""
    kind = member.constraint("type")
    if kind is None:
        return {}
    options = [(schema_of(option), _option(option, member)) for option in types.alternatives(member.type)]
    if kind.rejects:
        return options[0][1] if len(options) == 1 else {"anyOf": [schema for _, schema in options]}
    # Where its type only warns, another value passes; one of its type is held to what is said of it.
    held = [
        {"if": plain, "then": rest}
        for plain, whole in options
        if (rest := {word: said for word, said in whole.items() if word not in plain and said != {}})
    ]
    return held[0] if len(held) == 1 else {"allOf": held} if held else {}


def _option(kind: types.Type, member: Member) -> Schema:
    schema = schema_of(kind)
    for rule in member.constraints:
        if rule.kind not in ("type", "required") and rule.rejects and rule.applies(kind):
            said = rule.json_schema()
            schema |= said if isinstance(said, dict) else {}
    match kind:
        case types.ListOf(item):
            schema["items"] = _inner(item, member)
        case types.MapOf(value):
            inner = _inner(value, member)
            schema["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]} if inner else True
        case _:
            pass
    return schema


def _inner(kind: types.Type, member: Member) -> Schema:
    """An item of a list or a value of a map."""
    if isinstance(kind, types.ShapeRef):
        return {"$ref": f"#/$defs/{kind.name}"}
    assert member.items is not None
    return _value(member.items)


def _conditions(across: tuple[Constraint, ...]) -> Iterator[Schema]:
    for rule in across:
        said = rule.json_schema()
        if rule.rejects and isinstance(said, dict):
            yield said


def _warned(rule: Constraint) -> Schema:
    """What stands for a parameter that a group does not take for sure, and that is not refused either."""
    return {"description": f"Not refused, but a warning: {rule.phrase()}."}


def _foreign(names: ForeignNames, taken: set[str], known: Schema) -> Schema:
    """Names of other APIs that are not refused."""
    warned = [
        *names.elsewhere,
        *(name for name, (here, level) in names.instead.items() if here not in taken or level == "warning"),
    ]
    return {
        name: {"description": "Not on the platform's page; ignored or refused."} for name in warned if name not in known
    }


def _reply_member(field: language.Field) -> Schema:
    schema = _reply_type(types.parse(field.type))
    schema = {"anyOf": [schema, {"type": "null"}]} if field.nullable else schema
    return {**schema, "description": one_line(field.doc)}


def _reply_type(kind: types.Type) -> Schema:
    match kind:
        case types.ListOf(item):
            return {"type": "array", "items": _reply_type(item)}
        case types.MapOf(value):
            return {"type": "object", "additionalProperties": _reply_type(value)}
        case types.OneOf():
            return {"anyOf": [_reply_type(option) for option in types.alternatives(kind)]}
        case _:
            return schema_of(kind)


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
