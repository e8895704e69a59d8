"""Calls: the steps from a request to its reply, with attempts, fresh tokens and retries. A runner takes them."""

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
from qianfan_api.reply import Reply
from qianfan_typed._version import __version__
from qianfan_typed.config import Settings, base_and_prefix, require_options
from qianfan_typed.core.auth import AuthScheme, AuthSelector
from qianfan_typed.core.decoding import not_json, read_file, read_reply
from qianfan_typed.core.encoding import checked_wire, encode_json
from qianfan_typed.core.error_bodies import error_in
from qianfan_typed.core.placement import placed
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.stale_rules import with_doubt
from qianfan_typed.core.steps import HttpRequest, Pause, Renew, Steps, read, read_all, send
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.core.timing import Attempt
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
    auth: AuthScheme
    timeout: float
    deadline: float | None
    """Seconds that it may take from beginning to end. None: as long as it takes."""
    called: float
    """When it was called, on the clock of latencies."""
    checked: bool
    """Whether our rules passed it."""


@attrs.frozen
class _Endpoint:
    """Where an operation is served and how it is authorised, worked out once."""

    base: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    auth: AuthScheme = attrs.field(repr=False)


class CallPlanner:
    """Plans calls, which a runner carries out: what the sync and the async client share."""

    def __init__(
        self,
        settings: Settings,
        *,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.time,
        tick: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.settings = settings
        self._policy = policy or RetryPolicy.of(settings)
        self._clock = clock
        self._tick = tick
        self._auth = AuthSelector(settings, self._policy, clock)
        self._endpoints: dict[str, _Endpoint] = {}

    def prepare(self, target: Target[R, C], request: Request, options: Options, *, stream: bool) -> Call[R, C]:
        """A call, checked and encoded.

        Raises:
            InvalidRequest: It breaks rules, or cannot be sent.
            OSError: A file of it cannot be read.
            ConfigurationError: No key at hand serves for it.
        """
        called = self._tick()
        require_options(options)
        policy = options.validate or self.settings.validate
        age = self.settings.max_rule_age
        wire = checked_wire(target, request, options.extra, policy, stream=stream, max_rule_age=age)
        operation = target.operation
        data = encode_json(target.name, wire) if operation.is_plain else None
        endpoint = self._endpoints.get(operation.name) or self._endpoint(operation)
        http = HttpRequest(
            method=operation.method,
            base=endpoint.base,
            path=endpoint.path.replace("{path}", quote(target.path or "", safe="/-._~")),
            headers=endpoint.headers,
            body=data,
            secrets=self._auth.secrets,
        )
        if data is None:
            http = placed(http, target, wire)
        timeout = self.settings.timeout if options.timeout is None else options.timeout
        deadline = self.settings.deadline if options.deadline is None else options.deadline
        checked = policy != "off" and (target.model is not None or operation.model_in == "none")
        return Call(
            target=target,
            request=http,
            auth=endpoint.auth,
            timeout=timeout,
            deadline=deadline,
            called=called,
            checked=checked,
        )

    def _endpoint(self, operation: Operation[Reply, Reply]) -> _Endpoint:
        settings = self.settings
        base, prefix = base_and_prefix(settings.hosts[operation.host])
        path = settings.routes.get(operation.name, operation.path)
        models = PREFIXES["models"]
        if settings.model_prefix is not None and path.startswith(models):
            path = settings.model_prefix + path[len(models) :]
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if operation.dialect == "v2" and settings.app_id:
            headers["appid"] = settings.app_id
        scheme = self._auth.scheme(operation.name, operation.auth)
        endpoint = _Endpoint(base, prefix + path, _overlaid(headers, settings.headers), scheme)
        self._endpoints[operation.name] = endpoint
        return endpoint

    def create(self, call: Call[R, C]) -> Steps[R]:
        """The steps to a whole reply."""

        def conversation(request: HttpRequest, attempt: Attempt) -> Steps[R]:
            answer = yield from send(request, call.timeout)
            read_body = read_reply if call.target.operation.media_type is None else read_file
            reply = read_body(call.target, answer)
            attempt.attach(reply, answer.body, answer, answer.at - attempt.sent)
            return reply

        return self._attempts(call, conversation)

    def stream(self, call: Call[R, C]) -> Steps[ChunkReader[C]]:
        """The steps to the first piece of a stream. The rest is read without retries."""

        def conversation(request: HttpRequest, attempt: Attempt) -> Steps[ChunkReader[C]]:
            answer = yield from send(request, call.timeout, stream=True)
            if answer.status >= 300:
                whole = attrs.evolve(answer, body=(yield from read_all()))
                raise error_in(whole, model=call.target.name) or not_json(whole, whole.body)
            reader = ChunkReader(call.target, answer, attempt, request.url)
            while not reader.ready():
                reader.feed((yield from read()))
            return reader

        return self._attempts(call, conversation)

    def _attempts(self, call: Call[R, C], conversation: Callable[[HttpRequest, Attempt], Steps[T]]) -> Steps[T]:
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
                request = call.auth.authorised(call.request, token)
                return (yield from conversation(request, self._attempt(call, number)))
            except (ApiError, TransportError) as error:
                if store is not None and token and not renewed and isinstance(error, ApiError) and error.refresh:
                    # It costs no attempt: the platform refused the token, not the request.
                    store.refuse(token)
                    number, renewed = number - 1, True
                    continue
                wait = self._policy.wait(error, number)
                if wait is None:
                    if call.checked and isinstance(error, BadRequest):
                        body = call.request.body if call.target.operation.is_plain else None
                        raise with_doubt(error, call.target.operation.name, body) from None
                    raise
                failed = error
                _log_retry(error, call.target.name, number, wait)
            yield Pause(wait, cause=failed)

    def _attempt(self, call: Call[Any, Any], number: int) -> Attempt:
        return Attempt(number=number, called=call.called, sent=self._tick(), epoch=self._clock(), tick=self._tick)


def _overlaid(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Headers, with the given ones in the place of our own, whatever their case."""
    names = {name.lower() for name in given}
    return {**{name: value for name, value in own.items() if name.lower() not in names}, **given}


def _log_retry(error: QianfanError, model: str, number: int, wait: float) -> None:
    what: Any = error.code if isinstance(error, ApiError) else error
    log.info("%s: attempt %d failed (%s: %s); again in %.2f s", model, number, type(error).__name__, what, wait)
