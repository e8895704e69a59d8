"""Batches: created, listed and stopped. A batch is carried on whenever somebody asks how far it is."""

from __future__ import annotations

import re

from qianfan_typed.emulator.batch_run import carry_on, end
from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.handlers.files import file_of
from qianfan_typed.emulator.lenient_json import Json, int_of, object_of
from qianfan_typed.emulator.storage import StoredBatch, page_of

_WINDOW = re.compile(r"([1-9]\d{0,2})h")
_LONGEST = 672
"""Hours."""


def create(incoming: Incoming) -> Outgoing:
    """Takes a batch in. Its first requests are answered when somebody asks for it."""
    window = _WINDOW.fullmatch(incoming.text("completion_window"))
    if window is None or int(window[1]) > _LONGEST:
        given = incoming.wire.get("completion_window")
        raise incoming.refused(f"/completion_window {given}: must be hours from 1h to {_LONGEST}h")
    file = file_of(incoming, incoming.text("input_file_id"))
    if file.purpose != "batch":
        raise incoming.refused(f"/input_file_id {file.id}: was uploaded with purpose {file.purpose}, not batch")
    batch = StoredBatch(
        id=incoming.storage.next_id("infer"),
        request=incoming.wire,
        input=file.data,
        created=incoming.created,
        expires=incoming.created + int(window[1]) * 3600,
        lines=[line for line in file.data.splitlines() if line.strip()],
    )
    batch.moments["in_progress_at"] = incoming.created
    incoming.storage.batches[batch.id] = batch
    return Outgoing(reply=_said(batch))


def get(incoming: Incoming) -> Outgoing:
    """How far a batch is, once it is a little farther."""
    batch = _batch_of(incoming)
    carry_on(batch, incoming)
    return Outgoing(reply=_said(batch))


def cancel(incoming: Incoming) -> Outgoing:
    """Tells a batch to stop; it has stopped when somebody asks for it next. One that has ended stays as it is."""
    batch = _batch_of(incoming)
    if batch.status == "Running":
        batch.status = "Stopping"
        batch.moments["cancelling_at"] = incoming.created
    return Outgoing(reply=_said(batch))


def listed(incoming: Incoming) -> Outgoing:
    """The batches, the new ones first."""
    newest = [_said(batch) for batch in reversed(incoming.storage.batches.values())]
    return Outgoing(reply=page_of(newest, incoming.wire.get("after"), int_of(incoming.wire.get("limit"))))


def _batch_of(incoming: Incoming) -> StoredBatch:
    name = incoming.parameters["batch_id"]
    batch = incoming.storage.batches.get(name)
    if batch is None:
        raise incoming.not_found(f"batch {name}")
    if batch.status == "Running" and incoming.created >= batch.expires:
        end(batch, "Expired", incoming)
    return batch


_MOMENTS = ("in_progress_at", "finalizing_at", "completed_at", "failed_at", "expired_at")
_STOPS = ("cancelling_at", "cancelled_at")


def _said(batch: StoredBatch) -> Json:
    """What the platform says of a batch."""
    sent = batch.request
    spent = {"input_tokens": batch.read, "output_tokens": batch.written, "total_tokens": batch.read + batch.written}
    counts = {"total": len(batch.lines), "completed": batch.done - batch.refused, "failed": batch.refused}
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": sent.get("endpoint"),
        "model": object_of(sent.get("replace")).get("model") or batch.model,
        "errors": batch.error,
        "input_file_id": sent.get("input_file_id"),
        "completion_window": sent.get("completion_window"),
        "status": batch.status,
        "output_file_id": batch.files.get("output_file_id"),
        "error_file_id": batch.files.get("error_file_id"),
        "created_at": batch.created,
        "expires_at": batch.expires,
        **{name: batch.moments.get(name) for name in (*_MOMENTS, *_STOPS)},
        "request_counts": counts,
        "usage": spent,
        "metadata": sent.get("metadata"),
    }
