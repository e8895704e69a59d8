"""Permits: one call's way through the gates, from its turn to what it used in the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from qianfan_typed.limits.estimates import Size
from qianfan_typed.limits.gates import Gate
from qianfan_typed.limits.shared import Asked, Correction, Question
from qianfan_typed.limits.windows import Amount, Window

if TYPE_CHECKING:
    from qianfan_typed.limits.limiter import Limiter

log: logging.Logger = logging.getLogger("qianfan_typed")

_LONG = 1.0
"""Seconds of waiting that are worth a line of the log."""


@attrs.frozen
class Held:
    """Why a call may not go yet."""

    seconds: float
    """When to ask again, if nothing wakes it before. Infinite: it is woken."""
    least: float
    """Seconds that it will wait at the least. 0: nobody knows."""
    purpose: str
    """What it waits for."""


class Permit:
    """One call under limits. Each of its attempts waits for its turn; who came first goes first."""

    def __init__(self, limiter: Limiter, gates: tuple[Gate, ...], size: Size, number: int, model: str) -> None:
        self.gates = gates
        self.size = size
        """What an attempt takes, as estimated."""
        self.number = number
        """When it came."""
        self.waited: float = 0.0
        """Seconds that it waited, over all attempts."""
        self.wake: Callable[[], object] | None = None
        """Called from any thread when it is worth to ask again. The runner that waits sets it."""
        self.granted: bool = False
        self.began: float | None = None
        """When it came into the queue. None: it is in none."""
        self.held: Held | None = None
        """What was last found, at the head of the queue."""
        self._limiter = limiter
        self._model = model
        self._sent = 0.0
        self._taken: list[tuple[Window, Amount, int]] = []
        self._used: tuple[int, int] | None = None
        self._parts: dict[Window, tuple[str, int]] = {}
        """Windows that are shared → key and part in Redis."""

    def ask(self) -> Held | None:
        """Takes its place in the queue and asks whether it may go. None: it may, now."""
        new = self.began is None
        held = self._limiter.ask(self)
        if held is not None and new and held.least >= _LONG:
            log.info("%s waits %.1f s or more %s", self._model, held.least, held.purpose)
        return held

    def take(self, now: float) -> None:
        """It may go. For the limiter, as what follows."""
        self.granted, self._sent = True, now
        self._used = None
        self._parts = {}
        self._taken = [one for gate in self.gates for one in gate.take(now, self.size, self)]
        if self.began is not None:
            self.waited += now - self.began
        self.began = self.held = None

    def _return(self, now: float, used: Size) -> None:
        """It has ended, and took so much."""
        if self.granted:
            self.granted = False
            for window, amount, count in self._taken:
                if used.of(window.name) != count:
                    window.correct(now, amount, used.of(window.name) - count)
                    if window in self._parts:
                        key, part = self._parts[window]
                        self._limiter.corrections.append(Correction(key, part, used.of(window.name) - count))
            for gate in self.gates:
                gate.left(self)

    def question(self) -> Question | None:
        """What to ask of Redis when its turn has come in this process. None: limits are this process's own."""
        prefix = self._limiter.prefix
        if prefix is None:
            return None
        asked = tuple(
            Asked(f"{prefix}:{gate.of}:{window.name}", window.limit, window.period, self.size.of(window.name))
            for gate, window in self._shared()
        )
        return Question(asked, self._limiter.take_corrections()) if asked else None

    def _shared(self) -> list[tuple[Gate, Window]]:
        return [(gate, window) for gate in self.gates if gate.is_shared for window in gate.windows]

    def hear(self, found: Sequence[int] | None) -> None:
        """Takes the answer of Redis. None: it is down. Where others went first, it is back in the queue."""
        if found is None:
            return
        shared = self._shared()
        wait, blocking, *parts = found
        if not wait:
            prefix = self._limiter.prefix
            self._parts = {
                window: (f"{prefix}:{gate.of}:{window.name}", part)
                for (gate, window), part in zip(shared, parts, strict=False)
            }
            self._limiter.post(self._opens)
            return
        gate = shared[blocking - 1][0]

        def deferred(now: float) -> None:
            gate.defer(now, wait / 1e6)
            self._return(now, Size(0))

        self._limiter.post(deferred)

    def answered(self, headers: Mapping[str, str]) -> None:
        """The platform took the call."""

        def noted(now: float) -> None:
            self._opens(now)
            self.gates[0].hear(now, headers)

        self._limiter.post(noted)

    def _opens(self, now: float) -> None:
        for gate in self.gates:
            gate.answered(self._sent)

    def uses(self, tokens: tuple[int, int] | None) -> None:
        """A reply, or a piece of one, says what the call used."""
        if tokens is not None:
            self._used = tokens

    def end(self) -> None:
        """The call has ended. What no reply said stays as it was estimated."""
        used = self._used

        def ended(now: float) -> None:
            if used is not None and self.granted:
                self.gates[0].output.learn(used[1])
            self._return(now, self.size if used is None else Size(1, *used))

        self._limiter.post(ended)

    def fail(self, *, sent: bool) -> None:
        """An attempt failed: its tokens come back; the request too, where none was sent."""
        self._limiter.post(lambda now: self._return(now, Size(int(sent))))

    def refuse(self, wait: float) -> None:
        """The platform refused the attempt for its rate: all calls of the model wait, and one of them goes first."""

        def refused(now: float) -> None:
            self.gates[0].refused(now, wait, self)
            self._return(now, Size(1))

        self._limiter.post(refused)

    def leave(self) -> None:
        """Nobody waits for it any more: it gives back its place, or what it took if it was not sent."""

        def left(now: float) -> None:
            self._limiter.forget(self)
            self._return(now, Size(0))

        self._limiter.post(left)
