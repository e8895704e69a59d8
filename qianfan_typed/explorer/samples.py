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


@cache
def _all() -> Mapping[str, tuple[Sample, ...]]:
    text = (resources.files("qianfan_typed.explorer") / "samples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, tuple[Sample, ...]])
