"""Answers of chat as OpenAI writes them. What V2 says goes on as it came, where nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

import msgspec

from qianfan_api.handles import Target
from qianfan_api.reply import Reply
from qianfan_api.v1.chat.types import ChatChunk as V1Chunk
from qianfan_api.v1.chat.types import ChatReply as V1Reply
from qianfan_api.v1.chat.types import FunctionCall, Logprobs
from qianfan_api.v2.chat.types import ChatChunk, ChatReply
from qianfan_typed.openai_server.drafts import Json, is_object

encode: Callable[[object], bytes] = msgspec.json.Encoder().encode
FINISHES: Mapping[str, str] = {
    "stop": "stop",
    "normal": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}
"""Why an answer ended, as the platform says it → as OpenAI does. What is not here goes on as it is."""
_SAFETY = ("flag", "ban_round", "need_clear_history", "search_info")
"""What a reply of V1 says besides, and OpenAI's has no place for: beside the choice, as on V2."""


class Answers(Protocol):
    """How one answer, whole or in pieces, is written."""

    def whole(self, reply: Any) -> bytes:
        """The body of a whole answer."""
        ...

    def pieces(self, piece: Any) -> list[bytes]:
        """The data of the events that a piece of a stream becomes."""
        ...


def answers_of(target: Target[Any, Any], *, usage: bool) -> Answers:
    """What writes the answers of a target.

    Args:
        target: Who answers.
        usage: Whether a stream is to end with its usage.
    """
    if target.operation.dialect == "v2":
        return V2Answers()
    return V1Answers(target.name, usage=usage)


class V2Answers:
    """V2 writes as OpenAI does, but for words that it used in 2024."""

    def whole(self, reply: ChatReply) -> bytes:
        """The body of a whole answer."""
        if all(choice.finish_reason in _SAME for choice in reply.choices):
            return reply.raw
        return encode(_finished(reply))

    def pieces(self, piece: ChatChunk) -> list[bytes]:
        """The data of the event that a piece is."""
        for choice in piece.choices:
            if choice.finish_reason not in _SAME:
                return [encode(_finished(piece))]
        return [piece.raw if b"\n" not in piece.raw else encode(piece.to_dict())]


_SAME = {None, *(name for name, meant in FINISHES.items() if name == meant)}


def _finished(reply: Reply) -> Json:
    """A reply of V2 that says in OpenAI's words why it ended."""
    whole = reply.to_dict()
    choices = [
        {**choice, "finish_reason": FINISHES.get(choice.get("finish_reason"), choice.get("finish_reason"))}
        for choice in whole["choices"]
    ]
    return {**whole, "choices": choices}


class V1Answers:
    """V1 has its own form; a call of a function becomes a call of a tool."""

    def __init__(self, model: str, *, usage: bool) -> None:
        """
        Args:
            model: The model that answers; V1 does not say it.
            usage: Whether a stream is to end with its usage.
        """
        self._model = model
        self._usage = usage
        self._begun = False

    def whole(self, reply: V1Reply) -> bytes:
        """The body of a whole answer."""
        message: Json = {"role": "assistant", "content": reply.result, "refusal": None}
        call = getattr(reply, "function_call", None)
        if call is not None and call.name:
            message |= {"content": reply.result or None, "tool_calls": [_call(call, reply.id)]}
            if call.thoughts or call.thought:
                message["reasoning_content"] = call.thoughts or call.thought
        choice: Json = {"index": 0, "message": message, "logprobs": _logprobs(getattr(reply, "logprobs", None))}
        choice |= {"finish_reason": finish_of(reply), **_safety(reply)}
        head = {"id": reply.id, "object": "chat.completion", "created": reply.created, "model": self._model}
        return encode({**head, "choices": [choice], "usage": usage_of(reply)})

    def pieces(self, piece: V1Chunk) -> list[bytes]:
        """The data of the events that a piece becomes."""
        head = {"id": piece.id, "object": "chat.completion.chunk", "created": piece.created, "model": self._model}
        delta: Json = {} if self._begun else {"role": "assistant", "content": ""}
        self._begun = True
        if piece.result:
            delta["content"] = piece.result
        call = getattr(piece, "function_call", None)
        if call is not None and call.name:
            delta["tool_calls"] = [{"index": 0, **_call(call, piece.id)}]
            if call.thoughts or call.thought:
                delta["reasoning_content"] = call.thoughts or call.thought
        ended = finish_of(piece) if piece.is_end else None
        choice: Json = {"index": 0, "delta": delta, "finish_reason": ended, **_safety(piece)}
        logprobs = _logprobs(getattr(piece, "logprobs", None))
        if logprobs is not None:
            choice["logprobs"] = logprobs
        made: list[Json] = [{**head, "choices": [choice]}]
        if self._usage:
            made[0]["usage"] = None
            if piece.is_end:
                made.append({**head, "choices": [], "usage": usage_of(piece)})
        return [encode(one) for one in made]


def finish_of(reply: Any) -> str:
    """Why an answer of V1 ended, in OpenAI's words. Not every model says it."""
    said: str | None = getattr(reply, "finish_reason", None)
    call = getattr(reply, "function_call", None)
    if call is not None and call.name:
        return "tool_calls"
    if said is None or said == "normal":
        return "length" if getattr(reply, "is_truncated", False) else "stop"
    return FINISHES.get(said, said)


def usage_of(reply: Any) -> Json:
    """The tokens of a reply of V1."""
    spent = reply.usage
    return {
        "prompt_tokens": spent.prompt_tokens,
        "completion_tokens": getattr(spent, "completion_tokens", 0),
        "total_tokens": spent.total_tokens,
    }


def _call(call: FunctionCall, reply: str) -> Json:
    """A call of a function as OpenAI has it. V1 has no ids of calls: the reply's own tells it apart."""
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": f"call_{reply}", "type": "function", "function": function}


def _safety(reply: Reply) -> Json:
    if b'"flag"' not in reply.raw and b'"need_clear_history":true' not in reply.raw.replace(b" ", b""):
        return {}
    return {name: reply[name] for name in _SAFETY if name in reply}


def _logprobs(found: Logprobs | None) -> Json | None:
    if found is None:
        return None
    content = [
        {
            "token": one.token,
            "logprob": one.logprob,
            "bytes": list(one.token.encode()),
            "top_logprobs": [
                {"token": top.token, "logprob": top.logprob, "bytes": list(top.token.encode())}
                for top in one.top_logprobs
            ],
        }
        for one in found.content
    ]
    return {"content": content, "refusal": None}


# --- several answers to one request ----------------------------------------------------------------------------------


def together(wholes: list[bytes]) -> bytes:
    """Several answers as one with as many choices."""
    first, *others = [cast("Json", msgspec.json.decode(whole)) for whole in wholes]
    choices: list[Json] = list(first["choices"])
    for other in others:
        choices += other["choices"]
    numbered = [{**choice, "index": index} for index, choice in enumerate(choices)]
    spent = summed([one.get("usage") for one in (first, *others)])
    return encode({**first, "choices": numbered, **({} if spent is None else {"usage": spent})})


def summed(usages: Sequence[Json | None]) -> Json | None:
    """The tokens of several calls together. None: nobody said any."""
    total: Json = {}
    for spent in usages:
        for name, value in (spent or {}).items():
            if is_object(value):
                total[name] = summed([total.get(name), value])
            elif isinstance(value, int):
                total[name] = total.get(name, 0) + value
    return total or None


class Merging:
    """Writes the pieces of several streams as those of one: each answer is a choice, and usage comes once."""

    def __init__(self) -> None:
        self._head: Json = {}
        self._spent: list[Any] = []

    def piece(self, index: int, data: bytes) -> bytes | None:
        """A piece of one stream. None: it is held back."""
        found = cast("Json", msgspec.json.decode(data))
        if not self._head:
            self._head = {name: found.get(name) for name in ("id", "object", "created", "model")}
        if not found.get("choices"):
            self._spent.append(found.get("usage"))
            return None
        choices = [{**choice, "index": index} for choice in found["choices"]]
        return encode({**found, **self._head, "choices": choices})

    def end(self) -> bytes | None:
        """The usage of all, where each said its own."""
        spent = summed(self._spent)
        return None if spent is None else encode({**self._head, "choices": [], "usage": spent})
