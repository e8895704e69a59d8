"""A call from its request to its reply, as steps that a driver takes. Attempts, fresh tokens and retries are here."""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import attrs

from qianfan_api.handles import Operation, Options, Request, Target
from qianfan_api.platform import PREFIXES
from qianfan_api.reply import Meta, Reply, attach
from qianfan_typed._version import __version__
from qianfan_typed.config import Settings, require_options
from qianfan_typed.core.auth import Auth, Keyring
from qianfan_typed.core.encoding import base_and_prefix, body, not_json, overlaid, read_reply
from qianfan_typed.core.error_bodies import error_in, request_id
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.stale_rules import doubted
from qianfan_typed.core.steps import HttpRequest, Pause, Renew, Steps, read, read_all, send
from qianfan_typed.core.streaming import ChunkReader, Pieces, Started
from qianfan_typed.errors import ApiError, BadRequest, QianfanError, TransportError

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")

log: logging.Logger = logging.getLogger("qianfan_typed")

USER_AGENT = f"qianfan-typed/{__version__} Python/{platform.python_version()}"


@attrs.frozen(kw_only=True)
class Call(Generic[R, C]):
    """One call, checked and encoded, not yet sent."""

    target: Target[R, C]
    request: HttpRequest
    """Without its credentials."""
    auth: Auth
    timeout: float
    called: float
    """When it was called, on the clock of latencies."""
    checked: bool
    """Whether our rules passed it."""


@attrs.frozen
class _Place:
    """Where an operation is served, worked out once."""

    base: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    auth: Auth = attrs.field(repr=False)


class Caller:
    """What the sync and the async client share: settings, credentials, and the steps of a call."""

    def __init__(
        self,
        settings: Settings,
        *,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.time,
        tick: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.settings = settings
        self._policy = policy or RetryPolicy(
            attempts=settings.max_attempts,
            backoff_factor=settings.backoff_factor,
            jitter=settings.jitter,
            max_wait=settings.max_wait,
        )
        self._clock = clock
        self._tick = tick
        self._keyring = Keyring(settings, self._policy, clock)
        self._places: dict[str, _Place] = {}

    def prepare(self, target: Target[R, C], request: Request, options: Options, *, stream: bool) -> Call[R, C]:
        """A call, checked and encoded.

        Raises:
            InvalidRequest: It breaks rules.
            ConfigurationError: No key at hand serves for it.
        """
        called = self._tick()
        require_options(options.timeout, options.validate)
        policy = options.validate or self.settings.validate
        age = self.settings.max_rule_age
        data = body(target, request, options.extra, policy, stream=stream, max_rule_age=age)
        place = self._places.get(target.operation.name) or self._place(target.operation)
        http = HttpRequest(
            method=target.operation.method,
            base=place.base,
            path=place.path.replace("{path}", quote(target.path or "", safe="/-._~")),
            headers=place.headers,
            body=data,
        )
        timeout = self.settings.timeout if options.timeout is None else options.timeout
        checked = policy != "off" and target.model is not None
        return Call(target=target, request=http, auth=place.auth, timeout=timeout, called=called, checked=checked)

    def _place(self, operation: Operation[Reply, Reply]) -> _Place:
        settings = self.settings
        base, prefix = base_and_prefix(settings.hosts[operation.host])
        path = settings.routes.get(operation.name, operation.path)
        models = PREFIXES["models"]
        if settings.model_prefix is not None and path.startswith(models):
            path = settings.model_prefix + path[len(models) :]
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if operation.dialect == "v2" and settings.app_id:
            headers["appid"] = settings.app_id
        place = self._places[operation.name] = _Place(
            base, prefix + path, overlaid(headers, settings.headers), self._keyring.way(operation.name, operation.auth)
        )
        return place

    def create(self, call: Call[R, C]) -> Steps[R]:
        """The steps to a whole reply."""

        def attempt(request: HttpRequest, number: int) -> Steps[R]:
            epoch, sent = self._clock(), self._tick()
            answer = yield from send(request, call.timeout)
            reply = read_reply(call.target, answer, self._keyring.secrets)
            meta = Meta(
                status=answer.status,
                headers=answer.headers,
                request_id=request_id(answer, getattr(reply, "id", None)),
                started=epoch,
                request_latency=answer.at - sent,
                total_latency=self._tick() - call.called,
                attempts=number,
            )
            attach(reply, answer.body, meta)
            return reply

        return self._attempts(call, attempt)

    def stream(self, call: Call[R, C]) -> Steps[Pieces[C]]:
        """The steps to the first piece of a stream. The rest is read without retries."""

        def attempt(request: HttpRequest, number: int) -> Steps[Pieces[C]]:
            epoch, sent = self._clock(), self._tick()
            answer = yield from send(request, call.timeout, stream=True)
            if answer.status >= 300:
                whole = attrs.evolve(answer, body=(yield from read_all()))
                secrets = self._keyring.secrets
                raise error_in(whole, model=call.target.name, secrets=secrets) or not_json(whole, whole.body, secrets)
            started = Started(called=call.called, sent=sent, epoch=epoch, attempts=number)
            reader = ChunkReader(call.target, answer, self._keyring.secrets)
            pieces = Pieces(reader, answer, started, request.url)
            while (piece := pieces.take()) is None and not pieces.finished:
                pieces.feed((yield from read()))
            pieces.keep(piece)
            return pieces

        return self._attempts(call, attempt)

    def _attempts(self, call: Call[R, C], attempt: Callable[[HttpRequest, int], Steps[T]]) -> Steps[T]:
        store = call.auth.store
        number, renewed = 0, False
        while True:
            number += 1
            token = None
            if store is not None:
                token = store.current()
                if token is None:
                    yield Renew(store)
                    token = store.held()
            try:
                return (yield from attempt(call.auth.authorised(call.request, token), number))
            except (ApiError, TransportError) as error:
                if store is not None and token and not renewed and isinstance(error, ApiError) and error.refresh:
                    # Not an attempt of the caller's: it mends what the platform holds against the token.
                    store.refuse(token)
                    number, renewed = number - 1, True
                    continue
                wait = self._policy.wait(error, number)
                if wait is None:
                    if call.checked and isinstance(error, BadRequest):
                        raise doubted(error, call.target.operation.name, call.request.body) from None
                    raise
                _log_retry(error, call.target.name, number, wait)
            yield Pause(wait)


def _log_retry(error: QianfanError, model: str, number: int, wait: float) -> None:
    what: Any = error.code if isinstance(error, ApiError) else error
    log.info("%s: attempt %d failed (%s: %s); again in %.2f s", model, number, type(error).__name__, what, wait)
