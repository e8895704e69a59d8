"""Estimates: the tokens that a call may take, before its reply says how many it took."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qianfan_api.reply import Reply

_ASCII = bytes(range(128))
_OUTPUT = 256
"""Tokens of an answer, as long as none of the model has come."""
_SAID = ("max_completion_tokens", "max_tokens", "max_output_tokens")


@attrs.frozen
class Size:
    """What a call takes of the limits."""

    requests: int = 1
    input: int = 0
    output: int = 0

    def of(self, limit: str) -> int:
        """What it takes of a limit, by the limit's name in `Limits`."""
        if limit in ("rps", "rpm"):
            return self.requests
        if limit == "tpm":
            return self.input + self.output
        return self.input if limit == "input_tpm" else self.output

    def plus(self, other: Size) -> Size:
        """Both together."""
        return Size(self.requests + other.requests, self.input + other.input, self.output + other.output)

    def minus(self, other: Size) -> Size:
        """What is left without the other."""
        return Size(self.requests - other.requests, self.input - other.input, self.output - other.output)


def input_tokens(body: bytes | None, most: int | None) -> int:
    """Tokens of a request: one for four characters of ASCII, one for each other; at most what the model takes."""
    if not body:
        return 0
    other = len(body.translate(None, _ASCII))
    found = (len(body) - other + 3) // 4 + (other + 2) // 3
    return found if most is None else min(found, most)


class OutputEstimate:
    """Tokens of a model's answers: the mean of those that came, the last ones counting most."""

    __slots__ = ("_mean",)

    def __init__(self) -> None:
        self._mean: float = 0.0

    def of(self, wire: Mapping[str, object]) -> int:
        """Those of the answer to a request: no more than it asks for."""
        said = [value for name in _SAID if isinstance(value := wire.get(name), int)]
        return min([int(self._mean) or _OUTPUT, *said])

    def learn(self, output: int) -> None:
        """An answer came."""
        self._mean = output if not self._mean else self._mean + (output - self._mean) / 8


def used_tokens(reply: Reply) -> tuple[int, int] | None:
    """Tokens of input and output, as a reply or a piece of one says them. None: it says nothing."""
    usage = getattr(reply, "usage", None)
    sent = _count(usage, "prompt_tokens", "input_tokens")
    if usage is None or sent is None:
        return None
    came = _count(usage, "completion_tokens", "output_tokens")
    total = _count(usage, "total_tokens")
    if came is None:
        came = max(0, total - sent) if total is not None else 0
    return sent, came


def _count(usage: object, *names: str) -> int | None:
    for name in names:
        value = getattr(usage, name, None)
        if isinstance(value, int):
            return value
    return None
