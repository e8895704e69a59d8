"""Services: models that the catalogue does not know, looked up in the account's list.

The guide promises it for IAM keys. It costs a call where an unknown name comes up, and then none for a while.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

import attrs

from qianfan_api.handles import OpenRequest, Operation, Options, Target
from qianfan_api.operations import V1_SERVICES
from qianfan_api.platform import PREFIXES
from qianfan_typed.config import Settings
from qianfan_typed.errors import QianfanError
from qianfan_typed.sdk.config import get_config
from qianfan_typed.sdk.runners import key, sync_runner

log: logging.Logger = logging.getLogger("qianfan_typed")

_REFRESH = 600.0
"""Seconds that a list is good for, unless QIANFAN_INFER_RESOURCE_REFRESH_INTERVAL says otherwise."""


@attrs.frozen
class _List:
    paths: Mapping[str, str]
    """Name → path."""
    until: float


_lists: dict[object, _List] = {}
_lock = threading.Lock()


def may_be_asked(settings: Settings) -> bool:
    """Whether there are keys that the list takes."""
    return settings.access_key is not None and settings.secret_key is not None and not settings.no_auth


def is_known(settings: Settings) -> bool:
    """Whether the list is at hand."""
    found = _lists.get(key(settings))
    return found is not None and time.monotonic() < found.until


def refresh(settings: Settings, transport: object = None) -> None:
    """Fetches the list, if it is not at hand. One that cannot be had is empty."""
    with _lock:
        if not is_known(settings):
            interval = get_config().INFER_RESOURCE_REFRESH_INTERVAL or _REFRESH
            _lists[key(settings)] = _List(_fetched(settings, transport), time.monotonic() + interval)


def path_of(operation: Operation[Any, Any], name: str, settings: Settings, transport: object = None) -> str | None:
    """The path of a model that the list has for an operation. None: it has none."""
    refresh(settings, transport)
    folded = name.casefold()
    found = ((one, path) for one, path in _lists[key(settings)].paths.items() if one.casefold() == folded)
    return next((path for _, path in found if _serves(operation, path)), None)


def names_of(operation: Operation[Any, Any], settings: Settings, transport: object = None) -> set[str]:
    """The services that the list has for an operation."""
    refresh(settings, transport)
    return {name for name, path in _lists[key(settings)].paths.items() if _serves(operation, path)}


def _serves(operation: Operation[Any, Any], path: str) -> bool:
    return path.partition("/")[0] == (operation.deployed_path or "").partition("/")[0]


def forget() -> None:
    """Forgets all lists."""
    _lists.clear()


def _fetched(settings: Settings, transport: object) -> Mapping[str, str]:
    target = Target(operation=V1_SERVICES, name=V1_SERVICES.name)
    options = Options(timeout=settings.auth_timeout)
    try:
        runner = sync_runner(attrs.evolve(settings, max_attempts=1), transport)
        reply = runner.create(target, OpenRequest({}), options)
    except QianfanError as error:
        log.warning("the list of services could not be had: %s", error)
        return {}
    prefix = PREFIXES["models"] + "/"
    services = [*reply.result.common, *reply.result.custom]
    return {service.name: service.url.partition(prefix)[2] for service in services if prefix in service.url}
