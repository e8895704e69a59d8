"""Decoders of JSON into classes. One thread at a time makes them: msgspec crashes where two meet a class together."""

from __future__ import annotations

import os
import threading
from typing import TypeVar

import msgspec

T = TypeVar("T")

_making = threading.Lock()


def make_decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """A new decoder. Raises TypeError where JSON cannot become the class."""
    with _making:
        return msgspec.json.Decoder(kind)


def _begin_anew() -> None:
    """A forked child has no thread that would give the lock back."""
    global _making
    _making = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
