"""Chat in the V2 dialect: OpenAI-shaped replies, streams that end with `[DONE]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec.json

from qianfan_api.catalogue import Model
from qianfan_typed.emulator import refusals, text
from qianfan_typed.emulator.answers import Answer, Call, Finish, Question, functions_of, named_function
from qianfan_typed.emulator.chat import Frame
from qianfan_typed.emulator.wire import Json, int_of, is_object, object_of, objects_of, text_of, texts_of

_FINISH: dict[Finish, str] = {"normal": "normal", "stop": "stop", "length": "length", "call": "tool_calls"}
_THINKS = "reasoning"


class ChatV2:
    """The V2 dialect."""

    dialect: Literal["v2"] = "v2"

    def question(self, wire: Json, name: str, model: Model | None, fixed_text: str | None) -> Question:
        most = int_of(wire.get("max_completion_tokens"))
        search = object_of(wire.get("web_search"))
        form = object_of(wire.get("response_format"))
        choice = wire.get("tool_choice")
        tools = [object_of(tool.get("function")) for tool in objects_of(wire.get("tools"))]
        return Question(
            model=name,
            messages=objects_of(wire.get("messages")),
            stop=texts_of(wire.get("stop")),
            most=int_of(wire.get("max_tokens")) if most is None else None,
            most_with_reasoning=most if most is not None else (model.max_output_tokens if model else None),
            most_reasoning=int_of(wire.get("thinking_budget")),
            json_text=form.get("type") == "json_object",
            json_schema=_schema(form) if form.get("type") == "json_schema" else None,
            functions=() if choice == "none" else functions_of(tools),
            must_call=named_function(choice),
            parallel=wire.get("parallel_tool_calls") is not False,
            think=_thinks(wire, model),
            search=search.get("enable") is True,
            cite=search.get("enable_citation") is True,
            fixed_text=fixed_text,
        )

    def reply(self, wire: Json, answer: Answer, frame: Frame) -> Json:
        said: Json = {"role": "assistant", "content": answer.text}
        if answer.reasoning:
            said["reasoning_content"] = answer.reasoning
        if answer.calls:
            said["tool_calls"] = [_call(call) for call in answer.calls]
        choice: Json = {"index": 0, "message": said, "finish_reason": _FINISH[answer.finish], "flag": 0}
        usage = _usage(answer, answer.completion_tokens)
        head = _head("chat.completion", frame)
        return {**head, "choices": [choice], "usage": usage, **_found(wire, answer)}

    def chunks(self, wire: Json, answer: Answer, frame: Frame) -> Iterator[Json]:
        options = object_of(wire.get("stream_options"))
        wanted = options.get("include_usage") is True
        running = options.get("chunk_include_usage") is True
        head = _head("chat.completion.chunk", frame)
        said = 0
        deltas = list(_deltas(answer))
        for number, delta in enumerate(deltas):
            last = number == len(deltas) - 1
            choice: Json = {"index": 0, "delta": delta, "finish_reason": _FINISH[answer.finish] if last else None}
            said += sum(text.count(text_of(delta.get(part))) for part in ("content", "reasoning_content"))
            usage: Json = {"usage": None} if wanted else {}
            if running:
                counted = answer.completion_tokens if last else min(said, answer.completion_tokens)
                usage = {"usage": _usage(answer, counted)}
            yield {**head, "choices": [{**choice, "flag": 0}], **usage, **(_found(wire, answer) if number == 0 else {})}
        if wanted:
            yield {**head, "choices": [], "usage": _usage(answer, answer.completion_tokens)}

    def end(self) -> bytes:
        return b"data: [DONE]\n\n"

    def error_piece(self, refusal: refusals.Refused, request_id: str, *, spread: bool) -> bytes:
        return b"data: " + msgspec.json.encode(refusals.body("v2", refusal, request_id)) + b"\n\n"


def _deltas(answer: Answer) -> Iterator[Json]:
    """What each chunk adds. The last one adds nothing: it says why the text ends."""
    yield {"role": "assistant", "content": ""}
    for piece in text.clauses(answer.reasoning):
        yield {"content": "", "reasoning_content": piece}
    for piece in text.clauses(answer.text):
        yield {"content": piece}
    for number, call in enumerate(answer.calls):
        opened = _call(Call(call.id, call.name, ""))
        yield {"tool_calls": [{"index": number, **opened}]}
        for piece in text.clauses(call.arguments, 16):
            yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}
    yield {"content": ""}


def _schema(form: Json) -> object:
    """The schema asked for: under json_schema itself, or one level deeper with a name beside it, as OpenAI has it."""
    given = object_of(form.get("json_schema"))
    return given["schema"] if is_object(given.get("schema")) else given


def _thinks(wire: Json, model: Model | None) -> bool:
    """Whether the reply has reasoning: as the request says, else as the model does by itself."""
    asked = wire.get("enable_thinking")
    thinking = object_of(wire.get("thinking")).get("type")
    if thinking is not None:
        return thinking == "enabled"
    if isinstance(asked, bool):
        return asked
    if model is None:
        return False
    default = model.defaults.get("enable_thinking")
    return default if isinstance(default, bool) else _THINKS in model.abilities


def _head(kind: str, frame: Frame) -> Json:
    return {"id": frame.id, "object": kind, "created": frame.created, "model": frame.model}


def _call(call: Call) -> Json:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _found(wire: Json, answer: Answer) -> Json:
    """The search results, where the request asks to see them."""
    search = object_of(wire.get("web_search"))
    wanted = search.get("enable_trace") is True or search.get("enable_citation") is True
    return {"search_results": list(answer.search_results)} if wanted and answer.search_results else {}


def _usage(answer: Answer, completion_tokens: int) -> Json:
    usage: Json = {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": answer.prompt_tokens + completion_tokens,
    }
    if answer.search_tokens:
        usage["prompt_tokens_details"] = {"search_tokens": answer.search_tokens, "cached_tokens": 0}
    return usage
