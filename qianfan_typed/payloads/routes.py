"""Routes: the operation and model that a URL leads to."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlsplit

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS


@attrs.frozen
class Route:
    """Where a URL leads."""

    api: str
    """The operation: `v1.chat`."""
    model: str | None = None
    """The model whose service it is. None: a service of one's own, or the body names it."""
    deployed: bool = False
    """Whether it is a service of one's own, of which the catalogue knows no model."""


@functools.lru_cache(4096)
def route(url: str) -> Route | None:
    """Where a URL leads, with or without its host. None: no operation is there."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return _fixed().get(path.rstrip("/")) or _served(path) or _deployed(path)


def paths() -> list[str]:
    """The paths of operations that are the same for every model."""
    return list(_fixed())


@functools.cache
def _fixed() -> dict[str, Route]:
    """Paths that are the operation's own."""
    return {
        path.rstrip("/"): Route(name)
        for name, operation in OPERATIONS.items()
        for path in (operation.path, *operation.also)
        if "{" not in path
    }


def _served(path: str) -> Route | None:
    """The service of a model that the platform serves ready-made."""
    for name, operation in OPERATIONS.items():
        rest = _rest(path, operation.path)
        model = None if rest is None else CATALOGUES[name].at_path(rest)
        if model is not None:
            return Route(name, model.name)
    return None


def _deployed(path: str) -> Route | None:
    """A service of one's own."""
    for name, operation in OPERATIONS.items():
        rest = _rest(path, operation.path)
        if rest is None or operation.deployed_path is None:
            continue
        before, after = operation.deployed_path.rstrip("/").split("{endpoint}")
        found = re.fullmatch(f"{re.escape(before)}([^/]+){re.escape(after)}/?", rest)
        if found:
            model = CATALOGUES[name].at_endpoint(found[1])
            return Route(name, deployed=True) if model is None else Route(name, model.name)
    return None


def _rest(path: str, pattern: str) -> str | None:
    """What stands for `{path}` in an operation's path."""
    before, found, _ = pattern.partition("{path}")
    return path[len(before) :] if found and path.startswith(before) else None
