"""Encoding: a request, checked as the client is set, and its JSON."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import attrs
import msgspec

from qianfan_api.encodability import beside, is_plain, plain, unencodable
from qianfan_api.handles import Request, Target, Validate
from qianfan_api.messages import spoken
from qianfan_api.reply import Reply
from qianfan_api.validation import check, check_unknown, validate
from qianfan_api.violations import Violation
from qianfan_typed.core.frames import outside
from qianfan_typed.core.splitting import Part
from qianfan_typed.errors import InvalidRequest, RequestWarning

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_json = msgspec.json.Encoder().encode
_any_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""For whole numbers of any size, too."""


def checked_wire(
    target: Target[R, C],
    request: Request,
    extra: Mapping[str, object] | None,
    policy: Validate,
    *,
    stream: bool,
    max_rule_age: int | None = None,
) -> dict[str, Any]:
    """The parameters of a request as they go over the wire, checked as `policy` says.

    Args:
        target: Whom it goes to.
        request: What was asked for.
        extra: Keys to send as they are, unchecked.
        policy: What to do with a request that breaks a rule.
        stream: Whether the reply is to come in pieces.
        max_rule_age: Days after which a rule only warns.

    Raises:
        InvalidRequest: It breaks rules.
    """
    wire = request.to_wire()
    if target.operation.model_in == "body":
        wire = {"model": target.name, **wire}
    if stream:
        wire["stream"] = True
    known = target.model is not None or target.operation.model_in == "none"
    if policy != "off" and (known or target.doubt is not None):
        violations = _violations(target, wire, max_rule_age)
        # What stands for a message is none to the rules: it is looked for where they find something, at no cost else.
        if violations:
            if any(one.pointer.startswith("/messages/") for one in violations):
                wire["messages"] = spoken(wire["messages"])
                violations = _violations(target, wire, max_rule_age)
            _refuse(target.name, wire, violations, policy)
            _warn(target.name, request.moved(violations) if isinstance(request, Part) else violations)
    if extra:
        wire.update(extra)
    if not stream and wire.get("stream"):
        raise refused(target.name, "/stream", "stream", "true: call stream() for a reply in pieces")
    return wire


def _violations(target: Target[R, C], wire: Mapping[str, object], max_age: int | None) -> list[Violation]:
    name = target.operation.name
    if target.doubt is not None and target.model is None:
        return [target.doubt, *check_unknown(name, wire, own=target.doubt.code == "endpoint")]
    if target.model is None:
        return validate(wire, api=name, max_age=max_age)
    return check(name, wire, target.model, max_age=max_age)


def encode_request(model: str, wire: dict[str, Any]) -> bytes:
    """The JSON of a request, with messages in the place of what stands for them, in `wire` too.

    Members of messages that are null are left out: OpenAI's client writes whole messages so.

    Raises:
        InvalidRequest: JSON cannot say it.
    """
    try:
        data = _json(wire)
        # What stands for a message is not plain: whoever writes messages as they go over the wire pays nothing for it.
        if b"null" not in data and is_plain(wire):
            return data
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass
    if "messages" in wire:
        wire["messages"] = spoken(wire["messages"])
    return encode_json(model, wire)


def encode_json(model: str, value: object, pointer: str = "") -> bytes:
    """The JSON of a request, or of the value at a pointer. Raises InvalidRequest where JSON cannot say it."""
    try:
        data = _json(value)
        # msgspec writes bytes as base64, sets as lists, NaN and infinity as null.
        if is_plain(value) and (b"null" not in data or not unencodable(value)):
            return data
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass  # A kind that only `json` takes, or what it does not take either: told below, with its place.
    violations = unencodable(value)
    if violations:
        placed = [attrs.evolve(one, pointer=pointer + one.pointer) for one in violations]
        raise InvalidRequest(model=model, violations=placed)
    try:
        return _any_json(plain(value)).encode()
    except (ValueError, RecursionError) as error:
        raise refused(model, pointer, "encoding", f"cannot be sent as JSON: {error}") from None


def refused(model: str, pointer: str, code: str, message: str) -> InvalidRequest:
    """The error of a request that could not be sent, whatever the rules."""
    violation = Violation(pointer=pointer, code=code, message=message, level="error", rule=f"client.{code}", source="")
    return InvalidRequest(model=model, violations=[violation])


def _refuse(model: str, wire: Mapping[str, object], violations: list[Violation], policy: Validate) -> None:
    errors = [violation for violation in violations if violation.level == "error"]
    if errors and policy == "error":
        raise InvalidRequest(model=model, violations=errors + beside(errors, wire))


def _warn(model: str, violations: Iterable[Violation]) -> None:
    level = outside()
    for violation in violations:
        if violation.code in ("retired", "unknown_model", "endpoint"):
            if (model, violation.rule) in _TOLD:
                continue
            _TOLD.add((model, violation.rule))
        warnings.warn(RequestWarning(model, violation), stacklevel=level)


_TOLD: set[tuple[str, str]] = set()
"""What is retired or doubtful, and was warned of: once in a process is enough."""
