"""Watches: one for each call that somebody wants to hear of; makes its events and hands them out."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable, iscoroutine
from typing import Any, cast

import attrs

from qianfan_api.reply import Meta, Reply
from qianfan_typed.errors import SentError
from qianfan_typed.hooks.events import CallFailed, CallInfo, ReplyCame, RequestSent, RetryPlanned

log: logging.Logger = logging.getLogger("qianfan_typed")

Hook = Callable[[Any], object]
Waiting = Sequence[Awaitable[None]]
"""What coroutine functions among the hooks left to be awaited. It raises nothing."""


@attrs.frozen(kw_only=True)
class Hooks:
    """The functions that hear of calls. None: nobody."""

    on_request: Hook | None = None
    on_reply: Hook | None = None
    on_retry: Hook | None = None
    on_error: Hook | None = None


class Watch:
    """The events of one call."""

    def __init__(
        self, call: CallInfo, listeners: Sequence[Hooks], called: float, tick: Callable[[], float], *, awaits: bool
    ) -> None:
        """
        Args:
            call: The call.
            listeners: Who hears of it.
            called: When it was called, on the clock of latencies.
            tick: That clock.
            awaits: Whether the call is awaited, and coroutine functions with it.
        """
        self._awaits = awaits
        self.call = call
        self._listeners = listeners
        self.called: float = called
        """When the call began, on the clock of latencies."""
        self._tick = tick
        self._ended = False
        self._pieces = 0
        self._last: Reply | None = None
        self._found: dict[str, Any] = {}

    def sent(self, attempt: int) -> Waiting:
        """A request is about to be sent."""
        return self._tell("on_request", RequestSent(call=self.call, attempt=attempt))

    def retried(self, attempt: int, error: SentError, wait: float) -> Waiting:
        """There will be another attempt."""
        return self._tell("on_retry", RetryPlanned(call=self.call, attempt=attempt, error=error, wait=wait))

    def failed(self, error: SentError) -> Waiting:
        """The call came to an error."""
        if self._ended:
            return ()
        self._ended = True
        return self._tell("on_error", CallFailed(call=self.call, error=error, seconds=self._tick() - self.called))

    def interrupted(self, error: BaseException) -> None:
        """Something else ended the call: it was cancelled, or the program was stopped. Nothing is awaited any more."""
        if not self._ended:
            self._ended = True
            event = CallFailed(call=self.call, error=error, seconds=self._tick() - self.called)
            for left in self._tell("on_error", event):
                if iscoroutine(left):
                    left.close()

    def piece(self, piece: Reply) -> None:
        """A piece of a stream came."""
        self._pieces += 1
        self._last = piece
        self._found.update(_facts(piece))

    def replied(self, reply: Reply) -> Waiting:
        """A whole reply came."""
        self._found = _facts(reply)
        return self._reply(reply.meta, complete=True)

    def closed(self, *, complete: bool) -> Waiting:
        """A stream ended, or was closed."""
        return () if self._last is None else self._reply(self._last.meta, complete=complete)

    def _reply(self, meta: Meta, *, complete: bool) -> Waiting:
        if self._ended:
            return ()
        self._ended = True
        streams = self.call.stream
        event = ReplyCame(
            call=self.call,
            attempt=meta.attempts,
            status=meta.status,
            request_id=meta.request_id,
            seconds=self._tick() - self.called,
            first_token=meta.first_token_latency,
            pieces=self._pieces if streams else None,
            complete=complete,
            **self._found,
        )
        return self._tell("on_reply", event)

    def _tell(self, name: str, event: object) -> Waiting:
        waiting: list[Awaitable[None]] = []
        for one in self._listeners:
            hook: Hook | None = getattr(one, name)
            if hook is None:
                continue
            try:
                left = hook(event)
            except Exception:
                log.exception("%s raised an error; the call goes on", name)
            else:
                if isawaitable(left) and self._awaits:
                    waiting.append(_guarded(cast("Awaitable[object]", left), name))
                elif iscoroutine(left):
                    left.close()
                    log.error("%s is a coroutine function: only AsyncQianfan runs such a one", name)
        return waiting


async def _guarded(left: Awaitable[object], name: str) -> None:
    try:
        await left
    except Exception:
        log.exception("%s raised an error; the call goes on", name)


def _facts(reply: Reply) -> dict[str, Any]:
    """What a reply, or a piece of one, says of itself beside its content."""
    found: dict[str, Any] = {}
    for name, attribute in (("response_id", "id"), ("response_model", "model")):
        value = getattr(reply, attribute, None)
        if isinstance(value, str) and value:
            found[name] = value
    usage = getattr(reply, "usage", None)
    for name, attributes in _TOKENS:
        for attribute in attributes:
            value = getattr(usage, attribute, None)
            if isinstance(value, int) and name not in found:
                found[name] = value
    choices = getattr(reply, "choices", None)
    choices = cast("list[object]", choices) if isinstance(choices, list) else [reply]
    reasons = tuple(reason for one in choices if isinstance(reason := getattr(one, "finish_reason", None), str))
    if any(reasons):
        found["finish_reasons"] = tuple(reason for reason in reasons if reason)
    return found


_TOKENS = (
    ("input_tokens", ("prompt_tokens", "input_tokens")),
    ("output_tokens", ("completion_tokens", "output_tokens")),
)
