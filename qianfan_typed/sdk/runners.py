"""Runners of the documents' objects: shared by all objects with the same settings.

The guide makes an object for a call (`qianfan.ChatCompletion().do(…)`). Connections and tokens must outlive it.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import attrs

from qianfan_typed.config import Settings
from qianfan_typed.core.calls import CallPlanner, account_of
from qianfan_typed.limits import Limiter, Limits
from qianfan_typed.runners.sync_runner import SyncRunner
from qianfan_typed.transports.protocols import AsyncTransport, Transport, require_fit

if TYPE_CHECKING:
    from qianfan_typed.runners.async_runner import AsyncRunner

T = TypeVar("T")

_MOST = 64
"""How many settings are kept. Those that were not used for the longest time go first."""


class _Kept(Generic[T]):
    """What was made for the settings used last."""

    def __init__(self, make: Callable[[Settings, object], T]) -> None:
        self._make = make
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, settings: Settings, transport: object = None) -> T:
        kept = (key(settings), transport)
        with self._lock:
            found = self._kept.pop(kept, None) or self._make(settings, transport)
            self._kept[kept] = found
            if len(self._kept) > _MOST:
                # Not closed: calls may be under way. Its connections close when it is forgotten.
                self._kept.popitem(last=False)
        return found

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


def key(settings: Settings) -> Hashable:
    """What tells settings apart."""
    values = (getattr(settings, field.name) for field in attrs.fields(Settings))
    return tuple(
        frozenset(cast("Mapping[str, str]", value).items()) if isinstance(value, Mapping) else value for value in values
    )


@functools.lru_cache(maxsize=256)
def _limiter(limits: Limits, account: str) -> Limiter:
    return Limiter(limits, account=account)


def limiter_of(settings: Settings) -> Limiter | None:
    """What all objects that call with the same keys and limits share. None: there are no limits."""
    return None if settings.limits is None else _limiter(settings.limits, account_of(settings))


def _sync_runner(settings: Settings, transport: object) -> SyncRunner:
    limiter = limiter_of(settings)
    if transport is None:
        return SyncRunner(settings, limiter=limiter)
    require_fit(transport, "Transport", "a call that blocks")
    return SyncRunner(settings, cast("Transport", transport), limiter)


def _async_runner(settings: Settings, transport: object) -> AsyncRunner:
    from qianfan_typed.runners.async_runner import AsyncRunner

    limiter = limiter_of(settings)
    if transport is None:
        return AsyncRunner(settings, limiter=limiter)
    require_fit(transport, "AsyncTransport", "a call that is awaited")
    return AsyncRunner(settings, cast("AsyncTransport", transport), limiter)


def _planner(settings: Settings, _: object) -> CallPlanner:
    return CallPlanner(attrs.evolve(settings, limits=None))


_sync = _Kept(_sync_runner)
_async = _Kept(_async_runner)
_planners = _Kept(_planner)


def sync_runner(settings: Settings, transport: object = None) -> SyncRunner:
    """The runner of these settings. `transport`: what carries its calls. None: its own."""
    return _sync.of(settings, transport)


def async_runner(settings: Settings, transport: object = None) -> AsyncRunner:
    """The same, awaited. Connections of its own close when their event loop ends."""
    return _async.of(settings, transport)


def forget() -> None:
    """Forgets connections and tokens: for tests, and for what is put in the place of the platform."""
    for kept in (_sync, _async, _planners):
        kept.forget()
    _limiter.cache_clear()


def planner(settings: Settings) -> CallPlanner:
    """What prepares calls with these settings, to show a request as it was sent."""
    return _planners.of(settings)
