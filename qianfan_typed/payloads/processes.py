"""Processes: how many this one may start to good use, and how they end with it."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

MOST_PROCESSES: int = 61 if os.name == "nt" else sys.maxsize
"""Windows waits for no more than 63 things at a time, of which a pool needs two."""
_OWN_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


def begin_worker() -> None:
    """What a process that was started does first.

    It ends when the one that started it does, however that is ended: otherwise it would wait for work for ever. Ctrl-C
    reaches it too, and is for the other to act on.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextlib.contextmanager
def interrupts_wait() -> Generator[None]:
    """Has Ctrl-C wait until something is done: while a process is started, Python prints it and goes on without it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[FrameType | None] = []

    def wait(number: int, frame: FrameType | None) -> None:
        waiting.append(frame)

    before = signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting and callable(before):
            before(signal.SIGINT, waiting[0])


def end_workers() -> None:
    """Ends the processes that this one has started, whatever they do."""
    for process in multiprocessing.active_children():
        process.kill()


def cores() -> int:
    """How many cores this process may use: those it is bound to, or what its container has of them, if that is less."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([bound, *map(math.ceil, _quotas())]))


def _quotas() -> Iterator[float]:
    """The shares of cores that control groups (version 2) grant: of this process, and of those it lies in."""
    try:
        own = _OWN_GROUP.read_text("utf-8").partition("0::/")[2].partition("\n")[0]
    except (OSError, ValueError):
        return
    group = _GROUPS / own
    for folder in (group, *group.parents):
        try:
            quota, period = (folder / "cpu.max").read_text("utf-8").split()
            yield int(quota) / int(period)
        except (OSError, ValueError):
            continue  # "max": all of them
