"""Ray itself, which has no wheels for some Pythons and is loaded only where it is used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from qianfan_typed.errors import ConfigurationError


def require_ray() -> Any:
    """Ray. Raises ConfigurationError where it is not installed."""
    try:
        return import_module("ray")
    except ModuleNotFoundError:
        python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        message = (
            f'Ray is not installed: pip install "qianfan-typed[ray]" (docs/batches.md: whether {python} has wheels)'
        )
        raise ConfigurationError(message=message, setting="engine") from None
