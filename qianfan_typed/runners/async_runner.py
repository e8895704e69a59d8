"""The async runner: takes the steps of a call, awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

from qianfan_api.answers import FunctionRun, OnError, Parsed, Progress
from qianfan_api.handles import AsyncStream, Options, Request, Target, Waiting
from qianfan_api.reply import Reply
from qianfan_typed.config import Settings
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.core.steps import Admit, Answer, Await, Pause, Read, Renew, Send, Step, Steps
from qianfan_typed.core.streaming import ChunkReader
from qianfan_typed.core.waiting import wait
from qianfan_typed.errors import TransportError
from qianfan_typed.limits import Limiter, Permit
from qianfan_typed.limits.shared import SharedBudget
from qianfan_typed.runners.async_streams import AsyncReplyStream
from qianfan_typed.runners.course import Course
from qianfan_typed.runners.shared_limits import shared_limits
from qianfan_typed.runners.streams import Following
from qianfan_typed.transports.protocols import AsyncBody, AsyncTransport, Patience

if TYPE_CHECKING:
    from qianfan_typed.answers.parse import AsyncValueStream

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")

_READ = Read()


class AsyncRunner:
    """Carries calls out, awaited. All tasks may share it; each event loop has connections of its own."""

    def __init__(
        self, settings: Settings, transport: AsyncTransport | None = None, limiter: Limiter | None = None
    ) -> None:
        """
        Args:
            settings: How calls are made.
            transport: What carries them. It is not closed with the runner. None: one on connections of our own.
            limiter: What keeps calls to limits. None: one of its own, if the settings have limits.
        """
        self.planner: CallPlanner = CallPlanner(settings, awaits=True, limiter=limiter)
        """What plans the calls."""
        self.shared: SharedBudget | None = shared_limits(self.planner.limiter)
        """What processes keep to together. None: nothing."""
        self.connect_timeout: float = settings.connect_timeout
        self._closes = True
        self._own: AsyncTransport | None = None
        if transport is None:
            from qianfan_typed.transports.async_http1_transport import AsyncHttp1Transport

            transport = self._own = AsyncHttp1Transport.of(settings)
        self.transport: AsyncTransport = transport
        self._renewing: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    def with_options(self, options: Options) -> AsyncRunner:
        """The same with other options for calls that say nothing. It shares what this one has, and closes nothing."""
        other = copy(self)
        other.planner, other._closes = self.planner.with_options(options), False
        return other

    def create(self, target: Target[R, C], request: Request, options: Options) -> Coroutine[Any, Any, R]:
        """A whole reply. The request is checked now, and its deadline counts from now."""
        began = time.monotonic()
        call = self.planner.prepare(target, request, options, stream=False)
        return _Conversation(self, call.deadline, began).carry(self.planner.create(call))

    def stream(self, target: Target[R, C], request: Request, options: Options) -> AsyncReplyStream[C, R]:
        """A reply in pieces. The request is checked now, and sent when the stream is awaited, entered or read."""
        call = self.planner.prepare(target, request, options, stream=True)
        return AsyncReplyStream(target, lambda: self._begun(self.planner.stream(call), call.deadline))

    # What answers in types and by functions of the user's own is loaded by who uses it.

    async def parse(
        self,
        target: Target[R, C],
        create: Callable[..., Coroutine[Any, Any, R]],
        into: type[T],
        retries: int,
        arguments: Mapping[str, Any],
    ) -> Parsed[T, R]:
        """A reply, read as a type."""
        from qianfan_typed.answers.parse import parse_async, parsing

        return await parse_async(parsing(target, into, retries, arguments), create)

    def parse_stream(
        self,
        target: Target[R, C],
        stream: Callable[..., AsyncStream[C, R]],
        into: type[T],
        arguments: Mapping[str, Any],
    ) -> AsyncValueStream[T, R]:
        """The values that a reply has so far."""
        from qianfan_typed.answers.parse import Wish, async_stream_of

        return async_stream_of(Wish[T, R].of(target, into, arguments), stream)

    async def run(
        self,
        target: Target[R, C],
        create: Callable[..., Coroutine[Any, Any, R]],
        tools: Sequence[Callable[..., object]],
        max_turns: int,
        on_error: OnError,
        arguments: Mapping[str, Any],
    ) -> FunctionRun[R]:
        """A conversation in which functions are called."""
        from qianfan_typed.answers.run import run_async, running

        return await run_async(running(target, tools, max_turns, on_error, arguments), create)

    async def create_many(
        self,
        create: Callable[..., Coroutine[Any, Any, R]],
        requests: Iterable[Mapping[str, Any]],
        workers: int,
        patience: float,
        on_progress: Callable[[Progress], object] | None,
    ) -> list[R | Exception]:
        """Many replies at once."""
        from qianfan_typed.answers.many import create_many_async

        return await create_many_async(create, requests, workers, patience, on_progress)

    async def wait(self, target: Target[R, C], request: Request, options: Options, waiting: Waiting) -> R:
        """The last reply of a task, once it is done."""
        return await self.carry(wait(self.planner, target, request, options, waiting))

    async def carry(self, steps: Steps[T], deadline: float | None = None) -> T:
        """What steps come to. `deadline`: seconds that they may take."""
        return await _Conversation(self, deadline, time.monotonic()).carry(steps)

    def pieces(
        self,
        target: Target[R, C],
        steps: Steps[ChunkReader[C]],
        deadline: float | None,
        following: Following[C] | None = None,
    ) -> AsyncReplyStream[C, R]:
        """The stream that steps come to, and those that go on with it. They begin when it is asked for a piece."""
        return AsyncReplyStream(target, lambda: self._begun(steps, deadline), following)

    async def _begun(
        self, steps: Steps[ChunkReader[C]], deadline: float | None
    ) -> tuple[ChunkReader[C], _Conversation]:
        conversation = _Conversation(self, deadline, time.monotonic())
        try:
            return await conversation.carry(steps), conversation
        except BaseException:
            conversation.close(reuse=False)
            raise

    async def aclose(self) -> None:
        """Closes the connections of the running loop, of a transport of its own."""
        if not self._closes:
            return
        if self._own is not None:
            await self._own.aclose()
        if self.shared is not None:
            self.shared.close()

    def renewing(self) -> asyncio.Lock:
        """What one call at a time may hold, to renew a token, in the running loop."""
        loop = asyncio.get_running_loop()
        return self._renewing.get(loop) or self._renewing.setdefault(loop, asyncio.Lock())


async def _nothing() -> bytes:
    return b""


class _Conversation(Course):
    """One call under way, and the body that it reads."""

    __slots__ = ("_body", "_runner")

    def __init__(self, runner: AsyncRunner, deadline: float | None, began: float, within: Course | None = None) -> None:
        super().__init__(runner.connect_timeout, deadline, began, within)
        self._runner = runner
        self._body: AsyncBody | None = None

    async def carry(self, steps: Steps[T]) -> T:
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
                    results.append(await self._taken(step))
                except TransportError as caught:
                    error = self.judged(caught, step)
                    if error is not caught:
                        error.__cause__ = caught
                except BaseException as caught:  # a cancellation too: hooks hear of it
                    error = caught
        except StopIteration as end:
            return cast("T", end.value)

    def _taken(self, step: Step) -> Awaitable[Answer | bytes | None]:
        """What to await for a step: no more coroutines than there have to be, since each costs all calls."""
        if isinstance(step, Send):
            return self._sent(step)
        if isinstance(step, Read):
            return _nothing() if self._body is None else self._body.aread()
        if isinstance(step, Pause):
            return asyncio.sleep(step.seconds)
        if isinstance(step, Admit):
            return self._admitted(step.permit)
        return step.left if isinstance(step, Await) else self._renewed(step)

    def _sent(self, step: Send) -> Awaitable[Answer]:
        """What came of a request. What the one before it left is dropped."""
        if self._body is not None:
            self.close(reuse=False)
        patience = self.sending(step)
        if step.stream:
            return self._opened(step, patience)
        return self._runner.transport.asend(step.request, patience)

    async def _opened(self, step: Send, patience: Patience) -> Answer:
        answer, self._body = await self._runner.transport.aopen(step.request, patience)
        return answer

    async def _admitted(self, permit: Permit) -> None:
        """Waits for a call's turn under limits."""
        await self._queued(permit)
        shared = self._runner.shared
        while shared is not None and (question := permit.question()) is not None:
            permit.hear(shared.at_once(question) or await asyncio.to_thread(shared.ask, question))
            if permit.granted:
                return
            await self._queued(permit)

    async def _queued(self, permit: Permit) -> None:
        woken: asyncio.Event | None = None
        while (held := permit.ask()) is not None:
            seconds = self.held(held)
            loop = asyncio.get_running_loop()
            if woken is None:
                woken = asyncio.Event()
                permit.wake = partial(loop.call_soon_threadsafe, woken.set)
                continue  # What happened before could not wake it.
            timer = None if seconds is None else loop.call_later(seconds, woken.set)
            try:
                await woken.wait()
            finally:
                if timer is not None:
                    timer.cancel()
            woken.clear()

    async def _renewed(self, step: Renew) -> None:
        """Renews a token, unless another task was first."""
        lock = self._runner.renewing()
        try:
            await asyncio.wait_for(lock.acquire(), None if self.until is None else self.left())
        except asyncio.TimeoutError:
            raise self.exceeded(step) from None
        try:
            if step.token.stale():
                await _Conversation(self._runner, self.deadline, self.began, self).carry(step.token.renewal())
        finally:
            lock.release()

    async def read(self) -> bytes:
        """What has come of the body; waits for some. Empty at the end."""
        if self._body is None:
            return b""
        if self.until is not None and self.is_over():
            raise self.exceeded(_READ)
        try:
            return await self._body.aread()
        except TransportError as error:
            if self.is_over():
                raise self.judged(error, _READ) from error
            raise

    def close(self, *, reuse: bool) -> None:
        """Ends the reading of a body. `reuse`: the platform has said all."""
        body, self._body = self._body, None
        if body is not None:
            body.close(reuse=reuse)
