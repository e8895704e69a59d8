"""Prepared calls of the documents' classes: what a call is made of, and how it shows itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import attrs
import msgspec

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.reply import Reply
from qianfan_api.responses import QfRequest, QfResponse, RetryConfig
from qianfan_typed.config import Settings, masked, require_options
from qianfan_typed.core.calls import Call, CallPlanner, overlaid
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.limits.gates import Gate
from qianfan_typed.sdk.continuing import Continuation
from qianfan_typed.sdk.runners import planner
from qianfan_typed.transports.protocols import AsyncTransport, Transport

R = TypeVar("R", bound=Reply)
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
    transport: Transport | AsyncTransport | None = None
    """What carries it. None: the runner's own."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Headers of its own, over those of the settings."""
    query: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """What it adds to the address."""
    gate: Gate | None = None
    """The limits of its object, besides those of all calls. None: it has none."""
    continuation: Continuation | None = None
    """What asks for the rest of an answer that was cut. None: nothing does."""

    reads_calls: bool = False
    """Whether calls of functions stand in the answer's text."""

    @property
    def request(self) -> OpenRequest:
        """What the runner sends."""
        return OpenRequest(self.parameters)

    @property
    def deadline(self) -> float | None:
        """Seconds that it may take, with the rest of an answer that was cut. None: as long as it takes.

        Raises:
            ConfigurationError: An option of the call cannot be.
        """
        require_options(self.options)
        return self.settings.deadline if self.options.deadline is None else self.options.deadline

    def planned(self, planner: CallPlanner, *, stream: bool) -> Call[R_co, C_co]:
        """The call as a planner has it, with what goes beside the body. Raises what `CallPlanner.prepare` raises."""
        planned = planner.prepare(self.target, self.request, self.options, stream=stream, gate=self.gate)
        if not (self.headers or self.query):
            return planned
        http = planned.request
        query = (*http.query, *self.query.items())
        return attrs.evolve(
            planned, request=attrs.evolve(http, headers=overlaid(http.headers, self.headers), query=query)
        )

    def with_parameters(self, parameters: Mapping[str, object]) -> PreparedCall[R_co, C_co]:
        """The same call with other parameters."""
        return attrs.evolve(self, parameters=parameters)

    def as_sent(self, *, stream: bool) -> QfRequest:
        """The request as it is sent, without its secrets."""
        settings = self.settings
        unchecked = attrs.evolve(self, options=attrs.evolve(self.options, validate="off"), gate=None)
        planned = unchecked.planned(planner(settings), stream=stream)
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


def as_response(call: PreparedCall[Reply, Reply], reply: R, *, stream: bool = False) -> QfResponse[R]:
    """A reply, or a piece of one, as the documents' methods return it."""
    return QfResponse(reply, lambda: call.as_sent(stream=stream))
