"""The straight line of a call, without I/O: request → checked → encoded; answer → reply or error."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from qianfan_api.handles import Request, Target, Validate
from qianfan_api.reply import Reply
from qianfan_api.validation import check
from qianfan_api.violations import Violation
from qianfan_typed.core.decoding import decode
from qianfan_typed.core.error_bodies import Secrets, error_in, request_id, without
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import DecodeError, InvalidRequest, RequestWarning

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_encode = msgspec.json.Encoder().encode


def body(
    target: Target[R, C],
    request: Request,
    extra: Mapping[str, object] | None,
    policy: Validate,
    *,
    stream: bool,
    max_rule_age: int | None = None,
) -> bytes:
    """The JSON of a request, checked as `policy` says.

    Args:
        target: Whom it goes to.
        request: What was asked for.
        extra: Keys to send as they are, unchecked.
        policy: What to do with a request that breaks a rule.
        stream: Whether the reply is to come in pieces.
        max_rule_age: Days after which a rule only warns.

    Raises:
        InvalidRequest: It breaks rules, or it is nothing that JSON can say.
    """
    wire = request.to_wire()
    if target.operation.model_in == "body":
        wire = {"model": target.name, **wire}
    if stream:
        wire["stream"] = True
    if policy != "off" and target.model is not None:
        _judge(target.name, check(target.operation.name, wire, target.model, max_age=max_rule_age), policy)
    if extra:
        wire.update(extra)
    if not stream and wire.get("stream"):
        raise _refused(target.name, "/stream", "stream", "true: call stream() for a reply in pieces")
    if target.operation.method == "GET":
        return b""
    try:
        return _encode(wire)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _refused(target.name, "", "type", f"cannot be sent as JSON: {error}") from error


def _refused(model: str, pointer: str, code: str, message: str) -> InvalidRequest:
    violation = Violation(pointer=pointer, code=code, message=message, level="error", rule=f"client.{code}", source="")
    return InvalidRequest(model=model, violations=[violation])


def _judge(model: str, violations: list[Violation], policy: Validate) -> None:
    if not violations:
        return
    errors = [violation for violation in violations if violation.level == "error"]
    if errors and policy == "error":
        raise InvalidRequest(model=model, violations=errors)
    level = _stack_level()
    for violation in violations:
        warnings.warn(RequestWarning(model, violation), stacklevel=level)


def _stack_level() -> int:
    """The frame that called this project, as `warnings.warn` counts from `_judge`."""
    level = 0
    frame = inspect.currentframe()
    frame = frame.f_back if frame else None
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in (
        "qianfan_typed",
        "qianfan_api",
    ):
        frame = frame.f_back
        level += 1
    return level + 1


def read_reply(target: Target[R, C], answer: Answer, secrets: Secrets = tuple) -> R:
    """The reply that an answer holds.

    Raises:
        ApiError: It holds an error.
        DecodeError: It holds no JSON object.
    """
    error = error_in(answer, model=target.name, secrets=secrets)
    if error is not None:
        raise error
    try:
        return decode(target.operation.reply, answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise not_json(answer, answer.body, secrets) from None


def read_piece(kind: type[C], answer: Answer, payload: bytes, model: str, secrets: Secrets = tuple) -> C:
    """The piece of a stream that an event holds. Raises as `read_reply`."""
    if b'"error' in payload:
        head = Answer(status=answer.status, headers=answer.headers, body=payload)
        error = error_in(head, model=model, secrets=secrets)
        if error is not None:
            raise error
    try:
        return decode(kind, payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise not_json(answer, payload, secrets) from None


def not_json(answer: Answer, data: bytes, secrets: Secrets) -> DecodeError:
    """The error that bytes which are no JSON object make."""
    data = without(data, secrets)
    start = data[:60].decode(errors="replace")
    return DecodeError(
        message=f"the platform's reply is no JSON object: {start!r}{'…' if len(data) > 60 else ''}",
        status=answer.status,
        body=data,
        request_id=request_id(answer),
    )


def base_and_prefix(address: str) -> tuple[str, str]:
    """Scheme, host and port of an address, and the path that may follow them."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", f"{slash}{path}".rstrip("/")


def overlaid(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Headers, with the given ones in the place of our own, whatever their case."""
    names = {name.lower() for name in given}
    return {**{name: value for name, value in own.items() if name.lower() not in names}, **given}
