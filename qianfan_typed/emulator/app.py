"""The routes of the platform, all on one port."""

from __future__ import annotations

import asyncio
import datetime
import itertools
from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import attrs
import msgspec.json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from qianfan_api.catalogue import Model
from qianfan_api.handles import Operation
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import ENDPOINTS, HOSTS, PREFIXES
from qianfan_api.validation import check
from qianfan_typed.emulator import refusals, text
from qianfan_typed.emulator.answers import Answer, answer
from qianfan_typed.emulator.auth import ACCESS_TOKEN_LIFETIME, Received
from qianfan_typed.emulator.chat import Chat, Frame, without_sdk_name
from qianfan_typed.emulator.chat_v1 import ChatV1
from qianfan_typed.emulator.chat_v2 import ChatV2
from qianfan_typed.emulator.connections import Connections
from qianfan_typed.emulator.faults import Failure, StreamFault, Where
from qianfan_typed.emulator.platform import Platform, Recorded
from qianfan_typed.emulator.refusals import Dialect, Refused, refused
from qianfan_typed.emulator.responses import Events, Json, Lost
from qianfan_typed.emulator.wire import is_list, is_object, text_of

MODELS_PATH = "/v2/models"
SERVICES_PATH = "/wenxinworkshop/service/list"
"""The console's list of services: the official SDK looks there for models that it does not know."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

AnyOperation = Operation[Any, Any]
Reply = Response | Events | Lost
Handler = Callable[[Request], Coroutine[Any, Any, Reply]]


def make_app(platform: Platform, connections: Connections) -> ASGIApp:
    """The ASGI application of a platform."""
    return Desk(platform, connections).router()


@attrs.frozen
class Called:
    """Whom a request calls."""

    name: str
    """The model as the request names it, or the endpoint."""
    model: Model | None
    """None: no rules are known."""


class Desk:
    """Takes requests and sees them through."""

    def __init__(self, platform: Platform, connections: Connections) -> None:
        self.platform = platform
        self.lost: Lost = Lost(connections)

    def router(self) -> Router:
        """Every path the platform has."""
        oauth, bearer = ENDPOINTS["oauth"], ENDPOINTS["bearer"]
        routes = [
            Route(oauth.path, self._handled("oauth", "token", self.oauth), methods=[oauth.method]),
            Route(bearer.path, self._handled("iam", "token", self.bearer), methods=[bearer.method]),
            Route(SERVICES_PATH, self._handled("iam", "any", self.services), methods=["POST"]),
            Route(MODELS_PATH, self._handled("v2", "any", self.models), methods=["GET"]),
        ]
        chats: tuple[tuple[str, Chat], ...] = (("v1.chat", ChatV1()), ("v2.chat", ChatV2()))
        for name, chat in chats:
            operation = OPERATIONS[name]
            path = operation.path.replace("{path}", "{path:path}")
            routes.append(
                Route(path, self._handled(chat.dialect, "model", self._chat(operation, chat)), methods=METHODS)
            )
        routes.append(Route("/{path:path}", self._handled("v2", "any", self.nothing), methods=METHODS))
        return Router(routes)

    def _handled(self, dialect: Dialect, where: Where, handler: Handler) -> Handler:
        """The handler with what goes for all requests: the record, the faults, and the words for a refusal."""

        async def handled(request: Request) -> Reply:
            recorded = await _recorded(request)
            self.platform.record(recorded)
            failure = self.platform.faults.take(where)
            if failure is not None and failure.drop:
                return self.lost
            try:
                if failure is not None:
                    raise _planned(dialect, failure)
                return await handler(request)
            except Refused as refusal:
                return self._refusal(dialect, refusal)

        return handled

    def _refusal(self, dialect: Dialect, refusal: Refused) -> Response:
        request_id = self.platform.next_id()
        status = refusals.status(dialect, refusal)
        headers = {"X-Bce-Request-Id": request_id}
        if dialect in ("iam", "v2"):
            headers["X-Bce-Error-Code"] = str(refusal.code)
            headers["X-Bce-Error-Message"] = _header_text(refusal.detail or refusals.message(dialect, refusal))
        if refusal.retry_after is not None:
            headers["Retry-After"] = f"{refusal.retry_after:g}"
        if refusal.body is not None:
            return Response(refusal.body, status, headers, media_type="text/plain")
        return Json(refusals.body(dialect, refusal, request_id), status, headers)

    # --- tokens ------------------------------------------------------------------------------------------------------

    async def oauth(self, request: Request) -> Reply:
        """Hands out access tokens."""
        form = {**dict(request.query_params), **await _form(request)}
        if form.get("grant_type") != "client_credentials":
            raise refused("oauth", "bad_grant", "The authorization grant type is not supported")
        token = self.platform.guard.make_access_token(form.get("client_id", ""), form.get("client_secret", ""))
        secret = token.split(".")[1]
        given = {"access_token": token, "expires_in": ACCESS_TOKEN_LIFETIME, "scope": "public brain_all_scope"}
        return Json({**given, "refresh_token": f"25.{secret}", "session_key": secret, "session_secret": secret[:32]})

    async def bearer(self, request: Request) -> Reply:
        """Hands out bearer tokens to whoever signs with the IAM keys."""
        self._check_signature(request)
        asked = request.query_params.get("expireInSeconds", "")
        if not asked.isdecimal() or int(asked) == 0:
            raise refused("iam", "argument", f"expireInSeconds: {asked or 'missing'}: must be a number of seconds")
        now = self.platform.guard.now()
        token = self.platform.guard.make_bearer_token(int(asked))
        given = {"userId": "emulator", "token": token, "status": "enable"}
        return Json({**given, "createTime": _moment(now), "expireTime": _moment(now + int(asked))})

    def _check_signature(self, request: Request) -> None:
        header = request.headers.get("authorization")
        if header is None:
            raise refused("iam", "no_token", "no header Authorization")
        self.platform.guard.check_signature(_received(request), header)

    # --- lists -------------------------------------------------------------------------------------------------------

    async def services(self, request: Request) -> Reply:
        """The services of the V1 catalogue, as the official SDK reads them."""
        self._check_signature(request)
        base = HOSTS["v1"].url + PREFIXES["models"]
        common = [
            {"name": model.name, "url": f"{base}/{model.path}", "apiType": model.path.partition("/")[0]}
            for operation in OPERATIONS.values()
            if operation.model_in == "path"
            for model in CATALOGUES[operation.name].values()
            if model.path
        ]
        return Json({"log_id": self.platform.next_id(), "result": {"common": common, "custom": []}})

    async def models(self, request: Request) -> Reply:
        """The models of the V2 catalogues."""
        self.platform.guard.check_bearer_token(request.headers.get("authorization", ""))
        data = [
            {
                "id": model.name,
                "object": "model",
                "type": operation.name.partition(".")[2],
                "owner": "qianfan",
                "owned_by": "qianfan",
                "created": 0,
                "context_length": model.context,
                "max_completions_tokens": model.max_output_tokens,
            }
            for operation in OPERATIONS.values()
            if operation.model_in == "body"
            for model in CATALOGUES[operation.name].values()
        ]
        return Json({"object": "list", "data": data})

    async def nothing(self, request: Request) -> Reply:
        """A path that the platform does not have."""
        code = refusals.CODES["v2"]["path"]
        raise Refused(code, f"{request.method} {request.url.path}: no such path", status=HTTPStatus.NOT_FOUND)

    # --- chat --------------------------------------------------------------------------------------------------------

    def _chat(self, operation: AnyOperation, chat: Chat) -> Handler:
        async def handle(request: Request) -> Reply:
            if request.method != operation.method:
                raise refused(chat.dialect, "method", f"{request.method}: must be {operation.method}")
            self._authorize(operation, chat, request)
            wire = _wire(chat, await request.body())
            called = (
                _called_by_path(operation, request)
                if operation.model_in == "path"
                else _called_by_name(operation, wire)
            )
            if called.model is not None:
                wire = without_sdk_name(wire)
            _check(operation, chat, wire, called)
            said = answer(chat.question(wire, called.name, called.model, self.platform.faults.take_text()))
            await asyncio.sleep(self.platform.faults.latency)
            return self._answered(chat, wire, said, called)

        return handle

    def _authorize(self, operation: AnyOperation, chat: Chat, request: Request) -> None:
        """Checks the first of the operation's ways of authorising that the request uses."""
        token = request.query_params.get("access_token")
        header = request.headers.get("authorization", "")
        if "access_token" in operation.auth and token is not None:
            self.platform.guard.check_access_token(token)
        elif "bearer" in operation.auth:
            self.platform.guard.check_bearer_token(header)
        elif "iam" in operation.auth and header:
            try:
                self._check_signature(request)
            except Refused as refusal:
                raise refused(chat.dialect, "bad_signature", f"{refusal.code}: {refusal.detail}") from None
        else:
            raise refused(chat.dialect, "no_token")

    def _answered(self, chat: Chat, wire: dict[str, object], said: Answer, called: Called) -> Reply:
        frame = Frame(id=self.platform.next_id(), created=int(self.platform.clock()), model=called.name)
        headers = {
            **self.platform.spend(said.prompt_tokens + said.completion_tokens),
            "Statement": "AI-generated",
            "X-Bce-Request-Id": frame.id,
        }
        if wire.get("stream") is not True:
            return Json(chat.reply(wire, said, frame), headers=headers)
        fault = self.platform.faults.take_for_stream()
        lost = self.lost if fault is not None and fault.abrupt else None
        pieces = _pieces(chat, wire, said, frame, fault)
        return Events(pieces=pieces, headers=headers, latency=self.platform.faults.latency, lost=lost)


def _pieces(
    chat: Chat, wire: dict[str, object], said: Answer, frame: Frame, fault: StreamFault | None
) -> Iterator[bytes]:
    """The events of a stream, as far as a fault lets it come."""
    chunks = chat.chunks(wire, said, frame)
    if fault is not None:
        chunks = itertools.islice(chunks, fault.after)
    for chunk in chunks:
        yield b"data: " + msgspec.json.encode(chunk) + b"\n\n"
    if fault is None:
        end = chat.end()
        if end is not None:
            yield end
    elif fault.refusal is not None:
        yield chat.error_piece(fault.refusal, frame.id, spread=fault.spread)


def _check(operation: AnyOperation, chat: Chat, wire: dict[str, object], called: Called) -> None:
    """Raises Refused where the request breaks a rule."""
    refusal = refusals.of_violations(chat.dialect, check(operation.name, wire, called.model))
    if refusal is not None:
        raise refusal
    messages = wire.get("messages")
    if not is_list(messages) or not messages or not all(map(is_object, messages)):
        raise refused(chat.dialect, "message", "/messages must be a list of objects")


def _called_by_path(operation: AnyOperation, request: Request) -> Called:
    """The model of a V1 path; a deployable model's own name or any other endpoint of the same kind."""
    path = str(request.path_params["path"]).strip("/")
    catalogue = CATALOGUES[operation.name]
    model = catalogue.at_path(path)
    if model is not None:
        return Called(model.name, model)
    kind, _, endpoint = path.partition("/")
    kinds = {model.path.partition("/")[0] for model in catalogue.values() if model.path}
    if kind not in kinds:
        raise refused("v1", "path", f"/{path}")
    if not endpoint or "/" in endpoint:
        raise refused("v1", "endpoint", f"/{path}")
    deployed = next((model for model in catalogue.values() if not model.path and model.property == endpoint), None)
    return Called(endpoint, deployed)


def _called_by_name(operation: AnyOperation, wire: dict[str, object]) -> Called:
    """The model that a V2 body names. An unknown name passes: it may be a service of one's own."""
    name = text_of(wire.get("model"))
    if not name:
        raise refused("v2", "model", "/model must be a string that is not empty")
    return Called(name, CATALOGUES[operation.name].get(name))


def _planned(dialect: Dialect, failure: Failure) -> Refused:
    """The refusal that a planned failure amounts to."""
    code = failure.code
    if code is None and failure.status is not None:
        code = refusals.code_with_status(dialect, failure.status)
    if code is None:
        status = failure.status or int(HTTPStatus.INTERNAL_SERVER_ERROR)
        body = failure.body if failure.body is not None else f"{status} from the emulator".encode()
        return Refused(status, failure.message, status, failure.retry_after, body)
    return Refused(code, failure.message, failure.status, failure.retry_after, failure.body)


def _wire(chat: Chat, body: bytes) -> dict[str, object]:
    try:
        wire = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused(chat.dialect, "json", str(error)) from None
    if not is_object(wire):
        raise refused(chat.dialect, "json", "the body must be a JSON object")
    return wire


def _received(request: Request) -> Received:
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    headers = tuple((name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.headers.raw)
    return Received(request.method, path.decode("latin-1"), request.url.query, headers)


async def _recorded(request: Request) -> Recorded:
    return Recorded(
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


async def _form(request: Request) -> dict[str, str]:
    """The members of a form in the body; none where the body is something else."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _header_text(words: str) -> str:
    """Words as a header can carry them: on one line, in UTF-8."""
    return text.shortened(words, 200).encode().decode("latin-1")


def _moment(seconds: float) -> str:
    """Seconds since the epoch as the IAM service writes them: `2025-01-01T00:00:00.000Z`."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
