"""The suite itself: short ids, Ctrl-C for the processes of tests, and what not every system lets one do."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.ids import LONGEST_ID, short

# How fast examples are made says how busy the machine is, and nothing of what is tested.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def pytest_configure() -> None:
    """Undoes what a shell does to jobs in the background: their processes, and those of these, would ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Takes what was collected out of the garbage collector's sight: tests ask it to collect, half a second each."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: Any) -> str | None:
    """Cuts the texts in ids."""
    return short(val) if isinstance(val, str | bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuses a test whose id is long. While tests are collected is too early: xdist would not say why it ends."""
    own = item.nodeid.partition("::")[2]
    if len(own) > LONGEST_ID:
        pytest.fail(f"an id of {len(own)} characters; at most {LONGEST_ID}: give its values short ids", pytrace=False)


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
