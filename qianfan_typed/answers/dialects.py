"""Dialects: how V1 and V2 are asked for JSON, offered functions, and told what those returned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import attrs

from qianfan_api import messages
from qianfan_api.reply import Reply
from qianfan_api.shapes import Message

if TYPE_CHECKING:
    from qianfan_api.v1.chat import types as v1
    from qianfan_api.v2.chat import types as v2


@attrs.frozen
class FunctionCall:
    """A call that the model asks for."""

    name: str
    arguments: str
    """JSON text."""
    id: str = ""
    """V2: what the answer to it names."""


@attrs.frozen
class Offer:
    """A function, as a model is told of it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema."""


@attrs.frozen
class Way:
    """One way to ask for JSON of a form."""

    parameters: Mapping[str, Any]
    """What the request has for it."""
    instruction: str | None = None
    """What the model is told in words besides. None: nothing, the parameters hold the schema."""


@attrs.frozen
class Dialect:
    """How one version of the platform says it."""

    offers: Literal["functions", "tools"]
    """The parameter that holds functions."""
    forms: Callable[[Offer], Way]
    """How `response_format` asks for a form."""
    written: Callable[[Offer], Mapping[str, Any]]
    """A function, as the parameter has it."""
    calls: Callable[[Any], Sequence[FunctionCall]]
    """The calls that a reply asks for."""
    growth: Callable[[Any], str]
    """What a piece of a stream adds to the arguments of the first call, or to the text."""
    result: Callable[[FunctionCall, str], Message]
    """The message that says what a call came to."""

    def ways(self, offer: Offer) -> Iterator[Way]:
        """The ways to ask for JSON, the surest first: by its schema, as a function to call, in words."""
        by_form = self.forms(offer)
        choice = {"type": "function", "function": {"name": offer.name}}
        by_function = Way({self.offers: [self.written(offer)], "tool_choice": choice})
        yield from (by_form, by_function) if by_form.instruction is None else (by_function, by_form)

    def answer(self, reply: Reply) -> str:
        """The JSON that a reply holds: the arguments of its call, else its text."""
        for call in self.calls(reply):
            return call.arguments
        return str(cast("Any", reply).text)

    def asking_again(self, reply: Reply, problem: str) -> list[Message]:
        """What goes into the conversation after an answer that does not fit."""
        said: Message = cast("Any", reply).to_message()
        complaint = f"上面的回答不符合要求的格式：{problem}。请只用符合要求的 JSON 重新回答。"
        calls = self.calls(reply)
        told = [self.result(call, json.dumps({"error": complaint}, ensure_ascii=False)) for call in calls]
        return [said, *(told or [messages.user(complaint)])]


def _v1_form(offer: Offer) -> Way:
    schema = json.dumps(offer.parameters, ensure_ascii=False)
    return Way({"response_format": "json_object"}, f"只用符合这个 JSON Schema 的 JSON 回答：{schema}")


def _v2_form(offer: Offer) -> Way:
    schema = {"name": offer.name, "schema": offer.parameters}
    return Way({"response_format": {"type": "json_schema", "json_schema": schema}})


def _v1_function(offer: Offer) -> Mapping[str, Any]:
    return {"name": offer.name, "description": offer.description, "parameters": offer.parameters}


def _v2_tool(offer: Offer) -> Mapping[str, Any]:
    return {"type": "function", "function": _v1_function(offer)}


def _v1_calls(reply: v1.ChatReply) -> Sequence[FunctionCall]:
    call = reply.function_call
    return [FunctionCall(call.name, call.arguments)] if call is not None and call.name else []


def _v2_calls(reply: v2.ChatReply) -> Sequence[FunctionCall]:
    calls = (reply.choices[0].message.tool_calls or []) if reply.choices else []
    return [FunctionCall(one.function.name, one.function.arguments, one.id) for one in calls]


def _v1_growth(piece: v1.ChatChunk) -> str:
    return piece.result if piece.function_call is None else piece.function_call.arguments


def _v2_growth(piece: v2.ChatChunk) -> str:
    delta = piece.choices[0].delta if piece.choices else None
    if delta is None:
        return ""
    parts = (one.function.arguments or "" for one in delta.tool_calls or [] if one.function and not one.index)
    return (delta.content or "") + "".join(parts)


DIALECTS: Mapping[str, Dialect] = {
    "v1": Dialect(
        offers="functions",
        forms=_v1_form,
        written=_v1_function,
        calls=_v1_calls,
        growth=_v1_growth,
        result=lambda call, told: messages.function(told, name=call.name),
    ),
    "v2": Dialect(
        offers="tools",
        forms=_v2_form,
        written=_v2_tool,
        calls=_v2_calls,
        growth=_v2_growth,
        result=lambda call, told: messages.tool(told, tool_call_id=call.id),
    ),
}
