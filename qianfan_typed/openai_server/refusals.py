"""Refusals: what goes wrong, in the shape in which OpenAI's clients read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import msgspec

from qianfan_api.models import CATALOGUES
from qianfan_api.violations import Violation
from qianfan_api.words import told
from qianfan_typed.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    ConfigurationError,
    ConnectTimeout,
    DeadlineExceeded,
    DecodeError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    QianfanError,
    QuotaExceeded,
    RateLimited,
    ReadTimeout,
    SentError,
    ServerError,
    TransportError,
    UnsafeContent,
)

INVALID = "invalid_request_error"
_SERVER = "server_error"
_CODES = {
    "missing": "missing_required_parameter",
    "type": "invalid_type",
    "unsupported": "unsupported_parameter",
    "unknown": "unknown_parameter",
}
"""Code of a violation → what OpenAI calls it; the others are an invalid value."""


@attrs.frozen(kw_only=True)
class Refused(Exception):
    """The server answers with an error."""

    message: str
    status: int = 400
    kind: str = INVALID
    param: str | None = None
    """The field at fault, as OpenAI writes it: `messages[0].content`."""
    code: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    platform_code: str | int | None = None
    """What the platform called it."""
    request_id: str | None = None

    def body(self) -> bytes:
        """The error as JSON."""
        error: dict[str, object] = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }
        if self.platform_code is not None:
            error["platform_code"] = self.platform_code
        if self.request_id is not None:
            error["request_id"] = self.request_id
        return msgspec.json.encode({"error": error})


def unsupported(param: str, message: str) -> Refused:
    """The refusal of a field that has no counterpart here."""
    return Refused(message=f"{param}: {message}", param=param, code="unsupported_parameter")


def invalid(param: str, message: str) -> Refused:
    """The refusal of a field's value."""
    return Refused(message=f"{param}: {message}", param=param, code="invalid_value")


def broken(found: Sequence[tuple[str, Violation]]) -> Refused:
    """The refusal of a request that breaks rules.

    Args:
        found: The errors, each with the field of OpenAI's that it is about.
    """
    lines = [
        f"{param}: {told(one.message)}{f' ({told(one.source)})' if one.source else ''}" if param else told(one.message)
        for param, one in found
    ]
    param, first = found[0]
    return Refused(message="\n".join(lines), param=param or None, code=_CODES.get(first.code, "invalid_value"))


_OF_PLATFORM: tuple[tuple[type[ApiError], int, str, str | None], ...] = (
    (AuthenticationError, 401, "authentication_error", "invalid_api_key"),
    (PermissionDenied, 403, "permission_error", None),
    (RateLimited, 429, "rate_limit_error", "rate_limit_exceeded"),
    (QuotaExceeded, 429, "insufficient_quota", "insufficient_quota"),
    (UnsafeContent, 400, INVALID, "content_policy_violation"),
    (Overloaded, 503, _SERVER, None),
    (ServerError, 500, _SERVER, None),
    (BadRequest, 400, INVALID, None),
)
"""Error → HTTP status, OpenAI's type and code. None: the platform's code stands."""


def of_error(error: QianfanError) -> Refused:
    """What an error of a call is to a client of OpenAI's."""
    if isinstance(error, InvalidRequest):
        return broken([(param_of(one.pointer), one) for one in error.violations])
    if isinstance(error, ConfigurationError):
        return Refused(message=f"the server is not set up for this: {error}", kind="configuration_error")
    if isinstance(error, ApiError):
        return _of_platform(error)
    if not isinstance(error, SentError):
        return Refused(message=str(error), status=500, kind=_SERVER)
    late = isinstance(error, (ReadTimeout, ConnectTimeout, DeadlineExceeded))
    code = "platform_timeout" if late else "platform_unreachable" if isinstance(error, TransportError) else None
    code = "platform_unreadable" if isinstance(error, DecodeError) else code
    return Refused(
        message=str(error),
        status=504 if late else 502,
        kind=_SERVER,
        code=code,
        headers=_no_more_tries(error),
        request_id=error.request_id,
    )


def _of_platform(error: ApiError) -> Refused:
    found = next((row[1:] for row in _OF_PLATFORM if isinstance(error, row[0])), None)
    if isinstance(error, NotFound):
        found = (404, INVALID, "model_not_found" if CATALOGUES.get(error.operation or "") else None)
    status, kind, code = found or (error.status if error.status >= 400 else 500, "api_error", None)
    headers = {name: value for name, value in error.headers.items() if name.startswith("x-ratelimit-")}
    if error.retry_after is not None:
        headers["retry-after"] = f"{error.retry_after:g}"
    return Refused(
        message=error.message,
        status=status,
        kind=kind,
        code=code or (None if error.code is None else str(error.code)),
        headers={**headers, **_no_more_tries(error)},
        platform_code=error.code,
        request_id=error.request_id,
    )


def _no_more_tries(error: SentError) -> dict[str, str]:
    """Tells clients not to try again what was tried here as often as the settings allow."""
    return {"x-should-retry": "false"} if len(error.attempts) > 1 else {}


def param_of(pointer: str) -> str:
    """A JSON pointer as OpenAI writes it: `/messages/0/content` as `messages[0].content`."""
    text = ""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        text += f"[{name}]" if name.isdecimal() else f".{name}" if text else name
    return text
