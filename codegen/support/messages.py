"""Messages of a dialogue, one constructor a role.

A plain dict is as good: `{"role": "user", "content": "你好"}`.
"""

from __future__ import annotations

import base64
import mimetypes
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, cast

from qianfan_api.shapes import ContentPart, FunctionCallParam, Message, ToolCallParam

__all__ = ["Message", "assistant", "function", "image", "system", "text", "tool", "user", "video"]

MediaSource: TypeAlias = str | os.PathLike[str] | bytes
"""An address, a `data:` URL, a path or the file's bytes. A text with `://` or `data:` at its start is an address."""


def spoken(messages: object) -> object:
    """A conversation as JSON says it: what stands for a message in it, as that message.

    A reply, its message and a choice do, and objects of OpenAI's client; of its dicts, members that are empty are left
    out. What is nothing of these stays as it is.
    """
    return (
        [_spoken(one) for one in cast("Sequence[object]", messages)] if isinstance(messages, list | tuple) else messages
    )


def _spoken(one: object) -> object:
    to_message: Callable[[], Message] | None = getattr(one, "to_message", None)
    if to_message is not None:
        return to_message()
    dump: Callable[[], Mapping[str, object]] | None = getattr(one, "model_dump", None)
    one = one if dump is None else dump()
    if not isinstance(one, dict):
        return one
    members = cast("dict[str, object]", one)
    return {name: value for name, value in members.items() if name == "content" or value not in (None, [], {})}


def user(content: str | Sequence[ContentPart], *, name: str | None = None) -> Message:
    """What the user says: text, or on V2 a list of parts, as `[text("What is this?"), image(url)]`."""
    message: Message = {"role": "user", "content": content}
    if name is not None:
        message["name"] = name
    return message


def assistant(
    content: str = "",
    *,
    function_call: FunctionCallParam | None = None,
    tool_calls: Sequence[ToolCallParam] | None = None,
) -> Message:
    """What the model said before: text, a function call (V1) or tool calls (V2)."""
    message: Message = {"role": "assistant", "content": content}
    if function_call is not None:
        message["function_call"] = function_call
    if tool_calls is not None:
        message["tool_calls"] = tool_calls
    return message


def system(content: str) -> Message:
    """V2: who the model is to be. V1 takes this as the parameter `system`."""
    return {"role": "system", "content": content}


def function(content: str, *, name: str) -> Message:
    """V1: what the function `name` returned, as JSON text."""
    return {"role": "function", "name": name, "content": content}


def tool(content: str, *, tool_call_id: str, name: str | None = None) -> Message:
    """V2: what a tool returned for the call of this id."""
    message: Message = {"role": "tool", "tool_call_id": tool_call_id, "content": content}
    if name is not None:
        message["name"] = name
    return message


def text(content: str) -> ContentPart:
    """A text among the parts of a user's message."""
    return {"type": "text", "text": content}


def image(source: MediaSource, *, detail: str | None = None) -> ContentPart:
    """An image among the parts of a user's message: its address, a `data:` URL, a path or its bytes.

    Raises:
        OSError: The file cannot be read.
        ValueError: The bytes are no image of a format that is known by its first bytes.
    """
    url = _url(source, "image")
    return {"type": "image_url", "image_url": {"url": url} if detail is None else {"url": url, "detail": detail}}


def video(source: MediaSource, *, fps: float | None = None) -> ContentPart:
    """A video among the parts of a user's message: its address, a `data:` URL, a path or its bytes.

    Raises:
        OSError: The file cannot be read.
        ValueError: The bytes are no video of a format that is known by its first bytes.
    """
    url = _url(source, "video")
    return {"type": "video_url", "video_url": {"url": url} if fps is None else {"url": url, "fps": fps}}


_FIRST_BYTES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (8, b"AVI ", "video/x-msvideo"),
)
"""Where which bytes stand in a file of which kind."""


def _url(source: MediaSource, kind: str) -> str:
    """An address as it is; a file as a `data:` URL."""
    if isinstance(source, str) and ("://" in source or source.startswith("data:")):
        return source
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    found = [media for at, head, media in _FIRST_BYTES if data[at:].startswith(head)]
    if not found and not isinstance(source, bytes):
        found = [media for media in (mimetypes.guess_type(os.fspath(source))[0],) if media is not None]
    if not found or not found[0].startswith(f"{kind}/"):
        shown = f"{len(data):,} bytes" if isinstance(source, bytes) else os.fspath(source)
        what = found[0] if found else "of no format that is known by its first bytes"
        raise ValueError(f"{shown}: not a file of a{'n' if kind == 'image' else ''} {kind}, but {what}")
    return f"data:{found[0]};base64,{base64.b64encode(data).decode()}"
