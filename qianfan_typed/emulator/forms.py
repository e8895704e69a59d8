"""Forms: where the platform's own samples show a reply in several ways, which of them the next one has."""

from __future__ import annotations

import random
from typing import Literal, get_args

import attrs

ChunkUsage = Literal["constant", "growing", "none"]


@attrs.frozen(kw_only=True)
class Forms:
    """The form of one reply. As it stands here, the usual one."""

    text_in_last: bool = False
    """V1: whether the chunk that says is_end carries text."""
    finish_reason: bool = True
    """V1: whether a reply says why it ended, where that is nothing special. The page has it for three models."""
    chunk_usage: ChunkUsage = "constant"
    """V1: what chunks before the last say of tokens: that of the first of them, more and more, or nothing spent."""
    role: bool = True
    """V2: whether the first chunk says the role."""
    natural_end: Literal["stop", "normal"] = "stop"
    """V2: what an answer that is whole says: stop since 2025, normal in 2024."""


USUAL = Forms()


def drawn(seed: int | None, reply: str) -> Forms:
    """The form of a reply, by its id: the same for the same seed. None: the usual one."""
    if seed is None:
        return USUAL
    chance = random.Random(f"{seed}/{reply}")
    return Forms(
        text_in_last=chance.random() < 0.5,
        finish_reason=chance.random() < 0.5,
        chunk_usage=chance.choice(get_args(ChunkUsage)),
        role=chance.random() < 0.5,
        natural_end=chance.choice(("stop", "normal")),
    )
