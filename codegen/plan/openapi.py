"""One OpenAPI 3.1 document of every operation."""

from __future__ import annotations

import json

from codegen.plan.phrasing import one_line
from codegen.plan.resolve import Operation
from codegen.plan.schemas import Schema, Schemas, as_text
from codegen.spec import Spec


def openapi(spec: Spec, operations: list[Operation]) -> str:
    """One OpenAPI 3.1 document of every operation."""
    components: dict[str, Schema] = {}
    paths: dict[str, Schema] = {}
    for operation in operations:
        path, method = _path(spec, operation)
        paths.setdefault(path, {})[method] = _operation(spec, operation, components, path)
    return as_text(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Qianfan",
                "version": "1",
                "description": "Baidu's Qianfan platform as qianfan-typed knows it. Generated from spec/.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": host.url, "description": one_line(host.doc)} for host in spec.platform.hosts.values()],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "access_token": {"type": "apiKey", "in": "query", "name": "access_token"},
                    "iam": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "bce-auth-v1"},
                    "bearer": {"type": "http", "scheme": "bearer"},
                },
            },
        }
    )


def _path(spec: Spec, operation: Operation) -> tuple[str, str]:
    """The path, and the method in lower case. Each V1 operation has a folder of its own under the prefix."""
    method, path = operation.operation.http.split()
    for name, prefix in spec.platform.prefixes.items():
        path = path.replace(f"{{{name}}}", prefix)
    folder = operation.operation.operation
    return path.replace("{path}", f"{{{folder}_path}}"), method.lower()


def _operation(spec: Spec, operation: Operation, components: dict[str, Schema], path: str) -> Schema:
    schemas = Schemas(spec, operation)
    body = operation.operation

    def lift(name: str, schema: Schema) -> str:
        """Puts a schema and its definitions among the components; gives its reference."""
        text = json.dumps({key: value for key, value in schema.items() if key != "$defs"})
        components[f"{operation.api}.{name}"] = json.loads(
            text.replace("#/$defs/", f"#/components/schemas/{operation.api}.")
        )
        for inner, definition in schema.get("$defs", {}).items():
            lift(inner, definition)
        return f"#/components/schemas/{operation.api}.{name}"

    requests = [{"$ref": lift(group.name, schemas.group(group))} for group in operation.groups or [operation.any_model]]
    for name in operation.reply_shapes:
        lift(f"{name}" if name not in operation.request_shapes else f"{name}Reply", schemas.reply(name))
    content: Schema = {"application/json": {"schema": {"$ref": f"#/components/schemas/{operation.api}.{body.reply}"}}}
    if body.stream is not None:
        chunk = {"$ref": f"#/components/schemas/{operation.api}.{body.stream.chunk}"}
        content["text/event-stream"] = {"schema": chunk}
    found: Schema = {
        "operationId": operation.api.replace(".", "_"),
        "summary": one_line(body.doc),
        "security": [{way: []} for way in body.auth],
        "responses": {"200": {"description": "The reply.", "content": content}},
    }
    if "{" in path:
        known = [model.model.path for model in operation.models if model.model.path]
        name = f"{body.operation}_path"
        found["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "examples": known[:3]}}
        ]
    if not body.http.startswith("GET"):
        schema = requests[0] if len(requests) == 1 else {"anyOf": requests}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return found
