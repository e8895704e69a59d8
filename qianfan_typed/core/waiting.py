"""Waiting: the steps from a task's name to the task's end, a question at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from qianfan_api.handles import Options, Request, Target, Waiting
from qianfan_api.reply import Reply
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.core.steps import Pause, Steps
from qianfan_typed.errors import TaskFailed, TaskUnfinished

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)


def wait(
    planner: CallPlanner,
    target: Target[R, C],
    request: Request,
    options: Options,
    waiting: Waiting,
    tick: Callable[[], float] = time.monotonic,
) -> Steps[R]:
    """The steps to a task that is done.

    A question that is being answered when the deadline passes is waited for: its answer may be the end.

    Raises:
        TaskFailed: It will never be done.
        TaskUnfinished: The deadline passed.
        ValueError: The interval or the deadline is below 0.
    """
    for name, seconds in (("interval", waiting.interval), ("deadline", waiting.deadline)):
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"{name}: {seconds!r}: must be at least 0 seconds")
    task = str(request.to_wire().get(waiting.task))
    started = tick()
    while True:
        reply = yield from planner.create(planner.prepare(target, request, options, stream=False))
        status = str(getattr(reply, waiting.status))
        if status in waiting.done:
            return reply
        if status in waiting.failed:
            raise TaskFailed(operation=target.operation.name, task=task, status=status, reply=reply)
        left = None if waiting.deadline is None else started + waiting.deadline - tick()
        if left is not None and left <= 0:
            waited = tick() - started
            raise TaskUnfinished(operation=target.operation.name, task=task, status=status, waited=waited, reply=reply)
        yield Pause(waiting.interval if left is None else min(waiting.interval, left))
