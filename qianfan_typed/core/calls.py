"""Calls: the steps from a request to its reply, with attempts, fresh tokens and retries. A runner takes them."""

from __future__ import annotations

import hashlib
import logging
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, Generic, TypeVar

import attrs

from qianfan_api.handles import Operation, Options, Request, Target
from qianfan_api.reply import FailedAttempt, Reply
from qianfan_api.violations import Violation
from qianfan_typed._version import __version__
from qianfan_typed.config import Settings, require_options
from qianfan_typed.config.secrets import secrets_in
from qianfan_typed.core.auth import AuthScheme, AuthSelector
from qianfan_typed.core.bounds import whole
from qianfan_typed.core.decoding import not_json, read_file, read_reply
from qianfan_typed.core.encoding import checked_wire, encode_request
from qianfan_typed.core.error_bodies import error_in
from qianfan_typed.core.placement import path_of_model, placed, served_at
from qianfan_typed.core.retry import RetryPolicy, Verdict
from qianfan_typed.core.splitting import Part, joined, parts_of
from qianfan_typed.core.stale_rules import speaks_of_parameters, with_doubt
from qianfan_typed.core.steps import Admit, HttpRequest, Pause, Renew, Send, Steps, answered, read, read_all, send, told
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.core.timing import Attempt
from qianfan_typed.errors import (
    AuthenticationError,
    BadRequest,
    InvalidRequest,
    RateLimited,
    SentError,
    TransportError,
    note,
)
from qianfan_typed.hooks.events import CallInfo
from qianfan_typed.hooks.listeners import listeners
from qianfan_typed.hooks.logs import DEBUG, log_retry
from qianfan_typed.hooks.watch import Watch
from qianfan_typed.limits.estimates import used_tokens
from qianfan_typed.limits.gates import Gate
from qianfan_typed.limits.limiter import Limiter
from qianfan_typed.limits.permits import Permit

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")

log: logging.Logger = logging.getLogger("qianfan_typed")

_NOTHING_MENDED: frozenset[str] = frozenset()
_MOST_OF_ERROR = 1 << 20
"""Bytes of a refusal in place of a stream: what comes after them is left."""
_MOST_ENDPOINTS = 512
"""How many paths are kept: those that a user makes of ids have no end."""
USER_AGENT = f"qianfan-typed/{__version__} Python/{platform.python_version()}"


@attrs.define(kw_only=True)
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
    policy: RetryPolicy
    watch: Watch | None = None
    """Who hears of it. None: nobody."""
    permit: Permit | None = None
    """What it waits for to keep to limits. None: there are none."""
    further: tuple[Call[R, C], ...] = ()
    """The calls with the rest of what is asked, where one does not bear it all."""


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
        awaits: bool = False,
        limiter: Limiter | None = None,
    ) -> None:
        """
        Args:
            settings: The client's.
            policy: When to send a request again. None: as the settings say.
            clock: Seconds since the epoch.
            tick: The clock of latencies.
            awaits: Whether the runner awaits what coroutine functions among the hooks leave.
            limiter: What keeps calls to limits. None: one of its own, if the settings have limits.
        """
        self.settings = settings
        self._policy = policy or RetryPolicy.of(settings)
        self._clock = clock
        self._tick = tick
        self._auth = AuthSelector(settings, self._policy, clock)
        self._endpoints: dict[str, _Endpoint] = {}
        self._listeners = listeners(settings)
        self._awaits = awaits
        self._options: Options | None = None
        if limiter is None and settings.limits is not None:
            limiter = Limiter(settings.limits, account=account_of(settings))
        self.limiter: Limiter | None = limiter
        """What keeps its calls to limits. None: nothing."""

    def prepare(
        self,
        target: Target[R, C],
        request: Request,
        options: Options,
        *,
        stream: bool,
        gate: Gate | None = None,
    ) -> Call[R, C]:
        """A call, checked and encoded.

        Args:
            target: Whom it goes to.
            request: What it asks.
            options: How it departs from the settings.
            stream: Whether the reply comes in pieces.
            gate: Limits of its own, besides those of all calls.

        Raises:
            InvalidRequest: It breaks rules, or cannot be sent.
            OSError: A file of it cannot be read.
            ConfigurationError: No key at hand serves for it.
        """
        called = self._tick()
        if self._options is not None:
            options = options.over(self._options)
        require_options(options)
        if not isinstance(request, Part) and (parts := parts_of(target, request)):
            return self._in_parts(target, parts, options, gate)
        policy = options.validate or self.settings.validate
        age = self.settings.max_rule_age
        wire = checked_wire(target, request, options.extra, policy, stream=stream, max_rule_age=age)
        operation = target.operation
        data = encode_request(target.name, wire) if operation.is_plain else None
        endpoint = self._endpoints.get(operation.name) or self._endpoint(operation)
        http = HttpRequest(
            method=operation.method,
            base=endpoint.base,
            path=endpoint.path.replace("{path}", path_of_model(target)),
            headers=endpoint.headers,
            body=data,
            secrets=self._auth.secrets,
        )
        if options.headers:
            http = self._with_headers(http, options.headers)
        if data is None:
            http = placed(http, target, wire)
        timeout = self.settings.timeout if options.timeout is None else options.timeout
        deadline = self.settings.deadline if options.deadline is None else options.deadline
        checked = policy != "off" and (target.model is not None or operation.model_in == "none")
        return Call(
            target=target,
            request=http,
            auth=self._auth.usable(endpoint.auth),
            timeout=timeout,
            deadline=deadline,
            called=called,
            checked=checked,
            policy=self._policy if options.retry is None else self._policy.with_parts(options.retry),
            watch=self._watch(target, http, wire, called, stream=stream),
            permit=None if self.limiter is None else self.limiter.permit(target, http.body, wire, gate),
        )

    def _in_parts(self, target: Target[R, C], parts: Sequence[Part], options: Options, gate: Gate | None) -> Call[R, C]:
        """A call in several, of which none is sent where something is wrong with one."""
        calls, violations = list[Call[R, C]](), list[Violation]()
        for part in parts:
            try:
                calls.append(self.prepare(target, part, options, stream=False, gate=gate))
            except InvalidRequest as error:
                violations += (one for one in part.moved(error.violations) if one not in violations)
        if violations:
            raise InvalidRequest(model=target.name, violations=violations)
        return attrs.evolve(calls[0], further=tuple(calls[1:]))

    def with_options(self, options: Options) -> CallPlanner:
        """The same with other options for calls that say nothing.

        Raises:
            ConfigurationError: An option cannot be.
        """
        require_options(options)
        other = copy(self)
        other._options = options if self._options is None else options.over(self._options)
        return other

    def _with_headers(self, http: HttpRequest, headers: Mapping[str, str]) -> HttpRequest:
        """A request with headers of its own, which may hold secrets of their own."""
        more = secrets_in(headers)
        secrets = (lambda: [*self._auth.secrets(), *more]) if more else http.secrets
        return attrs.evolve(http, headers=overlaid(http.headers, headers), secrets=secrets)

    def _watch(
        self, target: Target[Any, Any], http: HttpRequest, wire: Mapping[str, Any], called: float, *, stream: bool
    ) -> Watch | None:
        """Who hears of a call. None: nobody; it costs nothing then."""
        listeners = self._listeners
        if log.isEnabledFor(logging.DEBUG):
            listeners = (*listeners, DEBUG)
        if not listeners:
            return None
        operation = target.operation
        info = CallInfo(
            operation=operation.name,
            model=None if operation.model_in == "none" else target.name,
            stream=stream,
            method=http.method,
            url=http.url,
            started=self._clock(),
            parameters={
                name: value
                for name, value in wire.items()
                if isinstance(value, (int, float)) and not isinstance(value, bool)
            },
        )
        return Watch(info, listeners, called, self._tick, awaits=self._awaits)

    def _endpoint(self, operation: Operation[Reply, Reply]) -> _Endpoint:
        settings = self.settings
        base, path = served_at(settings, operation)
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if operation.dialect == "v2" and settings.app_id:
            headers["appid"] = settings.app_id
        scheme = self._auth.scheme(operation.name, operation.auth)
        endpoint = _Endpoint(base, path, overlaid(headers, settings.headers), scheme)
        if len(self._endpoints) > _MOST_ENDPOINTS:
            self._endpoints.clear()
        self._endpoints[operation.name] = endpoint
        return endpoint

    def access_token(self) -> Steps[str]:
        """The steps to the access token of V1: the one that was given, else that of an application's keys.

        Raises:
            ConfigurationError: There is neither.
        """
        scheme = self._auth.usable(self._auth.scheme("an access token", ("access_token",)))
        if scheme.store is None:
            return str(self.settings.access_token.reveal() if self.settings.access_token else "")
        while (token := scheme.store.current()) is None:
            yield Renew(scheme.store.wish())
        return token

    def create(self, call: Call[R, C]) -> Steps[R]:
        """The steps to a whole reply."""
        return self._created_in_parts(call) if call.further else self._created(call)

    def _created_in_parts(self, call: Call[R, C]) -> Steps[R]:
        replies = [(yield from self._created(call))]
        for one in call.further:
            # It was prepared with the first, and begins now: no second counts twice.
            one.called = self._tick()
            if one.watch is not None:
                one.watch.called = one.called
            replies.append((yield from self._created(one)))
        return joined(replies)

    def _created(self, call: Call[R, C]) -> Steps[R]:
        def conversation(request: HttpRequest, attempt: Attempt) -> Steps[R]:
            answer = answered(request, (yield Send(request=request, timeout=call.timeout)))
            answer = whole(answer, self.settings.max_reply_bytes)
            read_body = read_reply if call.target.operation.media_type is None else read_file
            reply = read_body(call.target, answer)
            attempt.attach(reply, answer)
            if call.permit is not None:
                call.permit.answered(answer.headers)
                call.permit.uses(used_tokens(reply))
                call.permit.end()
            if attempt.watch is not None:
                yield from told(attempt.watch.replied(reply))
            return reply

        return self._attempts(call, conversation)

    def stream(self, call: Call[R, C]) -> Steps[ChunkReader[C]]:
        """The steps to the first piece of a stream. The rest is read without retries."""

        def conversation(request: HttpRequest, attempt: Attempt) -> Steps[ChunkReader[C]]:
            answer = yield from send(request, call.timeout, stream=True)
            try:
                if answer.status >= 300:
                    refusal = whole(attrs.evolve(answer, body=(yield from read_all(_MOST_OF_ERROR))), _MOST_OF_ERROR)
                    raise error_in(refusal, model=call.target.name) or not_json(refusal, refusal.body)
                most = self.settings.max_event_bytes
                reader = ChunkReader(call.target, answer, attempt, request.url, max_event=most)
                while not reader.ready():
                    reader.feed((yield from read()))
                if call.permit is not None:
                    call.permit.answered(answer.headers)
            except SentError as error:
                attempt.blame(error, answer)
                raise
            return reader

        return self._attempts(call, conversation)

    def _attempts(self, call: Call[R, C], conversation: Callable[[HttpRequest, Attempt], Steps[T]]) -> Steps[T]:
        auth, watch, policy, permit = call.auth, call.watch, call.policy, call.permit
        number, mended = 0, _NOTHING_MENDED
        failed: tuple[FailedAttempt, ...] = ()
        try:
            while True:
                number += 1
                token = None
                if auth.store is not None:
                    token = auth.store.current()
                    if token is None:
                        yield Renew(auth.store.wish())
                        token = auth.store.held()
                if permit is not None:
                    yield Admit(permit)
                if watch is not None:
                    yield from told(watch.sent(number))
                attempt = self._attempt(call, number, failed)
                try:
                    result = yield from conversation(auth.authorised(call.request, token), attempt)
                except SentError as error:
                    attempt.blame(error)
                    cure = self._auth.cure(auth, token, error)
                    if cure is not None and cure.name not in mended:
                        # It costs no attempt: the platform refused what it was shown, not the request.
                        mended |= {cure.name}
                        auth, verdict = cure.scheme, Verdict(wait=0.0, free=True)
                    else:
                        verdict = policy.after(error, number)
                    wait = verdict.wait
                    if permit is not None:
                        _return_permit(permit, error, policy.backoff if wait is None else wait)
                    if wait is None:
                        note(error, no_retry=verdict.reason)
                        raise self._presentable(call, error) from error.__cause__
                    failed += (attempt.failure(error, wait),)
                    number -= verdict.free
                    cause = error
                    yield from self._told_of_retry(call, number, error, wait, free=verdict.free)
                else:
                    policy.succeeded()
                    return result
                if wait and not (permit is not None and isinstance(cause, RateLimited)):  # it waits for its turn
                    yield Pause(wait, cause=cause)
        except SentError as error:
            if not error.attempts:  # a pause for which the deadline leaves no time
                note(error, operation=call.target.operation.name, attempts=failed)
            if permit is not None:
                permit.leave()
            if isinstance(error, AuthenticationError):
                note(error, hint=self._auth.hint())
            if watch is not None:
                yield from told(watch.failed(error))
            raise
        except BaseException as error:
            if permit is not None:
                permit.leave()
            if watch is not None:
                watch.interrupted(error)
            raise

    def _attempt(self, call: Call[Any, Any], number: int, failed: tuple[FailedAttempt, ...]) -> Attempt:
        return Attempt(
            number=number,
            called=call.called,
            sent=self._tick(),
            epoch=self._clock(),
            tick=self._tick,
            failed=failed,
            operation=call.target.operation.name,
            url=call.request.url,
            watch=call.watch,
            permit=call.permit,
        )

    def _presentable(self, call: Call[Any, Any], error: SentError) -> SentError:
        if call.checked and isinstance(error, BadRequest) and speaks_of_parameters(error):
            body = call.request.body if call.target.operation.is_plain else None
            return with_doubt(error, call.target.operation.name, body)
        return error

    def _told_of_retry(
        self, call: Call[Any, Any], number: int, error: SentError, wait: float, *, free: bool
    ) -> Steps[None]:
        number += free
        if call.watch is not None:
            yield from told(call.watch.retried(number, error, wait))
        elif log.isEnabledFor(logging.INFO):
            log_retry(call.target.name, number, error, wait)


def account_of(settings: Settings) -> str:
    """What tells accounts apart, without their keys."""
    return hashlib.sha256("\0".join(settings.secrets()).encode()).hexdigest()[:12]


def _return_permit(permit: Permit, error: SentError, wait: float) -> None:
    """An attempt failed. `wait`: seconds before the next one."""
    if isinstance(error, RateLimited):
        permit.refuse(max(wait, error.retry_after or 0.0))
    else:
        permit.fail(sent=not (isinstance(error, TransportError) and error.retryable))


def overlaid(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Headers, with the given ones in the place of our own, whatever their case."""
    names = {name.lower() for name in given}
    return {**{name: value for name, value in own.items() if name.lower() not in names}, **given}
