"""Encoding: a request, checked as the client is set, into JSON."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from qianfan_api.handles import Request, Target, Validate
from qianfan_api.reply import Reply
from qianfan_api.validation import check
from qianfan_api.violations import Violation
from qianfan_typed.core.frames import outside
from qianfan_typed.errors import InvalidRequest, RequestWarning

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_json = msgspec.json.Encoder().encode


def encode_request(
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
        return _json(wire)
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
    level = outside()
    for violation in violations:
        if violation.code == "retired":
            if (model, violation.rule) in _TOLD:
                continue
            _TOLD.add((model, violation.rule))
        warnings.warn(RequestWarning(model, violation), stacklevel=level)


_TOLD: set[tuple[str, str]] = set()
"""Retired models that a warning was given of: once in a process is enough."""
