"""Addresses of images and videos: http, https, or data: with the thing itself in base64."""

from __future__ import annotations

import base64
import binascii
import re

from qianfan_api.violations import Findings, Place, Rule, must_be, shown
from qianfan_api.words import say

_HEAD = 4096
"""How much of a text in base64 is looked at: whether it is base64, and what it begins with."""
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{64,}={0,2}\s*")
_FORMATS = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"RIFF": "webp",
}


def check_address(rule: Rule, value: str, place: Place, found: Findings, medium: str) -> None:
    """An http(s) address or a data: URL of an image or a video.

    Args:
        rule: The rule that says so.
        value: The address.
        place: Where it stands.
        found: Notes what is wrong.
        medium: What it leads to: image or video.
    """
    scheme, colon, rest = value.partition(":")
    match scheme.lower() if colon else "":
        case "http" | "https":
            if rest.startswith("//") and rest[2:].strip("/"):
                return
        case "data":
            _check_data(rule, rest, place, found, medium)
            return
        case _:
            pass
    written = f"data:{medium}/{_format_of(value[:_HEAD]) or '…'};base64,"
    if _BASE64.fullmatch(value[:_HEAD]):
        found.add(
            rule,
            "format",
            place,
            say("{value}: base64 without its type; write {written} before it", value=shown(value), written=written),
        )
    else:
        allowed = say("an address that begins with http:// or https://, or {written}…", written=written)
        found.add(rule, "format", place, must_be(shown(value), allowed))


def _check_data(rule: Rule, rest: str, place: Place, found: Findings, medium: str) -> None:
    """What follows `data:`."""
    head, comma, text = rest.partition(",")
    kind, *options = head.lower().split(";")
    if not comma or "base64" not in options or not kind.startswith(f"{medium}/"):
        allowed = f"data:{medium}/…;base64,…"
        found.add(rule, "format", place, must_be(shown("data:" + head + comma), allowed))
    elif _head(text) is None:
        found.add(rule, "format", place, say("{value}: no base64 follows", value=shown("data:" + head + comma)))


def _head(text: str) -> bytes | None:
    """What a text in base64 begins with. None: it is none."""
    start = "".join(text[:_HEAD].split())
    try:
        return base64.b64decode(start[: len(start) // 4 * 4], validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _format_of(text: str) -> str | None:
    """The format of an image in base64, by its first bytes. None: none that is known."""
    data = _head(text) or b""
    return next((name for magic, name in _FORMATS.items() if data.startswith(magic)), None)
