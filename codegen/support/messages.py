"""Messages of a dialogue, one constructor a role.

A plain dict is as good: `{"role": "user", "content": "你好"}`.
"""

from __future__ import annotations

from collections.abc import Sequence

from qianfan_api.shapes import ContentPart, FunctionCallParam, Message, ToolCallParam

__all__ = ["Message", "assistant", "function", "image", "system", "text", "tool", "user"]


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


def image(url: str) -> ContentPart:
    """An image among the parts of a user's message: its address, or a `data:` URL."""
    return {"type": "image_url", "image_url": {"url": url}}
