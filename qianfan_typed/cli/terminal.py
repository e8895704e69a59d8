"""Terminal: what the commands say beside what they print, and how they end."""

from __future__ import annotations

import io
import sys
from typing import NoReturn

USAGE_ERROR = 2
"""Exit code for what the user can mend: a wrong setting, a port that is taken, an extra that is not installed."""


def accept_all_text() -> None:
    """Has standard output and error write what their encoding has not as `\\u4f60`, instead of failing."""
    streams: tuple[object, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(words: str) -> None:
    """Says something to the user, beside what is printed for programs."""
    from qianfan_typed.reports.printable import printable

    print("\n".join(map(printable, f"qianfan-typed: {words}".split("\n"))), file=sys.stderr)


def give_up(words: str) -> NoReturn:
    """Says why a command cannot go on, and ends it."""
    say(words)
    raise SystemExit(USAGE_ERROR)
