"""Listening: what the commands that serve on a port have in common - when they end, and what they say."""

from __future__ import annotations

import errno
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from types import FrameType

from rich.console import Console

_WINDOWS = sys.platform == "win32"
_HEARTBEAT = 1.0 if _WINDOWS else None
"""Seconds. Windows hands a signal over only when the main thread runs."""


def until_told() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)
    return stop


def wait_for(told: threading.Event) -> None:
    """Waits until a signal has come."""
    while not told.wait(_HEARTBEAT):
        pass


def why_not(host: str, port: int, error: OSError) -> str:
    """Why nothing listens there, in words."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with --port, or --port 0 for a free one"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def print_variables(console: Console, title: str, variables: Mapping[str, str]) -> None:
    """Prints how a shell sets variables, below a line that says what they are."""
    console.print(f"\n# {title}", style="dim", markup=False)
    for line in _assignments(variables):
        console.print(line, markup=False)


def _assignments(variables: Mapping[str, str]) -> Iterator[str]:
    """How a shell sets variables. On Windows the two have nothing in common: cmd, and PowerShell below it."""
    for name, value in variables.items():
        yield f'set "{name}={value}"' if _WINDOWS else f"export {name}={shlex.quote(value)}"
    for name, value in variables.items() if _WINDOWS else ():
        doubled = value.replace("'", "''")
        yield f"$env:{name} = '{doubled}'"
