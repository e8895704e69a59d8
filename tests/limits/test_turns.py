"""Turns under limits, whatever comes: never more than a limit in any window, first come first served, nothing lost."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from qianfan_api.handles import Target
from qianfan_api.operations import V2_CHAT
from qianfan_typed.limits import Held, Limiter, Limits, Permit

SPANS = {"rps": 1.0, "rpm": 60.0, "tpm": 60.0, "input_tpm": 60.0, "output_tpm": 60.0}
MODELS = ("a", "b")
NEVER = float("inf")


def target(name: str) -> Target[Any, Any]:
    return Target(operation=V2_CHAT, name=name)


@attrs.define(eq=False)
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@attrs.define(eq=False)
class Call:
    """A call as a runner makes it."""

    model: str
    permit: Permit
    order: int
    woken: bool = True
    again: float = NEVER
    """When it asks again, if nothing wakes it."""
    sent: float | None = None
    used: tuple[int, int] | None = None
    """What its reply said."""

    def wake(self) -> None:
        self.woken = True


limits = st.builds(
    Limits,
    rps=st.none() | st.sampled_from([0.5, 1, 2, 3]),
    rpm=st.none() | st.integers(1, 20),
    tpm=st.none() | st.integers(100, 2000),
    input_tpm=st.none() | st.integers(50, 1000),
    output_tpm=st.none() | st.integers(50, 1000),
    concurrency=st.none() | st.integers(1, 3),
)


class Turns(RuleBasedStateMachine):
    """Calls of two models that come, go, fail, are refused and are cancelled, on a clock of its own."""

    @initialize(whole=limits, each=limits)
    def begin(self, whole: Limits, each: Limits) -> None:
        self.clock = Clock()
        self.each = each
        self.whole = whole
        self.limiter = Limiter(attrs.evolve(whole, models={"*": each}), self.clock)
        self.waiting: list[Call] = []
        self.running: list[Call] = []
        self.done: list[Call] = []
        self.refused = False
        self.count = 0

    def _settle(self) -> None:
        """Lets those that were woken, or whose time has come, ask, until nobody has to."""
        while awake := [call for call in self.waiting if call.woken or call.again <= self.clock.now]:
            for call in awake:
                call.woken = False
                held = call.permit.ask()
                if held is None:
                    self._goes(call)
                else:
                    assert isinstance(held, Held)
                    assert held.seconds > 0
                    call.again = self.clock.now + held.seconds

    def _goes(self, call: Call) -> None:
        before = [one for one in self.waiting if one.model == call.model and one.order < call.order]
        assert not [one for one in before if not one.permit.granted], "a later call went first"
        self.waiting.remove(call)
        self.running.append(call)
        call.sent = self.clock.now

    @rule(model=st.sampled_from(MODELS), size=st.integers(0, 4000), said=st.integers(1, 500))
    def comes(self, model: str, size: int, said: int) -> None:
        permit = self.limiter.permit(target(model), b"x" * size, {"max_tokens": said})
        call = Call(model, permit, self.count)
        permit.wake = call.wake
        self.count += 1
        self.waiting.append(call)
        self._settle()

    @rule(seconds=st.floats(0.01, 40))
    def passes(self, seconds: float) -> None:
        until = self.clock.now + seconds
        while (soon := min((call.again for call in self.waiting), default=NEVER)) <= until:
            self.clock.now = max(self.clock.now, soon)
            self._settle()
        self.clock.now = until

    @precondition(lambda self: self.running)
    @rule(data=st.data(), output=st.integers(0, 600))
    def ends(self, data: st.DataObject, output: int) -> None:
        call = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        call.used = (call.permit.size.input, min(output, call.permit.size.output))
        call.permit.answered({})
        call.permit.uses(call.used)
        call.permit.end()
        self.done.append(call)
        self._settle()

    @precondition(lambda self: self.running)
    @rule(data=st.data(), sent=st.booleans())
    def fails(self, data: st.DataObject, sent: bool) -> None:
        call = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        call.used = (0, 0)
        call.permit.fail(sent=sent)
        if sent:
            self.done.append(call)
        self._settle()

    @precondition(lambda self: self.running)
    @rule(data=st.data(), wait=st.floats(0, 10))
    def is_refused(self, data: st.DataObject, wait: float) -> None:
        call = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        call.permit.refuse(wait)
        self.done.append(attrs.evolve(call, used=(0, 0)))
        call.woken = True
        self.waiting.append(call)
        self._settle()

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def is_cancelled(self, data: st.DataObject) -> None:
        call = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        call.permit.leave()
        self._settle()

    @invariant()
    def never_more_than_a_limit_in_any_window(self) -> None:
        if not hasattr(self, "limiter"):
            return
        for one, models in ((self.whole, MODELS), (self.each, ("a",)), (self.each, ("b",))):
            for name, rate in one.rates.items():
                if name in SPANS:
                    self._within(name, rate, models)
            if one.concurrency is not None:
                assert sum(call.model in models for call in self.running) <= one.concurrency

    def _within(self, name: str, rate: float, models: tuple[str, ...]) -> None:
        span = SPANS[name] if rate >= 1 else SPANS[name] / rate
        went = sorted(
            (call.sent or 0.0, self._took(call, name)) for call in (*self.done, *self.running) if call.model in models
        )
        for at, (last, _) in enumerate(went):
            window = [size for sent, size in went[: at + 1] if sent > last - span]
            # One call may be over a limit all by itself.
            assert sum(window) <= max(rate, 1) or sum(size > 0 for size in window) == 1, (name, rate, went)

    @staticmethod
    def _took(call: Call, name: str) -> int:
        size = call.permit.size
        return attrs.evolve(size, input=call.used[0], output=call.used[1]).of(name) if call.used else size.of(name)

    def teardown(self) -> None:
        """Nothing is lost: whoever waits goes in the end, and nothing stays taken."""
        if not hasattr(self, "limiter"):
            return
        for _ in range(20_000):
            if not self.waiting and not self.running:
                break
            while self.running:
                self.running[0].permit.answered({})
                self.running.pop(0).permit.end()
            self._settle()
            if not self.running and self.waiting:
                self.clock.now = max(self.clock.now, min(call.again for call in self.waiting))
                self._settle()
        assert (self.waiting, self.running) == ([], [])
        assert self.limiter.waiting == 0
        self.clock.now += 200
        for used in self.limiter.used.values():
            assert used.get("concurrency", (0, 0))[0] == 0


Turns.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestTurns = Turns.TestCase
