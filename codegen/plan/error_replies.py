"""Error replies: the bodies in which the platform refuses a request, as OpenAPI says them.

V1 answers with HTTP 200 and an `error_code`, so its errors stand beside each reply. V2 and the check of signatures
answer with a status of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from codegen.plan.phrasing import one_line
from codegen.plan.resolved import Operation
from codegen.plan.schemas import Schema
from codegen.spec import service

_TEXT: Schema = {"type": "string"}


def _object(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": [next(iter(members))]}


_BODIES: dict[str, Schema] = {
    "v1": _object(error_code={"type": "integer"}, error_msg=_TEXT, id=_TEXT),
    "v2": _object(error=_object(code=_TEXT, message=_TEXT, type=_TEXT), id=_TEXT),
    "iam": _object(code=_TEXT, message=_TEXT, requestId=_TEXT),
}


@attrs.frozen
class ErrorReplies:
    """The error replies that operations share."""

    errors: service.ErrorsFile

    def schemas(self) -> dict[str, Schema]:
        """Component → the body of an error."""
        bodies = {f"error.{name}": body for name, body in _BODIES.items()}
        bodies["error.v1"] = {"description": _listed(self.errors.v1.codes), **bodies["error.v1"]}
        return bodies

    def responses(self) -> dict[str, Schema]:
        """Component → the reply with a status and the codes that come with it."""
        return {
            f"error.{name}.{status}": self._response(name, codes)
            for name in ("v2", "iam")
            for status, codes in self._by_status(name).items()
        }

    def of(self, operation: Operation) -> Schema:
        """Status → the reply, for the responses of an operation."""
        if operation.operation.flat_errors:
            codes = self._by_status(operation.version)
            return {str(status): self._response("iam", of_status) for status, of_status in codes.items()}
        names = [name for name in ("v2", "iam") if name == operation.version or name in operation.operation.auth]
        return {
            str(status): {"$ref": f"#/components/responses/error.{name}.{status}"}
            for name in names
            for status in self._by_status(name)
        }

    @staticmethod
    def _response(body: str, codes: Mapping[str, service.ErrorCode]) -> Schema:
        schema: Schema = {"$ref": f"#/components/schemas/error.{body}"}
        return {"description": _listed(codes), "content": {"application/json": {"schema": schema}}}

    def _by_status(self, name: str) -> dict[int, dict[str, service.ErrorCode]]:
        table: service.ErrorTable = getattr(self.errors, name)
        statuses = sorted({code.http for code in table.codes.values() if code.http is not None})
        return {status: {code: one for code, one in table.codes.items() if one.http == status} for status in statuses}


def _listed(codes: Mapping[str, service.ErrorCode]) -> str:
    return "\n".join(f"- `{code}`: {one_line(one.meaning)}" for code, one in codes.items())
