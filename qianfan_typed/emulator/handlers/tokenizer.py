"""Counts tokens, as everywhere in the emulator."""

from __future__ import annotations

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import Json


def handle(incoming: Incoming) -> Outgoing:
    """The number of tokens of a text."""
    tokens = text.count(incoming.text("prompt"))
    usage: Json = {"prompt_tokens": tokens, "total_tokens": tokens}
    return Outgoing(
        reply={"id": incoming.id, "object": f"tokenizer.{incoming.name}", "created": incoming.created, "usage": usage}
    )
