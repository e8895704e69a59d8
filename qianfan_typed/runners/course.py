"""Courses: where a call stands while a runner carries it, and how much of its time is left. No I/O."""

from __future__ import annotations

import time
from collections.abc import Mapping

from qianfan_typed.core.steps import Admit, Await, Pause, Read, Renew, Send, Step
from qianfan_typed.errors import DeadlineExceeded, TransportError
from qianfan_typed.limits import Held
from qianfan_typed.transports.protocols import Patience

_DOING: Mapping[type[Step], str] = {
    Send: "the reply was waited for",
    Read: "the stream was read",
    Renew: "another call renewed the token",
}


class Course:
    """One call under way."""

    __slots__ = ("_connect", "_renewal", "_url", "attempts", "began", "deadline", "until")

    def __init__(self, connect: float, deadline: float | None, began: float, within: Course | None = None) -> None:
        """
        Args:
            connect: Seconds that a connection may take.
            deadline: Seconds that the whole call may take. None: as long as it takes.
            began: When it began, on the clock of `time.monotonic()`.
            within: The call that renews its token in this one, and whose deadline counts.
        """
        self._connect = connect
        self.began: float = began
        self._renewal = within is not None
        self._url = ""
        self.deadline: float | None = deadline
        self.until: float | None = None if deadline is None else began + deadline
        """When it has to be done, on the same clock."""
        self.attempts: int = within.attempts if within is not None else 0
        """How often it was sent."""

    def sending(self, step: Send) -> Patience:
        """How long a request may be waited for, which is now sent."""
        self._url = step.request.url
        if not self._renewal:
            self.attempts += 1
        # A connection is not waited for longer than a call is told to wait for anything.
        return Patience(min(self._connect, step.timeout), step.timeout, self.until)

    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.until is not None and time.monotonic() >= self.until

    def left(self) -> float:
        """Seconds that are left; -1, as locks take it, where there is no deadline."""
        return -1.0 if self.until is None else max(0.0, self.until - time.monotonic())

    def overrun(self, step: Step) -> DeadlineExceeded | None:
        """The error of a step that is not to be taken: there is no time for it. None: there is."""
        if self.until is None or isinstance(step, Await | Admit):
            return None
        if isinstance(step, Pause):
            if time.monotonic() + step.seconds < self.until:
                return None
            return self._error(f"leaves no time to wait {step.seconds:g} s {step.purpose}")
        return self.exceeded(step) if self.is_over() else None

    def held(self, held: Held) -> float | None:
        """Seconds to wait for a turn under limits before it is asked for again. None: until something wakes the call.

        Raises:
            DeadlineExceeded: The deadline leaves no time for it.
        """
        if self.until is not None:
            left = self.until - time.monotonic()
            if left <= held.least:
                raise self._error(f"leaves no time to wait {held.least:.2g} s or more {held.purpose}")
            if left <= 0:
                raise self._error(f"passed while it waited {held.purpose}")
            return min(left, held.seconds)
        return None if held.seconds == float("inf") else held.seconds

    def exceeded(self, step: Step) -> DeadlineExceeded:
        """The error of a deadline that passed in a step."""
        doing = "the token was renewed" if self._renewal else _DOING[type(step)]
        return self._error(f"passed while {doing}")

    def judged(self, error: TransportError, step: Step) -> TransportError:
        """What an error of a transport is: its own, or that of the deadline that ended the waiting."""
        return self.exceeded(step) if self.is_over() and not isinstance(error, DeadlineExceeded) else error

    def _error(self, what: str) -> DeadlineExceeded:
        deadline, elapsed = self.deadline or 0.0, time.monotonic() - self.began
        attempts = f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}"
        return DeadlineExceeded(
            message=f"the deadline of {deadline:g} s {what}, after {elapsed:.2f} s and {attempts}",
            url=self._url,
            deadline=deadline,
            elapsed=elapsed,
            sent=self.attempts,
        )
