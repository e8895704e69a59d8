"""Routes of what the page asks for: JSON of models, operations, parameters, rules, verdicts and requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import attrs
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from qianfan_api.operations import OPERATIONS
from qianfan_api.words import Language, language_of, told
from qianfan_typed._version import __version__
from qianfan_typed.explorer.copies import copies
from qianfan_typed.explorer.log_views import log_view, request_view
from qianfan_typed.explorer.matrix import matrix
from qianfan_typed.explorer.mending import mend
from qianfan_typed.explorer.model_views import model_sheet, model_views, operation_views
from qianfan_typed.explorer.payload_text import Unreadable, judged, laid_out, with_member
from qianfan_typed.explorer.request_log import RequestLog
from qianfan_typed.explorer.rule_views import rule_lines, rule_page
from qianfan_typed.explorer.sending import NotSendable, forward, outgoing
from qianfan_typed.explorer.served import PREFIX, Sandbox, Served
from qianfan_typed.facts.schemas import UnknownName

MOST_BYTES = 4 << 20
"""Bytes that a payload may have."""


class Payload(msgspec.Struct, frozen=True):
    """What the playground asks about."""

    text: str
    api: str
    model: str | None = None
    """The model, where the payload does not name one."""
    pointer: str | None = None
    """Of a fix: the violation that it is for. None: all that can be fixed."""
    name: str = ""
    """Of an edit: the member."""
    value: object = None
    """Of an edit: what it becomes. None: it goes."""


# Made here: msgspec crashes where two threads have it look at one class for the first time.
_decode = msgspec.json.Decoder(Payload).decode


@attrs.frozen(kw_only=True)
class Session:
    """What the page has to know of its server."""

    version: str
    kind: str
    url: str
    log: str
    """The id of the log."""
    variables: list[tuple[str, Mapping[str, str]]]


class Refusal(Exception):
    """A question that has no answer; the message says why."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def pages(log: RequestLog, served: Served, sandbox: Sandbox) -> ASGIApp:
    """The application that answers what the page asks for."""

    async def session(request: Request) -> object:
        url = str(request.base_url).rstrip("/")
        variables = [(one.title, one.values) for one in served.variables(url)]
        return Session(version=__version__, kind=served.kind, url=url, log=log.id, variables=variables)

    async def requests(request: Request) -> object:
        return await run_in_threadpool(log_view, log, _number(request.query_params.get("after", "")))

    async def one_request(request: Request) -> object:
        found = log.get(int(request.path_params["number"]))
        if found is None:
            raise Refusal("this request is not remembered any more", 404)
        return await run_in_threadpool(request_view, found)

    async def send(request: Request) -> ASGIApp:
        asked = await _payload(request)
        try:
            going = outgoing(asked.text, asked.api, asked.model)
        except NotSendable as error:
            raise Refusal(str(error)) from None

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await forward(going, sandbox, scope, send)

        return answer

    routes = [
        _get("session", session),
        _get("models", _reading(lambda query: model_views())),
        _get("model", _reading(lambda query: model_sheet(_known(query["api"]), query["name"]))),
        _get("operations", _reading(lambda query: operation_views())),
        _get("matrix", _reading(lambda query: matrix(_known(query["api"])))),
        _get("rules", _reading(lambda query: rule_lines())),
        _get("rule", _reading(lambda query: rule_page(query["id"]))),
        _get("requests", requests),
        _get("requests/{number:int}", one_request),
        _post("validate", _judging(lambda one: judged(one.text, one.api, one.model))),
        _post("fix", _judging(lambda one: mend(one.text, one.api, one.model, one.pointer))),
        _post("edit", _judging(lambda one: {"text": with_member(one.text, one.name, one.value)})),
        _post("layout", _judging(lambda one: {"text": laid_out(one.text)})),
        _post("copies", _judging(lambda one: copies(one.text, one.api, one.model))),
        _post("send", send),
    ]
    return Router(routes)


Answer = Callable[[Request], Awaitable[object]]


def _get(path: str, answer: Answer) -> Route:
    return Route(f"{PREFIX}api/{path}", _answered(answer), methods=["GET"])


def _post(path: str, answer: Answer) -> Route:
    return Route(f"{PREFIX}api/{path}", _answered(answer), methods=["POST"])


def _answered(answer: Answer) -> Callable[[Request], Awaitable[Any]]:
    """The answer as a response: JSON, or an application that answers by itself."""

    async def answered(request: Request) -> object:
        try:
            found = await answer(request)
        except (Refusal, UnknownName, Unreadable) as error:
            status = error.status if isinstance(error, Refusal) else 404 if isinstance(error, UnknownName) else 400
            return _json({"error": str(error)}, "en", status)
        return found if callable(found) else _json(found, language_of(request.query_params.get("lang", "")) or "en")

    return answered


def _json(content: object, language: Language, status: int = 200) -> Response:
    """An answer, whose sentences are said in the language of the page."""

    def in_words(value: object) -> object:
        if isinstance(value, str):
            return told(value, language)
        raise TypeError(f"{type(value).__name__}: no JSON")

    headers = {"Cache-Control": "no-store"}
    body = msgspec.json.encode(content, enc_hook=in_words)
    return Response(body, status, headers, media_type="application/json")


def _reading(read: Callable[[Mapping[str, str]], object]) -> Answer:
    """An answer out of the facts: a thread of its own, so that requests in between are answered."""

    async def answer(request: Request) -> object:
        try:
            return await run_in_threadpool(read, request.query_params)
        except KeyError as error:
            raise Refusal(f"{error.args[0]}: missing") from None

    return answer


def _judging(judge: Callable[[Payload], object]) -> Answer:
    async def answer(request: Request) -> object:
        return await run_in_threadpool(judge, await _payload(request))

    return answer


async def _payload(request: Request) -> Payload:
    """What a request asks about. Raises Refusal."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Refusal(f"more than {MOST_BYTES} bytes", 413)
    try:
        asked = _decode(bytes(body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(str(error)) from None
    _known(asked.api)
    return asked


def _number(text: str) -> int:
    """A revision. 0 where it is none, or has more digits than Python reads."""
    try:
        return int(text)
    except ValueError:
        return 0


def _known(api: str) -> str:
    if api not in OPERATIONS:
        raise Refusal(f"{api}: not an operation", 404)
    return api
