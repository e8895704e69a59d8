"""Numbers remembered in little memory: which of the inputs are done, and which ids there were."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator


class Bits:
    """A set of numbers below a bound: a bit for each."""

    __slots__ = ("_bytes", "count", "total")

    def __init__(self, total: int) -> None:
        self.total: int = total
        self.count: int = 0
        self._bytes = bytearray((total + 7) // 8)

    def __contains__(self, number: int) -> bool:
        return bool(self._bytes[number >> 3] >> (number & 7) & 1)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        return (number for number in range(self.total) if number in self)

    def add(self, number: int) -> bool:
        """Adds a number. Whether it is new."""
        at, bit = number >> 3, 1 << (number & 7)
        if self._bytes[at] & bit:
            return False
        self._bytes[at] |= bit
        self.count += 1
        return True

    def copy(self) -> Bits:
        """The same numbers, to be changed apart."""
        made = Bits(self.total)
        made._bytes[:] = self._bytes
        made.count = self.count
        return made

    def remove(self, number: int) -> None:
        """Takes a number out, if it is in."""
        if number in self:
            self._bytes[number >> 3] &= ~(1 << (number & 7))
            self.count -= 1


_FIRST_SLOTS = 1 << 12


class IdSet:
    """Texts that were seen: eight bytes of a digest for each, in a table that is at most two thirds full.

    Of a million texts two would be taken for one with a chance of 1 to 37 million.
    """

    __slots__ = ("_count", "_slots")

    def __init__(self) -> None:
        self._count = 0
        self._slots = array("Q", bytes(8 * _FIRST_SLOTS))

    def add(self, text: str) -> bool:
        """Adds a text. Whether it is new."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = int.from_bytes(digest, "little") or 1
        if not _put(self._slots, key):
            return False
        self._count += 1
        if 3 * self._count > 2 * len(self._slots):
            self._grow()
        return True

    def _grow(self) -> None:
        larger = array("Q", bytes(16 * len(self._slots)))
        for key in self._slots:
            if key:
                _put(larger, key)
        self._slots = larger


def _put(slots: array[int], key: int) -> bool:
    mask = len(slots) - 1
    at = key & mask
    while slots[at]:
        if slots[at] == key:
            return False
        at = (at + 1) & mask
    slots[at] = key
    return True
