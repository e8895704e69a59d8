"""Application: every path of the platform, on one port."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.routing import Router as Routes
from starlette.types import ASGIApp

from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import ENDPOINTS
from qianfan_typed.emulator import refusals, text
from qianfan_typed.emulator.auth import ACCESS_TOKEN_LIFETIME
from qianfan_typed.emulator.connections import Connections
from qianfan_typed.emulator.dispatch import Dispatcher, calls_a_model, dialect_of
from qianfan_typed.emulator.exchange import AnyOperation
from qianfan_typed.emulator.handlers import images, videos
from qianfan_typed.emulator.planned_failures import Failure, Where
from qianfan_typed.emulator.platform import Platform
from qianfan_typed.emulator.refusals import Dialect, Refused, refused
from qianfan_typed.emulator.requests import form, received, recorded
from qianfan_typed.emulator.responses import REQUEST_ID, EventStream, JsonResponse, LostConnection, Watched

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

Reply = Response | EventStream | LostConnection
Endpoint = Callable[[Request], Coroutine[Any, Any, Reply]]
Handled = Callable[[Request], Coroutine[Any, Any, Watched | LostConnection]]


def make_app(platform: Platform, connections: Connections) -> ASGIApp:
    """The ASGI application of a platform."""
    return Router(platform, connections).routes()


class Router:
    """Takes requests and sees them through."""

    def __init__(self, platform: Platform, connections: Connections) -> None:
        self.platform = platform
        self.lost: LostConnection = LostConnection(connections)

    def routes(self) -> Routes:
        """Every path the platform has."""
        oauth, bearer = ENDPOINTS["oauth"], ENDPOINTS["bearer"]
        routes = [
            Route(oauth.path, self._handled("oauth", "token", self.oauth), methods=[oauth.method]),
            Route(bearer.path, self._handled("iam", "token", self.bearer), methods=[bearer.method]),
            Route(images.ADDRESS, self._handled("v2", "any", self.image), methods=["GET"]),
            Route(videos.ADDRESS, self._handled("v2", "any", self.video), methods=["GET"]),
        ]
        for path, operations in _by_path().items():
            first = operations[0]
            dispatcher = Dispatcher(self.platform, self.lost, operations)
            where: Where = "model" if calls_a_model(first) else "any"
            handler = self._handled(dialect_of(first), where, dispatcher, flat=first.flat_errors)
            routes.append(Route(path.replace("{path}", "{path:path}"), handler, methods=METHODS))
        routes.append(Route("/{path:path}", self._handled("v2", "any", self.nothing), methods=METHODS))
        return Routes(routes)

    def _handled(self, dialect: Dialect, where: Where, handler: Endpoint, *, flat: bool = False) -> Handled:
        """The handler with what goes for all requests: record, planned failures, and the words for a refusal."""

        async def handled(request: Request) -> Watched | LostConnection:
            seen = await recorded(request, for_token=where == "token")
            self.platform.record(seen)
            failure = self.platform.failures.requests.take(lambda one: one.where in (where, "any"))
            if failure is not None and failure.drop:
                return self.lost
            try:
                if failure is not None:
                    raise _planned(dialect, failure)
                reply = await handler(request)
            except Refused as refusal:
                reply = self._refusal(dialect, refusal, flat=flat)
            if isinstance(reply, Response):
                reply.headers.setdefault(REQUEST_ID, self.platform.next_id())
            return Watched(reply, request, seen)

        return handled

    def _refusal(self, dialect: Dialect, refusal: Refused, *, flat: bool) -> Response:
        request_id = self.platform.next_id()
        status = refusals.status(dialect, refusal)
        headers = {REQUEST_ID: request_id}
        if dialect in ("iam", "v2") and refusal.code != status:
            headers["X-Bce-Error-Code"] = str(refusal.code)
            headers["X-Bce-Error-Message"] = _header_text(refusal.detail or refusals.message(dialect, refusal))
        if refusal.retry_after is not None:
            headers["Retry-After"] = f"{refusal.retry_after:g}"
        if refusal.body is not None:
            return Response(refusal.body, status, headers, media_type="text/plain")
        return JsonResponse(refusals.body(dialect, refusal, request_id, flat=flat), status, headers)

    # --- tokens ------------------------------------------------------------------------------------------------------

    async def oauth(self, request: Request) -> Reply:
        """Hands out access tokens."""
        given = {**dict(request.query_params), **await form(request)}
        if given.get("grant_type") != "client_credentials":
            raise refused("oauth", "bad_grant", "The authorization grant type is not supported")
        token = self.platform.guard.make_access_token(given.get("client_id", ""), given.get("client_secret", ""))
        secret = token.split(".")[1]
        made = {"access_token": token, "expires_in": ACCESS_TOKEN_LIFETIME, "scope": "public brain_all_scope"}
        return JsonResponse(
            {**made, "refresh_token": f"25.{secret}", "session_key": secret, "session_secret": secret[:32]}
        )

    async def bearer(self, request: Request) -> Reply:
        """Hands out bearer tokens to whoever signs with the IAM keys."""
        self._check_signature(request)
        asked = request.query_params.get("expireInSeconds", "")
        if not asked.isdecimal() or int(asked) == 0:
            raise refused("iam", "argument", f"expireInSeconds: {asked or 'missing'}: must be a number of seconds")
        now = self.platform.guard.now()
        token = self.platform.guard.make_bearer_token(int(asked))
        given = {"userId": "emulator", "token": token, "status": "enable"}
        return JsonResponse({**given, "createTime": _moment(now), "expireTime": _moment(now + int(asked))})

    def _check_signature(self, request: Request) -> None:
        header = request.headers.get("authorization")
        if header is None:
            raise refused("iam", "no_token", "no header Authorization")
        self.platform.guard.check_signature(received(request), header)

    # --- the rest ----------------------------------------------------------------------------------------------------

    async def image(self, request: Request) -> Reply:
        """An image that a reply of V2 gave the address of."""
        width, height = int(request.path_params["width"]), int(request.path_params["height"])
        if not images.drawable(width, height):
            return await self.nothing(request)
        return Response(images.png(width, height, str(request.path_params["name"])), media_type="image/png")

    async def video(self, request: Request) -> Reply:
        """A video that a reply of V2 gave the address of."""
        return Response(videos.FILE, media_type="video/mp4")

    async def nothing(self, request: Request) -> Reply:
        """A path that the platform does not have."""
        # No page says how V2 answers one: a status alone, since each of its codes would say something else.
        words = f"{request.method} {request.url.path}: no such path\n".encode()
        raise Refused(HTTPStatus.NOT_FOUND, status=HTTPStatus.NOT_FOUND, body=words)


def _by_path() -> dict[str, list[AnyOperation]]:
    """Path → the operations that it leads to. Methods tell them apart, or on V1 the models' own paths."""
    found: dict[str, list[AnyOperation]] = {}
    for operation in OPERATIONS.values():
        for path in (operation.path, *operation.also):
            found.setdefault(path, []).append(operation)
    return found


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


def _header_text(words: str) -> str:
    """Words as a header can carry them: on one line, in UTF-8."""
    return text.shortened(words, 200).encode().decode("latin-1")


def _moment(seconds: float) -> str:
    """Seconds since the epoch as the IAM service writes them: `2025-01-01T00:00:00.000Z`."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
