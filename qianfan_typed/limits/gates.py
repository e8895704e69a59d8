"""Gates: the limits of one model, or of all calls of a client, and what of them is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qianfan_typed.limits.estimates import OutputEstimate, Size
from qianfan_typed.limits.limits import Limits
from qianfan_typed.limits.windows import Amount, Window

_SPANS = {"rps": 1.0, "rpm": 60.0, "tpm": 60.0, "input_tpm": 60.0, "output_tpm": 60.0}
_HEADERS = {"rpm": "requests", "tpm": "tokens", "input_tpm": "input-tokens", "output_tpm": "output-tokens"}
"""A limit → what the headers that tell it end in."""
_LONGEST = 60.0
"""Seconds that calls wait at most after refusals in a row, unless the platform asks for more."""

_SHORTEST = 0.001
NOTHING = Size(0)
NEVER = float("inf")
"""Seconds until something that no clock brings: another call has to end first."""


class Gate:
    """What calls pass one after the other. It knows no queue and no clock."""

    def __init__(self, limits: Limits, of: str, *, learns: bool = False, is_shared: bool = True) -> None:
        """
        Args:
            limits: What they keep to.
            of: Whose limits they are, as messages say it: `ernie-5.0`.
            is_shared: Whether other processes know it by the same name.
            learns: Whether it takes limits from the headers of replies.
        """
        self.of = of
        self.most: int | None = limits.concurrency
        """Calls at once."""
        self.running: int = 0
        """Calls that are under way."""
        self.waiting: Size = NOTHING
        """What those that wait before it will take."""
        self.output: OutputEstimate = OutputEstimate()
        self.is_shared = is_shared
        self._learns = learns
        self._given = limits.rates
        self._windows: dict[str, Window] = {
            name: Window(name, rate, _SPANS[name]) for name, rate in limits.rates.items() if name in _SPANS
        }
        self._closed = 0.0
        """When it opens again after a refusal."""
        self._pause = 0.0
        """Seconds of the last one. Not 0: a call that goes first has to come through before the others go."""
        self._first: object = None
        """That call, while it is under way."""

    @property
    def windows(self) -> Iterable[Window]:
        """Its limits on what goes out in a span of time."""
        return self._windows.values()

    def used(self, now: float) -> Mapping[str, tuple[int, float]]:
        """Limit → what is used of it, and its rate."""
        found = {name: (one.counted(now), one.rate) for name, one in self._windows.items()}
        if self.most is not None:
            found["concurrency"] = (self.running, self.most)
        return found

    def wait(self, now: float, size: Size) -> tuple[float, str]:
        """Seconds until a call may pass, and what it waits for. 0: it may now."""
        if self.most is not None and self.running >= self.most:
            return NEVER, self._named("concurrency", self.most)
        if self._pause:
            if now < self._closed:
                return self._closed - now, f"after a refusal of {self.of}"
            if self._first is not None:
                return NEVER, f"after a refusal of {self.of}, for the call that goes first"
        longest, why = 0.0, ""
        for name, window in self._windows.items():
            seconds = window.fits(now, size.of(name))
            if seconds > longest:
                longest, why = seconds, self._named(name, window.rate)
        return longest, why

    def wait_after(self, now: float, ahead: Size, size: Size) -> tuple[float, str]:
        """Seconds that a call waits at the least when others are before it, and what for."""
        longest, why = 0.0, ""
        if self._closed > now:
            longest, why = self._closed - now, f"after a refusal of {self.of}"
        for name, window in self._windows.items():
            seconds = window.wait(now, ahead.of(name) + min(size.of(name), window.limit))
            if seconds > longest:
                longest, why = seconds, self._named(name, window.rate)
        return longest, why

    def take(self, now: float, size: Size, call: object) -> list[tuple[Window, Amount, int]]:
        """A call passes. Gives what it took."""
        self.running += 1
        if self._pause:
            self._first = call
        taken: list[tuple[Window, Amount, int]] = []
        for name, window in self._windows.items():
            count = size.of(name)
            taken.append((window, window.take(now, count), count))
        return taken

    def refused(self, now: float, wait: float, call: object) -> None:
        """The platform refused a call for its rate: nobody passes for a while."""
        if call is self._first:
            wait = max(wait, min(self._pause * 2, _LONGEST))
        self._pause = max(wait, _SHORTEST)
        self._closed = max(self._closed, now + self._pause)

    def defer(self, now: float, wait: float) -> None:
        """Other processes went first: nobody passes for so long, then one asks."""
        self._pause = self._pause or _SHORTEST
        self._closed = max(self._closed, now + wait)

    def answered(self, sent: float) -> None:
        """The platform took a call. One that was sent before a refusal says nothing of what comes after it."""
        if sent >= self._closed:
            self._pause = 0.0

    def left(self, call: object) -> None:
        """A call has ended."""
        self.running -= 1
        if call is self._first:
            self._first = None

    def start_anew(self) -> None:
        """Nobody is under way, and nobody waits."""
        self.running, self.waiting, self._first = 0, NOTHING, None

    def hear(self, now: float, headers: Mapping[str, str]) -> None:
        """Takes limits from the headers of a reply."""
        if not self._learns:
            return
        for name, kind in _HEADERS.items():
            rate = _whole(headers.get(f"x-ratelimit-limit-{kind}"))
            if rate is None or rate < 1:
                continue
            window = self._windows.get(name)
            if window is None:
                window = self._windows[name] = Window(name, rate, _SPANS[name])
            window.rate = min(rate, self._given.get(name, NEVER))
            window.limit = max(1, int(window.rate))
            left = _whole(headers.get(f"x-ratelimit-remaining-{kind}"))
            if left is not None and rate == window.rate:
                window.hear(now, left)

    def _named(self, name: str, rate: float) -> str:
        return f"for the limit {name}={rate:g} of {self.of}"


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None
