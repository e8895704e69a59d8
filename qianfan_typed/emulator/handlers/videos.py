"""Videos: a task is begun, and asked for until it is done."""

from __future__ import annotations

import re

from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import Json, int_of, objects_of, text_of

ADDRESS = "/emulator/videos/{name}.mp4"
"""Where videos lie."""
FILE = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x00\x08mdat"
"""An MP4 file without a picture."""

_USUAL_SECONDS = 5
_SHORTER_SIDE = 720


def begin(incoming: Incoming) -> Outgoing:
    """A task for a video."""
    if not objects_of(incoming.wire.get("content")):
        raise incoming.refused("/content must be a list of parts")
    task = f"task-{incoming.id.removeprefix('as-')}"
    incoming.videos.begin(task, incoming.wire)
    return Outgoing(reply={"id": incoming.id, "task_id": task})


def ask(incoming: Incoming) -> Outgoing:
    """How far a task is: pending, running, then succeeded or failed."""
    task = incoming.text("task_id")
    progress = incoming.videos.ask(task)
    if progress is None:
        raise incoming.refused(f"/task_id {task}: no such task")
    head: Json = {"id": incoming.id, "task_id": task}
    if progress.failed:
        return Outgoing(reply={**head, "status": "failed"})
    if not progress.ended:
        return Outgoing(reply={**head, "status": "running" if progress.asked else "pending"})
    width, height = _sides(text_of(progress.of.get("aspect_ratio")))
    done: Json = {
        "status": "succeeded",
        "content": {"video_url": incoming.site + ADDRESS.format(name=task)},
        "duration": int_of(progress.of.get("duration")) or _USUAL_SECONDS,
        "width": width,
        "height": height,
    }
    return Outgoing(reply={**head, **done})


def _sides(ratio: str) -> tuple[int, int]:
    """Width and height of a video; 16:9 where nobody says otherwise."""
    found = re.fullmatch(r"([1-9]\d?):([1-9]\d?)", ratio)
    across, down = (int(found[1]), int(found[2])) if found else (16, 9)
    if across >= down:
        return _SHORTER_SIDE * across // down, _SHORTER_SIDE
    return _SHORTER_SIDE, _SHORTER_SIDE * down // across
