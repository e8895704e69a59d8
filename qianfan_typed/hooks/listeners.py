"""Listeners: who hears of a client's calls, by its settings."""

from __future__ import annotations

from typing import Protocol

from qianfan_typed.hooks.watch import Hook, Hooks


class HookSettings(Protocol):
    """What a client's settings say of hooks."""

    @property
    def on_request(self) -> Hook | None: ...
    @property
    def on_reply(self) -> Hook | None: ...
    @property
    def on_retry(self) -> Hook | None: ...
    @property
    def on_error(self) -> Hook | None: ...
    @property
    def telemetry(self) -> bool: ...


def listeners(settings: HookSettings) -> tuple[Hooks, ...]:
    """Who hears of calls, in order. Nobody, unless it was asked for."""
    own = Hooks(
        on_request=settings.on_request,
        on_reply=settings.on_reply,
        on_retry=settings.on_retry,
        on_error=settings.on_error,
    )
    found = [own] if own != Hooks() else []
    if settings.telemetry:
        from qianfan_typed.hooks.otel import telemetry

        found.append(telemetry())
    return tuple(found)
