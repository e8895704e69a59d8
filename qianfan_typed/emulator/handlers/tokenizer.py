"""Tokenizer: counts tokens, as everywhere in the emulator."""

from __future__ import annotations

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing, usage


def handle(incoming: Incoming) -> Outgoing:
    """The number of tokens of a text."""
    tokens = text.count(incoming.text("prompt"))
    return Outgoing(reply={**incoming.head(f"tokenizer.{incoming.name}"), "usage": usage(tokens)})
