"""Data shapes as Python: datamodel-code-generator writes them, from the JSON Schema made here.

Replies become attrs classes with a default for every field, so that a reply that lacks a documented field is still a
reply. Requests become TypedDicts: a plain dict is what people write.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs
from datamodel_code_generator import InputFileType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.parser import LiteralType

from codegen.plan import python_types
from codegen.plan.docstrings import described
from codegen.plan.members import shape_members
from codegen.plan.phrasing import one_line
from codegen.plan.plain_types import TYPES
from codegen.plan.resolved import Operation
from codegen.spec import language, types

TEMPLATES = Path(__file__).parent.parent / "templates" / "shapes"
_REF = "#/components/schemas/"
_CLASS = re.compile(r"^((?:@attrs\.frozen.*\n)?class (\w+)[^\n]*\n(?:(?:[ \t].*)?\n)*)", re.MULTILINE)


def homes(operations: list[Operation], shared: Collection[str]) -> dict[str, str]:
    """Shared shape → the operation whose types it is one of, where others answer it too: a class of a name is one."""
    found: dict[str, str] = {}
    for operation in operations:
        tops = {operation.operation.reply} & {*shared}
        for name in operation.reply_shapes if tops else ():
            if name in shared:
                found.setdefault(name, operation.api)
    return found


def reply_classes(operation: Operation, homes: Mapping[str, str]) -> str:
    """The attrs classes of an operation's replies that are its own, as source without imports."""
    own = [name for name in operation.reply_shapes if homes.get(name, operation.api) == operation.api]
    if not own:
        return ""
    tops = {operation.operation.reply}
    if operation.operation.stream is not None:
        tops.add(operation.operation.stream.chunk)
    schemas: dict[str, Any] = {}
    defaults: dict[str, dict[str, str]] = {}
    for name in operation.reply_shapes:
        shape = operation.shapes[name]
        # A reply's enum would turn a value that the platform adds later into a fault: any text passes.
        open_shape = attrs.evolve(
            shape, fields={member: attrs.evolve(field, enum=None) for member, field in shape.fields.items()}
        )
        schemas[name] = _schema(open_shape, {}, optional_null=False)
        schemas[name]["required"] = list(shape.fields)
        if shape.base is not None or name in tops:
            schemas[name]["customBasePath"] = (
                f"qianfan_api.media.{shape.base}" if shape.base else "qianfan_api.reply.Reply"
            )
        defaults[name] = {member: _default(member, field) for member, field in shape.fields.items()}
    docs = {name: _reply_docs(operation.shapes[name]) for name in schemas}
    return _render(schemas, docs, defaults, own, tops)


def typed_dicts(operations: list[Operation]) -> tuple[str, list[str]]:
    """The TypedDicts of all operations' requests, as source without imports, and their names."""
    names = typed_dict_names(operations)
    merged: dict[str, language.Shape] = {}
    for operation in operations:
        for name in operation.request_shapes:
            shape = operation.shapes[name]
            known = merged.get(names[name])
            merged[names[name]] = shape if known is None or known == shape else _merge(known, shape)
    schemas = {name: _schema(shape, names, optional_null=True) for name, shape in merged.items()}
    docs = {name: _request_docs(name, shape, operations[0]) for name, shape in merged.items()}
    return _render(schemas, docs, {}, list(merged)), list(merged)


def typed_dict_names(operations: list[Operation]) -> dict[str, str]:
    """Shape → TypedDict. Where a reply has the shape too, the reply's class has the name and this one a suffix."""
    replies = {name for operation in operations for name in operation.reply_shapes}
    return {
        name: operation.shapes[name].typed_as or (f"{name}Param" if name in replies else name)
        for operation in operations
        for name in operation.request_shapes
    }


def _merge(one: language.Shape, other: language.Shape) -> language.Shape:
    """Two dialects of one object: what either allows."""
    fields = dict(one.fields)
    for name, field in other.fields.items():
        known = fields.get(name)
        if known is None:
            fields[name] = field if name in one.fields else attrs.evolve(field, required=False)
        elif known != field:
            kinds = dict.fromkeys([*known.type.split(" | "), *field.type.split(" | ")])
            enum = None
            if known.enum is not None and field.enum is not None:
                enum = list(dict.fromkeys([*known.enum, *field.enum]))
            fields[name] = attrs.evolve(
                known, type=" | ".join(kinds), enum=enum, required=known.required and field.required
            )
    for name in one.fields.keys() - other.fields.keys():
        fields[name] = attrs.evolve(fields[name], required=False)
    return attrs.evolve(one, fields=fields)


def _schema(shape: language.Shape, names: dict[str, str], *, optional_null: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, field in shape.fields.items():
        schema = _type(types.parse(field.type), field, names)
        null = field.nullable or (optional_null and not field.required)
        properties[name] = {"anyOf": [schema, {"type": "null"}]} if null else schema
    required = [name for name, field in shape.fields.items() if field.required]
    return {"type": "object", "properties": properties, "required": required}


def _type(kind: types.Type, field: language.Field, names: dict[str, str]) -> dict[str, Any]:
    match kind:
        case types.Plain(name):
            schema = dict(TYPES[name].data)
            if field.enum is not None and name in ("string", "int"):
                schema["enum"] = field.enum
            return schema
        case types.ShapeRef(name):
            return {"$ref": _REF + names.get(name, name)}
        case types.ListOf(item):
            return {"type": "array", "items": _type(item, attrs.evolve(field, enum=None), names)}
        case types.MapOf(value):
            return {"type": "object", "additionalProperties": _type(value, attrs.evolve(field, enum=None), names)}
        case types.OneOf(options):
            return {"anyOf": [_type(option, field, names) for option in options]}


def _default(name: str, field: language.Field) -> str:
    """What a reply has where the platform leaves a field out. Of vectors and files only the beginning is shown."""
    if field.nullable:
        return " = None"
    match types.parse(field.type):
        case types.Plain("string") if name.startswith("b64_"):
            return ' = attrs.field(default="", repr=short)'
        case types.ListOf(types.Plain("float")):
            return " = attrs.field(factory=list[float], repr=short)"
        case types.Plain(name) if TYPES[name].empty is not None:
            return f" = {TYPES[name].empty}"
        case types.ShapeRef(name):
            return f" = attrs.field(factory={name})"
        case types.ListOf(item):
            return f" = attrs.field(factory=list[{python_types.reply(item)}])"
        case _:
            return " = attrs.field(factory=dict[str, Any])"


def _reply_docs(shape: language.Shape) -> dict[str, str]:
    return {"": one_line(shape.doc)} | {name: one_line(field.doc) for name, field in shape.fields.items()}


def _request_docs(name: str, shape: language.Shape, operation: Operation) -> dict[str, str]:
    """What a TypedDict and its members say. Their rules are put in words alone: whose they are does not show."""
    found = shape_members("", name, shape, operation.operation.source, "", operation.editions, {})
    return {"": one_line(shape.doc)} | {
        word: described(member, required=True) for word, member in found.members.items()
    }


def _render(
    schemas: dict[str, Any],
    docs: dict[str, dict[str, str]],
    defaults: dict[str, dict[str, str]],
    names: list[str],
    whole: Collection[str] = (),
) -> str:
    """The classes, in the order of `names`. `whole`: those that are replies or pieces, and equal as such."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "shapes", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    requests = not defaults
    source = generate(
        json.dumps(document),
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.TypingTypedDict if requests else DataModelType.DataclassesDataclass,
        target_python_version=PythonVersion.PY_311,
        use_standard_collections=True,
        use_generic_container_types=requests,
        use_union_operator=True,
        enum_field_as_literal=LiteralType.All,
        disable_timestamp=True,
        strict_nullable=True,
        keep_model_order=True,
        formatters=[],
        custom_template_dir=TEMPLATES,
        extra_template_data=defaultdict(dict, {"#all#": {"docs": docs, "defaults": defaults, "whole": whole}}),
    )
    # It sorts classes in its own way; a default needs its class to stand above.
    blocks = {match[2]: match[0] for match in _CLASS.finditer(str(source) + "\n")}
    parts = (part for name in names for part in (f"_{name}Required", name) if part in blocks)
    return "\n\n".join(blocks[part] for part in parts)
