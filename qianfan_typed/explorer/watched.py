"""Watch of a server: its requests and replies go to the log as they pass, and stay what they are."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qianfan_typed.explorer.request_log import LoggedRequest, RequestLog

FROM_PAGE = "qianfan_typed.from_page"
"""The key of a scope that says that the page sent it."""

LOGGED = "qianfan_typed.logged"
"""The key of a scope that has the request's line in the log, so that the server can note what it knows."""


class WatchedApp:
    """An ASGI application whose requests are logged.

    Args:
        served: Answers them.
        log: Where they go.
        tells: Whether the bodies under a path may be kept: those that hand out tokens may not.
    """

    def __init__(self, served: ASGIApp, log: RequestLog, tells: Callable[[str, str], bool]) -> None:
        self._served = served
        self._log = log
        self._tells = tells

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        request = self._log.begin(scope["method"], path, from_page=scope.get(FROM_PAGE, False))
        watch = _Watch(request, self._log, self._tells(path, scope["method"]))

        async def receiving() -> Message:
            message = await receive()
            watch.received(message)
            return message

        async def sending(message: Message) -> None:
            watch.sent(message)
            await send(message)

        try:
            await self._served({**scope, LOGGED: request}, receiving, sending)
        finally:
            watch.end()


class _Watch:
    def __init__(self, request: LoggedRequest, log: RequestLog, tells: bool) -> None:
        self._request = request
        self._log = log
        self._tells = tells
        self._began = time.perf_counter()

    def received(self, message: Message) -> None:
        if message["type"] == "http.request":
            self._request.sent.add(message.get("body", b""), keep=self._tells)

    def sent(self, message: Message) -> None:
        request = self._request
        if message["type"] == "http.response.start":
            request.status = message["status"]
            named = dict(message.get("headers", []))
            request.media_type = named.get(b"content-type", b"").decode("latin-1").partition(";")[0]
            self._log.changed(request)
        elif body := message.get("body", b""):
            if request.first is None:
                request.first = self._milliseconds()
            request.pieces += 1
            request.answered.add(body, keep=self._tells)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._end("done")

    def end(self) -> None:
        if self._request.state == "open":
            self._end("lost")

    def _end(self, state: str) -> None:
        self._request.state = "done" if state == "done" else "lost"
        self._request.took = self._milliseconds()
        self._log.changed(self._request)

    def _milliseconds(self) -> float:
        return round((time.perf_counter() - self._began) * 1000, 2)
