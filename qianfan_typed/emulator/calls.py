"""Calls of operations, from the request to the reply."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator, Sequence

import msgspec.json
from starlette.requests import Request
from starlette.responses import Response

from qianfan_api.models import CATALOGUES
from qianfan_api.validation import check, validate
from qianfan_api.violations import Violation
from qianfan_typed.emulator import refusals
from qianfan_typed.emulator.addresses import Called, called_by_name, called_by_path
from qianfan_typed.emulator.faults import StreamFault
from qianfan_typed.emulator.makers import MAKERS
from qianfan_typed.emulator.making import AnyOperation, Asked, Made
from qianfan_typed.emulator.platform import Platform
from qianfan_typed.emulator.refusals import Dialect, Refused, refused
from qianfan_typed.emulator.requests import received
from qianfan_typed.emulator.responses import Events, Json, Lost
from qianfan_typed.emulator.wire import Json as Wire
from qianfan_typed.emulator.wire import is_object

OFFICIAL_SDK_KEY = "request_source"
"""The official SDKs name themselves in every body, under extra_parameters. The platform lets it pass."""

_END = "[DONE]"
"""The line that ends a stream of V2. V1 ends by a member of the last chunk."""
_BEFORE_ERROR = {"v1": b"", "v2": b"data: "}
"""What stands before an error in the middle of a stream: nothing on V1, unlike everything else there."""


class Calls:
    """Answers the calls of operations that share a path."""

    def __init__(self, platform: Platform, lost: Lost, operations: Sequence[AnyOperation]) -> None:
        self._platform = platform
        self._lost = lost
        self._operations = operations

    async def __call__(self, request: Request) -> Response | Events:
        """Answers a request. Raises Refused."""
        operation, called = self._operations[0], None
        if operation.model_in == "path":
            called = called_by_path(self._operations, str(request.path_params["path"]).strip("/"))
            operation = called.operation
        dialect = dialect_of(operation)
        if request.method != operation.method:
            raise refused(dialect, "method", f"{request.method}: must be {operation.method}")
        self._authorize(operation, request)
        wire = {} if operation.method == "GET" else _without_sdk_additions(operation, await _wire(dialect, request))
        if called is None:
            by_name = operation.model_in == "body"
            called = called_by_name(operation, wire) if by_name else Called(operation, operation.name, None)
        refusal = refusals.of_violations(dialect, _violations(called, wire))
        if refusal is not None:
            raise refusal
        asked = self._asked(called, wire, request)
        made = MAKERS[operation.name](asked)
        await asyncio.sleep(self._platform.faults.latency)
        return self._answered(asked, made)

    def _authorize(self, operation: AnyOperation, request: Request) -> None:
        """Checks the first of the operation's ways of authorising that the request uses."""
        guard, dialect = self._platform.guard, dialect_of(operation)
        token = request.query_params.get("access_token")
        header = request.headers.get("authorization", "")
        if "access_token" in operation.auth and token is not None:
            guard.check_access_token(token)
        elif "bearer" in operation.auth:
            guard.check_bearer_token(header)
        elif "iam" not in operation.auth or not header:
            raise refused(dialect, "no_token", "no header Authorization" if dialect == "iam" else "")
        else:
            try:
                guard.check_signature(received(request), header)
            except Refused as refusal:
                if dialect == "iam":
                    raise
                raise refused(dialect, "bad_signature", f"{refusal.code}: {refusal.detail}") from None

    def _asked(self, called: Called, wire: Wire, request: Request) -> Asked:
        return Asked(
            operation=called.operation,
            wire=wire,
            name=called.name,
            model=called.model,
            id=self._platform.next_id(),
            created=int(self._platform.clock()),
            site=str(request.base_url).rstrip("/"),
            take_text=self._platform.faults.take_text,
        )

    def _answered(self, asked: Asked, made: Made) -> Response | Events:
        headers = {"X-Bce-Request-Id": asked.id}
        if asked.operation.model_in != "none":
            headers = {**self._platform.spend(made.tokens), "Statement": "AI-generated", **headers}
        if asked.operation.chunk is None or asked.wire.get("stream") is not True:
            return Json(made.reply, headers=headers)
        fault = self._platform.faults.take_for_stream()
        lost = self._lost if fault is not None and fault.abrupt else None
        pieces = _events(asked, made, fault)
        return Events(pieces=pieces, headers=headers, latency=self._platform.faults.latency, lost=lost)


def dialect_of(operation: AnyOperation) -> Dialect:
    """How an operation says no. Where nothing but a signature opens it, the IAM service stands before it."""
    return "iam" if operation.auth == ("iam",) else operation.dialect


def _events(asked: Asked, made: Made, fault: StreamFault | None) -> Iterator[bytes]:
    """The events of a stream, as far as a fault lets it come."""
    for piece in itertools.islice(made.pieces, None if fault is None else fault.after):
        name = f"event: {piece.event}\n".encode() if piece.event else b""
        yield name + b"data: " + msgspec.json.encode(piece.chunk) + b"\n\n"
    if fault is None:
        if asked.operation.until == _END:
            yield f"data: {_END}\n\n".encode()
    elif fault.refusal is not None:
        body = refusals.body(asked.operation.dialect, fault.refusal, asked.id)
        spread = 2 if fault.spread and asked.operation.dialect == "v1" else None
        words = json.dumps(body, ensure_ascii=False, indent=spread).encode()
        yield _BEFORE_ERROR[asked.operation.dialect] + words + b"\n\n"


def _violations(called: Called, wire: Wire) -> list[Violation]:
    """What is wrong with a request. An operation without any model has rules of its own."""
    name = called.operation.name
    if called.model is None and not CATALOGUES[name]:
        return validate(wire, api=name)
    return check(name, wire, called.model)


async def _wire(dialect: Dialect, request: Request) -> Wire:
    try:
        wire: object = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused(dialect, "json", str(error)) from None
    if not is_object(wire):
        raise refused(dialect, "json", "the body must be a JSON object")
    return wire


def _without_sdk_additions(operation: AnyOperation, wire: Wire) -> Wire:
    """The request without what the official SDKs add to every one."""
    kept = dict(wire)
    if operation.chunk is None and kept.get("stream") is False:
        del kept["stream"]
    extra = kept.get("extra_parameters")
    if is_object(extra) and OFFICIAL_SDK_KEY in extra:
        own = {key: value for key, value in extra.items() if key != OFFICIAL_SDK_KEY}
        del kept["extra_parameters"]
        if own:
            kept["extra_parameters"] = own
    return kept
