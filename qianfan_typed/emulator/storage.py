"""Storage: the files, batches and responses that an emulated platform keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs

from qianfan_typed.emulator import text
from qianfan_typed.emulator.lenient_json import Json

BatchStatus = Literal["Running", "Stopping", "Done", "Stopped", "Failed", "Expired"]


@attrs.frozen(kw_only=True)
class StoredFile:
    """A file, uploaded or written by a batch."""

    id: str
    name: str
    purpose: str
    created: int
    """Seconds since the epoch."""
    data: bytes

    def said(self) -> Json:
        """What the platform says of it."""
        known: Json = {"id": self.id, "object": "file", "bytes": len(self.data), "created_at": self.created}
        return {**known, "filename": self.name, "purpose": self.purpose}


@attrs.define(kw_only=True)
class StoredBatch:
    """A batch, and how far it is."""

    id: str
    request: Json
    """As it was created."""
    input: bytes
    created: int
    """Seconds since the epoch."""
    expires: int
    lines: list[bytes]
    """Its requests."""
    status: BatchStatus = "Running"
    model: str | None = None
    done: int = 0
    """How many lines were answered or refused."""
    refused: int = 0
    read: int = 0
    """Tokens of input."""
    written: int = 0
    """Tokens of output."""
    replies: list[bytes] = attrs.field(factory=list[bytes])
    refusals: list[bytes] = attrs.field(factory=list[bytes])
    error: Json | None = None
    moments: dict[str, int] = attrs.field(factory=dict[str, int])
    """When it came to be what it is: completed_at, …"""
    files: dict[str, str] = attrs.field(factory=dict[str, str])
    """output_file_id and error_file_id."""


@attrs.frozen(kw_only=True)
class StoredResponse:
    """A response, and what led to it."""

    reply: Json
    items: list[Json]
    """What went into it."""
    messages: list[Json]
    """The conversation up to its end."""


@attrs.define
class Storage:
    """What the platform keeps. Only the server's thread touches it."""

    files: dict[str, StoredFile] = attrs.field(factory=dict[str, StoredFile])
    batches: dict[str, StoredBatch] = attrs.field(factory=dict[str, StoredBatch])
    responses: dict[str, StoredResponse] = attrs.field(factory=dict[str, StoredResponse])
    _made: int = 0

    def next_id(self, kind: str) -> str:
        """The id of the next thing of a kind: `file-` and ten letters or digits."""
        self._made += 1
        return f"{kind}-{text.identifier(self._made).partition('-')[2]}"

    def add_file(self, name: str, purpose: str, created: int, data: bytes) -> StoredFile:
        """Keeps a file."""
        file = StoredFile(id=self.next_id("file"), name=name, purpose=purpose, created=created, data=data)
        self.files[file.id] = file
        return file


def page_of(listed: Sequence[Json], after: object, most: int | None) -> Json:
    """The list of the things behind one of an id, as many as are wanted; it says whether there are more."""
    names = [one["id"] for one in listed]
    begin = names.index(after) + 1 if after in names else 0
    end = len(names) if most is None else begin + most
    ends = {"first_id": names[begin], "last_id": names[begin:end][-1]} if names[begin:end] else {}
    return {"object": "list", "data": [*listed[begin:end]], **ends, "has_more": end < len(names)}
