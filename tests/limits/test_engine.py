"""The engine of limits on a clock of its own: what a call costs it, estimates, what it learns, and refusals."""

from __future__ import annotations

import sys
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.handles import Target
from qianfan_api.operations import V2_CHAT
from qianfan_typed.limits import Held, Limiter, Limits, Permit
from qianfan_typed.limits.estimates import OutputEstimate, input_tokens
from qianfan_typed.limits.windows import Window

TARGET: Target[Any, Any] = Target(operation=V2_CHAT, name="m")


@attrs.define(eq=False)
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def permit(limiter: Limiter, body: bytes = b"{}") -> Permit:
    return limiter.permit(TARGET, body, {})


def call(limiter: Limiter) -> None:
    """One that goes at once."""
    one = permit(limiter)
    assert one.ask() is None
    one.answered({})
    one.uses((10, 10))
    one.end()


def work(limiter: Limiter) -> int:
    """Lines of Python that a call runs in the engine."""
    lines = 0

    def trace(frame: Any, event: str, _: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    sys.settrace(trace)
    try:
        call(limiter)
    finally:
        sys.settrace(None)
    return lines


class TestCost:
    def test_the_100000th_call_costs_no_more_than_the_first(self) -> None:
        clock = Clock()
        limiter = Limiter(Limits(rps=1e6, rpm=1e7, tpm=1e9, concurrency=10), clock)
        first = max(work(limiter) for _ in range(100))
        for _ in range(100_000):
            clock.now += 0.001
            call(limiter)
        clock.now += 0.001
        last = max(work(limiter) for _ in range(100))
        # An amount that leaves a window is a few lines more.
        assert last <= first + 30

    @pytest.mark.parametrize("rate", [60, 1e7])
    def test_a_window_keeps_a_bounded_number_of_amounts(self, rate: float) -> None:
        window = Window("rpm", rate, 60.0)
        for number in range(100_000):
            window.take(number * 0.01, 1)
        assert len(window) <= 66

    def test_those_that_wait_cost_a_call_nothing(self) -> None:
        clock = Clock()
        limiter = Limiter(Limits(concurrency=1), clock)
        assert permit(limiter).ask() is None

        def asks() -> int:
            lines = 0

            def trace(frame: Any, event: str, _: object) -> Any:
                nonlocal lines
                lines += event == "line"
                return trace

            one = permit(limiter)
            sys.settrace(trace)
            try:
                one.ask()
            finally:
                sys.settrace(None)
            return lines

        first = max(asks() for _ in range(10))
        for _ in range(5000):
            permit(limiter).ask()
        assert max(asks() for _ in range(10)) <= first


class TestEstimates:
    def test_tokens_of_a_request(self) -> None:
        assert input_tokens(None, None) == input_tokens(b"", None) == 0
        assert input_tokens(b"a" * 400, None) == 100
        assert input_tokens("你好".encode() * 50, None) == 100
        assert input_tokens(b"a" * 4_000_000, 5120) == 5120

    def test_tokens_of_an_answer(self) -> None:
        estimate = OutputEstimate()
        assert (estimate.of({}), estimate.of({"max_tokens": 20})) == (256, 20)
        for _ in range(50):
            estimate.learn(1000)
        assert (estimate.of({}), estimate.of({"max_completion_tokens": 10})) == (1000, 10)


HEADERS = {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "9"}


class TestLearning:
    def _told(self, **headers: str) -> tuple[Limiter, Clock]:
        clock = Clock()
        limiter = Limiter(Limits(learn=True), clock)
        one = permit(limiter)
        assert one.ask() is None
        one.answered({**HEADERS, **{f"x-ratelimit-{name.replace('_', '-')}": text for name, text in headers.items()}})
        one.end()
        return limiter, clock

    def test_a_limit(self) -> None:
        limiter, _ = self._told()
        assert limiter.used["m"] == {"rpm": (1, 10)}
        for _ in range(9):
            call(limiter)
        held = permit(limiter).ask()
        assert held is not None
        assert held.purpose == "for the limit rpm=10 of m"

    def test_what_others_have_used(self) -> None:
        limiter, clock = self._told(remaining_requests="2")
        call(limiter)
        call(limiter)
        one = permit(limiter)
        assert one.ask() is not None
        clock.now += 61
        assert one.ask() is None

    def test_tokens_of_input_and_of_output(self) -> None:
        limiter, _ = self._told(limit_input_tokens="500", limit_output_tokens="700")
        assert {name: rate for name, (_, rate) in limiter.used["m"].items()} == {
            "rpm": 10,
            "input_tpm": 500,
            "output_tpm": 700,
        }

    @pytest.mark.parametrize("text", ["", "-1", "many", "0", "1e3", "9" * 40])
    def test_what_is_no_limit_is_none(self, text: str) -> None:
        limiter, _ = self._told(limit_requests=text)
        assert limiter.used["m"] == {}

    def test_a_limit_of_ones_own_is_not_raised(self) -> None:
        limiter = Limiter(Limits(learn=True, models={"m": Limits(rpm=5)}), Clock())
        one = permit(limiter)
        one.ask()
        one.answered(HEADERS)
        one.end()
        assert limiter.used["m"] == {"rpm": (1, 5)}


class TestRefusals:
    def test_100_refusals_in_a_row_are_one_back_off(self) -> None:
        """Only the call that goes first is refused again: the 99 others wait, and use up no attempt."""
        clock = Clock()
        limiter = Limiter(Limits(), clock)
        calls = [permit(limiter) for _ in range(100)]
        sent = [0] * 100
        for number, one in enumerate(calls):
            assert one.ask() is None
            sent[number] += 1
        for one in calls:
            one.refuse(1.0)
        for _ in range(5):
            assert [one.ask() is None for one in calls].count(True) <= 1
            clock.now += 120
            (first,) = [number for number, one in enumerate(calls) if one.ask() is None]
            sent[first] += 1
            calls[first].refuse(1.0)
        assert sent == [6, *[1] * 99]
        clock.now += 120
        assert calls[0].ask() is None
        calls[0].answered({})
        assert all(one.ask() is None for one in calls[1:])

    def test_a_refusal_of_one_model_holds_up_no_other(self) -> None:
        limiter = Limiter(Limits(rpm=100), Clock())
        one = permit(limiter)
        one.ask()
        one.refuse(30.0)
        assert limiter.permit(Target(operation=V2_CHAT, name="other"), b"", {}).ask() is None
        held = permit(limiter).ask()
        assert held is not None
        assert (held.seconds, held.purpose) == (30.0, "after a refusal of m")

    def test_calls_that_were_under_way_reopen_nothing(self) -> None:
        limiter = Limiter(Limits(), Clock())
        refused, slow = permit(limiter), permit(limiter)
        assert refused.ask() is slow.ask() is None
        refused.refuse(30.0)
        slow.answered({})
        slow.end()
        assert permit(limiter).ask() is not None

    def test_who_was_first_waits_for_one_that_was_refused_and_came_before_it(self) -> None:
        clock = Clock()
        limiter = Limiter(Limits(rpm=1), clock)
        refused, later = permit(limiter), permit(limiter)
        assert refused.ask() is None
        refused.refuse(0.001)
        held = later.ask()
        assert held is not None
        first = refused.ask()
        assert first is not None
        clock.now += 1
        # It does not ask every thousandth of a second: it is woken when its turn has come.
        assert later.ask() == Held(float("inf"), 0.0, "for calls before it")
        clock.now += 120
        assert refused.ask() is None

    def test_the_call_that_goes_first_may_be_lost(self) -> None:
        clock = Clock()
        limiter = Limiter(Limits(), clock)
        one, two = permit(limiter), permit(limiter)
        one.ask()
        one.refuse(1.0)
        clock.now += 2
        assert one.ask() is None
        assert two.ask() is not None
        one.leave()
        assert two.granted


class TestWindows:
    @given(st.lists(st.floats(0.001, 0.4), min_size=1, max_size=200), st.integers(1, 30))
    def test_never_more_than_the_limit_in_any_second(self, steps: list[float], rate: int) -> None:
        window, now, went = Window("rps", rate, 1.0), 1000.0, list[float]()
        for step in steps:
            now += step
            if not window.fits(now, 1):
                window.take(now, 1)
                went.append(now)
                assert len([one for one in went if one > now - 1]) <= rate

    def test_what_went_out_together_leaves_with_the_last_of_it(self) -> None:
        window = Window("rpm", 2, 60.0)
        window.take(1000.0, 1)
        window.take(1000.9, 1)
        assert len(window) == 1
        assert window.fits(1060.2, 1) == pytest.approx(0.75)
        assert window.fits(1060.95, 1) == 0
