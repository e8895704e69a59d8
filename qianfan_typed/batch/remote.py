"""Remote work: the platform's own batches answer the requests, in files that it takes, and their rows are fetched.

What is under way there is kept beside the output, a note for each file. Each step is done again where a crash came
before it was noted: a batch that was created then is found by its metadata, not created twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import attrs
import msgspec

from qianfan_api.batch_file import BATCH_FILE
from qianfan_api.operations import OPERATIONS
from qianfan_api.v2 import AsyncV2
from qianfan_typed.batch.commits import Commits
from qianfan_typed.batch.engine import by_hundreds
from qianfan_typed.batch.journal import Journal, write_whole
from qianfan_typed.batch.requests import BatchRequest
from qianfan_typed.batch.rows import ResultRow, RowError, tokens_of
from qianfan_typed.batch.work import BatchProgress, BatchWork
from qianfan_typed.errors import BY_STATUS, ConfigurationError
from qianfan_typed.runners.async_runner import AsyncRunner

MARK = "qianfan_typed"
"""The member of a batch's metadata that says which of our files it is of."""
_ENDED = frozenset({"Done", "Stopped", "Failed", "Expired"})
_LEAVES = frozenset({"Stopped", "Expired"})
"""Ends that leave requests unanswered, of which nothing is wrong."""
_PAGE = 100
_PACE = 0.1


@attrs.frozen(kw_only=True)
class RemotePart:
    """A file of requests, and how far it is at the platform."""

    number: int
    api: str
    url: str
    model: str
    indexes: list[int]
    ids: list[str]
    """The `custom_id` of each."""
    file: str | None = None
    """The platform's id of the file. None: it was not uploaded."""
    batch: str | None = None
    """The platform's id of the batch. None: it was not created."""


class RemoteFolder:
    """The notes of what is under way at the platform."""

    def __init__(self, path: Path) -> None:
        self.path: Path = path / "remote"

    def parts(self) -> Iterator[RemotePart]:
        """The files that are not fetched yet. Raises OSError."""
        if self.path.is_dir():
            for note in sorted(self.path.glob("*.json")):
                yield msgspec.json.decode(note.read_bytes(), type=RemotePart)

    def lines_of(self, part: RemotePart) -> Path:
        """The file itself."""
        return self.path / f"{part.number:06}.jsonl"

    def note(self, part: RemotePart) -> RemotePart:
        """Notes how far a file is. It is on the disk then."""
        write_whole(self.path / f"{part.number:06}.json", msgspec.json.encode(part))
        return part

    def forget(self, part: RemotePart) -> None:
        """Drops a file whose rows are in the output."""
        (self.path / f"{part.number:06}.json").unlink(missing_ok=True)
        self.lines_of(part).unlink(missing_ok=True)

    def split(self, requests: Iterable[BatchRequest]) -> None:
        """Writes requests into files, of one operation and one model each, no larger than the platform takes."""
        self.path.mkdir(exist_ok=True)
        noted = {f"{part.number:06}" for part in self.parts()}
        for lost in self.path.glob("*.jsonl"):
            if lost.stem not in noted:
                lost.unlink()
        number = max((int(stem) for stem in noted), default=0)
        waiting: dict[tuple[str, str], tuple[RemotePart, bytearray]] = {}
        for request in requests:
            key = request.api, request.model
            line = self._line(request)
            held = waiting.get(key)
            if held is not None and not _has_room(*held, line):
                self._write(*waiting.pop(key))
                held = None
            if held is None:
                number += 1
                url = url_of(request.api)
                part = RemotePart(number=number, api=request.api, url=url, model=request.model, indexes=[], ids=[])
                held = waiting[key] = part, bytearray()
            held[0].indexes.append(request.index)
            held[0].ids.append(request.custom_id)
            held[1].extend(line)
        for part, data in waiting.values():
            self._write(part, data)

    def _write(self, part: RemotePart, data: bytearray) -> None:
        # The note is written last: a file without one was not finished.
        write_whole(self.lines_of(part), bytes(data))
        self.note(part)

    @staticmethod
    def _line(request: BatchRequest) -> bytes:
        document = {
            "custom_id": request.custom_id,
            "method": BATCH_FILE.method,
            "url": url_of(request.api),
            "body": {**request.body, "model": request.model},
        }
        return msgspec.json.encode(document, enc_hook=str) + b"\n"


def _has_room(part: RemotePart, data: bytearray, line: bytes) -> bool:
    return len(part.indexes) < BATCH_FILE.max_lines and len(data) + len(line) <= BATCH_FILE.max_bytes


def url_of(api: str) -> str:
    """The address that lines of an operation have. Raises ConfigurationError where the platform's batches have none."""
    path = OPERATIONS[api].path
    if path not in BATCH_FILE.urls:
        known = ", ".join(name for name, one in OPERATIONS.items() if one.path in BATCH_FILE.urls)
        message = f"--remote: the platform's batches do not answer {api}; they answer {known}"
        raise ConfigurationError(message=message, setting="remote")
    return path


class RemoteWork(BatchWork):
    """Has the platform's batches answer what is to be done."""

    def __init__(
        self,
        runner: AsyncRunner,
        journal: Journal,
        folder: RemoteFolder,
        *,
        mark: str,
        window: str,
        interval: float,
        on_progress: Callable[[BatchProgress], object] | None = None,
        stop_file: Path | None = None,
    ) -> None:
        """
        Args:
            runner: Carries calls out.
            journal: Where rows go.
            folder: Where it is noted what is under way.
            mark: What tells this batch from others of the account.
            window: How long the platform may take, as `24h`.
            interval: Seconds between two questions of how far a batch is.
            on_progress: Is told ten times a second how far it is.
            stop_file: What tells it to end, once it is there.
        """
        super().__init__(journal, on_progress, stop_file)
        self._v2 = AsyncV2(runner)
        self._folder = folder
        self._mark = mark
        self._window = window
        self._interval = interval

    async def run(self, unsent: Iterator[ResultRow]) -> None:
        """Uploads what is split and not there, waits for all of it, and writes the rows.

        Args:
            unsent: Rows of requests that break rules: they are written first.

        Raises:
            QianfanError: The platform says no, or cannot be reached. What is under way there goes on.
            OSError: Something cannot be read or written.
        """
        async with self.watched(0) as commits:
            for some in by_hundreds(unsent):
                await commits.commit(some)
            await self.carry(asyncio.ensure_future(self._all(commits)))

    async def _all(self, commits: Commits) -> None:
        self.add_under_way(sum(len(part.indexes) for part in self._folder.parts()) - self.under_way)
        created = await self._created_before()
        for part in self._folder.parts():
            if self.stopped is None:
                await self._begun(part, created)
        while self.stopped is None:
            left = [part for part in self._folder.parts() if part.batch is not None]
            if not left:
                return
            for part in left:
                await self._looked_at(part, commits)
            if next(self._folder.parts(), None) is not None:
                await self._pause()

    async def _pause(self) -> None:
        left = self._interval
        while left > 0 and self.stopped is None:
            await asyncio.sleep(min(_PACE, left))
            left -= _PACE

    async def _created_before(self) -> Mapping[str, str]:
        """The batches of the account that are of our files, by the mark: those that a crash kept from being noted."""
        if all(part.file is None or part.batch is not None for part in self._folder.parts()):
            return {}
        found: dict[str, str] = {}
        after: str | None = None
        while True:
            page = await self._v2.batches.list(limit=_PAGE, after=after)
            listed: list[dict[str, Any]] = page.to_dict().get("data") or []
            for one in listed:
                metadata: dict[str, Any] = one.get("metadata") or {}
                mark = metadata.get(MARK)
                if isinstance(mark, str):
                    found.setdefault(mark, str(one["id"]))
            if not listed or not page.to_dict().get("has_more"):
                return found
            after = str(listed[-1]["id"])

    async def _begun(self, part: RemotePart, created: Mapping[str, str]) -> None:
        mark = f"{self._mark}-{part.number}"
        if part.file is None:
            file = await self._v2.files.upload(self._folder.lines_of(part), purpose="batch")
            part = self._folder.note(attrs.evolve(part, file=file.id))
        if part.batch is None:
            known = created.get(mark)
            if known is None:
                batch = await self._v2.batches.create(
                    input_file_id=cast("str", part.file),
                    endpoint=cast("Any", part.url),
                    completion_window=self._window,
                    metadata={MARK: mark},
                )
                known = batch.id
            self._folder.note(attrs.evolve(part, batch=known))

    async def _looked_at(self, part: RemotePart, commits: Commits) -> None:
        """Asks how far a batch is, and fetches its rows where it has ended."""
        batch = (await self._v2.batches.get(cast("str", part.batch))).to_dict()
        if batch.get("status") not in _ENDED:
            return
        places = dict(zip(part.ids, part.indexes, strict=True))
        for member in ("output_file_id", "error_file_id"):
            if batch.get(member):
                data = (await self._v2.files.content(str(batch[member]))).content
                await self._write(self._answered(part, data, places), commits)
        if batch["status"] not in _LEAVES:
            await self._write(self._unanswered(part, batch, places), commits)
        elif places:
            self.stop(f"the platform's batch {part.batch} ended as {batch['status']}")
        self._folder.forget(part)
        self.add_under_way(-len(part.indexes))

    async def _write(self, rows: Iterator[ResultRow], commits: Commits) -> None:
        again = self.journal.again if self.journal.again_from is not None else self.journal.done
        for some in by_hundreds(row for row in rows if row.index not in again):
            await commits.commit(some)

    @staticmethod
    def _answered(part: RemotePart, data: bytes, places: dict[str, int]) -> Iterator[ResultRow]:
        for line in data.splitlines():
            if not line.strip():
                continue
            said = msgspec.json.decode(line, type=dict[str, Any])
            name = str(said.get("custom_id"))
            index = places.pop(name, None)
            if index is None:
                continue
            response: dict[str, Any] = said.get("response") or {}
            body: dict[str, Any] = response.get("body") or {}
            status: Any = response.get("status_code")
            row = ResultRow(
                index=index, custom_id=name, status="ok", api=part.api, model=part.model, reply=body, attempts=1
            )
            if status == 200 and "error" not in body:
                yield attrs.evolve(row, usage=tokens_of(body))
                continue
            error: dict[str, Any] = said.get("error") or body.get("error") or {}
            why = RowError(
                type=BY_STATUS[status].__name__ if status in BY_STATUS else "ApiError",
                code=error.get("code"),
                message=str(error.get("message", "")),
                status=status,
                request_id=response.get("request_id"),
            )
            yield attrs.evolve(row, status="failed", reply=None, error=why)

    @staticmethod
    def _unanswered(part: RemotePart, batch: Mapping[str, Any], places: Mapping[str, int]) -> Iterator[ResultRow]:
        said: dict[str, Any] = batch.get("errors") or {}
        why = f": {said['message']}" if said.get("message") else " without an answer to it"
        error = RowError(
            type="TaskFailed", code=said.get("code"), message=f"batch {part.batch} ended as {batch['status']}{why}"
        )
        for name, index in places.items():
            yield ResultRow(
                index=index, custom_id=name, status="failed", api=part.api, model=part.model, error=error, attempts=1
            )
