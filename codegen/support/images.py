"""Checks images in base64, their size as text and their sides as their header says them, and sizes such as 1024x768."""

from __future__ import annotations

import base64
import binascii
import re
import struct

from qianfan_api.violations import Findings, Place, Rule, shown
from qianfan_api.words import say

_HEAD = 64 * 1024
"""How much of an image is looked at: a JPEG's size stands behind its metadata."""


def check_base64_image(
    rule: Rule, value: str, place: Place, found: Findings, most: int | None, least: int, longest: int | None
) -> None:
    """An image in base64.

    Args:
        rule: The rule that states the bounds.
        value: The base64 text, with or without a `data:` prefix.
        place: Where it stands.
        found: Notes what is wrong.
        most: Bytes of the base64 text. None: no limit.
        least: Pixels of the shorter side.
        longest: Pixels of the longer side. None: no limit.
    """
    text = value.partition(",")[2] if value.startswith("data:") else value
    if not text:
        found.empty(rule, place)
    if most is not None and len(text) > most:
        found.add(
            rule,
            "length",
            place,
            say("{count} bytes of base64: must be at most {most}", count=f"{len(text):,}", most=f"{most:,}"),
        )
    try:
        data = base64.b64decode(text[: _HEAD * 4 // 3 // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        found.add(rule, "format", place, say("not base64: must be an image in base64"))
        return
    sides = image_size(data)
    if sides is None:
        return
    width, height = sides
    if min(sides) < least or (longest is not None and max(sides) > longest):
        allowed = say("at least {low}", low=least)
        if longest is not None:
            allowed = say("at least {low} and at most {high}", low=least, high=longest)
        message = say(
            "{width}×{height} pixels: each side must be {allowed}", width=width, height=height, allowed=allowed
        )
        found.add(rule, "range", place, message)


_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})")


def check_sides(rule: Rule, value: str, place: Place, found: Findings, least: int, longest: int) -> None:
    """A size as text, width and height: both at least `least` pixels and at most `longest`."""
    sides = _SIZE.fullmatch(value)
    if sides is None:
        example = f"{least}x{longest}"
        message = say(
            "{value}: must be width and height in pixels, such as {example}", value=shown(value), example=example
        )
        found.add(rule, "format", place, message)
    elif not least <= min(map(int, sides.groups())) <= max(map(int, sides.groups())) <= longest:
        allowed = say("at least {low} and at most {high}", low=least, high=longest)
        found.add(
            rule, "range", place, say("{value}: each side must be {allowed}", value=shown(value), allowed=allowed)
        )


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the header of a PNG, BMP, GIF or JPEG says. None: another format, or a header cut short."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack(">II", data[16:24])
        elif data.startswith(b"BM"):
            width, height = struct.unpack("<ii", data[18:26])
        elif data.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack("<HH", data[6:10])
        elif data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
        else:
            return None
    except struct.error:
        return None
    return abs(width), abs(height)


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walks a JPEG's segments to the frame header: SOF0 to SOF15, apart from DHT, JPG and DAC."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
