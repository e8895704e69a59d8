"""Error bodies: the four shapes that the platform has, made into errors.

    V1      HTTP 200  {"error_code": 110, "error_msg": "…", "id": "as-…"}
    V2      HTTP 4xx  {"error": {"code": "…", "message": "…", "type": "…"}, "id": "as-…"}
    IAM     HTTP 4xx  {"requestId": "…", "code": "…", "message": "…"}, and so does the web search of V2
    OAuth   HTTP 4xx  {"error": "invalid_client", "error_description": "…"}

In a stream of named events the event `error` also holds {"type": "error", "code": "…", "message": "…"}.

The shape decides, not the host: a gateway in front of one dialect answers in another.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, cast

import attrs

from qianfan_api import error_codes
from qianfan_api.reply import read_json
from qianfan_typed.core.retry import http_date, retry_after
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import BY_KIND, BY_STATUS, RETRYABLE_STATUSES, ApiError


@attrs.frozen(kw_only=True)
class PlatformError:
    """An error as the platform words it."""

    code: int | str | None
    message: str
    type: str | None = None
    request_id: str | None = None
    entry: error_codes.ErrorCode | None = None
    """What the documentation says of the code."""


def request_id(answer: Answer, other: str | None = None) -> str | None:
    """The platform's id of a request, from the reply's headers, else `other`."""
    return id_in(answer.headers, other)


def id_in(headers: Mapping[str, str], other: str | None = None) -> str | None:
    """The same, from the headers alone."""
    return headers.get("x-bce-request-id") or headers.get("x-baidu-request-id") or other or None


def error_in(answer: Answer, *, model: str | None = None, named: bool = False) -> ApiError | None:
    """The error that a reply, or a piece of a stream, holds. None: it holds none.

    Args:
        answer: The reply.
        model: The model or endpoint that was called.
        named: Whether it came in an event called `error`: then it holds one, whatever its shape.
    """
    failed = named or answer.status >= 300
    # In a reply without an error these bytes cannot stand: inside a JSON string the quotes would be escaped.
    if not failed and b'"error' not in answer.body:
        return None
    body = answer.masked(answer.body)
    found = _platform_error(_object(body), failed)
    if found is None:
        if not failed:
            return None
        found = _without_shape(answer, body)
    return _api_error(found, answer, body, model)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = read_json(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def _platform_error(data: Mapping[str, Any], failed: bool) -> PlatformError | None:
    if data.get("error_code"):
        return _listed(data["error_code"], data.get("error_msg"), error_codes.V1, request_id=data.get("id"))
    error = data.get("error")
    if isinstance(error, dict):
        detail = cast("dict[str, Any]", error)
        return _listed(
            detail.get("code"),
            detail.get("message"),
            error_codes.V2,
            family=detail.get("type"),
            request_id=data.get("id"),
        )
    if isinstance(error, str) and (failed or "error_description" in data):
        return _listed(error, data.get("error_description"), error_codes.OAUTH)
    if failed and "code" in data:
        table = {**error_codes.IAM, **error_codes.V2}
        return _listed(data["code"], data.get("message"), table, request_id=data.get("requestId"))
    return None


def _listed(
    code: object,
    message: object,
    table: Mapping[Any, error_codes.ErrorCode],
    family: object = None,
    request_id: object = None,
) -> PlatformError:
    if isinstance(code, str) and code.isdecimal():
        code = int(code)
    known = code if isinstance(code, (int, str)) and not isinstance(code, bool) else None
    return PlatformError(
        code=known,
        message=message if isinstance(message, str) and message else "the platform gave no message",
        type=family if isinstance(family, str) else None,
        request_id=request_id if isinstance(request_id, str) else None,
        # Numeric codes are V1's wherever they stand: V2 has words.
        entry=table.get(known) or (error_codes.V1.get(known) if isinstance(known, int) else None),
    )


def foreign_error(answer: Answer, data: Mapping[str, Any], model: str | None) -> ApiError | None:
    """The error of an object that holds nothing documented, as gateways word it. None: it words none."""
    found = next((data[name] for name in _WORDS if data.get(name)), None)
    code = next((one for name in _CODES if isinstance(one := data.get(name), (int, str)) and one is not True), None)
    if found is None and not code:
        return None
    body = answer.masked(answer.body)
    words = found if isinstance(found, str) else "the reply holds a code and no message" if found is None else ""
    text = " ".join(body.decode(errors="replace").split())
    message = f"{_shortened(words)} (not in the platform's words: {_shortened(text)})"
    error = _listed(code, message, {})
    status = error.code if isinstance(error.code, int) and error.code in BY_STATUS else answer.status
    return _api_error(error, attrs.evolve(answer, status=status), body, model, at=answer.status)


_WORDS = ("error", "msg", "message", "detail", "error_msg", "errorMessage", "error_description", "errors")
_CODES = ("code", "errorCode", "error_code", "status", "status_code")


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _without_shape(answer: Answer, body: bytes) -> PlatformError:
    """An error without a body of the platform's: from its headers, else in the words of whoever sent it."""
    code = answer.headers.get("x-bce-error-code")
    if code:
        return _listed(code, answer.headers.get("x-bce-error-message"), {**error_codes.IAM, **error_codes.V2})
    text = " ".join(body.decode(errors="replace").split())
    shown = _shortened(text) or "no body"
    return PlatformError(code=None, message=f"HTTP {answer.status}, not in the platform's words: {shown}")


def _api_error(
    found: PlatformError, answer: Answer, body: bytes, model: str | None, *, at: int | None = None
) -> ApiError:
    """`at`: the HTTP status, where the answer's stands for a code that is one."""
    entry = found.entry
    # A gateway may answer with HTTP 200 and the status as the code.
    status = found.code if answer.status < 300 and isinstance(found.code, int) else answer.status
    kind = BY_KIND.get(entry.kind) if entry else BY_STATUS.get(status)
    return (kind or ApiError)(
        code=found.code,
        message=found.message,
        status=at or answer.status,
        meaning=entry.meaning if entry else None,
        type=found.type,
        model=model,
        request_id=request_id(answer, found.request_id),
        retry_after=retry_after(
            answer.headers.get("retry-after"), http_date(answer.headers.get("date")) or time.time()
        ),
        retryable=entry.retryable if entry else status in RETRYABLE_STATUSES,
        refresh=entry.refresh if entry else False,
        headers=answer.headers,
        body=body,
    )
