"""Conversations: OpenAI's messages as V2 and as V1 take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qianfan_typed.openai_server.drafts import Draft, Json, is_list, is_object, members, objects, text_of, without
from qianfan_typed.openai_server.refusals import Refused, invalid

_INSTRUCTING = ("system", "developer")
_OPENAI_ALONE = ("refusal", "audio", "annotations")
"""Members of messages that replies of OpenAI's have and the platform does not: they say nothing."""
_BETWEEN = "\n\n"
"""What stands between texts that become one."""


def for_v2(messages: object, draft: Draft) -> None:
    """Brings the messages into a draft for V2: the role developer is system there, and one message leads.

    What is as V2 has it stays the object it is.
    """
    if not is_list(messages):
        draft.wire["messages"] = messages
        return
    leading = _leading(messages)
    made = [_v2_message(message) for message in messages[leading:]] if leading > 1 else list(map(_v2_message, messages))
    if leading > 1:
        told = [_content_text(members(message).get("content"), "messages") for message in messages[:leading]]
        made.insert(0, {"role": "system", "content": _BETWEEN.join(told)})
        draft.places = [0, *range(leading, len(messages))]
    draft.wire["messages"] = made


def _leading(messages: list[object]) -> int:
    """How many messages of instructions a conversation begins with, if they are texts."""
    count = 0
    for message in messages:
        if not is_object(message) or message.get("role") not in _INSTRUCTING:
            break
        if not isinstance(message.get("content"), str):
            return 0
        count += 1
    return count


def _v2_message(message: object) -> object:
    if not is_object(message):
        return message
    made = message
    if message.get("role") == "developer":
        made = {**message, "role": "system"}
    if None in message.values() or not message.keys().isdisjoint(_OPENAI_ALONE):
        made = without(made, *_OPENAI_ALONE)
    content = message.get("content")
    if is_list(content) and any(members(part).get("type") == "refusal" for part in content):
        made = {**made, "content": [_text_part(part) for part in content]}
    return made


def _text_part(part: object) -> object:
    """A part in which the model refused, as the text that it is."""
    if is_object(part) and part.get("type") == "refusal":
        return {"type": "text", "text": text_of(part.get("refusal"))}
    return part


def for_v1(messages: object, draft: Draft, *, system: bool) -> None:
    """Brings the messages into a draft for V1.

    Instructions become the parameter `system`, calls of tools calls of functions, one after the other, and what one
    speaker says in several messages becomes one: on V1 speakers take turns.

    Args:
        messages: OpenAI's.
        draft: Where they go.
        system: Whether the model takes `system`. Otherwise instructions stand before what the user says first.

    Raises:
        Refused: A message holds what V1 cannot say.
    """
    if not is_list(messages):
        draft.wire["messages"] = messages
        return
    made, places, instructions = list[Json](), list[int](), list[str]()
    for at, message in _spoken(messages, instructions):
        if made and _goes_on(made[-1], message):
            made[-1]["content"] += _BETWEEN + message["content"]
        else:
            made.append(message)
            places.append(at)
    told = _BETWEEN.join(instructions)
    if told and system:
        draft.wire["system"] = told
        draft.names["system"] = "messages"
    elif told:
        first = next((one for one in made if one.get("role") == "user"), None)
        if first is None:
            made.insert(0, {"role": "user", "content": told})
            places.insert(0, 0)
        else:
            first["content"] = told + _BETWEEN + text_of(first.get("content"))
    draft.wire["messages"] = made
    draft.places = places


def _goes_on(before: Json, message: Json) -> bool:
    """Whether a message is more of what its speaker said before it."""
    plain = {"role", "content"}
    return before.get("role") == message.get("role") != "function" and before.keys() == message.keys() == plain


def _spoken(messages: list[object], instructions: list[str]) -> Iterator[tuple[int, Json]]:
    """The messages as V1 has them, each with its place; instructions go into a list of their own."""
    calls: dict[str, Json] = {}
    waiting: dict[str, Json] = {}
    """Calls that were made at once, and are not told yet: each is told before its result."""
    for at, message in enumerate(messages):
        place = f"messages[{at}]"
        if not is_object(message):
            raise invalid(place, "must be an object")
        role = message.get("role")
        if role == "tool":
            name = text_of(message.get("tool_call_id"))
            if name not in calls:
                raise invalid(f"{place}.tool_call_id", f"{name}: no call before it has this id")
            if name in waiting:
                yield at, waiting.pop(name)
            yield at, _result(calls[name], message, place)
            continue
        yield from ((at, call) for call in waiting.values())
        waiting.clear()
        if role in _INSTRUCTING:
            instructions.append(_content_text(message.get("content"), f"{place}.content"))
        elif role == "assistant" and objects(message.get("tool_calls")):
            made = _calls(message, place)
            calls |= made
            if len(made) > 1:
                waiting |= made
            else:
                yield at, next(iter(made.values()))
        else:
            yield at, _plain(message, place)
    yield from ((len(messages) - 1, call) for call in waiting.values())


def _plain(message: Json, place: str) -> Json:
    made = without(message, *_OPENAI_ALONE, "content", "reasoning_content", "tool_calls")
    content = message.get("content")
    return made if content is None else {**made, "content": _content_text(content, f"{place}.content")}


def _calls(message: Json, place: str) -> dict[str, Json]:
    """The messages of V1 that say an assistant's calls, by the ids of the calls. The first has the text, too."""
    made: dict[str, Json] = {}
    text = _content_text(message.get("content") or "", f"{place}.content")
    thoughts = message.get("reasoning_content")
    for at, call in enumerate(objects(message.get("tool_calls"))):
        function = members(call.get("function"))
        told: Json = {"name": function.get("name"), "arguments": function.get("arguments")}
        if thoughts and at == 0:
            told["thoughts"] = thoughts
        made[text_of(call.get("id")) or f"{place}.tool_calls[{at}]"] = {
            "role": "assistant",
            "content": "" if at else text,
            "function_call": without(told),
        }
    return made


def _result(call: Mapping[str, Json], message: Json, place: str) -> Json:
    """What a tool returned. V1 wants some text: the JSON of an empty one where it returned none."""
    content = _content_text(message.get("content") or "", f"{place}.content") or '""'
    return {"role": "function", "name": call["function_call"].get("name"), "content": content}


def _content_text(content: object, place: str) -> str:
    """The text of a message. Raises Refused where it is more than text."""
    if isinstance(content, str):
        return content
    if not is_list(content):
        raise invalid(place, "must be a text or a list of parts")
    return "".join(_part(part, f"{place}[{at}]") for at, part in enumerate(content))


def _part(part: object, place: str) -> str:
    given = members(part)
    kind = given.get("type")
    if kind in ("text", "refusal") and isinstance(given.get(str(kind)), str):
        return text_of(given[str(kind)])
    raise Refused(
        message=f"{place}: {kind or 'no type'}: models of V1 take text alone", param=place, code="invalid_value"
    )
