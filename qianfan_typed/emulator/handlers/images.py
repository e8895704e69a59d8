"""Images for texts: real PNG files of the size asked for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zlib

import attrs

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import Json, int_of, text_of

ADDRESS = "/emulator/images/{width:int}x{height:int}/{name}.png"
"""Where the images of V2 lie. The address says all that the image is drawn from."""
LONGEST = 4096
"""Pixels of a side that can be drawn."""
MOST = 10
"""Images in a reply that can be drawn."""
USUAL = "1024x1024"
"""The size where neither the request nor the model says one."""

_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})")
_NOT_DRAWN = ("n", "user", "user_id")
"""Parameters that do not change an image."""


@attrs.frozen
class Drawing:
    """An image before it is drawn."""

    width: int
    height: int
    name: str
    """Decides the picture."""


def handle_v1(incoming: Incoming) -> Outgoing:
    """The images in base64."""
    incoming.text("prompt")
    drawings = _drawings(incoming)
    data: list[Json] = [
        {
            "object": "image",
            "b64_image": base64.b64encode(png(one.width, one.height, one.name)).decode(),
            "index": index,
        }
        for index, one in enumerate(drawings)
    ]
    prompt_tokens = sum(text.count(text_of(incoming.wire.get(name))) for name in ("prompt", "negative_prompt"))
    tokens = prompt_tokens + sum(one.width * one.height // 256 for one in drawings)
    usage: Json = {"prompt_tokens": prompt_tokens, "total_tokens": tokens}
    return Outgoing(reply={**incoming.head("image"), "data": data, "usage": usage})


def handle_v2(incoming: Incoming) -> Outgoing:
    """The images' addresses. They lie with the emulator."""
    incoming.text("prompt")
    return _addresses(incoming)


def edit(incoming: Incoming) -> Outgoing:
    """The addresses of changed images. What they were made of is not looked at."""
    incoming.text("image")
    return _addresses(incoming)


def _addresses(incoming: Incoming) -> Outgoing:
    address = incoming.site + ADDRESS.replace(":int", "")
    data: list[Json] = [{"url": address.format_map(attrs.asdict(one))} for one in _drawings(incoming)]
    return Outgoing(reply={"id": incoming.id, "created": incoming.created, "data": data})


def _drawings(incoming: Incoming) -> list[Drawing]:
    """What to draw. Raises Refused."""
    size = incoming.value("size") or USUAL
    found = _SIZE.fullmatch(text_of(size))
    if not found or not drawable(int(found[1]), int(found[2])):
        raise incoming.refused(f"/size {size}: must be width x height in pixels, like {USUAL}")
    number = incoming.value("n")
    count = 1 if number is None else int_of(number)
    if count is None or not 1 <= count <= MOST:
        raise incoming.refused(f"/n {number}: must be a number from 1 to {MOST}")
    wanted = {name: value for name, value in incoming.wire.items() if name not in _NOT_DRAWN}
    subject = json.dumps([incoming.name, wanted], ensure_ascii=False, sort_keys=True)
    return [Drawing(int(found[1]), int(found[2]), text.digest(f"{index}/{subject}", 16)) for index in range(count)]


def drawable(width: int, height: int) -> bool:
    """Whether there can be an image of this size."""
    return min(width, height) >= 1 and max(width, height) <= LONGEST


def png(width: int, height: int, name: str) -> bytes:
    """A PNG of some KB: stripes in two colours; colours and stripes as `name` has it."""
    drawn = hashlib.sha256(name.encode()).digest()
    header = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)  # one bit a pixel, out of a palette
    # No filter stands before each row.
    rows = (b"\x00" + drawn[6:] * (width // 208 + 1))[: 1 + (width + 7) // 8] * height
    chunks = ((b"IHDR", header), (b"PLTE", drawn[:6]), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
