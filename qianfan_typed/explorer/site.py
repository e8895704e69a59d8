"""Site: the page's paths before those of the server that it explains."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qianfan_typed.explorer.origins import SECURITY_HEADERS, why_not
from qianfan_typed.explorer.request_log import RequestLog
from qianfan_typed.explorer.served import PREFIX, Sandbox, Served
from qianfan_typed.explorer.watched import WatchedApp

_KINDS = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
_NAME = re.compile(r"(?:[\w-]{1,40}/)?[\w-]{1,40}\.\w{1,4}", re.ASCII)
"""Of a file that is served: no way out of the folder, and no name that a system refuses to look up."""


class Explorer:
    """The page before a server, as an ASGI application.

    Args:
        app: The server.
        served: What the page says of it.
        sandbox: Makes what the playground sends to, once somebody opens it.
        log: The requests that came to the server. Left out: one of its own.
    """

    def __init__(
        self, app: ASGIApp, served: Served, sandbox: Callable[[], Sandbox], log: RequestLog | None = None
    ) -> None:
        self.log: RequestLog = log or RequestLog()
        self._served = served
        self._sandbox = sandbox
        self._tells = _tells if served.keeps_bodies else _tells_nothing
        self._watched = WatchedApp(app, self.log, self._tells)
        self._app = app
        self._pages: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._served.unlogged:
            await self._app(scope, receive, send)
        elif not _is_own(scope):
            await self._watched(scope, receive, send)
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            refusal = why_not(headers, writes=scope["method"] == "POST", names=self._served.names)
            barred = PlainTextResponse(f"{refusal}\n", 403) if refusal else self._served.guard(dict(scope["headers"]))
            answer = barred or await self._answer(scope)
            await answer(scope, receive, _secured(send))

    async def _answer(self, scope: Scope) -> ASGIApp:
        if not scope["path"].startswith(f"{PREFIX}api/"):
            return _file(scope["path"].removeprefix(PREFIX).removeprefix("/") or "index.html", scope["method"])
        if self._pages is None:
            # In a thread of its own: others are answered while the facts and the validators are loaded.
            self._pages = await run_in_threadpool(self._load)
        return self._pages

    def _load(self) -> ASGIApp:
        # Late: what the page needs is for those who open it.
        from qianfan_typed.explorer.routes import pages

        sandbox = self._sandbox()
        watched = attrs.evolve(sandbox, app=WatchedApp(sandbox.app, self.log, self._tells))
        return pages(self.log, self._served, watched)


def _is_own(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(PREFIX) or (path == "/" and scope["method"] in ("GET", "HEAD"))


def _file(name: str, method: str) -> Response:
    """A static file, looked up by name among those there are."""
    if method not in ("GET", "HEAD"):
        return PlainTextResponse("only GET\n", 405)
    folder = resources.files("qianfan_typed.explorer") / "static"
    file, kind = folder / name, _KINDS.get(name.rpartition(".")[2])
    if kind is None or not _NAME.fullmatch(name) or not file.is_file():
        return PlainTextResponse("no such file\n", 404)
    return Response(file.read_bytes(), headers={"Content-Type": kind, "Cache-Control": "no-cache"})


def _secured(send: Send) -> Send:
    """Sends with the headers that keep the page to itself."""
    added = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


def _tells_nothing(path: str, method: str) -> bool:
    return False


def _tells(path: str, method: str) -> bool:
    """Whether the log may keep what is said under a path: models' answers, not tokens and keys."""
    from qianfan_api.routing import route  # Late: it loads every reply's class.

    return route(path) is not None or path.startswith("/v1/")
