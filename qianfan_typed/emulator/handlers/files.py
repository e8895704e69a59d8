"""Files: uploaded, listed, downloaded and deleted."""

from __future__ import annotations

from typing import cast

from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import int_of, text_of
from qianfan_typed.emulator.refusals import refused
from qianfan_typed.emulator.storage import StoredFile, page_of


def upload(incoming: Incoming) -> Outgoing:
    """Keeps a file."""
    given = incoming.wire.get("file")
    if not isinstance(given, tuple):
        raise refused("v2", "upload", "/file must be a file")
    name, data = cast("tuple[str, bytes]", given)
    file = incoming.storage.add_file(name, incoming.text("purpose"), incoming.created, data)
    return Outgoing(reply=file.said())


def get(incoming: Incoming) -> Outgoing:
    """What is known of a file."""
    return Outgoing(reply=file_of(incoming, incoming.parameters["file_id"]).said())


def content(incoming: Incoming) -> Outgoing:
    """The file itself."""
    return Outgoing(reply=file_of(incoming, incoming.parameters["file_id"]).data)


def delete(incoming: Incoming) -> Outgoing:
    """Forgets a file."""
    file = file_of(incoming, incoming.parameters["file_id"])
    del incoming.storage.files[file.id]
    return Outgoing(reply={"id": file.id, "object": "file", "deleted": True})


def listed(incoming: Incoming) -> Outgoing:
    """The files, the new ones first unless the request says otherwise."""
    wire, purpose = incoming.wire, text_of(incoming.wire.get("purpose"))
    files = [file.said() for file in incoming.storage.files.values() if purpose in ("", file.purpose)]
    if wire.get("order") != "asc":
        files.reverse()
    return Outgoing(reply=page_of(files, wire.get("after"), int_of(wire.get("limit"))))


def file_of(incoming: Incoming, name: str) -> StoredFile:
    """A file by its id. Raises Refused."""
    file = incoming.storage.files.get(name)
    if file is None:
        raise refused("v2", "file", f"file {name} not found")
    return file
