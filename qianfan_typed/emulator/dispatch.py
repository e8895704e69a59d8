"""Dispatch: an operation's request is checked, handed to its handler, and answered."""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus

import attrs
import msgspec.json
from starlette.requests import Request
from starlette.responses import Response

from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.routing import Recipient, Route, recipient, route
from qianfan_api.validation import check, validate
from qianfan_api.violations import Violation
from qianfan_typed.emulator import refusals
from qianfan_typed.emulator.exchange import DONE, AnyOperation, Incoming, Outgoing
from qianfan_typed.emulator.forms import drawn
from qianfan_typed.emulator.handlers import HANDLERS, from_shape
from qianfan_typed.emulator.lenient_json import Json, is_object
from qianfan_typed.emulator.planned_answers import NOTHING_PLANNED
from qianfan_typed.emulator.planned_failures import StreamFailure
from qianfan_typed.emulator.platform import Platform
from qianfan_typed.emulator.refusals import Dialect, Refused, refused
from qianfan_typed.emulator.requests import form_of, path_and_query, raw_path, received
from qianfan_typed.emulator.responses import REQUEST_ID, EventStream, JsonResponse, LostConnection

OFFICIAL_SDK_KEY = "request_source"
"""The official SDKs name themselves in every body, under extra_parameters. The platform lets it pass."""

_BEFORE_ERROR = {"v1": b"", "v2": b"data: "}
"""What stands before an error in the middle of a stream: nothing on V1, unlike everything else there."""


class Dispatcher:
    """Answers the requests to operations that share a path."""

    def __init__(self, platform: Platform, lost: LostConnection, operations: Sequence[AnyOperation]) -> None:
        self._platform = platform
        self._lost = lost
        self._operations = operations

    async def __call__(self, request: Request) -> Response | EventStream:
        """Answers a request. Raises Refused."""
        path = raw_path(request)
        found = route(path, request.method) or route(path)
        if found is None:
            raise _nowhere(self._operations, str(request.path_params.get("path", "")).strip("/"))
        operation = OPERATIONS[found.api]
        dialect = dialect_of(operation)
        if request.method != operation.method:
            raise refused(dialect, "method", f"{request.method}: must be {operation.method}")
        self._authorize(operation, request)
        wire = await _wire(operation, request, found)
        incoming, outgoing = self._outcome(operation, found, wire, str(request.base_url).rstrip("/"))
        await asyncio.sleep(self._platform.latency)
        return self._answered(incoming, outgoing)

    def _outcome(self, operation: AnyOperation, found: Route, wire: Json, site: str) -> tuple[Incoming, Outgoing]:
        """What comes of a request's parameters. Raises Refused."""
        whom = _recipient(operation, found, wire)
        refusal = refusals.of_violations(dialect_of(operation), _violations(operation, whom, wire))
        if refusal is not None:
            raise refusal
        platform = self._platform
        dialect = dialect_of(operation)
        over = platform.over(dialect) if calls_a_model(operation) else None
        if over is not None:
            raise refused(dialect, over)
        request_id = platform.next_id()
        incoming = Incoming(
            operation=operation,
            wire=wire,
            name=whom.name or operation.name,
            model=whom.model,
            parameters=found.parameters,
            id=request_id,
            created=int(platform.clock()),
            site=site,
            take_answer=lambda: platform.failures.answers.take() or NOTHING_PLANNED,
            forms=drawn(platform.seed, request_id),
            flag=platform.failures.flags.take() if operation.name.endswith(".chat") else None,
            videos=platform.videos,
            storage=platform.storage,
            answer=functools.partial(self._answer, site),
        )
        return incoming, HANDLERS.get(operation.name, from_shape.handle)(incoming)

    def _answer(self, site: str, path: str, wire: Json) -> tuple[int, Json]:
        """Answers a body that stands within another request, as a line of a batch: HTTP status and JSON."""
        found = route(path, "POST")
        dialect = "v2" if found is None else dialect_of(OPERATIONS[found.api])
        try:
            if found is None:
                raise refused(dialect, "path", f"POST {path}: no such path")
            incoming, outgoing = self._outcome(OPERATIONS[found.api], found, wire, site)
        except Refused as refusal:
            body = refusals.body(dialect, refusal, self._platform.next_id())
            return refusals.status(dialect, refusal), body
        self._spend(incoming, outgoing)
        return HTTPStatus.OK, outgoing.reply if is_object(outgoing.reply) else {}

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

    def _answered(self, incoming: Incoming, outgoing: Outgoing) -> Response | EventStream:
        headers = {**self._spend(incoming, outgoing), REQUEST_ID: incoming.id}
        if incoming.operation.chunk is None or incoming.wire.get("stream") is not True:
            if isinstance(outgoing.reply, bytes):
                return Response(outgoing.reply, headers=headers, media_type=incoming.operation.media_type)
            return JsonResponse(outgoing.reply, headers=headers)
        failure = self._platform.failures.streams.take()
        lost = self._lost if failure is not None and failure.abrupt else None
        events = _events(incoming, outgoing, failure)
        return EventStream(events=events, headers=headers, latency=self._platform.latency, lost=lost)

    def _spend(self, incoming: Incoming, outgoing: Outgoing) -> dict[str, str]:
        """Counts what a model's answer costs; gives the headers that tell of it."""
        if not calls_a_model(incoming.operation):
            return {}
        return {**self._platform.spend(incoming.operation.dialect, outgoing.reply), "Statement": "AI-generated"}


def dialect_of(operation: AnyOperation) -> Dialect:
    """How an operation says no. Where nothing but a signature opens it, the IAM service stands before it."""
    return "iam" if operation.auth == ("iam",) else operation.dialect


def calls_a_model(operation: AnyOperation) -> bool:
    """Whether a model answers, and tokens are spent. Without models of its own, an operation that streams has one."""
    return operation.model_in != "none" or operation.chunk is not None


def _events(incoming: Incoming, outgoing: Outgoing, failure: StreamFailure | None) -> Iterator[bytes]:
    """The events of a stream, as far as a failure lets it come."""
    for event in itertools.islice(outgoing.events, None if failure is None else failure.after):
        name = f"event: {event.name}\n".encode() if event.name else b""
        yield name + b"data: " + msgspec.json.encode(event.chunk) + b"\n\n"
    if failure is None:
        if incoming.operation.until == DONE:
            yield f"data: {DONE}\n\n".encode()
    elif failure.refusal is not None:
        body = refusals.body(incoming.operation.dialect, failure.refusal, incoming.id)
        spread = 2 if failure.spread and incoming.operation.dialect == "v1" else None
        words = json.dumps(body, ensure_ascii=False, indent=spread).encode()
        name = b"event: error\n" if incoming.operation.end_events else b""
        yield name + _BEFORE_ERROR[incoming.operation.dialect] + words + b"\n\n"


def _nowhere(operations: Sequence[AnyOperation], path: str) -> Refused:
    """The refusal of a path that leads nowhere: with models' paths beside it, it is taken for an endpoint's."""
    beside = [operation.deployed_path for operation in operations]
    beside += [model.path for operation in operations for model in CATALOGUES[operation.name].values()]
    known = path.partition("/")[0] in {other.partition("/")[0] for other in beside if other}
    return refused(operations[0].dialect, "endpoint" if known else "path", f"/{path}")


def _recipient(operation: AnyOperation, found: Route, wire: Json) -> Recipient:
    """Whom a request is for. A name nobody knows passes: it may be a service of one's own. Raises Refused."""
    if operation.model_in == "body":
        whom = recipient(operation.name, wire)
        if not whom.name:
            raise refused(operation.dialect, "model", "/model must be a string that is not empty")
        return whom
    whom = found.recipient
    if whom.kind != "endpoint":
        return whom
    # A model that one has to deploy is served under its own name, with its rules.
    deployable = (model for model in CATALOGUES[operation.name].values() if not model.path)
    return attrs.evolve(whom, model=next((model for model in deployable if model.property == whom.name), None))


def _violations(operation: AnyOperation, whom: Recipient, wire: Json) -> list[Violation]:
    """What is wrong with a request. An operation without any model has rules of its own."""
    name = operation.name
    return check(name, wire, whom.model) if CATALOGUES[name] else validate(wire, api=name)


async def _wire(operation: AnyOperation, request: Request, found: Route) -> Json:
    """The request's parameters, whether they stand in its path, its query or its body. Raises Refused."""
    wire = path_and_query(operation, request, found.parameters)
    if operation.method not in ("POST", "PUT", "PATCH"):
        return wire
    if operation.multipart:
        try:
            return {**wire, **(await form_of(operation, request))}
        except ValueError as error:
            raise refused(dialect_of(operation), "argument", str(error)) from None
    return {**wire, **(await _json_of(operation, request))}


async def _json_of(operation: AnyOperation, request: Request) -> Json:
    """The request's JSON, without what the official SDKs add to every one. Raises Refused."""
    dialect = dialect_of(operation)
    body = await request.body()
    if not body and operation.model_in == "none" and operation.placed:
        return {}  # All that such a request says may stand in its path.
    try:
        wire: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused(dialect, "json", str(error)) from None
    if not is_object(wire):
        raise refused(dialect, "json", "the body must be a JSON object")
    if operation.chunk is None and wire.get("stream") is False:
        del wire["stream"]
    extra = wire.get("extra_parameters")
    if is_object(extra) and extra.pop(OFFICIAL_SDK_KEY, None) is not None and not extra:
        del wire["extra_parameters"]
    return wire
