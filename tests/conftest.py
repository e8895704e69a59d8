"""The suite itself: ids that can be read in a terminal and pasted after `-k`, and Ctrl-C for the processes of tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LONGEST_ID = 120
"""Characters of an id behind its file."""
LONGEST_VALUE = 24
"""Characters of a text or bytes in an id. What is longer is cut; pytest numbers those that are then the same."""


def pytest_configure() -> None:
    """Undoes what a shell does to jobs in the background: their processes, and those of these, would ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: Any) -> str | None:
    """Cuts the texts in ids."""
    if not isinstance(val, str | bytes):
        return None
    text = val.encode("unicode_escape") if isinstance(val, str) else val
    shown = text.decode("ascii", "backslashreplace")
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[: LONGEST_VALUE - 3]}..."


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuses long ids, also of tests that are deselected."""
    ids = [item.nodeid.partition("::")[2] for item in items]
    long = [f"{len(one)} characters: {one[:LONGEST_ID]}..." for one in ids if len(one) > LONGEST_ID]
    if long:
        head = f"ids of more than {LONGEST_ID} characters ({len(long)}): give their values shorter ones"
        raise pytest.UsageError("\n  ".join([head, *long[:20]]))


@pytest.fixture
def symlink() -> Callable[[Path, str], None]:
    """Makes a symbolic link, from a path to a target. Windows lets only some users do so."""

    def make(path: Path, target: str) -> None:
        try:
            path.symlink_to(target)
        except OSError:
            if os.name != "nt":
                raise
            pytest.skip("this user may not make symbolic links")

    return make
