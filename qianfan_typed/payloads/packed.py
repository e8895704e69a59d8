"""Packed files: the text of `.gz` and `.zst`, as far as it is within bounds."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, cast

from qianfan_api.words import say

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PACKED = (".gz", ".zst")
_MOST_TIMES = 200
"""How many times as long as the packed text the text may be. Requests come to 5 to 30 times."""
_FREE = 100_000_000
"""Bytes that a text may have in any case."""


class NotPacked(OSError):
    """A file cannot be unpacked; the message says why."""


def inner_name(file: str) -> str:
    """The name without the suffix of its packing."""
    return file[: -len(PurePath(file).suffix)] if is_packed(file) else file


def is_packed(file: str) -> bool:
    """Whether a file is packed, by its name."""
    return PurePath(file).suffix.lower() in PACKED


def unpacked(file: str, stream: BinaryIO, size: int) -> BinaryIO:
    """The text of a packed file.

    Args:
        file: Its name.
        stream: Its bytes.
        size: How many these are.

    Raises:
        NotPacked: What would read it is not installed. Reading raises it where the file is not what its name says.
    """
    if file.lower().endswith(".gz"):
        inner = cast("BinaryIO", gzip.GzipFile(fileobj=stream))
    else:
        try:
            import zstandard
        except ModuleNotFoundError:
            raise NotPacked('.zst needs zstandard: pip install "qianfan-typed[zst]"') from None
        inner = cast("BinaryIO", zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True))
    return io.BufferedReader(_Text(inner, max(_FREE, size * _MOST_TIMES)), 1 << 20)


class _Text(io.RawIOBase):
    def __init__(self, inner: BinaryIO, most: int) -> None:
        self._inner = inner
        self._most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fills a buffer."""
        room = memoryview(buffer)
        try:
            data = self._inner.read(len(room))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise NotPacked(say("not gzip that can be unpacked: {why}", why=error)) from error
        except Exception as error:
            if type(error).__name__ != "ZstdError":
                raise
            raise NotPacked(say("not zstd that can be unpacked: {why}", why=error)) from error
        self._most -= len(data)
        if self._most < 0:
            raise NotPacked(say("unpacked it is more than {most} times as long", most=_MOST_TIMES))
        room[: len(data)] = data
        return len(data)
