"""Permits: one call's way through the gates, from its turn to what it used in the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from qianfan_typed.limits.estimates import Size
from qianfan_typed.limits.gates import Gate
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
            for gate in self.gates:
                gate.left(self)

    def answered(self, headers: Mapping[str, str]) -> None:
        """The platform took the call."""

        def noted(now: float) -> None:
            for gate in self.gates:
                gate.answered(self._sent)
            self.gates[0].hear(now, headers)

        self._limiter.post(noted)

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
