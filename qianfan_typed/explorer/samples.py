"""Samples: payloads that the playground begins with. What they show is no fact; whether they hold, a test says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec


class Sample(msgspec.Struct, frozen=True):
    """A payload to begin with."""

    title: str
    """A phrase's name."""
    payload: dict[str, object]
    model: str | None = None
    """The model, where that does not stand in the payload."""


def samples(api: str) -> tuple[Sample, ...]:
    """The samples of an operation."""
    return _all().get(api, ())


# Made here: msgspec crashes where two threads have it look at one class for the first time.
_decode = msgspec.json.Decoder(dict[str, tuple[Sample, ...]]).decode


@cache
def _all() -> Mapping[str, tuple[Sample, ...]]:
    text = (resources.files("qianfan_typed.explorer") / "samples.json").read_bytes()
    return _decode(text)
