"""Run of a batch: its requests answered by the platform's own operations, some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec.json

from qianfan_api.batch_file import BATCH_FILE
from qianfan_typed.emulator.exchange import Incoming, tokens_of
from qianfan_typed.emulator.lenient_json import Json, is_object, object_of, text_of
from qianfan_typed.emulator.storage import BatchStatus, StoredBatch

STEP = 100
"""Requests that are answered when somebody asks how far a batch is: a few hundredths of a second of work."""

_ENDS: dict[BatchStatus, str] = {
    "Done": "completed_at",
    "Stopped": "cancelled_at",
    "Failed": "failed_at",
    "Expired": "expired_at",
}


def carry_on(batch: StoredBatch, incoming: Incoming) -> None:
    """Answers the next requests of a batch, or ends it."""
    if batch.status == "Stopping":
        end(batch, "Stopped", incoming)
    if batch.status != "Running":
        return
    if not batch.done:
        fault = next(_faults(batch), None)
        if fault is not None:
            batch.error = {"code": "invalid_batch_file", "message": fault}
            end(batch, "Failed", incoming)
            return
    for line in batch.lines[batch.done : batch.done + STEP]:
        _answer(batch, msgspec.json.decode(line, type=dict[str, object]), incoming)
    if batch.done == len(batch.lines):
        batch.moments["finalizing_at"] = incoming.created
        end(batch, "Done", incoming)


def end(batch: StoredBatch, status: BatchStatus, incoming: Incoming) -> None:
    """Ends a batch: writes its files."""
    batch.status = status
    batch.moments[_ENDS[status]] = incoming.created
    for member, name, lines in (
        ("output_file_id", "output", batch.replies),
        ("error_file_id", "error", batch.refusals),
    ):
        if lines:
            file = incoming.storage.add_file(
                f"{batch.id}_{name}.jsonl", "batch_output", incoming.created, b"\n".join(lines) + b"\n"
            )
            batch.files[member] = file.id


def _answer(batch: StoredBatch, line: Json, incoming: Incoming) -> None:
    body = dict(object_of(line.get("body")))
    model = object_of(batch.request.get("replace")).get("model")
    if model is not None:
        body["model"] = model
    status, reply = incoming.answer(text_of(line.get("url")), body)
    batch.done += 1
    number = f"{batch.id}-{batch.done}"
    answered: Json = {"status_code": status, "request_id": number, "body": reply}
    made: Json = {"id": number, "custom_id": line.get("custom_id"), "response": answered, "error": None}
    if status == 200:
        read, written = tokens_of(reply)
        batch.read += read
        batch.written += written
        batch.replies.append(msgspec.json.encode(made))
    else:
        batch.refused += 1
        error = object_of(reply.get("error"))
        said: Json = {"code": error.get("code"), "message": error.get("message")}
        batch.refusals.append(msgspec.json.encode({**made, "error": said}))


def _faults(batch: StoredBatch) -> Iterator[str]:
    """What is wrong with the file of a batch as a whole. What is wrong with a body, its own answer says."""
    if not batch.lines:
        yield "the file has no requests"
    if len(batch.lines) > BATCH_FILE.max_lines:
        yield f"{len(batch.lines)} requests: at most {BATCH_FILE.max_lines} in a file"
    if len(batch.input) > BATCH_FILE.max_bytes:
        yield f"{len(batch.input)} bytes: at most {BATCH_FILE.max_bytes} in a file"
    first: dict[object, int] = {}
    for number, line in enumerate(batch.lines, 1):
        try:
            document: object = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield f"request {number}: not JSON: {error}"
            return
        if not is_object(document):
            yield f"request {number}: must be an object"
            return
        yield from (f"request {number}: {fault}" for fault in _line_faults(batch, document))
        name = text_of(document.get(BATCH_FILE.unique))
        if first.setdefault(name, number) != number:
            yield f"request {number}: {BATCH_FILE.unique} {name}: request {first[name]} has it too"


def _line_faults(batch: StoredBatch, line: Json) -> Iterator[str]:
    for member in BATCH_FILE.required:
        if line.get(member) is None:
            yield f"{member} is missing"
    if line.get("method") != BATCH_FILE.method:
        yield f"method must be {BATCH_FILE.method}"
    if line.get("url") != batch.request.get("endpoint"):
        yield f"url {line.get('url')}: must be the endpoint of the batch, {batch.request.get('endpoint')}"
    batch.model = batch.model or text_of(object_of(line.get("body")).get("model"))
