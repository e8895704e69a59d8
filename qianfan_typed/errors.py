"""Errors: what can go wrong.

QianfanError
├── InvalidRequest          the request breaks the documented rules; nothing was sent
├── ConfigurationError      a key, a setting or an extra is missing or wrong; nothing was sent
├── TransportError          no reply, or half of one
│   ├── ConnectTimeout          no connection in time; nothing was sent
│   ├── ReadTimeout             the platform fell silent
│   ├── ConnectionLost          the connection could not be made, or broke
│   └── StreamCut               received: how many pieces came before the stream ended without its end
├── DecodeError             the reply is no JSON; body: the bytes as they came
├── TaskFailed              a task that was waited for came to nothing; reply: what the platform says of it
├── TaskUnfinished          the deadline passed before a task was done; task: its name, to wait for it again
└── ApiError                the platform said no
    ├── BadRequest              the platform finds the request invalid
    ├── AuthenticationError     keys, token or signature were refused
    ├── PermissionDenied        the account may not do this
    ├── NotFound                no such model, endpoint or path
    ├── RateLimited             too many requests or tokens; retry_after: seconds, if the platform said so
    ├── QuotaExceeded           an allowance is used up, or a bill is open
    ├── UnsafeContent           the platform's content check refused the input
    ├── Overloaded              the platform is busy
    └── ServerError             the platform broke

Branch on the class and the fields, never on the text. No secret is ever in an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import attrs

from qianfan_api.reply import Reply
from qianfan_api.violations import Violation


class QianfanError(Exception):
    """Everything that this package raises."""

    def __reduce__(self) -> tuple[Any, ...]:
        # BaseException would call the class with positional arguments; these classes take keywords only.
        fields = {field.name: getattr(self, field.name) for field in attrs.fields(cast("Any", type(self)))}
        return _restored, (type(self), fields)


def _restored(kind: type[QianfanError], fields: dict[str, Any]) -> QianfanError:
    return kind(**fields)


@attrs.frozen(kw_only=True)
class InvalidRequest(QianfanError):
    """The request breaks documented rules. Nothing was sent."""

    model: str
    """The model or endpoint that does not take it."""
    violations: list[Violation]
    """Everything that is wrong with it, in the order of the request."""

    def __str__(self) -> str:
        count = len(self.violations)
        title = f"{self.model} does not take this request ({count} problem{'' if count == 1 else 's'})"
        return "\n".join([title, *_columns(self.violations)])


def _columns(violations: Iterable[Violation]) -> Iterable[str]:
    """Pointer, message and, where it is not the one above, the source, in columns."""
    violations = list(violations)
    width = max((len(violation.pointer) for violation in violations), default=0)
    source = ""
    for violation in violations:
        yield f"  {violation.pointer:<{width}}  {violation.message}"
        if violation.source and violation.source != source:
            source = violation.source
            yield f"  {'':<{width}}  {source}"


class RequestWarning(UserWarning):
    """The request goes against advice, or against a rule that is set to warn. It was sent."""

    def __init__(self, model: str, violation: Violation) -> None:
        super().__init__(f"{model}: {violation}")
        self.model = model
        self.violation = violation

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.violation)


@attrs.frozen(kw_only=True)
class ConfigurationError(QianfanError):
    """A key, a setting or an extra is missing or wrong. Nothing was sent."""

    message: str
    setting: str | None = None
    """The argument or environment variable to set."""

    def __str__(self) -> str:
        return self.message


@attrs.frozen(kw_only=True)
class TransportError(QianfanError):
    """There is no reply, or half of one."""

    message: str
    url: str
    """Where the request went, without its query."""
    retryable: bool = False
    """Whether nothing was sent and trying again may help."""

    def __str__(self) -> str:
        return f"{self.message} ({self.url})"


@attrs.frozen(kw_only=True)
class ConnectTimeout(TransportError):
    """No connection in time. Nothing was sent."""

    retryable: bool = True


@attrs.frozen(kw_only=True)
class ReadTimeout(TransportError):
    """The platform was silent for longer than the timeout."""


@attrs.frozen(kw_only=True)
class ConnectionLost(TransportError):
    """The connection could not be made, or broke before the reply was whole."""


@attrs.frozen(kw_only=True)
class StreamCut(TransportError):
    """A stream ended before the platform said that it was finished."""

    received: int
    """How many pieces had come."""


@attrs.frozen(kw_only=True)
class DecodeError(QianfanError):
    """The platform's reply is no JSON object."""

    message: str
    status: int
    """The HTTP status."""
    body: bytes = attrs.field(repr=False)
    """What came, as it came."""
    request_id: str | None = None

    def __str__(self) -> str:
        return self.message


@attrs.frozen(kw_only=True)
class TaskFailed(QianfanError):
    """A task that was waited for came to nothing."""

    operation: str
    """The operation that was asked: `v2.video.get`."""
    task: str
    """The task's name."""
    status: str
    """What the platform calls its end."""
    reply: Reply = attrs.field(repr=False)
    """The platform's last word on it."""

    def __str__(self) -> str:
        return f"{self.operation}: task {self.task} came to nothing: its status is {self.status}"


@attrs.frozen(kw_only=True)
class TaskUnfinished(QianfanError):
    """The deadline passed before a task was done. It goes on: wait for it again by its name."""

    operation: str
    """The operation that was asked: `v2.video.get`."""
    task: str
    """The task's name."""
    status: str
    """How far it was."""
    waited: float
    """Seconds."""
    reply: Reply = attrs.field(repr=False)
    """The platform's last word on it."""

    def __str__(self) -> str:
        waited = f"after {self.waited:.1f} s task {self.task} is still {self.status}"
        return f"{self.operation}: {waited}; it goes on, wait for it again by this name"


@attrs.frozen(kw_only=True)
class ApiError(QianfanError):
    """The platform answered with an error."""

    code: int | str | None
    """The platform's code: an int on V1, else a string. None: it gave none."""
    message: str
    """The platform's own words."""
    status: int
    """The HTTP status. V1 reports its errors with 200."""
    meaning: str | None = None
    """What the code means, as the documentation says. None: a code that it does not list."""
    type: str | None = None
    """V2: the family the platform puts the error in."""
    model: str | None = None
    """The model or endpoint that was called."""
    request_id: str | None = None
    """The platform's id of the request, to quote to its support."""
    retry_after: float | None = None
    """Seconds to wait, as the reply's headers say. None: the reply did not say."""
    retryable: bool = False
    """Whether the same request may succeed later."""
    refresh: bool = False
    """Whether a fresh token mends it."""
    doubt: str | None = None
    """Why our own rules may be out of date: they passed a request that the platform finds invalid."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """The reply's headers; names in lower case."""
    body: bytes = attrs.field(default=b"", repr=False)
    """The reply, as it came."""

    def __str__(self) -> str:
        details: Sequence[tuple[str, object]] = (
            ("meaning", self.meaning),
            ("model", self.model),
            ("HTTP status", self.status),
            ("request id", self.request_id),
            ("our rules", self.doubt),
            ("retry after", None if self.retry_after is None else f"{self.retry_after:g} s"),
        )
        title = self.message if self.code is None else f"{self.code}: {self.message}"
        return "\n".join([title, *(f"  {name:<11}  {value}" for name, value in details if value is not None)])


@attrs.frozen(kw_only=True)
class BadRequest(ApiError):
    """The platform finds the request invalid."""


@attrs.frozen(kw_only=True)
class AuthenticationError(ApiError):
    """Keys, token or signature were refused."""


@attrs.frozen(kw_only=True)
class PermissionDenied(ApiError):
    """The account may not do this."""


@attrs.frozen(kw_only=True)
class NotFound(ApiError):
    """There is no such model, endpoint or path."""


@attrs.frozen(kw_only=True)
class RateLimited(ApiError):
    """Too many requests or tokens in a span of time."""


@attrs.frozen(kw_only=True)
class QuotaExceeded(ApiError):
    """An allowance is used up, or a bill is open."""


@attrs.frozen(kw_only=True)
class UnsafeContent(ApiError):
    """The platform's content check refused the input."""


@attrs.frozen(kw_only=True)
class Overloaded(ApiError):
    """The platform is busy."""


@attrs.frozen(kw_only=True)
class ServerError(ApiError):
    """Something broke inside the platform."""


BY_KIND: Mapping[str, type[ApiError]] = {
    "invalid_request": BadRequest,
    "authentication": AuthenticationError,
    "permission": PermissionDenied,
    "not_found": NotFound,
    "rate_limited": RateLimited,
    "quota": QuotaExceeded,
    "unsafe": UnsafeContent,
    "overloaded": Overloaded,
    "server": ServerError,
}
"""The kinds of `qianfan_api.error_codes`."""

BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    405: BadRequest,
    413: BadRequest,
    422: BadRequest,
    429: RateLimited,
    500: ServerError,
    502: ServerError,
    503: Overloaded,
    504: ServerError,
}
"""What an HTTP status says where the code is unknown."""

RETRYABLE_STATUSES = frozenset({429, 500, 502, 503, 504})
"""HTTP statuses after which the same request may succeed, where the code is unknown."""
