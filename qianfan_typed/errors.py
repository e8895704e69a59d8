"""Errors: what can go wrong.

QianfanError
├── InvalidRequest          the request breaks the documented rules; nothing was sent
├── InvalidBatch            requests of a batch break documented rules, or cannot be read; nothing was sent
├── ConfigurationError      a key, a setting or an extra is missing or wrong; nothing was sent
├── TaskFailed              a task that was waited for came to nothing; reply: what the platform says of it
├── TaskUnfinished          the deadline passed before a task was done; task: its name, to wait for it again
├── ParseFailed             the answer does not fit the type asked for; text, pointer: where
├── TurnsExceeded           the model still asks for functions after the last turn; messages, calls
└── SentError               a request was sent, or should have been: url, operation, request_id, attempts
    ├── TransportError          no reply, or half of one
    │   ├── ConnectTimeout          no connection in time; nothing was sent
    │   ├── ReadTimeout             the platform fell silent
    │   ├── ConnectionLost          the connection could not be made, or broke
    │   ├── DeadlineExceeded        the call took longer than its deadline
    │   └── StreamCut               received: how many pieces came before the stream ended without its end
    ├── DecodeError             the reply cannot be read: no JSON, nothing documented, too long; body: what came
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

from qianfan_api.answers import CalledFunction
from qianfan_api.reply import FailedAttempt, Reply
from qianfan_api.shapes import Message
from qianfan_api.violations import Violation, violation_table
from qianfan_api.words import say, told


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
        title = say("{model} does not take this request ({count} problems)", model=self.model, count=count)
        if count == 1:
            title = say("{model} does not take this request (1 problem)", model=self.model)
        return "\n".join([told(title), *_columns(self.violations)])

    def _repr_html_(self) -> str:
        return violation_table(self.violations)


def _columns(violations: Iterable[Violation]) -> Iterable[str]:
    """Pointer, message and, where it is not the one above, the source, in columns."""
    violations = list(violations)
    width = max((len(violation.pointer) for violation in violations), default=0)
    source = ""
    for violation in violations:
        yield f"  {violation.pointer:<{width}}  {told(violation.message)}"
        if violation.source and violation.source != source:
            source = violation.source
            yield f"  {'':<{width}}  {told(source)}"


@attrs.frozen(kw_only=True)
class InvalidBatch(QianfanError):
    """Requests of a batch break documented rules, or cannot be read. Nothing was sent."""

    requests: int
    """How many there are."""
    invalid: int
    """How many of them may not be sent."""
    findings: Sequence[str]
    """What is wrong, as `validate` says it: the first of it."""

    def __str__(self) -> str:
        count = "1 request" if self.invalid == 1 else f"{self.invalid:,} requests"
        end = f"{count} of {self.requests:,} cannot be sent, so nothing was: mend them, or skip_invalid leaves them out"
        return "\n".join([*self.findings, end])


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
class ParseFailed(QianfanError):
    """The answer does not fit the type that was asked for. It was paid for: it is all here."""

    into: str
    """The type."""
    reason: str
    """What is wrong with the answer."""
    pointer: str
    """Where, as a JSON Pointer. Empty: the whole of it."""
    text: str = attrs.field(repr=False)
    """The answer."""
    reply: Reply = attrs.field(repr=False)
    """The reply that it came in."""
    failed: tuple[str, ...] = ()
    """What was wrong with the answers before it."""

    def __str__(self) -> str:
        where = f"{self.pointer}: " if self.pointer else ""
        asked = f"; asked {len(self.failed) + 1} times" if self.failed else ""
        return f"the answer does not fit {self.into}: {where}{self.reason}{asked}"


@attrs.frozen(kw_only=True)
class TurnsExceeded(QianfanError):
    """The model still asked for functions to be called after the last turn that `run` had."""

    max_turns: int
    """How many turns it had."""
    messages: Sequence[Message] = attrs.field(repr=False)
    """The conversation so far, to go on with: the results of the last turn's calls are in it."""
    calls: Sequence[CalledFunction] = attrs.field(repr=False)
    """Each call so far."""

    def __str__(self) -> str:
        return f"{self.summary}; max_turns= allows more"

    @property
    def summary(self) -> str:
        """What happened, without what to do."""
        names = ", ".join(dict.fromkeys(call.name for call in self.calls if call.turn == self.max_turns))
        turns = f"{self.max_turns} turn{'s' * (self.max_turns != 1)}"
        return f"no answer in {turns}: the last one called {names}"


@attrs.frozen(kw_only=True)
class SentError(QianfanError):
    """Something went wrong with a request that was sent, or should have been."""

    message: str
    url: str | None = None
    """Where the request went, without its query."""
    operation: str | None = None
    """What was called: `v2.chat`, or the service that hands out tokens."""
    request_id: str | None = None
    """The platform's id of the request, to quote to its support. None: it gave none, or no reply began."""
    attempts: tuple[FailedAttempt, ...] = ()
    """How often the request was sent and what each time came of it; the last is this error."""
    no_retry: str | None = None
    """Why it was not sent again, where the error alone would have allowed it."""

    @property
    def tried(self) -> str | None:
        """In words: how often the request was sent and what came of it. None: not more than once."""
        if len(self.attempts) < 2:
            return None
        came = [one.error if one.code is None else f"{one.error} {one.code}" for one in self.attempts]
        return f"{len(came)} ({', '.join(came if len(came) <= 5 else [*came[:2], '…', *came[-2:]])})"


@attrs.frozen(kw_only=True)
class TransportError(SentError):
    """There is no reply, or half of one."""

    url: str = ""
    """Where the request went, without its query."""
    retryable: bool = False
    """Whether nothing was sent and trying again may help."""

    def __str__(self) -> str:
        return _with_details(self, self.message, url=self.url)


def _with_details(error: SentError, message: str, url: str | None) -> str:
    """A message with what was called, where, how often, and the id to quote."""
    more = (
        ("request id", error.request_id),
        ("attempts", error.tried),
        ("no retry", error.no_retry),
    )
    where = [part for part in (url, error.operation) if part]
    told = "; ".join([*where, *(f"{name} {value}" for name, value in more if value is not None)])
    return f"{message} ({told})" if told else message


def note(error: SentError, **fields: object) -> None:
    """Gives an error what only became known after it was made. For the runtime."""
    for name, value in fields.items():
        object.__setattr__(error, name, value)


@attrs.frozen(kw_only=True)
class ConnectTimeout(TransportError):
    """No connection in time. Nothing was sent."""

    retryable: bool = True


class ReadTimeout(TransportError):
    """The platform was silent for longer than the timeout."""


@attrs.frozen(kw_only=True)
class ConnectionLost(TransportError):
    """The connection could not be made, or broke before the reply was whole."""

    unanswered: bool = False
    """Whether it broke before the first byte of a reply, after the request was sent."""
    kept: bool = False
    """Whether it also had served another call before: a server may close such a one whenever it likes."""


@attrs.frozen(kw_only=True)
class DeadlineExceeded(TransportError):
    """The call took longer than its deadline. Its cause is what went wrong before, if something did."""

    deadline: float
    """Seconds that it had."""
    elapsed: float
    """Seconds that it took."""
    sent: int
    """How often it was sent."""


@attrs.frozen(kw_only=True)
class StreamCut(TransportError):
    """A stream ended before the platform said that it was finished."""

    received: int
    """How many pieces had come."""


@attrs.frozen(kw_only=True)
class DecodeError(SentError):
    """The platform's reply cannot be read: no JSON object, nothing that is documented, or longer than the bound."""

    status: int
    """The HTTP status."""
    body: bytes = attrs.field(repr=False)
    """What came, as it came; of what is too long or cannot be inflated, the beginning."""

    def __str__(self) -> str:
        return _with_details(self, self.message, url=self.url)


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
class ApiError(SentError):
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
    retry_after: float | None = None
    """Seconds to wait, as the reply's headers say. None: the reply did not say."""
    retryable: bool = False
    """Whether the same request may succeed later."""
    refresh: bool = False
    """Whether a fresh token mends it."""
    doubt: str | None = None
    """Why our own rules may be out of date: they passed a request that the platform finds invalid."""
    hint: str | None = None
    """What may be wrong with the keys, by their look."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """The reply's headers; names in lower case."""
    body: bytes = attrs.field(default=b"", repr=False)
    """The reply, as it came."""

    def __str__(self) -> str:
        details: Sequence[tuple[str, object]] = (
            ("meaning", self.meaning),
            ("model", self.model),
            ("operation", self.operation),
            ("address", self.url),
            ("HTTP status", self.status),
            ("request id", self.request_id),
            ("our rules", self.doubt),
            ("hint", self.hint),
            ("retry after", None if self.retry_after is None else f"{self.retry_after:g} s"),
            ("attempts", self.tried),
            ("no retry", self.no_retry),
        )
        title = self.message if self.code is None else f"{self.code}: {self.message}"
        return "\n".join([title, *(f"  {name:<11}  {value}" for name, value in details if value is not None)])


class BadRequest(ApiError):
    """The platform finds the request invalid."""


class AuthenticationError(ApiError):
    """Keys, token or signature were refused."""


class PermissionDenied(ApiError):
    """The account may not do this."""


class NotFound(ApiError):
    """There is no such model, endpoint or path."""


class RateLimited(ApiError):
    """Too many requests or tokens in a span of time."""


class QuotaExceeded(ApiError):
    """An allowance is used up, or a bill is open."""


class UnsafeContent(ApiError):
    """The platform's content check refused the input."""


class Overloaded(ApiError):
    """The platform is busy."""


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
    **dict.fromkeys(range(500, 600), ServerError),
    400: BadRequest,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    405: BadRequest,
    413: BadRequest,
    422: BadRequest,
    425: Overloaded,
    429: RateLimited,
    503: Overloaded,
    529: Overloaded,
}
"""What an HTTP status says where the code is unknown."""

RETRYABLE_STATUSES = frozenset({408, 409, 425, 429, *range(500, 600)})
"""HTTP statuses after which the same request may succeed, where the code is unknown. Gateways have more than 504."""
