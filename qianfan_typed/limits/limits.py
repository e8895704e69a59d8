"""Limits: what a client is told to keep to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs


@attrs.frozen(kw_only=True)
class Limits:
    """What calls keep to: they wait, first come first served, and are then sent. What is None has no limit.

    The platform counts each model by itself, so `models` is what most programs want; what stands beside it holds for
    all calls of the client together. A window of a limit is any second, or any minute, not one of the clock: a burst
    goes out at once where there is room for it. `Limits()` alone is worth something too: after a 429, all calls of
    that model wait together, and one of them goes first.
    """

    rps: float | None = None
    """Requests a second. Below 1: one in so many seconds."""
    rpm: float | None = None
    """Requests a minute."""
    tpm: float | None = None
    """Tokens a minute, of input and output together: estimated when a call is sent, counted when its reply came."""
    input_tpm: float | None = None
    """Tokens of input a minute."""
    output_tpm: float | None = None
    """Tokens of output a minute."""
    concurrency: int | None = None
    """Calls at once. A stream is one until it has ended or was closed."""
    models: Mapping[str, Limits] = attrs.field(factory=dict[str, "Limits"], hash=False)
    """Model or endpoint → its own limits, which hold besides. `"*"`: those of each other model, by itself."""
    catalogue: bool = False
    """Whether a model without limits of its own keeps to the default rate that the platform's list of models gives,
    as `model.rates` has it. An account may have been given another."""
    learn: bool = False
    """Whether a model keeps to what `X-Ratelimit-*` of its replies says: a lower limit than its own counts, and so does
    what others of the same account have used of it."""

    redis: str | None = attrs.field(default=None, repr=False)
    """`redis://…`: where all processes with the same keys keep to these limits together, but for `concurrency`. Needs
    the extra redis. Where it is down, the limits hold for each process alone."""

    @property
    def rates(self) -> Mapping[str, float]:
        """The limits that are given, by name; those of models apart."""
        return {name: value for name in RATES if (value := getattr(self, name)) is not None}

    def of(self, names: Iterator[str]) -> Limits | None:
        """The limits of a model, by any of its names. None: it has none of its own."""
        folded = {name.casefold(): limits for name, limits in self.models.items()}
        for name in names:
            if name.casefold() in folded:
                return folded[name.casefold()]
        return self.models.get("*")


RATES = ("rps", "rpm", "tpm", "input_tpm", "output_tpm", "concurrency")
"""The limits, by name."""
