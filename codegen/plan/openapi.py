"""OpenAPI: one 3.1 document of every operation, with a path for each model that has one of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

import attrs

from codegen.plan.error_replies import ErrorReplies
from codegen.plan.phrasing import one_line
from codegen.plan.resolved import Group, Model, Operation
from codegen.plan.schemas import Schema, Schemas, as_text
from codegen.spec import Spec, language, placement

_SECURITY: Schema = {
    "access_token": {"type": "apiKey", "in": "query", "name": "access_token"},
    "iam": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "bce-auth-v1"},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def openapi(spec: Spec, operations: list[Operation]) -> str:
    """One OpenAPI 3.1 document of every operation."""
    errors = ErrorReplies(spec.errors)
    parts = [_Part(spec, operation, errors) for operation in operations]
    paths: dict[str, Schema] = {}
    for part in parts:
        for path, item in part.paths():
            paths.setdefault(path, {}).update(item)
    components: dict[str, Schema] = {
        "schemas": errors.schemas() | {name: schema for part in parts for name, schema in part.schemas()},
        "requestBodies": {part.name(group.name): part.request(group) for part in parts for group in part.groups},
        "responses": errors.responses() | {part.api: part.reply() for part in parts},
    }
    hosts = {part.body.host: spec.platform.hosts[part.body.host] for part in parts}
    return as_text(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Qianfan",
                "version": "1",
                "description": "Baidu's Qianfan platform as qianfan-typed knows it. Generated from spec/.",
                "contact": {"name": "qianfan-typed"},
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": host.url, "description": one_line(host.doc)} for host in hosts.values()],
            "tags": [{"name": part.api, "description": one_line(part.body.doc)} for part in parts],
            "paths": paths,
            "components": {**_used(paths, components), "securitySchemes": _SECURITY},
        }
    )


@attrs.frozen
class _Part:
    """What one operation gives to the document."""

    spec: Spec
    operation: Operation
    errors: ErrorReplies

    @property
    def api(self) -> str:
        return self.operation.api

    @property
    def body(self) -> language.OperationFile:
        return self.operation.operation

    @property
    def groups(self) -> list[Group]:
        return self.operation.groups or [self.operation.any_model]

    def name(self, schema: str) -> str:
        """The name of a component: those of all operations stand in one list."""
        return f"{self.api}.{schema}"

    # --- paths ---

    def paths(self) -> Iterator[tuple[str, Schema]]:
        """A path for each model that has one, one for services of one's own; the operation's own otherwise."""
        method, path = self.body.http.split()
        for name, prefix in self.spec.platform.prefixes.items():
            path = path.replace(f"{{{name}}}", prefix)
        server = {"servers": [{"url": self.spec.platform.hosts[self.body.host].url}]}
        if "{path}" not in path:
            yield path, {**server, method.lower(): self._call(path)}
            return
        for model in self.operation.models:
            if model.model.path:
                own = path.replace("{path}", model.model.path)
                yield own, {**server, method.lower(): self._call(own, model)}
        if self.body.deployed_path is not None:
            own = path.replace("{path}", self.body.deployed_path)
            yield own, {**server, method.lower(): self._call(own)}

    def _call(self, path: str, model: Model | None = None) -> Schema:
        doc = one_line(self.body.doc)
        placed = {name: place for name, place, _ in placement.outside_json(self.body) if place != "body"}
        parameters = [one for one in re.findall(r"\{(\w+)\}", path) if one not in placed]
        found: Schema = {
            "operationId": "_".join([*self.api.split("."), *([model.handle] if model else parameters)]),
            "tags": [self.api],
            "summary": model.name if model else "A service of your own" if parameters else doc,
            "description": " ".join([doc, *(f"Also at {also}." for also in self.body.also)]),
            "security": [{way: []} for way in self.body.auth],
        }
        if model is not None and model.model.retired:
            found["deprecated"] = True
        listed = [{"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in parameters]
        listed += [self._placed(name, place) for name, place in placed.items()]
        if listed:
            found["parameters"] = listed
        if placement.has_body(self.body):
            found["requestBody"] = self._request_of(model)
        reply = {"200": {"$ref": f"#/components/responses/{self.api}"}}
        return {**found, "responses": reply | self.errors.of(self.operation)}

    def _placed(self, name: str, place: str) -> Schema:
        """A parameter in the path or the query, as any model takes it."""
        schema = Schemas(self.spec, self.operation).group(self.operation.any_model)
        described = dict(schema["properties"][name])
        words = described.pop("description")
        required = place == "path" or name in schema["required"]
        return {"name": name, "in": place, "required": required, "description": words, "schema": described}

    def _request_of(self, model: Model | None) -> Schema:
        """The body of its group; where any model may be meant, of any group."""
        if model is not None or len(self.groups) == 1:
            group = model.group if model else self.groups[0].name
            return {"$ref": f"#/components/requestBodies/{self.name(group)}"}
        return self._body({"anyOf": [self._schema(group.name) for group in self.groups]})

    def _body(self, schema: Schema) -> Schema:
        kind = "multipart/form-data" if self.body.body == "multipart" else "application/json"
        return {"required": True, "content": {kind: {"schema": schema}}}

    # --- components ---

    def request(self, group: Group) -> Schema:
        """The body of a request to a model of a group."""
        return self._body(self._schema(group.name))

    def reply(self) -> Schema:
        """The reply that says yes, and on V1 also the one that says no: both have HTTP 200."""
        error: list[Schema] = [{"$ref": "#/components/schemas/error.v1"}] if self.operation.version == "v1" else []
        content: Schema = {}
        if self.body.media_type is not None:
            content[self.body.media_type] = {"schema": {"type": "string", "format": "binary"}}
            if error:
                content["application/json"] = {"schema": error[0]}
        else:
            schema = self._schema(self._reply_name(self.body.reply))
            content["application/json"] = {"schema": {"anyOf": [schema, *error]} if error else schema}
        if self.body.stream is not None:
            chunk = self._schema(self._reply_name(self.body.stream.chunk))
            content["text/event-stream"] = {"schema": chunk}
        return {"description": "The reply.", "content": content}

    def schemas(self) -> Iterator[tuple[str, Schema]]:
        """Every schema that its requests and replies have."""
        schemas = Schemas(self.spec, self.operation)
        for group in self.groups:
            schema = _within_body(schemas.group(group), self.body)
            for name, definition in [(group.name, schema), *schema.get("$defs", {}).items()]:
                yield self.name(name), self._lifted(definition, {})
        renamed = {name: self._reply_name(name) for name in self.operation.reply_shapes}
        for name, own in renamed.items():
            yield self.name(own), self._lifted(schemas.reply(name), renamed)

    def _reply_name(self, shape: str) -> str:
        """A shape of requests is strict, the same one in a reply is not: it needs a name of its own."""
        return f"{shape}Reply" if shape in self.operation.request_shapes else shape

    def _schema(self, name: str) -> Schema:
        return {"$ref": f"#/components/schemas/{self.name(name)}"}

    def _lifted(self, schema: Schema, renamed: Mapping[str, str]) -> Schema:
        """A schema as a component: its definitions are components too."""
        text = json.dumps({key: value for key, value in schema.items() if key != "$defs"})

        def component(match: re.Match[str]) -> str:
            return f'"{self._schema(renamed.get(match[1], match[1]))["$ref"]}"'

        return cast("Schema", _with_items(json.loads(re.sub(r'"#/\$defs/([\w.]+)"', component, text))))


def _within_body(schema: Schema, operation: language.OperationFile) -> Schema:
    """The schema of a request without what stands in its path and its query."""
    outside = {name for name, place, _ in placement.outside_json(operation) if place != "body"}
    if not outside:
        return schema
    properties = {name: one for name, one in schema["properties"].items() if name not in outside}
    return {**schema, "properties": properties, "required": [one for one in schema["required"] if one not in outside]}


def _with_items(schema: object) -> object:
    """Says `items: {}` of each array that may hold anything: OpenAPI's tools ask for it, and it means the same."""
    if isinstance(schema, list):
        return [_with_items(one) for one in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = {key: _with_items(value) for key, value in cast("Schema", schema).items()}
    kind = members.get("type")
    is_array = kind == "array" or (isinstance(kind, list) and "array" in kind)
    return {**members, "items": {}} if is_array and "items" not in members else members


def _used(paths: Schema, components: Mapping[str, Schema]) -> dict[str, Schema]:
    """The components that the paths lead to."""
    found: set[tuple[str, str]] = set()
    pending: list[object] = [paths]
    while pending:
        text = json.dumps(pending.pop())
        new = set(re.findall(r'"#/components/(\w+)/([\w.-]+)"', text)) - found
        found |= new
        pending += [components[kind][name] for kind, name in new]
    return {
        kind: {name: one for name, one in entries.items() if (kind, name) in found}
        for kind, entries in components.items()
    }
