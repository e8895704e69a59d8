"""Dispatch: an operation's request is checked, handed to its handler, and answered."""

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
from qianfan_typed.emulator.exchange import AnyOperation, Incoming, Outgoing
from qianfan_typed.emulator.handlers import HANDLERS
from qianfan_typed.emulator.lenient_json import Json, is_object
from qianfan_typed.emulator.planned_failures import StreamFailure
from qianfan_typed.emulator.platform import Platform
from qianfan_typed.emulator.refusals import Dialect, Refused, refused
from qianfan_typed.emulator.requests import received
from qianfan_typed.emulator.responses import EventStream, JsonResponse, LostConnection

OFFICIAL_SDK_KEY = "request_source"
"""The official SDKs name themselves in every body, under extra_parameters. The platform lets it pass."""

_END = "[DONE]"
"""The line that ends a stream of V2. V1 ends by a member of the last chunk."""
_BEFORE_ERROR = {"v1": b"", "v2": b"data: "}
"""What stands before an error in the middle of a stream: nothing on V1, unlike everything else there."""


class Dispatcher:
    """Answers the calls of operations that share a path."""

    def __init__(self, platform: Platform, lost: LostConnection, operations: Sequence[AnyOperation]) -> None:
        self._platform = platform
        self._lost = lost
        self._operations = operations

    async def __call__(self, request: Request) -> Response | EventStream:
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
        incoming = self._asked(called, wire, request)
        made = HANDLERS[operation.name](incoming)
        await asyncio.sleep(self._platform.failures.latency)
        return self._answered(incoming, made)

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

    def _asked(self, called: Called, wire: Json, request: Request) -> Incoming:
        return Incoming(
            operation=called.operation,
            wire=wire,
            name=called.name,
            model=called.model,
            id=self._platform.next_id(),
            created=int(self._platform.clock()),
            site=str(request.base_url).rstrip("/"),
            take_text=self._platform.failures.take_text,
        )

    def _answered(self, incoming: Incoming, made: Outgoing) -> Response | EventStream:
        headers = {"X-Bce-Request-Id": incoming.id}
        if incoming.operation.model_in != "none":
            headers = {**self._platform.spend(made.tokens), "Statement": "AI-generated", **headers}
        if incoming.operation.chunk is None or incoming.wire.get("stream") is not True:
            return JsonResponse(made.reply, headers=headers)
        failure = self._platform.failures.take_for_stream()
        lost = self._lost if failure is not None and failure.abrupt else None
        pieces = _events(incoming, made, failure)
        return EventStream(pieces=pieces, headers=headers, latency=self._platform.failures.latency, lost=lost)


def dialect_of(operation: AnyOperation) -> Dialect:
    """How an operation says no. Where nothing but a signature opens it, the IAM service stands before it."""
    return "iam" if operation.auth == ("iam",) else operation.dialect


def _events(incoming: Incoming, made: Outgoing, failure: StreamFailure | None) -> Iterator[bytes]:
    """The events of a stream, as far as a failure lets it come."""
    for piece in itertools.islice(made.pieces, None if failure is None else failure.after):
        name = f"event: {piece.event}\n".encode() if piece.event else b""
        yield name + b"data: " + msgspec.json.encode(piece.chunk) + b"\n\n"
    if failure is None:
        if incoming.operation.until == _END:
            yield f"data: {_END}\n\n".encode()
    elif failure.refusal is not None:
        body = refusals.body(incoming.operation.dialect, failure.refusal, incoming.id)
        spread = 2 if failure.spread and incoming.operation.dialect == "v1" else None
        words = json.dumps(body, ensure_ascii=False, indent=spread).encode()
        yield _BEFORE_ERROR[incoming.operation.dialect] + words + b"\n\n"


def _violations(called: Called, wire: Json) -> list[Violation]:
    """What is wrong with a request. An operation without any model has rules of its own."""
    name = called.operation.name
    if called.model is None and not CATALOGUES[name]:
        return validate(wire, api=name)
    return check(name, wire, called.model)


async def _wire(dialect: Dialect, request: Request) -> Json:
    try:
        wire: object = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused(dialect, "json", str(error)) from None
    if not is_object(wire):
        raise refused(dialect, "json", "the body must be a JSON object")
    return wire


def _without_sdk_additions(operation: AnyOperation, wire: Json) -> Json:
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
