"""One call of the guide's classes, ready to be made, and the two ways to make it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Generic, TypeVar

import attrs
import msgspec

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.reply import Reply
from qianfan_typed.config import Settings, masked
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.core.streaming import AsyncReplyStream, ReplyStream
from qianfan_typed.sdk.continuing import Continuation
from qianfan_typed.sdk.pacing import Pacer
from qianfan_typed.sdk.response import QfRequest, QfResponse, RetryConfig
from qianfan_typed.sdk.runners import async_runner, planner, sync_runner

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
R_co = TypeVar("R_co", bound=Reply, covariant=True)
C_co = TypeVar("C_co", bound=Reply, covariant=True)

_SECRET = ("auth", "token", "key", "secret", "cookie")


@attrs.frozen(kw_only=True)
class Ask(Generic[R_co, C_co]):
    """A call, ready to be made."""

    target: Target[R_co, C_co]
    parameters: Mapping[str, object]
    """The operation's parameters. None: left out."""
    options: Options
    settings: Settings
    pacers: tuple[Pacer, ...] = ()
    """What holds it back to keep to limits."""
    continuation: Continuation | None = None
    """What asks for the rest of an answer that was cut. None: nothing does."""

    @property
    def request(self) -> OpenRequest:
        """What the runner sends."""
        return OpenRequest(self.parameters)

    def delay(self) -> float:
        """Seconds to wait before it may be sent."""
        return max((pacer.delay() for pacer in self.pacers), default=0.0)

    def followed(self, parameters: Mapping[str, object]) -> Ask[R_co, C_co]:
        """The call that asks for the rest."""
        return attrs.evolve(self, parameters=parameters)

    def shown(self, *, stream: bool) -> QfRequest:
        """The request as it is sent, without its secrets."""
        settings = self.settings
        options = attrs.evolve(self.options, validate="off")
        call = planner(settings).prepare(self.target, self.request, options, stream=stream)
        return shown(call.auth.authorised(call.request, None), settings, call.timeout)


def shown(http: HttpRequest, settings: Settings, timeout: float) -> QfRequest:
    """A request as it is sent, without its secrets."""
    return QfRequest(
        method=http.method,
        url=http.url,
        query={name: _hidden(name, value) for name, value in http.query},
        headers={name: _hidden(name, value) for name, value in http.headers.items()},
        json_body=msgspec.json.decode(http.body or b"{}"),
        retry_config=RetryConfig(
            retry_count=settings.max_attempts - 1,
            timeout=timeout,
            backoff_factor=settings.backoff_factor,
            jitter=settings.jitter,
            max_wait_interval=settings.max_wait,
        ),
    )


def _hidden(name: str, value: str) -> str:
    return masked(value) if any(word in name.lower() for word in _SECRET) else value


def make(ask: Ask[R, C]) -> QfResponse[R]:
    """A whole reply."""
    waited = wait(ask)
    return told(ask, sync_runner(ask.settings).create(ask.target, ask.request, ask.options), waited)


async def amake(ask: Ask[R, C]) -> QfResponse[R]:
    """A whole reply, awaited."""
    waited = await await_(ask)
    runner = await async_runner(ask.settings)
    return told(ask, await runner.create(ask.target, ask.request, ask.options), waited)


def begin(ask: Ask[R, C]) -> ReplyStream[C]:
    """The pieces of a reply. The platform has begun to answer."""
    return sync_runner(ask.settings).stream(ask.target, ask.request, ask.options)


async def abegin(ask: Ask[R, C]) -> AsyncReplyStream[C]:
    """The pieces of a reply. It is sent when the first one is asked for."""
    return (await async_runner(ask.settings)).stream(ask.target, ask.request, ask.options)


def wait(ask: Ask[R, C]) -> float:
    """Waits until the call may be sent; the seconds that it took."""
    delay = ask.delay()
    if delay:
        time.sleep(delay)
    return delay


async def await_(ask: Ask[R, C]) -> float:
    """The same, awaited."""
    delay = ask.delay()
    if delay:
        await asyncio.sleep(delay)
    return delay


def told(ask: Ask[R, C], reply: R, waited: float) -> QfResponse[R]:
    return QfResponse(reply, lambda: ask.shown(stream=False), waited=waited)


def told_piece(ask: Ask[R, C], piece: C, waited: float) -> QfResponse[C]:
    return QfResponse(piece, lambda: ask.shown(stream=True), waited=waited)
