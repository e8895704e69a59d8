"""Placement: the path, query and body of an operation have its parameters, and its reply the form that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codegen.spec import language, placement, types
from codegen.spec.problems import Document, Problem, near

_SCALARS = {types.Plain(name) for name in ("string", "int", "float", "bool")}
_STEPS = {types.Plain("string"), types.Plain("int")}
_FILES = {types.Plain("file"), types.ListOf(types.Plain("file"))}


def placement_problems(
    document: Document, operation: language.OperationFile, prefixes: Mapping[str, object]
) -> Iterator[Problem]:
    """Everything wrong with where an operation has its parameters, and with the form of its reply."""
    braces = placement.braces(operation)
    parameters = placement.path_parameters(operation)
    for word in braces:
        if word != placement.MODEL_PATH and word not in prefixes and word not in parameters:
            if word in operation.parameters:
                yield document.problem(("parameters", word), f"{word}: stands in the path of http: say sent_in: path")
            else:
                hint = near(word, {*prefixes, *operation.parameters})
                words = f"neither a prefix of platform.yaml nor a parameter with sent_in: path{hint}"
                yield document.problem(("http",), f"{{{word}}}: {words}")
    for name, field in operation.parameters.items():
        for key, fault in _field_faults(operation, name, field, prefixes):
            yield document.problem(("parameters", name, key), f"{name}: {fault}")
    for name, shape in operation.shapes.items():
        for member, field in shape.fields.items():
            if types.Plain("file") in _inside(field):
                words = "JSON holds no file: only a parameter of a multipart body is one"
                yield document.problem(("shapes", name, "fields", member, "type"), f"{member}: {words}")
    if operation.body == "multipart" and not placement.has_body(operation):
        yield document.problem(("body",), f"multipart: a {placement.method(operation)} has no body")
    yield from _reply_problems(document, operation)


def _reply_problems(document: Document, operation: language.OperationFile) -> Iterator[Problem]:
    is_bytes = operation.reply == placement.BYTES
    if is_bytes and operation.media_type is None:
        yield document.problem(("reply",), "bytes: say what they are, as media_type: audio/mpeg")
    elif operation.media_type is not None and not is_bytes:
        yield document.problem(("media_type",), f"{operation.media_type}: goes with reply: bytes alone")
    elif operation.media_type is not None and not re.fullmatch(r"[a-z]+/[\w.+-]+", operation.media_type):
        yield document.problem(("media_type",), f"{operation.media_type}: expected a media type, as audio/mpeg")


def _field_faults(
    operation: language.OperationFile, name: str, field: language.Field, prefixes: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """What is wrong with where a parameter stands: the key at fault, and the words."""
    kinds = _inside(field)
    place = placement.placed(operation, field)
    key = "sent_in" if field.sent_in is not None else "type"
    if place == "path":
        yield from _path_faults(operation, name, field, prefixes)
    elif place == "query" and not kinds <= _SCALARS:
        yield key, f"stands in the query, so it is a string, int, float or bool, not {field.type}"
    elif place == "body" and not placement.has_body(operation):
        yield key, f"a {placement.method(operation)} has no body: say sent_in: query, or leave it out"
    if types.Plain("file") in kinds and operation.body != "multipart":
        yield "type", "a file is sent in a form: say body: multipart"
    elif types.Plain("file") in kinds and not kinds <= _FILES:
        yield "type", f"expected file or list[file], not {field.type}"


def _path_faults(
    operation: language.OperationFile, name: str, field: language.Field, prefixes: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    if name == placement.MODEL_PATH or name in prefixes:
        yield "sent_in", f"{{{name}}} of http stands for something else; call it otherwise"
    elif name not in placement.braces(operation):
        yield "sent_in", f"{{{name}}} does not stand in http: {operation.http}"
    if not _inside(field) <= _STEPS:
        yield "type", f"stands in the path, so it is a string or an int, not {field.type}"
    if not field.required:
        yield "sent_in", "stands in the path, so say required: true"


def _inside(field: language.Field) -> set[types.Type]:
    """The alternatives of its type, and none where it is no type: that is said elsewhere."""
    try:
        found = set(types.alternatives(types.parse(field.type)))
    except types.TypeSyntaxError:
        return set()
    files = {one.item for one in found if one in _FILES and isinstance(one, types.ListOf)}
    return found | files
