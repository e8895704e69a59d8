"""Runs of a batch for those who do not await: in a loop of their own, on a thread, and what Ctrl-C does meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from qianfan_typed.batch.reports import BatchReport
from qianfan_typed.batch.run import BatchRun
from qianfan_typed.config import Settings
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.limits import Limiter
from qianfan_typed.runners.async_runner import AsyncRunner
from qianfan_typed.transports.protocols import AsyncBody, AsyncTransport, Patience, Transport

INTERRUPTED = "Ctrl-C"
"""Why a run ended that was interrupted."""
_HEARTBEAT = 0.5
"""Seconds. Windows hands a signal over only when the main thread runs."""


def run_blocking(
    run: BatchRun,
    settings: Settings,
    *,
    workers: int,
    transport: Transport | None = None,
    limiter: Limiter | None = None,
    on_interrupt: Callable[[], object] = lambda: None,
) -> BatchReport:
    """Runs a batch to its end. Interrupted, it finishes what is under way; a second time, it ends now.

    Args:
        run: The run.
        settings: How calls are made.
        workers: How many calls at once.
        transport: What carries them, where the client has been given one.
        limiter: What keeps calls to limits.
        on_interrupt: Is called when it was interrupted once.

    Raises:
        KeyboardInterrupt: It was interrupted before anything was sent.
    """
    ended: Future[BatchReport] = Future()

    async def go() -> BatchReport:
        carrier = None if transport is None else _OnThreads(transport, workers)
        runner = AsyncRunner(settings, carrier, limiter)
        try:
            return await run.run(runner)
        finally:
            await runner.aclose()
            if carrier is not None:
                await carrier.aclose()

    def work() -> None:
        try:
            ended.set_result(asyncio.run(go()))
        except BaseException as error:
            ended.set_exception(error)

    threading.Thread(target=work, name="qianfan-batch").start()
    pressed = heard = 0
    # Not `join`: once interrupted, Python up to 3.12 takes a thread that runs for one that has ended.
    while not ended.done():
        try:
            if heard < pressed:
                # In here, as the next Ctrl-C may come while this one is told.
                heard = pressed
                run.stop(INTERRUPTED)
                if pressed == 1:
                    on_interrupt()
                else:
                    run.stop_now()
            wait([ended], _HEARTBEAT)
        except KeyboardInterrupt:
            pressed += 1
    return ended.result()


class _OnThreads(AsyncTransport):
    """A transport that blocks, awaited."""

    def __init__(self, transport: Transport, workers: int) -> None:
        self._transport = transport
        self._threads = ThreadPoolExecutor(workers, "qianfan-batch")

    async def asend(self, request: HttpRequest, patience: Patience) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transport.send, request, patience)

    async def aopen(self, request: HttpRequest, patience: Patience) -> tuple[Answer, AsyncBody]:
        raise NotImplementedError("a batch has no streams")

    async def aclose(self) -> None:
        self._threads.shutdown()
