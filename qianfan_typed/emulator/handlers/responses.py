"""Responses: conversations that the platform remembers, in items and events."""

from __future__ import annotations

from collections.abc import Iterator

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing
from qianfan_typed.emulator.handlers.chat_brain import (
    ChatAnswer,
    ChatPrompt,
    answer,
    functions_of,
    named_function,
)
from qianfan_typed.emulator.lenient_json import Json, content_text, int_of, is_list, object_of, objects_of, text_of
from qianfan_typed.emulator.storage import StoredResponse, page_of

_USUAL = 20
"""Items of a list, where the request does not say how many."""


def create(incoming: Incoming) -> Outgoing:
    """Answers what is new, after what the platform remembers of before."""
    wire = incoming.wire
    before = wire.get("previous_response_id")
    known = _stored(incoming, text_of(before)).messages if before is not None else []
    name = incoming.storage.next_id("resp")
    items = _items(wire.get("input"), name)
    messages = [*known, *(message for item in items if (message := _message(item)) is not None)]
    if not messages:
        raise incoming.refused("/input must be a text or a list of messages")
    said = answer(_prompt(incoming, messages))
    reply: Json = {
        "id": name,
        "object": "response",
        "created_at": incoming.created,
        "status": "incomplete" if said.finish == "length" else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if said.finish == "length" else None,
        "instructions": wire.get("instructions"),
        "metadata": wire.get("metadata") or {},
        "model": wire.get("model"),
        "output": _output(said, name),
        "parallel_tool_calls": wire.get("parallel_tool_calls") is not False,
        "previous_response_id": before,
        "store": wire.get("store") is not False,
        "tool_choice": wire.get("tool_choice") or "auto",
        "tools": wire.get("tools") or [],
        "usage": _usage(said),
    }
    if wire.get("store") is not False:
        spoken = [_message(item) for item in objects_of(reply["output"])]
        conversation = [*messages, *(one for one in spoken if one is not None)]
        incoming.storage.responses[name] = StoredResponse(reply=reply, items=items, messages=conversation)
    return Outgoing(reply=reply, events=_events(reply))


def get(incoming: Incoming) -> Outgoing:
    """A response that is remembered."""
    return Outgoing(reply=_stored(incoming, incoming.parameters["response_id"]).reply)


def delete(incoming: Incoming) -> Outgoing:
    """Forgets a response. Those that went on from it remember what they need."""
    name = incoming.parameters["response_id"]
    _stored(incoming, name)
    del incoming.storage.responses[name]
    return Outgoing(reply={"id": name, "object": "response", "deleted": True})


def input_items(incoming: Incoming) -> Outgoing:
    """What went into a response, the last first unless the request says otherwise."""
    wire = incoming.wire
    items = _stored(incoming, incoming.parameters["response_id"]).items
    ordered = items if wire.get("order") == "asc" else items[::-1]
    most = int_of(wire.get("limit"))
    return Outgoing(reply=page_of(ordered, wire.get("after"), _USUAL if most is None else most))


def _stored(incoming: Incoming, name: str) -> StoredResponse:
    stored = incoming.storage.responses.get(name)
    if stored is None:
        raise incoming.not_found(f"response {name}")
    return stored


# --- what goes in ----------------------------------------------------------------------------------------------------


def _items(given: object, name: str) -> list[Json]:
    """The items of an input, each with an id. A text is a message of the user."""
    said: Json = {"role": "user", "content": text_of(given)}
    items = objects_of(given) if is_list(given) else [said]
    made: list[Json] = []
    for number, item in enumerate(items):
        whole: Json = {"type": "message", "status": "completed", **item}
        whole["id"] = item.get("id") or f"item-{name.partition('-')[2]}-{number}"
        if isinstance(whole.get("content"), str):
            kind = "output_text" if whole.get("role") == "assistant" else "input_text"
            whole["content"] = [{"type": kind, "text": whole["content"]}]
        made.append(whole)
    return made


def _message(item: Json) -> Json | None:
    """An item as a message of a conversation. None: it is none, as a thought."""
    kind = item.get("type")
    if kind == "function_call_output":
        return {"role": "tool", "tool_call_id": item.get("call_id"), "content": text_of(item.get("output"))}
    if kind == "function_call":
        return {"role": "assistant", "content": ""}
    if kind != "message":
        return None
    role = item.get("role")
    return {"role": "system" if role == "developer" else role, "content": content_text(item.get("content"))}


def _prompt(incoming: Incoming, messages: list[Json]) -> ChatPrompt:
    wire = incoming.wire
    tools, choice = objects_of(wire.get("tools")), wire.get("tool_choice")
    form = object_of(object_of(wire.get("text")).get("format"))
    return ChatPrompt(
        model=text_of(wire.get("model")),
        messages=messages,
        system=text_of(wire.get("instructions")),
        most_with_reasoning=int_of(wire.get("max_output_tokens")),
        json_text=form.get("type") == "json_object",
        json_schema=form.get("schema") if form.get("type") == "json_schema" else None,
        functions=() if choice == "none" else functions_of([one for one in tools if one.get("type") == "function"]),
        must_call=named_function(choice),
        parallel=wire.get("parallel_tool_calls") is not False,
        think=object_of(wire.get("thinking")).get("type") == "enabled",
        search=any(one.get("type") == "web_search" for one in tools),
        planned=incoming.take_answer(),
    )


# --- what comes out --------------------------------------------------------------------------------------------------


def _output(said: ChatAnswer, name: str) -> list[Json]:
    number = name.partition("-")[2]
    made: list[Json] = []
    if said.reasoning:
        thought: Json = {"type": "reasoning_text", "text": said.reasoning}
        made.append(
            {"id": f"rs-{number}", "type": "reasoning", "status": "completed", "summary": [], "content": [thought]}
        )
    if said.search_results:
        made.append({"id": f"ws-{number}", "type": "web_search_call", "status": "completed"})
    for call in said.calls:
        known: Json = {"id": f"fc-{call.id}", "type": "function_call", "status": "completed", "call_id": call.id}
        made.append({**known, "name": call.name, "arguments": call.arguments})
    if said.text or not said.calls:
        spoken: Json = {"type": "output_text", "text": said.text, "annotations": []}
        head: Json = {"id": f"msg-{number}", "type": "message", "role": "assistant", "content": [spoken]}
        made.append({**head, "status": "incomplete" if said.finish == "length" else "completed"})
    return made


def _usage(said: ChatAnswer) -> Json:
    return {
        "input_tokens": said.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": said.reasoning_tokens},
        "total_tokens": said.prompt_tokens + said.completion_tokens,
    }


def _events(reply: Json) -> Iterator[Event]:
    """The events of a stream, each with its number."""
    for number, event in enumerate(_numberless(reply)):
        yield Event({**event, "sequence_number": number}, text_of(event.get("type")))


def _numberless(reply: Json) -> Iterator[Json]:
    begun: Json = {**reply, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    for kind in ("response.created", "response.in_progress"):
        yield {"type": kind, "response": begun}
    for index, item in enumerate(objects_of(reply["output"])):
        at: Json = {"output_index": index}
        empty: Json = {**item, "status": "in_progress"}
        for member, bare in (("content", list[object]()), ("arguments", "")):
            if member in item:
                empty[member] = bare
        yield {"type": "response.output_item.added", **at, "item": empty}
        yield from _inside(item, {**at, "item_id": item["id"]})
        yield {"type": "response.output_item.done", **at, "item": item}
    yield {"type": f"response.{reply['status']}", "response": reply}


def _inside(item: Json, at: Json) -> Iterator[Json]:
    """The events that make an item, between those that add it and say that it is done."""
    if item["type"] == "function_call":
        written = text_of(item.get("arguments"))
        for piece in text.clauses(written, 16):
            yield {"type": "response.function_call_arguments.delta", **at, "delta": piece}
        yield {"type": "response.function_call_arguments.done", **at, "arguments": written, "name": item["name"]}
    for index, part in enumerate(objects_of(item.get("content"))):
        place: Json = {**at, "content_index": index}
        kind, written = text_of(part.get("type")), text_of(part.get("text"))
        is_part = kind == "output_text"
        if is_part:
            yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
        for piece in text.clauses(written):
            yield {"type": f"response.{kind}.delta", **place, "delta": piece, **({"logprobs": []} if is_part else {})}
        yield {"type": f"response.{kind}.done", **place, "text": written, **({"logprobs": []} if is_part else {})}
        if is_part:
            yield {"type": "response.content_part.done", **place, "part": part}
