"""Prepared calls of the documents' classes, and the two ways to send one."""

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
class PreparedCall(Generic[R_co, C_co]):
    """A call, ready to be sent."""

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

    def with_parameters(self, parameters: Mapping[str, object]) -> PreparedCall[R_co, C_co]:
        """The same call with other parameters."""
        return attrs.evolve(self, parameters=parameters)

    def as_sent(self, *, stream: bool) -> QfRequest:
        """The request as it is sent, without its secrets."""
        settings = self.settings
        options = attrs.evolve(self.options, validate="off")
        planned = planner(settings).prepare(self.target, self.request, options, stream=stream)
        return as_sent(planned.auth.authorised(planned.request, None), settings, planned.timeout)


def as_sent(http: HttpRequest, settings: Settings, timeout: float) -> QfRequest:
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


def send(call: PreparedCall[R, C]) -> QfResponse[R]:
    """Sends a call and waits for the whole reply."""
    waited = pace(call)
    return as_response(call, sync_runner(call.settings).create(call.target, call.request, call.options), waited)


async def send_async(call: PreparedCall[R, C]) -> QfResponse[R]:
    """The same, awaited."""
    waited = await pace_async(call)
    runner = await async_runner(call.settings)
    return as_response(call, await runner.create(call.target, call.request, call.options), waited)


def open_stream(call: PreparedCall[R, C]) -> ReplyStream[C]:
    """The pieces of a reply. The platform has begun to answer."""
    return sync_runner(call.settings).stream(call.target, call.request, call.options)


async def open_stream_async(call: PreparedCall[R, C]) -> AsyncReplyStream[C]:
    """The pieces of a reply. It is sent when the first one is asked for."""
    return (await async_runner(call.settings)).stream(call.target, call.request, call.options)


def pace(call: PreparedCall[R, C]) -> float:
    """Waits until the call may be sent; the seconds that it took."""
    delay = call.delay()
    if delay:
        time.sleep(delay)
    return delay


async def pace_async(call: PreparedCall[R, C]) -> float:
    """The same, awaited."""
    delay = call.delay()
    if delay:
        await asyncio.sleep(delay)
    return delay


def as_response(call: PreparedCall[Reply, Reply], reply: R, waited: float, *, stream: bool = False) -> QfResponse[R]:
    """A reply, or a piece of one, as the documents' methods return it."""
    return QfResponse(reply, lambda: call.as_sent(stream=stream), waited=waited)
