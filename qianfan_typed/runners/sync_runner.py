"""The sync runner: takes the steps of a call, blocking."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from qianfan_api.answers import FunctionRun, OnError, Parsed, Progress
from qianfan_api.handles import Options, Request, Stream, Target, Waiting
from qianfan_api.reply import Reply
from qianfan_typed.config import Settings
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.core.steps import Admit, Answer, Await, Pause, Read, Renew, Send, Step, Steps
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.core.waiting import wait
from qianfan_typed.errors import TransportError
from qianfan_typed.limits import Limiter, Permit
from qianfan_typed.runners.course import Course
from qianfan_typed.runners.shared_limits import SharedLimits, shared_limits
from qianfan_typed.runners.streams import Following, ReplyStream
from qianfan_typed.transports.protocols import Body, Transport

if TYPE_CHECKING:
    from qianfan_typed.answers.parse import ValueStream

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")

_READ = Read()


class SyncRunner:
    """Carries calls out, blocking. Threads may share it."""

    def __init__(self, settings: Settings, transport: Transport | None = None, limiter: Limiter | None = None) -> None:
        """
        Args:
            settings: How calls are made.
            transport: What carries them. It is not closed with the runner. None: one on connections of our own.
            limiter: What keeps calls to limits. None: one of its own, if the settings have limits.
        """
        self.planner: CallPlanner = CallPlanner(settings, limiter=limiter)
        """What plans the calls."""
        self.shared: SharedLimits | None = shared_limits(self.planner.limiter)
        """What processes keep to together. None: nothing."""
        self.connect_timeout: float = settings.connect_timeout
        self._closes = True
        self._own: Transport | None = None
        if transport is None:
            from qianfan_typed.transports.http1_transport import Http1Transport

            transport = self._own = Http1Transport.of(settings)
        self.transport: Transport = transport
        self._renewing = threading.Lock()
        self._process = os.getpid()

    def with_options(self, options: Options) -> SyncRunner:
        """The same with other options for calls that say nothing. It shares what this one has, and closes nothing."""
        other = copy(self)
        other.planner, other._closes = self.planner.with_options(options), False
        return other

    def create(self, target: Target[R, C], request: Request, options: Options) -> R:
        """A whole reply."""
        began = time.monotonic()
        call = self.planner.prepare(target, request, options, stream=False)
        return _Conversation(self, call.deadline, began).carry(self.planner.create(call))

    def stream(self, target: Target[R, C], request: Request, options: Options) -> ReplyStream[C, R]:
        """A reply in pieces."""
        began = time.monotonic()
        call = self.planner.prepare(target, request, options, stream=True)
        return self._begun(target, self.planner.stream(call), _Conversation(self, call.deadline, began))

    # What answers in types and by functions of the user's own is loaded by who uses it.

    def parse(
        self, target: Target[R, C], create: Callable[..., R], into: type[T], retries: int, arguments: Mapping[str, Any]
    ) -> Parsed[T, R]:
        """A reply, read as a type."""
        from qianfan_typed.answers.parse import parse, parsing

        return parse(parsing(target, into, retries, arguments), create)

    def parse_stream(
        self, target: Target[R, C], stream: Callable[..., Stream[C, R]], into: type[T], arguments: Mapping[str, Any]
    ) -> ValueStream[T, R]:
        """The values that a reply has so far."""
        from qianfan_typed.answers.parse import Wish, stream_of

        return stream_of(Wish[T, R].of(target, into, arguments), stream)

    def run(
        self,
        target: Target[R, C],
        create: Callable[..., R],
        tools: Sequence[Callable[..., object]],
        max_turns: int,
        on_error: OnError,
        arguments: Mapping[str, Any],
    ) -> FunctionRun[R]:
        """A conversation in which functions are called."""
        from qianfan_typed.answers.run import run, running

        return run(running(target, tools, max_turns, on_error, arguments), create)

    def create_many(
        self,
        create: Callable[..., R],
        requests: Iterable[Mapping[str, Any]],
        workers: int,
        patience: float,
        on_progress: Callable[[Progress], object] | None,
    ) -> list[R | Exception]:
        """Many replies at once."""
        from qianfan_typed.answers.many import create_many

        return create_many(create, requests, workers, patience, on_progress)

    def wait(self, target: Target[R, C], request: Request, options: Options, waiting: Waiting) -> R:
        """The last reply of a task, once it is done."""
        return self.carry(wait(self.planner, target, request, options, waiting))

    def carry(self, steps: Steps[T], deadline: float | None = None) -> T:
        """What steps come to. `deadline`: seconds that they may take."""
        return _Conversation(self, deadline, time.monotonic()).carry(steps)

    def pieces(
        self,
        target: Target[R, C],
        steps: Steps[ChunkReader[C]],
        deadline: float | None,
        following: Following[C] | None = None,
    ) -> ReplyStream[C, R]:
        """The stream that steps come to, and those that go on with it."""
        return self._begun(target, steps, _Conversation(self, deadline, time.monotonic()), following)

    def _begun(
        self,
        target: Target[R, C],
        steps: Steps[ChunkReader[C]],
        conversation: _Conversation,
        following: Following[C] | None = None,
    ) -> ReplyStream[C, R]:
        try:
            return ReplyStream(target, conversation.carry(steps), conversation, following)
        except BaseException:
            conversation.close(reuse=False)
            raise

    def close(self) -> None:
        """Closes the connections that wait for the next call, of a transport of its own."""
        if not self._closes:
            return
        if self._own is not None:
            self._own.close()
        if self.shared is not None:
            self.shared.close()

    def renewing(self) -> threading.Lock:
        """What one call at a time may hold, to renew a token."""
        if self._process != os.getpid():
            # After a fork the parent's may be held for ever.
            self._renewing, self._process = threading.Lock(), os.getpid()
        return self._renewing


class _Conversation(Course):
    """One call under way, and the body that it reads."""

    __slots__ = ("_body", "_runner")

    def __init__(self, runner: SyncRunner, deadline: float | None, began: float, within: Course | None = None) -> None:
        super().__init__(runner.connect_timeout, deadline, began, within)
        self._runner = runner
        self._body: Body | None = None

    def carry(self, steps: Steps[T]) -> T:
        """Takes steps to their end."""
        # Taken out when it is sent in: a traceback shows locals, and what came may hold secrets.
        results: list[Answer | bytes | None] = [None]
        error: BaseException | None = None
        try:
            while True:
                step = steps.send(results.pop()) if error is None else steps.throw(error)
                error = None
                if self.until is not None and (late := self.overrun(step)) is not None:
                    late.__cause__ = step.cause if isinstance(step, Pause) else None
                    error = late
                    continue
                try:
                    results.append(self._taken(step))
                except TransportError as caught:
                    error = self.judged(caught, step)
                    if error is not caught:
                        error.__cause__ = caught
                except BaseException as caught:  # a cancellation too: hooks hear of it
                    error = caught
        except StopIteration as end:
            return cast("T", end.value)

    def _taken(self, step: Step) -> Answer | bytes | None:
        if isinstance(step, Send):
            return self._sent(step)
        if isinstance(step, Read):
            return b"" if self._body is None else self._body.read()
        if isinstance(step, Pause):
            time.sleep(step.seconds)
        elif isinstance(step, Admit):
            self._admitted(step.permit)
        elif isinstance(step, Await):
            raise TypeError("a client that blocks awaits no hook")
        else:
            self._renewed(step)
        return None

    def _sent(self, step: Send) -> Answer:
        """What came of a request. What the one before it left is dropped."""
        if self._body is not None:
            self.close(reuse=False)
        patience = self.sending(step)
        if not step.stream:
            return self._runner.transport.send(step.request, patience)
        answer, self._body = self._runner.transport.open(step.request, patience)
        return answer

    def _admitted(self, permit: Permit) -> None:
        """Waits for a call's turn under limits."""
        self._queued(permit)
        shared = self._runner.shared
        while shared is not None and (question := permit.question()) is not None:
            permit.hear(shared.ask(question))
            if permit.granted:
                return
            self._queued(permit)

    def _queued(self, permit: Permit) -> None:
        woken: threading.Event | None = None
        while (held := permit.ask()) is not None:
            seconds = self.held(held)
            if woken is None:
                woken = threading.Event()
                permit.wake = woken.set
                continue  # What happened before could not wake it.
            woken.wait(seconds)
            woken.clear()

    def _renewed(self, step: Renew) -> None:
        """Renews a token, unless another thread was first."""
        lock = self._runner.renewing()
        if not lock.acquire(timeout=self.left()):
            raise self.exceeded(step)
        try:
            if step.token.stale():
                _Conversation(self._runner, self.deadline, self.began, self).carry(step.token.renewal())
        finally:
            lock.release()

    def read(self) -> bytes:
        """What has come of the body; waits for some. Empty at the end."""
        if self._body is None:
            return b""
        if self.until is not None and self.is_over():
            raise self.exceeded(_READ)
        try:
            return self._body.read()
        except TransportError as error:
            if self.is_over():
                raise self.judged(error, _READ) from error
            raise

    def close(self, *, reuse: bool) -> None:
        """Ends the reading of a body. `reuse`: the platform has said all."""
        body, self._body = self._body, None
        if body is not None:
            body.close(reuse=reuse)
