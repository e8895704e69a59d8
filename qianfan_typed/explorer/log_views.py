"""Views of the log: each request with its verdict, which is worked out when somebody looks."""

from __future__ import annotations

import json
from typing import Literal

import attrs
import msgspec

from qianfan_api.routing import route
from qianfan_typed.explorer.payload_text import Problem, judged
from qianfan_typed.explorer.request_log import LoggedRequest, Notes, RequestLog, State

VerdictView = Literal["fine", "warned", "refused", "none"]
"""Of what the rules say. none: there is nothing to judge."""


@attrs.frozen(kw_only=True)
class RequestLine:
    """A request in the list."""

    number: int
    at: float
    """Seconds since the epoch."""
    method: str
    path: str
    api: str | None
    model: str | None
    target: str | None
    """Who answers, where the server notes it."""
    said: str | None
    """What the server notes of it besides."""
    tokens: int | None
    from_page: bool
    state: State
    status: int | None
    code: str | None
    """The platform's error code."""
    first: float | None
    took: float | None
    pieces: int
    streamed: bool
    size: int
    reply_size: int
    verdict: VerdictView
    errors: int
    warnings: int


@attrs.frozen(kw_only=True)
class LogView:
    """What is new in the log."""

    log: str
    revision: int
    requests: list[RequestLine]


@attrs.frozen(kw_only=True)
class RequestView:
    """A request with all that is kept of it."""

    line: RequestLine
    body: str
    body_cut: bool
    reply: str
    problems: list[Problem]


def log_view(log: RequestLog, after: int) -> LogView:
    """What is newer than a revision."""
    found, revision = log.since(after)
    return LogView(log=log.id, revision=revision, requests=[_line(one, _problems(one)) for one in found])


def request_view(request: LoggedRequest) -> RequestView:
    """A request with its body, its reply and what is wrong with it."""
    problems = _problems(request)
    return RequestView(
        line=_line(request, problems),
        body=_readable(request.sent.data),
        body_cut=request.sent.is_cut,
        reply=request.answered.data.decode("utf-8", "replace"),
        problems=problems,
    )


def _line(request: LoggedRequest, problems: list[Problem]) -> RequestLine:
    found, notes = route(request.path, request.method), request.notes
    errors = sum(one.level == "error" for one in problems)
    warnings = sum(one.level == "warning" for one in problems)
    verdict: VerdictView = "refused" if errors else "warned" if warnings else "fine"
    if notes is not None:
        verdict = _verdict_of(request.status, notes)
    elif found is None or not request.sent.kept or request.sent.is_cut:
        verdict = "none"
    return RequestLine(
        number=request.number,
        at=request.at,
        method=request.method,
        path=request.path,
        api=None if found is None else found.api,
        model=_model(request),
        target=None if notes is None else notes.target or None,
        said=None if notes is None else notes.verdict or None,
        tokens=None if notes is None else notes.tokens,
        from_page=request.from_page,
        state=request.state,
        status=request.status,
        code=_code(request),
        first=request.first,
        took=request.took,
        pieces=request.pieces,
        streamed=request.media_type == "text/event-stream",
        size=request.sent.size,
        reply_size=request.answered.size,
        verdict=verdict,
        errors=errors,
        warnings=warnings,
    )


def _verdict_of(status: int | None, notes: Notes) -> VerdictView:
    """What a server's own notes come to."""
    if status is None:
        return "none"
    return "refused" if status >= 400 else "warned" if notes.verdict else "fine"


def _model(request: LoggedRequest) -> str | None:
    if request.notes is not None:
        return request.notes.model or None
    found = route(request.path, request.method)
    if found is not None and found.recipient.name:
        return found.recipient.name
    try:
        named = _read_name(request.sent.data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return named.model if isinstance(named.model, str) else None


class _Named(msgspec.Struct):
    model: object = None


# Made here: msgspec crashes where two threads have it look at one class for the first time.
_read_name = msgspec.json.Decoder(_Named).decode


def _problems(request: LoggedRequest) -> list[Problem]:
    """What is wrong with a request's body, at places of its readable text."""
    found = route(request.path, request.method)
    if found is None or request.method == "GET" or not request.sent.kept or request.sent.is_cut:
        return []
    named = found.recipient.name or None
    text = _readable(request.sent.data)
    return [one for one in judged(text, found.api, named).problems if one.level != "note"]


def _readable(body: bytes) -> str:
    """JSON with a member a line; what is none stays as it is."""
    text = body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _code(request: LoggedRequest) -> str | None:
    """The code of the platform's error: V1 has one with HTTP status 200 too."""
    if not request.answered.kept or request.state != "done" or request.media_type != "application/json":
        return None
    try:
        said = _read_refusal(request.answered.data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    code = said.error.code if isinstance(said.error, _Error) else said.error or said.error_code or said.code
    return None if code is None else str(code)


class _Error(msgspec.Struct):
    code: str | int | None = None


class _Refusal(msgspec.Struct):
    """What replies say that refuse: V2, V1, OAuth and IAM."""

    error: _Error | str | None = None
    error_code: int | None = None
    code: str | int | None = None


_read_refusal = msgspec.json.Decoder(_Refusal).decode
