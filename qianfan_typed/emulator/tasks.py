"""Tasks: what the emulator works on for longer than a request, and how far it is."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

import attrs

T = TypeVar("T")

USUAL_POLLS = 2


@attrs.frozen
class Progress(Generic[T]):
    """A task as a question finds it."""

    of: T
    """What is worked on."""
    asked: int
    """How often it was asked for before."""
    ended: bool
    failed: bool


@attrs.define
class Tasks(Generic[T]):
    """Tasks by their names. They are done after a number of questions, not of seconds. Thread-safe."""

    polls: int = USUAL_POLLS
    """How many questions find a task unfinished."""
    fail: bool = False
    """Whether tasks that are begun now come to nothing."""
    _begun: dict[str, tuple[T, bool]] = attrs.field(init=False, factory=dict[str, "tuple[T, bool]"])
    _asked: dict[str, int] = attrs.field(init=False, factory=dict[str, int])
    _lock: threading.Lock = attrs.field(init=False, factory=threading.Lock)

    def begin(self, name: str, of: T) -> None:
        """Takes a task on."""
        with self._lock:
            self._begun[name] = (of, self.fail)

    def ask(self, name: str) -> Progress[T] | None:
        """How far a task is. None: there is none of this name."""
        with self._lock:
            if name not in self._begun:
                return None
            of, fails = self._begun[name]
            asked = self._asked.get(name, 0)
            self._asked[name] = asked + 1
            ended = asked >= self.polls
            return Progress(of, asked, ended, ended and fails)

    def reset(self) -> None:
        """Forgets them, and how they were set."""
        with self._lock:
            self._begun.clear()
            self._asked.clear()
            self.polls, self.fail = USUAL_POLLS, False
