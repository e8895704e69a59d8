"""Runners of the documents' objects: shared by all objects with the same settings.

The guide makes an object for a call (`qianfan.ChatCompletion().do(…)`). Connections and tokens must outlive it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

import attrs

from qianfan_typed.config import Settings
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.transports.sync_runner import SyncRunner

if TYPE_CHECKING:
    from qianfan_typed.transports.async_runner import AsyncRunner

T = TypeVar("T")

_MOST = 64
"""How many settings are kept. Those that were not used for the longest time go first."""


class _Kept(Generic[T]):
    """What was made for the settings used last."""

    def __init__(self, make: Callable[[Settings], T]) -> None:
        self._make = make
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, settings: Settings) -> T:
        kept = key(settings)
        with self._lock:
            found = self._kept.pop(kept, None) or self._make(settings)
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


def _async_runner(settings: Settings) -> AsyncRunner:
    from qianfan_typed.transports.async_runner import AsyncRunner

    return AsyncRunner(settings)


_sync = _Kept(SyncRunner)
_async = _Kept(_async_runner)
_planners = _Kept(CallPlanner)
_closers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[AsyncRunner, AsyncGenerator[None, None]]] = (
    WeakKeyDictionary()
)


def sync_runner(settings: Settings) -> SyncRunner:
    """The runner of these settings."""
    return _sync.of(settings)


async def async_runner(settings: Settings) -> AsyncRunner:
    """The runner of these settings. Its connections close when the running loop ends."""
    runner = _async.of(settings)
    closers = _closers.setdefault(asyncio.get_running_loop(), {})
    if runner not in closers:
        closers[runner] = closer = _closing(runner)
        await anext(closer)
    return runner


def forget() -> None:
    """Forgets connections and tokens: for tests, and for what is put in the place of the platform."""
    for kept in (_sync, _async, _planners):
        kept.forget()


async def _closing(runner: AsyncRunner) -> AsyncGenerator[None, None]:
    # A loop finishes the generators that were begun in it before it closes: the one hook it has.
    try:
        yield
    finally:
        await runner.aclose()


def planner(settings: Settings) -> CallPlanner:
    """What prepares calls with these settings, to show a request as it was sent."""
    return _planners.of(settings)
