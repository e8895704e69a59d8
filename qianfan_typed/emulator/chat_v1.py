"""Chat in the V1 dialect: a flat `result`, streams that end with `is_end`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

from qianfan_api.catalogue import Model
from qianfan_typed.emulator import refusals, text
from qianfan_typed.emulator.answers import (
    Answer,
    Finish,
    Question,
    functions_of,
    log_probabilities,
    named_function,
)
from qianfan_typed.emulator.chat import Frame
from qianfan_typed.emulator.wire import Json, int_of, objects_of, text_of, texts_of

_FINISH: dict[Finish, str] = {"normal": "normal", "stop": "stop", "length": "length", "call": "function_call"}


class ChatV1:
    """The V1 dialect."""

    dialect: Literal["v1"] = "v1"

    def question(self, wire: Json, name: str, model: Model | None, fixed_text: str | None) -> Question:
        limit = int_of(wire.get("max_output_tokens"))
        return Question(
            model=name,
            messages=objects_of(wire.get("messages")),
            system=text_of(wire.get("system")),
            stop=texts_of(wire.get("stop")),
            most=limit if limit is not None else _usual_limit(model),
            least=int_of(wire.get("min_output_tokens")) or 0,
            json_text=wire.get("response_format") == "json_object",
            functions=functions_of(objects_of(wire.get("functions"))),
            must_call=named_function(wire.get("tool_choice")),
            search=not wire.get("disable_search") and bool(wire.get("enable_citation") or wire.get("enable_trace")),
            cite=bool(wire.get("enable_citation")),
            fixed_text=fixed_text,
        )

    def reply(self, wire: Json, answer: Answer, frame: Frame) -> Json:
        return {**_head(frame), **_body(wire, answer, answer.text), "usage": _usage(answer, answer.completion_tokens)}

    def chunks(self, wire: Json, answer: Answer, frame: Frame) -> Iterator[Json]:
        said = 0
        pieces = text.sentences(answer.text)
        for number, piece in enumerate(pieces):
            said += text.count(piece)
            # The counts in between are rough on the platform too; only the last chunk's are to be relied on.
            place: Json = {"sentence_id": number, "is_end": False}
            rough = min(said, answer.completion_tokens)
            yield {**_head(frame), **place, **_plain(piece), "usage": _usage(answer, rough)}
        place = {"sentence_id": len(pieces), "is_end": True}
        yield {**_head(frame), **place, **_body(wire, answer, ""), "usage": _usage(answer, answer.completion_tokens)}

    def end(self) -> None:
        return None

    def error_piece(self, refusal: refusals.Refused, request_id: str, *, spread: bool) -> bytes:
        # No `data:` before it, unlike everything else in the stream.
        body = refusals.body("v1", refusal, request_id)
        return (json.dumps(body, ensure_ascii=False, indent=2 if spread else None) + "\n\n").encode()


def _usual_limit(model: Model | None) -> int | None:
    """How many tokens an answer has at the most where the request does not say."""
    return None if model is None else model.default_output_tokens or model.max_output_tokens


def _head(frame: Frame) -> Json:
    return {"id": frame.id, "object": "chat.completion", "created": frame.created}


def _plain(result: str) -> Json:
    return {"result": result, "is_truncated": False, "need_clear_history": False, "finish_reason": "normal"}


def _body(wire: Json, answer: Answer, result: str) -> Json:
    """What the answer says, besides its text."""
    body: Json = {
        "result": result,
        "is_truncated": answer.finish == "length",
        "need_clear_history": False,
        "finish_reason": _FINISH[answer.finish],
    }
    for call in answer.calls[:1]:
        body["function_call"] = {"name": call.name, "arguments": call.arguments, "thoughts": f"需要调用 {call.name}。"}
    if answer.search_results:
        body["search_info"] = {"search_results": list(answer.search_results)}
    if wire.get("logprobs") is True:
        body["logprobs"] = log_probabilities(answer.text, int_of(wire.get("top_logprobs")) or 0)
    return body


def _usage(answer: Answer, completion_tokens: int) -> Json:
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": answer.prompt_tokens + completion_tokens,
    }
