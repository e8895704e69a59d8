"""Jobs: what an output belongs to, kept in a folder beside it, and the lock that lets one run at a time write it."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
import uuid
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import msgspec

from qianfan_typed.batch.journal import write_whole
from qianfan_typed.errors import ConfigurationError

VERSION = 1
_LOCKED_AT = 1 << 30
"""The byte that Windows locks: others may read what stands before it."""


@attrs.frozen(kw_only=True)
class InputPrint:
    """What tells inputs apart."""

    requests: int
    size: int
    """Bytes."""
    digest: str


@attrs.frozen(kw_only=True)
class Job:
    """What an output belongs to."""

    version: int = VERSION
    input: InputPrint
    parameters: dict[str, Any]
    """What makes requests of the input, by option."""
    mark: str = attrs.field(factory=lambda: uuid.uuid4().hex)
    """What tells it from every other."""
    again_from: int | None = None
    """Where in the output a round of failed requests begins. None: there is none under way."""

    def differences(self, other: Job) -> Iterator[str]:
        """What another job has otherwise, in words."""
        ours, theirs = self.input, other.input
        if ours.requests != theirs.requests:
            yield f"the input had {ours.requests:,} requests, now it has {theirs.requests:,}"
        elif ours.digest != theirs.digest:
            yield f"the input has other bytes than then ({ours.size:,} then, {theirs.size:,} now)"
        names = dict.fromkeys([*self.parameters, *other.parameters])
        for name in names:
            was, is_ = self.parameters.get(name), other.parameters.get(name)
            if was != is_:
                yield f"{name} was {_shown(was)}, now it is {_shown(is_)}"


def _shown(value: object) -> str:
    text = "not given" if value is None else msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"


class JobFolder:
    """The folder beside an output: what it belongs to, the lock, and what a run keeps until it is done."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.path: Path = output.with_name(f"{output.name}.batch")
        self._lock: int | None = None

    @property
    def job_file(self) -> Path:
        """Where it is written what the output belongs to."""
        return self.path / "job.json"

    @property
    def input_file(self) -> Path:
        """Where an input is kept that can be read only once."""
        return self.path / "input.jsonl"

    @property
    def stop_file(self) -> Path:
        """What tells the run under way to end."""
        return self.path / "stop"

    @property
    def results(self) -> Path:
        """Where results are written as they come: the output itself, if it is lines."""
        return self.path / "results.jsonl" if self.output.suffix.lower() == ".parquet" else self.output

    def read(self) -> Job | None:
        """What the output belongs to. None: nothing was begun.

        Raises:
            ConfigurationError: It was written by another version, or is broken.
        """
        try:
            data = self.job_file.read_bytes()
        except FileNotFoundError:
            return None
        try:
            job = msgspec.json.decode(data, type=Job)
        except ValueError as error:
            raise ConfigurationError(message=f"{self.job_file}: cannot be read: {error}", setting="output") from None
        if job.version != VERSION:
            message = f"{self.job_file}: has the form {job.version}; this version of qianfan-typed reads {VERSION}"
            raise ConfigurationError(message=message, setting="output")
        return job

    def write(self, job: Job) -> None:
        """Writes down what the output belongs to. It is on the disk then. Raises OSError."""
        write_whole(self.job_file, msgspec.json.format(msgspec.json.encode(job), indent=1) + b"\n")

    # --- the lock ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self) -> Generator[None]:
        """Holds the lock, which the system drops when the process ends, however it does.

        Raises:
            ConfigurationError: Another run holds it.
            OSError: The folder cannot be made.
        """
        fresh = not self.path.exists()
        self.path.mkdir(exist_ok=True)
        place = self.path / "lock"
        self._lock = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _take(self._lock):
                holder = self.holder() or "another run"
                message = f"{self.output}: is being written by {holder}; wait for it, or end it with: batch cancel"
                fresh = False  # What stands there is the other run's.
                raise ConfigurationError(message=message, setting="output")
            os.truncate(place, 0)
            os.write(self._lock, f"process {os.getpid()} on {socket.gethostname()}, since {_now()}".encode())
            self.stop_file.unlink(missing_ok=True)
            yield
        finally:
            os.close(self._lock)
            self._lock = None
            if fresh and not self.job_file.exists():
                self._remove()

    def holder(self) -> str | None:
        """Who writes the output, in words. None: nobody does."""
        place = self.path / "lock"
        try:
            other = os.open(place, os.O_RDWR)
        except OSError:
            return None
        try:
            if _take(other):
                return None
            return os.read(other, 200).decode("utf-8", "replace") or "another run"
        finally:
            os.close(other)

    def _remove(self) -> None:
        """Leaves nothing of a job that was not begun."""
        with contextlib.suppress(OSError):
            for one in ("lock", "input.jsonl", "stop"):
                (self.path / one).unlink(missing_ok=True)
            self.path.rmdir()


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> bool:
        os.lseek(file, _LOCKED_AT, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(file: int) -> bool:
        """Whether the lock is to be had. It goes with the open file: closing it drops the lock."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def described(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without those that are not given."""
    return {name: value for name, value in parameters.items() if value is not None and value != {} and value != []}
