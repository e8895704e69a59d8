"""Texts that a command is given: as arguments, in files, or piped in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from qianfan_typed.errors import ConfigurationError


def one_text(given: str | None, what: str) -> str:
    """A text: the argument, or what is piped in.

    Raises:
        ConfigurationError: There is neither.
    """
    if given is not None:
        return given
    return piped(what).strip("\n")


def lines(given: Sequence[str] | None, file: Path | None, what: str) -> list[str]:
    """Texts: the arguments, and each line of a file; else each line of what is piped in.

    Raises:
        ConfigurationError: There is none of them.
        OSError: The file cannot be read.
    """
    found = list(given or ())
    if file is not None:
        found += _lines(file.read_text("utf-8-sig"))
    return found or _lines(piped(what))


def piped(what: str) -> str:
    """What is piped in. Raises ConfigurationError where nothing is."""
    if sys.stdin is None or sys.stdin.isatty():
        raise ConfigurationError(message=f"say {what}, or pipe it in", setting=None)
    return sys.stdin.read()


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
