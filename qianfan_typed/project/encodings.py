"""Encodings of files: what is UTF-16, UTF-32 or GBK, as PowerShell and editors on Windows write it."""

from __future__ import annotations

import codecs
import re

_FOREIGN = {
    "UTF-32": re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff|\0{3}[^\0]|[^\0]\0{3}"),
    "UTF-16": re.compile(rb"\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0"),
}
"""How a text begins: with a byte order mark, or with a letter of more bytes than one."""


def foreign_encoding(text: bytes) -> str | None:
    """The encoding of a text, by its beginning. None: neither UTF-16 nor UTF-32."""
    return next((encoding for encoding, beginning in _FOREIGN.items() if beginning.match(text)), None)


def looks_like_gbk(text: bytes) -> bool:
    """Whether a text, which may be cut off, is no UTF-8 and has Chinese characters where it is read as GBK."""
    if text.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text)
        return False
    except UnicodeDecodeError:
        pass
    try:
        read = codecs.getincrementaldecoder("gbk")().decode(text)
    except UnicodeDecodeError:
        return False
    return all(_CHINESE.match(one) for one in read if not one.isascii())


_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u2026]")
