"""Limiters: whose turn it is. They say how long to wait and do not wait, so threads, tasks and loops can share one."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from typing import Any

from qianfan_api.handles import Target
from qianfan_typed.limits.estimates import Size, input_tokens
from qianfan_typed.limits.gates import NEVER, Gate
from qianfan_typed.limits.limits import Limits
from qianfan_typed.limits.permits import Held, Permit
from qianfan_typed.limits.shared import Correction


class _Queue:
    """Permits that go through the same gates, those that came first in front."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, Permit]] = []

    def add(self, permit: Permit) -> None:
        head = self.head()
        if head is not None and permit.number < head.number:
            # One that was refused is back in front of it: it would go on asking as often as it was last told to.
            head.held = None
        heappush(self._heap, (permit.number, permit))

    def head(self) -> Permit | None:
        """The first that still waits."""
        while self._heap:
            permit = self._heap[0][1]
            if permit.began is not None:
                return permit
            heappop(self._heap)
        return None


class Limiter:
    """Keeps all calls that share it to limits."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic, account: str = "") -> None:
        """
        Args:
            limits: The limits.
            clock: Seconds that never go back.
            account: What tells the platform's accounts apart where they share a Redis; nothing secret.
        """
        self.limits = limits
        self.prefix: str | None = None if limits.redis is None else f"qianfan-typed:{account}"
        """What keys in Redis begin with. None: nothing is shared."""
        self.corrections: deque[Correction] = deque(maxlen=1000)
        """What Redis has to be told with the next question."""
        self._clock = clock
        self._numbers = count()
        self._whole = Gate(limits, "all calls") if limits.rates else None
        self._gates: dict[str, Gate] = {}
        self._queues: dict[tuple[Gate, ...], _Queue] = {}
        """Those in which somebody waits."""
        self._posted: deque[Callable[[float], None]] = deque()
        self._lock = threading.Lock()
        self._process = os.getpid()

    def __repr__(self) -> str:
        told = [
            f"{of}: {', '.join(f'{name} {count:,g} of {rate:,g}' for name, (count, rate) in used.items())}"
            for of, used in self.used.items()
            if used
        ]
        return f"<Limiter {'; '.join(told) or 'without limits'}>"

    def _all(self) -> list[Gate]:
        return [*([self._whole] if self._whole is not None else []), *dict.fromkeys(self._gates.values())]

    @property
    def used(self) -> Mapping[str, Mapping[str, tuple[int, float]]]:
        """Model, or `all calls` → limit → what is used of it, and its rate."""
        with self._locked():
            now = self._clock()
            return {one.of: one.used(now) for one in self._all()}

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        with self._locked():
            return sum(one.waiting.requests for one in set(self._gates.values()))

    def permit(
        self, target: Target[Any, Any], body: bytes | None, wire: Mapping[str, object], also: Gate | None = None
    ) -> Permit:
        """A call's. `also`: a gate of its own that it passes besides."""
        own = self._gates.get(target.name) or self._gate(target)
        gates = tuple(gate for gate in (own, self._whole, also) if gate is not None)
        most = None if target.model is None else target.model.max_input_tokens
        size = Size(1, input_tokens(body, most), own.output.of(wire))
        return Permit(self, gates, size, next(self._numbers), own.of)

    def _gate(self, target: Target[Any, Any]) -> Gate:
        model = target.model
        name = target.operation.name if target.operation.model_in == "none" else model.name if model else target.name
        names = (target.name, *((model.name, *model.aliases) if model else ()))
        limits = self.limits.of(iter(names))
        if limits is None:
            rates = model.rates if model is not None and self.limits.catalogue else None
            limits = Limits() if rates is None else Limits(rpm=rates.rpm, tpm=rates.tpm)
        with self._locked():
            gate = self._gates.get(name)
            if gate is None:
                learn = self.limits.learn or limits.learn
                gate = self._gates[name] = Gate(limits, name, learns=learn)
            return self._gates.setdefault(target.name, gate)

    def take_corrections(self) -> tuple[Correction, ...]:
        """What Redis has to be told, once."""
        found: list[Correction] = []
        while self.corrections and len(found) < 100:
            found.append(self.corrections.popleft())
        return tuple(found)

    # --- turns -------------------------------------------------------------------------------------------------------

    def ask(self, permit: Permit) -> Held | None:
        """Whether it is a permit's turn. None: it is."""
        self._renew_after_fork()
        with self._lock:
            now = self._clock()
            least, purpose = 0.0, ""
            if permit.began is None and not permit.granted:
                permit.began = now
                least, purpose = max(gate.wait_after(now, gate.waiting, permit.size) for gate in permit.gates)
                queue = self._queues.get(permit.gates)
                if queue is None:
                    queue = self._queues[permit.gates] = _Queue()
                queue.add(permit)
                for gate in permit.gates:
                    gate.waiting = gate.waiting.plus(permit.size)
            woken = self._granted(now, permit)
            held = permit.held
            if permit.granted:
                found = None
            elif held is None:
                found = Held(NEVER, least, purpose or "for calls before it")
            else:
                found = held
        self._wake(woken)
        self._run()
        return found

    def forget(self, permit: Permit) -> None:
        """A permit waits no more. Only for what is posted."""
        if permit.began is not None:
            self._leave(permit)
            permit.began = permit.held = None

    def post(self, action: Callable[[float], None]) -> None:
        """Does something with the gates, and gives the turns that follow from it.

        Whoever holds the lock does it, so that this never waits: it may be called where an object is collected, in the
        middle of anything.
        """
        self._posted.append(action)
        self._run()

    def _run(self) -> None:
        while self._posted:
            self._renew_after_fork()
            if not self._lock.acquire(blocking=False):
                return  # Who has it looks here again.
            try:
                now = self._clock()
                while self._posted:
                    self._posted.popleft()(now)
                woken = self._granted(now, None)
            finally:
                self._lock.release()
            self._wake(woken)

    def _leave(self, permit: Permit) -> None:
        for gate in permit.gates:
            gate.waiting = gate.waiting.minus(permit.size)

    def _granted(self, now: float, asking: Permit | None) -> list[Permit]:
        """Gives turns to all that may go. Gives those that have to be told: they may go, or are the first now."""
        woken: list[Permit] = []
        while self._queues:
            heads = [(head.number, gates, head) for gates, queue in self._queues.items() if (head := queue.head())]
            if len(heads) < len(self._queues):
                self._queues = {gates: queue for gates, queue in self._queues.items() if queue.head() is not None}
            heads.sort(key=lambda one: one[0])
            shut = set[Gate]()
            for _, gates, head in heads:
                held = self._why_not(now, head, gates, shut)
                if held is None:
                    self._leave(head)
                    head.take(now)
                    if head is not asking:
                        woken.append(head)
                    break
                earlier = head.held is None or held.seconds < head.held.seconds
                head.held = held
                if earlier and head is not asking:
                    woken.append(head)
            else:
                break
        return woken

    @staticmethod
    def _why_not(now: float, head: Permit, gates: tuple[Gate, ...], shut: set[Gate]) -> Held | None:
        """What holds the first of a queue. A gate that holds one holds all that came after it. None: nothing."""
        longest, why = 0.0, ""
        for gate in gates:
            if gate in shut:
                seconds, purpose = NEVER, "for calls before it"
            else:
                seconds, purpose = gate.wait(now, head.size)
                if seconds:
                    shut.add(gate)
            if seconds > longest:
                longest, why = seconds, purpose
        return Held(longest, 0.0 if longest == NEVER else longest, why) if longest else None

    def _wake(self, permits: list[Permit]) -> None:
        for permit in permits:
            if permit.wake is not None:
                try:
                    permit.wake()
                except RuntimeError:  # its event loop is closed: nobody waits there any more
                    permit.leave()

    # --- one at a time -----------------------------------------------------------------------------------------------

    @contextmanager
    def _locked(self) -> Generator[None, None, None]:
        self._renew_after_fork()
        with self._lock:
            yield
        self._run()

    def _renew_after_fork(self) -> None:
        """A forked child has no call of its parent's under way, and nobody who would open the lock."""
        if self._process != os.getpid():
            self._lock, self._process = threading.Lock(), os.getpid()
            self._queues, self._posted = {}, deque()
            for gate in self._all():
                gate.start_anew()
