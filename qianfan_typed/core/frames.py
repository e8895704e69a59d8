"""Stack frames: which of them is the user's, for warnings that point at it."""

from __future__ import annotations

import inspect

_OURS = ("qianfan_typed", "qianfan_api")


def outside() -> int:
    """The frame that called this project, as `warnings.warn` counts from the function that calls this."""
    level, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _OURS:
        frame, level = frame.f_back, level + 1
    return max(level, 1)
