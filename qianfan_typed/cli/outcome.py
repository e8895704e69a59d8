"""Outcome of a command: its exit code, and one readable block for an error."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager

from qianfan_api.words import told
from qianfan_typed.cli.terminal import USAGE_ERROR, say
from qianfan_typed.errors import (
    ApiError,
    ConfigurationError,
    DecodeError,
    InvalidBatch,
    InvalidRequest,
    ParseFailed,
    QianfanError,
    RequestWarning,
    TaskFailed,
    TransportError,
    TurnsExceeded,
)

REFUSED = 1
"""Exit code for what the rules or the platform refuse."""
NO_REPLY = 3
"""Exit code for no reply, half of one, or one that cannot be read."""
STOPPED = 130
"""Exit code for Ctrl-C, as shells have it."""

EXIT_CODES = (
    "Exit codes: 0 done; 1 refused, by our rules (nothing was sent) or by the platform; 2 a command, an option, a key "
    "or a file is wrong; 3 no reply, or one that cannot be read or does not fit; 130 stopped by Ctrl-C."
)


@contextmanager
def one_block(*, traceback: bool = False) -> Generator[None]:
    """Says what goes wrong in one block on standard error, and ends the program with the exit code for it.

    Args:
        traceback: Let errors through, so that Python shows where they come from.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("always", RequestWarning)
        warnings.showwarning = _show_warning
        try:
            yield
        except KeyboardInterrupt:
            sys.stdout.flush()
            raise SystemExit(STOPPED) from None
        except BrokenPipeError:
            # Whoever read has enough. What is still to be flushed goes nowhere, and nothing is said of it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except (QianfanError, OSError, ImportError, ValueError) as error:
            if traceback:
                raise
            say(explained(error))
            raise SystemExit(exit_code(error)) from None


def exit_code(error: Exception) -> int:
    """The exit code for an error."""
    if isinstance(error, (InvalidRequest, InvalidBatch, ApiError, TaskFailed)):
        return REFUSED
    no_answer = (TransportError, DecodeError, ParseFailed, TurnsExceeded)
    return NO_REPLY if isinstance(error, no_answer) else USAGE_ERROR


def explained(error: Exception) -> str:
    """An error in words, with what to do where it does not say so itself."""
    if isinstance(error, OSError) and not isinstance(error, QianfanError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, ParseFailed):
        return f"{error}\n  it said: {error.text}"
    if isinstance(error, TurnsExceeded):
        return f"{error.summary}; --max-turns allows more"
    if isinstance(error, ConfigurationError) or not isinstance(error, TransportError):
        return str(error)
    return f"{error}\n  qianfan-typed doctor says which hosts can be reached, and what stands between"


def _show_warning(message: Warning | str, *more: object, **named: object) -> None:
    if not isinstance(message, RequestWarning):
        say(f"warning: {message}")
        return
    found = message.violation
    at = "" if found.code in ("unknown_model", "retired") else f"{found.pointer}  "
    say(f"warning: {at}{told(found.message)}{f'  ({told(found.source)})' if found.source else ''}")
