"""Limits: how large a file may be, and how long it may take, whatever stands in it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Generator

from qianfan_api.words import say

MOST_SECONDS = 60
"""Of a processor, for a file, or for a range of one. A range of the longest takes a tenth of a second."""


class TimeIsUp(BaseException):
    """A file takes too long. No Exception: nothing on the way is to take it for a fault of the file's text."""


@contextlib.contextmanager
def limited(seconds: float) -> Generator[None]:
    """Ends what runs in it after some seconds of the processor.

    Without effect on Windows, and outside of the main thread: signals are not for them.

    Raises:
        TimeIsUp: It was ended.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def internal_error(error: Exception) -> str:
    """What is said of a fault of the check itself. Nothing of the checked file is in it."""
    trace = error.__traceback__
    kind: str = type(error).__name__
    while trace is not None:
        function, line = trace.tb_frame.f_code.co_name, trace.tb_lineno
        kind = say("{kind} in {function}, line {line}", kind=type(error).__name__, function=function, line=line)
        trace = trace.tb_next
    return say("internal error, please report it: {kind}; the rest of the file is not checked", kind=kind)
