"""Responses of models that only chat: what is asked for as a request of chat, and where each field came from."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qianfan_typed.openai_server.drafts import Draft, Json, is_list, is_object, members, objects, text_of, without
from qianfan_typed.openai_server.fields import PAGES, taken
from qianfan_typed.openai_server.refusals import Refused, invalid

TABLE = PAGES["/v1/responses"]["chat"]
_SEARCHES = ("web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11")
_FIELDS: Mapping[str, str] = {
    "messages": "input",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
    "reasoning_effort": "reasoning.effort",
    "web_search_options": "tools",
}
"""Field of chat → field of responses, where that is another."""


@attrs.frozen
class Spoken:
    """A request for a response, as one of chat."""

    body: Json
    places: list[int]
    """For each message, which item of the input it comes from. -1: the instructions."""
    dropped: tuple[str, ...]

    def back(self, draft: Draft) -> None:
        """Has a draft of chat name the fields of the request for a response."""
        draft.names |= {name: _FIELDS.get(field, field) for name, field in draft.names.items()}
        for name in draft.wire:
            draft.names.setdefault(name, _FIELDS.get(name, name))
        at = range(len(self.places)) if draft.places is None else draft.places
        draft.places = [max(self.places[one], 0) for one in at if one < len(self.places)]
        draft.dropped = [*self.dropped, *(_FIELDS.get(one, one) for one in draft.dropped)]


def spoken(body: Json, *, lenient: bool) -> Spoken:
    """A request for a response as a request of chat. Raises Refused."""
    draft = Draft()
    taken(body, TABLE, draft, lenient=lenient)
    made = {"model": body.get("model"), **draft.wire}
    form = members(body.get("text"))
    made |= without({"response_format": _form(form.get("format")), "verbosity": form.get("verbosity")})
    messages, places = _messages(body)
    made |= {"messages": messages}
    if body.get("stream") is True:
        made |= {"stream": True, "stream_options": {"include_usage": True}}
    tools, searches = _tools(body.get("tools"))
    made |= without({"tools": tools or None, "web_search_options": {} if searches else None})
    return Spoken(made, places, tuple(draft.dropped))


def in_own_words(refused: Refused) -> Refused:
    """The refusal of a request of chat, as one of the request for a response that it was made from."""
    name, dot, rest = (refused.param or "").partition(".")
    root, bracket, index = name.partition("[")
    own = _FIELDS.get(root)
    if own is None:
        return refused
    param = f"{own}{bracket}{index}{dot}{rest}"
    return attrs.evolve(refused, param=param, message=refused.message.replace(str(refused.param), param, 1))


def _form(asked: object) -> object:
    """`text.format` as `response_format`."""
    if not is_object(asked) or asked.get("type") != "json_schema":
        return None if members(asked).get("type") == "text" else asked
    return {"type": "json_schema", "json_schema": without(asked, "type")}


def _tools(asked: object) -> tuple[list[Json], bool]:
    """Functions as chat has them, and whether the web is to be searched."""
    functions, searches = list[Json](), False
    for at, tool in enumerate(asked if is_list(asked) else []):
        kind = members(tool).get("type")
        if kind in _SEARCHES:
            searches = True
        elif is_object(tool) and kind == "function":
            functions.append({"type": "function", "function": without(tool, "type", "strict")})
        else:
            raise invalid(f"tools[{at}].type", f"{kind}: a model that only chats has function and web_search")
    return functions, searches


# --- what is said ----------------------------------------------------------------------------------------------------


def _messages(body: Json) -> tuple[list[Json], list[int]]:
    """The instructions and the input as messages, each with its place in the input."""
    told = body.get("instructions")
    made: list[Json] = [] if told is None else [{"role": "system", "content": told}]
    places = [-1] * len(made)
    given = body.get("input")
    if given is None:
        raise Refused(message="input: is required", param="input", code="missing_required_parameter")
    items = given if is_list(given) else [{"role": "user", "content": given}]
    thoughts = ""
    for at, item in enumerate(items):
        message = _message(item, f"input[{at}]")
        if message is None:
            thoughts += _thought(item)
            continue
        if thoughts and message["role"] == "assistant":
            message["reasoning_content"] = thoughts
        thoughts = ""
        before = made[-1] if made else {}
        if "tool_calls" in message and before.get("role") == "assistant":
            # What the model said and called in one turn is one message of chat.
            before.setdefault("tool_calls", []).extend(message["tool_calls"])
            continue
        made.append(message)
        places.append(at)
    return made, places


def _message(item: object, place: str) -> Json | None:
    """An item of the input as a message. None: it is none, as a thought."""
    if not is_object(item):
        raise invalid(place, "must be an object")
    kind = item.get("type", "message")
    if kind == "message":
        return {"role": item.get("role"), "content": _content(item.get("content"), f"{place}.content")}
    if kind == "function_call":
        function = {"name": item.get("name"), "arguments": item.get("arguments")}
        call = {"id": item.get("call_id"), "type": "function", "function": function}
        return {"role": "assistant", "content": "", "tool_calls": [call]}
    if kind == "function_call_output":
        told = _content(item.get("output"), f"{place}.output")
        said = told if isinstance(told, str) else "".join(text_of(part.get("text")) for part in objects(told))
        return {"role": "tool", "tool_call_id": item.get("call_id"), "content": said}
    if kind in ("reasoning", "web_search_call"):
        return None
    raise invalid(f"{place}.type", f"{kind}: a model that only chats knows messages, function calls and their results")


def _thought(item: object) -> str:
    """What the model thought before what it said next: it has its thoughts of a call back."""
    return "".join(text_of(part.get("text")) for part in objects(members(item).get("content")))


def _content(content: object, place: str) -> object:
    """What a message says. Texts alone are one text, so that models which do not see take it."""
    if not is_list(content):
        return content
    parts = [_part(part, f"{place}[{at}]") for at, part in enumerate(content)]
    if all(part["type"] == "text" for part in parts):
        return "".join(text_of(part["text"]) for part in parts)
    return parts


def _part(part: object, place: str) -> Json:
    given = members(part)
    kind = given.get("type")
    if kind in ("input_text", "output_text"):
        return {"type": "text", "text": given.get("text")}
    if kind == "refusal":
        return {"type": "text", "text": given.get("refusal")}
    if kind == "input_image" and given.get("image_url") is not None:
        return {"type": "image_url", "image_url": without({"url": given["image_url"], "detail": given.get("detail")})}
    hint = "with image_url, not a file's id" if kind == "input_image" else "input_text and input_image alone"
    raise invalid(f"{place}.type", f"{kind}: a model that only chats takes {hint}")
