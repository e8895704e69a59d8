"""Assembly: the pieces of a stream, put together to the reply that one call would have given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from qianfan_api.handles import Target
from qianfan_api.reply import Meta, Reply, attach, read_json
from qianfan_typed.core.decoding import decode

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_TEXT = "result"
_OF_PIECES = ("is_end", "sentence_id")
"""What only a piece has."""
_GROWING = ("content", "reasoning_content", "arguments")
"""The texts of a delta, of which each piece has the next part. Others, as a call's name or id, come whole."""


def assembled(target: Target[R, C], payloads: Iterable[bytes], meta: Meta) -> R:
    """The whole reply. Members that the spec does not know are kept: the last that came.

    Args:
        target: What was called.
        payloads: The JSON of each piece, in order.
        meta: Of the last piece.
    """
    whole: dict[str, Any] = {}
    for payload in payloads:
        piece = read_json(payload)
        if isinstance(piece, dict):
            _add(whole, cast("dict[str, Any]", piece))
    kind = str(whole.get("object", ""))
    if kind.endswith(".chunk"):
        whole["object"] = kind.removesuffix(".chunk")
    raw = json.dumps(whole, ensure_ascii=False).encode()
    reply = decode(target.operation.reply, raw)
    attach(reply, raw, meta)
    return reply


def _add(whole: dict[str, Any], piece: Mapping[str, Any]) -> None:
    for name, value in piece.items():
        if name in _OF_PIECES:
            continue
        if name == "choices" and isinstance(value, list):
            _add_choices(whole.setdefault("choices", []), cast("list[object]", value))
        elif name == _TEXT and isinstance(value, str):
            whole[_TEXT] = whole.get(_TEXT, "") + value
        elif name == "logprobs":
            _add_logprobs(whole, value)
        elif value is not None or name not in whole:
            whole[name] = value


def _add_choices(whole: list[dict[str, Any]], pieces: list[object]) -> None:
    for piece in pieces:
        if not isinstance(piece, dict):
            continue
        said = cast("dict[str, Any]", piece)
        choice = _at(whole, said.get("index"), {"message": {"role": "assistant", "content": ""}})
        for name, value in said.items():
            if name == "delta" and isinstance(value, dict):
                _add_delta(choice["message"], cast("dict[str, Any]", value))
            elif name == "logprobs":
                _add_logprobs(choice, value)
            elif name != "delta" and (value is not None or name not in choice):
                choice[name] = value


def _add_delta(message: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for name, value in delta.items():
        if value is None:
            continue
        if name in _GROWING and isinstance(value, str):
            message[name] = (message.get(name) or "") + value
        elif name == "tool_calls" and isinstance(value, list):
            calls = message.setdefault("tool_calls", [])
            for number, call in enumerate(cast("list[object]", value)):
                if isinstance(call, dict):
                    found = cast("dict[str, Any]", call)
                    index = found.get("index", number)
                    _add_delta(_at(calls, index, {"type": "function"}), {**found, "index": index})
        elif isinstance(value, dict):
            _add_delta(message.setdefault(name, {}), cast("dict[str, Any]", value))
        else:
            message[name] = value


def _at(items: list[dict[str, Any]], index: object, new: dict[str, Any]) -> dict[str, Any]:
    """The item of an index, made where it is not there. Items stand in the order of their first pieces."""
    index = 0 if index is None else index
    for item in items:
        if item["index"] == index:
            return item
    items.append({"index": index, **new})
    return items[-1]


def _add_logprobs(whole: dict[str, Any], value: object) -> None:
    """Log probabilities: each piece has those of its own tokens."""
    before = whole.get("logprobs")
    if not isinstance(value, dict) or not isinstance(before, dict):
        whole["logprobs"] = before if value is None else value
        return
    content = cast("dict[str, Any]", before).get("content"), cast("dict[str, Any]", value).get("content")
    if isinstance(content[0], list) and isinstance(content[1], list):
        joined = [*cast("list[object]", content[0]), *cast("list[object]", content[1])]
        whole["logprobs"] = {**cast("dict[str, Any]", value), "content": joined}
