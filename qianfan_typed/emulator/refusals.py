"""Refusals: which code says no, and the body that carries it.

The codes, their HTTP statuses and types, and which of them says what come from `qianfan_api.error_codes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

from qianfan_api import error_codes
from qianfan_api.error_codes import ErrorCode
from qianfan_api.violations import Violation
from qianfan_typed.emulator.lenient_json import Json

Dialect = Literal["v1", "v2", "iam", "oauth"]
Reason = Literal[
    "no_token",
    "bad_token",
    "expired_token",
    "bad_signature",
    "expired_signature",
    "bad_keys",
    "bad_grant",
    "path",
    "endpoint",
    "method",
    "json",
    "model",
    "message",
    "order",
    "length",
    "argument",
    "prompt",
    "refer_image",
    "upload",
    "file",
]

TABLES: dict[Dialect, Mapping[int, ErrorCode] | Mapping[str, ErrorCode]] = {
    "v1": error_codes.V1,
    "v2": error_codes.V2,
    "iam": error_codes.IAM,
    "oauth": error_codes.OAUTH,
}
_MESSAGE_REASONS: dict[str, Reason] = {"order": "order", "count": "order", "last": "order", "length": "length"}
"""Codes of violations under /messages that have a code of their own on the platform."""
_MEMBER_REASONS: dict[str, Reason] = {"model": "model", "prompt": "prompt", "refer_image": "refer_image"}
"""Members of requests that have a code of their own on the platform."""
_TEXTS = ("prompt", "input", "query", "documents")
"""Members whose length is limited as a conversation's is."""


@attrs.frozen
class Refused(Exception):
    """The emulator answers with an error. `code` is a code of the dialect that the request speaks."""

    code: int | str
    detail: str = ""
    """What is wrong, in words. Empty: the code's meaning says it."""
    status: int | None = None
    """The HTTP status. None: as the code's table says."""
    retry_after: float | None = None
    """Seconds, for the Retry-After header."""
    body: bytes | None = None
    """What to send in place of the dialect's error body."""


def refused(dialect: Dialect, reason: Reason, detail: str = "") -> Refused:
    """The refusal of a request for a reason, in a dialect. What has no code there is an argument like any other."""
    codes = error_codes.EMULATOR_CODES[dialect]
    return Refused(codes[reason] if reason in codes else codes["argument"], detail)


def entry(dialect: Dialect, code: int | str) -> ErrorCode | None:
    """What the dialect's table says of a code. None: it does not list it."""
    return next((known for listed, known in TABLES[dialect].items() if listed == code), None)


def code_with_status(dialect: Dialect, status: int) -> int | str | None:
    """The first code of the dialect that comes with this HTTP status."""
    return next((code for code, known in TABLES[dialect].items() if known.http == status), None)


def of_violations(dialect: Dialect, violations: Sequence[Violation]) -> Refused | None:
    """The refusal of a request that breaks rules. The first error chooses the code; warnings pass."""
    errors = [violation for violation in violations if violation.level == "error"]
    if not errors:
        return None
    detail = "; ".join(f"{violation.pointer} {violation.message}".strip() for violation in errors)
    return refused(dialect, _reason(errors[0]), detail)


def _reason(violation: Violation) -> Reason:
    root = violation.pointer.split("/")[1] if violation.pointer else ""
    if root == "messages":
        return _MESSAGE_REASONS.get(violation.code, "message")
    if violation.code == "length" and root in _TEXTS:
        return "length"
    return _MEMBER_REASONS.get(root, "argument")


def message(dialect: Dialect, refusal: Refused) -> str:
    """The words that go with a refusal: the platform's own or the code's meaning, and what is wrong."""
    known = entry(dialect, refusal.code)
    return " ".join(part for part in ((known.words or known.meaning) if known else "", refusal.detail) if part) or str(
        refusal.code
    )


def status(dialect: Dialect, refusal: Refused) -> int:
    """The HTTP status of a refusal. V1 says no with 200."""
    known = entry(dialect, refusal.code)
    fallback = {"v1": 200, "v2": 400, "iam": 400, "oauth": 401}[dialect]
    return refusal.status or (known.http if known and known.http else fallback)


def body(dialect: Dialect, refusal: Refused, request_id: str, *, flat: bool = False) -> Json:
    """The JSON that carries a refusal. `flat`: as IAM's, whatever the dialect."""
    words = message(dialect, refusal)
    if dialect == "v1":
        return {"error_code": refusal.code, "error_msg": words, "id": request_id}
    if dialect == "iam" or flat:
        return {"requestId": request_id, "code": refusal.code, "message": words}
    if dialect == "oauth":
        return {"error": refusal.code, "error_description": refusal.detail or words}
    known = entry(dialect, refusal.code)
    error: Json = {"code": refusal.code, "message": words, "type": (known.type if known else None) or ""}
    return {"error": error, "id": request_id}
