"""Processes: how many this one may start to good use."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_PROCESSES: int = 61 if os.name == "nt" else sys.maxsize
"""Windows waits for no more than 63 things at a time, of which a pool needs two."""
_OWN_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


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
