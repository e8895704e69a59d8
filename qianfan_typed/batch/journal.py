"""The journal: the lines of an output, of which none is lost, doubled or half.

It is the output itself: rows are appended, and count once they are on the disk. What a crash left half is cut off when
it is opened. A row may take the place of an earlier one of the same request: the later line counts, and a file
that has such lines is written anew without the earlier ones, in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import attrs
import msgspec

from qianfan_typed.batch.bits import Bits
from qianfan_typed.batch.rows import RowError, RowStatus, TokenCount

NOWHERE = (1 << 64) - 1


class UnwritableOutput(OSError):
    """A row could not be written. What was written before stands, whole."""

    @classmethod
    def of(cls, error: OSError, path: Path) -> UnwritableOutput:
        """What the system says, and what to do."""
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        then = "what was counted is there; make room, and give the same command again"
        return cls(error.errno, f"{error.strerror}: {then}" if full else error.strerror, str(path))


@attrs.frozen(kw_only=True)
class RowHead:
    """A row without its reply: what is counted."""

    index: int
    custom_id: str
    status: RowStatus
    api: str = ""
    model: str | None = None
    error: RowError | None = None
    usage: TokenCount | None = None
    latency: float | None = None


Line = tuple[int, RowStatus, bytes]
"""A row to be written: its index, its status and its line."""

_head: Callable[[bytes], RowHead] = msgspec.json.Decoder(RowHead).decode


@attrs.frozen
class Written:
    """A line of the output: where it begins, and what it says."""

    offset: int
    line: bytes
    head: RowHead


class Journal:
    """An output under way. One process writes it at a time: whoever opens it holds the lock."""

    def __init__(self, path: Path, total: int, again_from: int | None = None) -> None:
        """Opens an output, or begins one, and mends what a crash left.

        Args:
            path: The output.
            total: How many inputs there are.
            again_from: Where the rows of a round of failed requests begin. None: there is no such round.

        Raises:
            OSError: It cannot be read or written.
        """
        self.path = path
        self.total = total
        self.again_from = again_from
        self._unsynced: list[tuple[int, RowStatus]] = []
        self.mended: int = 0
        """Lines, or parts of one, that could not be read and were taken out: their requests are done again."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        self._cut_half_line()
        self._load()
        _sync_folder(path)

    def _load(self) -> None:
        self.done: Bits = Bits(self.total)
        """The inputs that have a row."""
        self.failed: Bits = Bits(self.total)
        """Those whose row says that they failed."""
        self.again: Bits = Bits(self.total)
        """Those that have a row of the round of failed requests."""
        self._failed_before: Bits = Bits(self.total)
        self.size: int = os.fstat(self._file).st_size
        doubled = False
        unreadable = 0
        for found in self._lines():
            if isinstance(found, int):
                unreadable += 1
                continue
            head = found.head
            doubled |= not self.done.add(head.index)
            (self.failed.add if head.status == "failed" else self.failed.remove)(head.index)
            if self.again_from is None:
                continue
            if found.offset >= self.again_from:
                self.again.add(head.index)
            elif head.status == "failed":
                self._failed_before.add(head.index)
        self.mended += unreadable
        # Within a round the earlier lines stay: where the round begins is an offset.
        if self.again_from is None and (unreadable or doubled):
            self.compact()

    def _cut_half_line(self) -> None:
        """Cuts off what stands behind the last line end: a write that a crash cut short."""
        end = os.fstat(self._file).st_size
        at = end
        with self.path.open("rb") as file:
            while at:
                start = max(0, at - 65536)
                file.seek(start)
                found = file.read(at - start).rfind(b"\n")
                if found >= 0:
                    at = start + found + 1
                    break
                at = start
        if at < end:
            os.ftruncate(self._file, at)
            os.fsync(self._file)
            self.mended += 1

    def _lines(self) -> Iterator[Written | int]:
        """The lines, in order; of one that holds no row of this job, its offset."""
        with self.path.open("rb") as file:
            yield from read_lines(file, self.total)

    # --- writing -----------------------------------------------------------------------------------------------------

    def append(self, rows: Sequence[Line]) -> None:
        """Writes rows. They are kept if the process ends, and count once `sync` has brought them to the disk.

        Raises:
            UnwritableOutput: The disk is full, or broken. None of these rows is there, and none by half.
        """
        data = memoryview(b"".join(line for _, _, line in rows))
        length = len(data)
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            # Where that cannot be either, the half line is cut off when it is opened the next time.
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self.size)
            raise UnwritableOutput.of(error, self.path) from error
        self.size += length
        self._unsynced.extend((index, status) for index, status, _ in rows)

    def sync(self) -> None:
        """Waits until what was written is on the disk, and counts it. Raises UnwritableOutput."""
        taken = self.take_unsynced()
        self.flush()
        self.count(taken)

    def take_unsynced(self) -> list[tuple[int, RowStatus]]:
        """The rows that were written since this was asked last: to be counted after `flush`."""
        taken, self._unsynced = self._unsynced, []
        return taken

    def flush(self) -> None:
        """Waits until what was written is on the disk. From any thread. Raises UnwritableOutput."""
        try:
            _sync(self._file)
        except OSError as error:
            raise UnwritableOutput.of(error, self.path) from error

    def count(self, rows: Sequence[tuple[int, RowStatus]]) -> None:
        """Counts rows that are on the disk."""
        for index, status in rows:
            self.done.add(index)
            (self.failed.add if status == "failed" else self.failed.remove)(index)
            if self.again_from is not None:
                self.again.add(index)

    def begin_round(self) -> int:
        """Lets the rows to come take the place of the failed ones. Gives the offset where they begin, to be kept."""
        self.again_from = self.size
        self.again = Bits(self.total)
        self._failed_before = self.failed.copy()
        return self.size

    def end_round(self) -> None:
        """Ends a round. To be called when it is on the disk that there is none: a crash in between is mended.

        Raises:
            UnwritableOutput: There is no room for the file without the earlier rows. Nothing is lost.
        """
        self.again_from = None
        self.compact()

    def compact(self) -> None:
        """Writes the file anew, without lines that a later one replaces or that hold no row, in one step.

        Raises:
            UnwritableOutput: There is no room for it. The file is as it was.
        """
        last = array("Q", [NOWHERE]) * self.total
        for found in self._lines():
            if not isinstance(found, int):
                last[found.head.index] = found.offset
        target = self.path.resolve()  # What a link leads to is replaced, not the link.
        beside = target.with_name(f".{target.name}.new")
        try:
            with beside.open("wb") as file:
                for found in self._lines():
                    if not isinstance(found, int) and last[found.head.index] == found.offset:
                        file.write(found.line)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(target, beside)
            self.close()  # Windows replaces no file that is open.
            beside.replace(target)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise UnwritableOutput.of(error, beside) from error
        _sync_folder(target)
        self._file = os.open(target, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        self._load()

    def todo(self, *, only_failed: bool) -> Bits:
        """The inputs that are to be done. `only_failed`: of a round, those alone that failed before it."""
        found = Bits(self.total)
        for index in range(self.total):
            if index not in self.done:
                wanted = not only_failed
            else:
                wanted = index in self._failed_before and index not in self.again
            if wanted:
                found.add(index)
        return found

    def close(self) -> None:
        """Closes the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def read_lines(file: BinaryIO, total: int | None = None) -> Iterator[Written | int]:
    """The lines of an output, in the order in which they were written; of one that holds no row, its offset.

    Args:
        file: The output.
        total: How many inputs there are; what has a higher index is no row of theirs. None: however many.
    """
    offset = 0
    for line in file:
        try:
            head = _head(line)
            right = line.endswith(b"\n") and head.index >= 0 and (total is None or head.index < total)
        except ValueError:
            right, head = False, None
        yield Written(offset, line, head) if right and head is not None else offset
        offset += len(line)


def _sync(file: int) -> None:
    """Waits until what was written is on the disk."""
    fdatasync = getattr(os, "fdatasync", os.fsync)
    fdatasync(file)


def _sync_folder(path: Path) -> None:
    """Waits until a file's name is on the disk. Windows does so by itself."""
    if sys.platform == "win32":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file in one step: whoever reads it sees all of it, or what was there before. Raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    beside.replace(path)
    _sync_folder(path)
