"""Application: OpenAI's paths over the platform."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from qianfan_typed.openai_server import responses
from qianfan_typed.openai_server.adapter import Adapter
from qianfan_typed.openai_server.answers import encode
from qianfan_typed.openai_server.chat import chat, completion
from qianfan_typed.openai_server.embeddings import embeddings
from qianfan_typed.openai_server.exchange import Endpoint, Exchange, Handler, Whole
from qianfan_typed.openai_server.images import edits, generations
from qianfan_typed.openai_server.refusals import Refused

HEALTH = "/health"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_EXPOSED = ("x-request-id", "x-qianfan-dropped", "x-qianfan-warnings", "retry-after")


def make_app(adapter: Adapter) -> ASGIApp:
    """The ASGI application of an adapter. It closes the adapter's connections when it ends."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[None, None]:
        yield
        await adapter.runner.aclose()

    def route(path: str, handle: Handler, method: str = "POST", *, logged: bool = True) -> Route:
        return Route(path, Endpoint(adapter, handle, logged=logged), methods=[method])

    routes = [
        route("/v1/chat/completions", chat),  # first: it is asked for the most
        route("/v1/embeddings", embeddings),
        route("/v1/completions", completion),
        route("/v1/responses", responses.create),
        route("/v1/responses/{response_id}", responses.about("v2.responses.get"), "GET"),
        route("/v1/responses/{response_id}", responses.about("v2.responses.delete"), "DELETE"),
        route("/v1/responses/{response_id}/input_items", responses.about("v2.responses.input_items"), "GET"),
        route("/v1/images/generations", generations),
        route("/v1/images/edits", edits),
        route("/v1/models", _models, "GET"),
        route("/v1/models/{model:path}", _model, "GET"),
        Route(HEALTH, Endpoint(adapter, _health, logged=False, open_to_all=True), methods=["GET"]),
        Route("/{path:path}", Endpoint(adapter, _nothing), methods=_METHODS),
    ]
    app: ASGIApp = Router(routes, lifespan=lifespan)
    if adapter.terms.origins:
        app = CORSMiddleware(
            app,
            allow_origins=adapter.terms.origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )
    return app


async def _models(exchange: Exchange) -> Whole:
    return Whole(body=encode({"object": "list", "data": list(exchange.adapter.callees.listed())}))


async def _model(exchange: Exchange) -> Whole:
    return Whole(body=encode(exchange.adapter.callees.one(exchange.scope["path_params"]["model"])))


async def _health(exchange: Exchange) -> Whole:
    return Whole(body=encode({"status": "ok", "instance": exchange.adapter.instance}))


async def _nothing(exchange: Exchange) -> Whole:
    method, path = exchange.scope["method"], exchange.scope["path"]
    raise Refused(message=f"{method} {path}: this server has no such path", status=404, code="unknown_path")
