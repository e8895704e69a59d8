"""Bounds: how much of a reply is taken, and the inflating of what came compressed though nobody asked for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import attrs

from qianfan_typed.config import without_traces
from qianfan_typed.core.error_bodies import request_id
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import DecodeError

MOST_OF_REPLY = 256 * 1024 * 1024
"""Bytes of a whole reply, unless another bound is set."""
_STEP = 1 << 18
"""Bytes that are inflated at once: what a few kilobytes grow to is not to be held before it is counted."""
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW_DEFLATE = -15


def too_long(answer: Answer, what: str, most: int, setting: str) -> DecodeError:
    """The error of a reply, or a part of one, that goes over a bound."""
    return _unreadable(answer, f"{what} is longer than {most:,} bytes: {setting}=… sets the bound")


def whole(answer: Answer, most: int) -> Answer:
    """A whole reply within its bound, inflated where it is compressed.

    Raises:
        DecodeError: It is too long, or cannot be inflated.
    """
    if "content-encoding" in answer.headers and answer.body:
        try:
            inflater = Inflater.of(answer)
            if inflater is not None:
                answer = attrs.evolve(answer, body=_inflated(inflater, answer, most))
        except DecodeError as error:
            raise without_traces(error)  # noqa: B904  (its frames hold what came)
    if len(answer.body) > most:
        raise too_long(answer, "the platform's reply", most, "max_reply_bytes")
    return answer


def _inflated(inflater: Inflater, answer: Answer, most: int) -> bytes:
    parts: list[bytes] = []
    held = 0
    for part in inflater.feed(answer.body):
        parts.append(part)
        held += len(part)
        if held > most:
            raise too_long(answer, "the platform's reply, inflated,", most, "max_reply_bytes")
    if not inflater.whole:
        raise _unreadable(answer, f"the platform's reply is {inflater.coding} that ends too early")
    return b"".join(parts)


class Inflater:
    """Inflates the bytes of a reply as they come."""

    def __init__(self, coding: str, answer: Answer) -> None:
        self.coding: str = coding
        self._answer = answer
        self._zlib = zlib.decompressobj(_WINDOWS[coding])
        self._begun = False

    @classmethod
    def of(cls, answer: Answer) -> Inflater | None:
        """The inflater for a reply. None: it is not compressed. Raises DecodeError where nothing here inflates it."""
        codings = [one.strip().lower() for one in answer.headers.get("content-encoding", "").split(",")]
        codings = [one for one in codings if one not in ("", "identity")]
        if not codings:
            return None
        if len(codings) > 1 or codings[0] not in _WINDOWS:
            message = f"the platform's reply is compressed as {', '.join(codings)!r}, which nobody asked for"
            raise _unreadable(answer, f"{message}; gzip and deflate can be read")
        return cls(codings[0], answer)

    @property
    def whole(self) -> bool:
        """Whether its end has come."""
        return self._zlib.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes are, in pieces of a bounded length. Raises DecodeError where they are something else."""
        if data and not self._begun:
            self._begun = True
            # Half of the world's servers mean zlib's format by deflate, the other half the bare one.
            if self.coding == "deflate" and not (data[0] & 15 == 8 and data[0] >> 4 <= 7):
                self._zlib = zlib.decompressobj(_RAW_DEFLATE)
        while data:
            try:
                part = self._zlib.decompress(data, _STEP)
            except zlib.error as error:
                message = f"the platform's reply says that it is {self.coding}, and is not: {error}"
                raise _unreadable(self._answer, message) from None
            if part:
                yield part
            data = self._zlib.unconsumed_tail
            if self._zlib.eof:
                return


def _unreadable(answer: Answer, message: str) -> DecodeError:
    body = answer.masked(answer.body[:1024])
    return DecodeError(message=message, status=answer.status, body=body, request_id=request_id(answer))
