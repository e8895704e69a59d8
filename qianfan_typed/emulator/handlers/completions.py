"""Completions: texts that answer a prompt, and texts about an image."""

from __future__ import annotations

import base64
import binascii

import attrs

from qianfan_api.images import image_size
from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.handlers.chat_brain import ChatPrompt, answer
from qianfan_typed.emulator.handlers.v1_result import ResultForm, outgoing
from qianfan_typed.emulator.lenient_json import Json, texts_of
from qianfan_typed.emulator.planned_answers import PlannedAnswer


def complete(incoming: Incoming) -> Outgoing:
    """Continues a text."""
    return _outgoing(incoming, incoming.text("prompt"), incoming.take_answer())


def describe(incoming: Incoming) -> Outgoing:
    """Answers a question about an image: with the image's size."""
    prompt, size = incoming.text("prompt"), _size(incoming.text("image"))
    seen = f"一张 {size[0]}×{size[1]} 像素的图片" if size else "一张看不出大小的图片"
    composed = (
        f"我看到了{seen}。你的问题是：“{text.shortened(prompt)}”。这是千帆模拟器代替 {incoming.name} 作出的回答。"
        "它不经过任何模型，同样的图片和问题总会得到同样的回答。"
    )
    planned = incoming.take_answer()
    return _outgoing(incoming, prompt, planned if planned.text is not None else attrs.evolve(planned, text=composed))


def _outgoing(incoming: Incoming, prompt: str, planned: PlannedAnswer) -> Outgoing:
    messages: list[Json] = [{"role": "user", "content": prompt}]
    stop = texts_of(incoming.wire.get("stop"))
    said = answer(ChatPrompt(model=incoming.name, messages=messages, stop=stop, planned=planned))
    return outgoing(incoming, said, ResultForm(kind="completion", plain={"is_safe": 1}))


def _size(image: str) -> tuple[int, int] | None:
    """Width and height of an image in base64. None: it is no image whose header is known."""
    encoded = image.partition(",")[2] if image.startswith("data:") else image
    try:
        return image_size(base64.b64decode(encoded))
    except (binascii.Error, ValueError):
        return None
