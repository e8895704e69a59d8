"""Counts tokens, as everywhere in the emulator."""

from __future__ import annotations

from qianfan_typed.emulator import text
from qianfan_typed.emulator.making import Asked, Made
from qianfan_typed.emulator.wire import Json


def make(asked: Asked) -> Made:
    """The number of tokens of a text."""
    tokens = text.count(asked.text("prompt"))
    usage: Json = {"prompt_tokens": tokens, "total_tokens": tokens}
    return Made(reply={"id": asked.id, "object": f"tokenizer.{asked.name}", "created": asked.created, "usage": usage})
