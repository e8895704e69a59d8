"""Chat of V1: a text in `result`, one call of a function at the most."""

from __future__ import annotations

from qianfan_api.catalogue import Model
from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.handlers.chat_brain import (
    ChatAnswer,
    ChatPrompt,
    Finish,
    answer,
    functions_of,
    log_probabilities,
    messages_of,
    named_function,
)
from qianfan_typed.emulator.handlers.v1_result import ResultForm, outgoing
from qianfan_typed.emulator.lenient_json import Json, int_of, objects_of, text_of, texts_of

_FINISH: dict[Finish, str] = {"normal": "normal", "stop": "stop", "length": "length", "call": "function_call"}
FILTERED = "content_filter"
"""What an answer says that the content check cut, replaced or blanked out."""
_PLAIN: Json = {"is_truncated": False, "need_clear_history": False, "finish_reason": "normal"}


def handle(incoming: Incoming) -> Outgoing:
    """Answers a conversation."""
    said = answer(_prompt(incoming))
    closing = _closing(incoming.wire, said)
    flag = incoming.flag if said.flag is None else said.flag
    if flag is not None:
        closing |= {"flag": flag, "ban_round": -1, "need_clear_history": True, "finish_reason": FILTERED}
    if said.finish_reason is not None:
        closing["finish_reason"] = said.finish_reason
    return outgoing(incoming, said, ResultForm(kind="chat.completion", plain=_PLAIN, closing=closing))


def _prompt(incoming: Incoming) -> ChatPrompt:
    wire = incoming.wire
    limit = int_of(wire.get("max_output_tokens"))
    return ChatPrompt(
        model=incoming.name,
        messages=messages_of(incoming),
        system=text_of(wire.get("system")),
        stop=texts_of(wire.get("stop")),
        most=limit if limit is not None else _usual_limit(incoming.model),
        least=int_of(wire.get("min_output_tokens")) or 0,
        json_text=wire.get("response_format") == "json_object",
        functions=functions_of(objects_of(wire.get("functions"))),
        must_call=named_function(wire.get("tool_choice")),
        search=not wire.get("disable_search") and bool(wire.get("enable_citation") or wire.get("enable_trace")),
        cite=bool(wire.get("enable_citation")),
        planned=incoming.take_answer(),
    )


def _usual_limit(model: Model | None) -> int | None:
    """How many tokens an answer has at the most where the request does not say."""
    return None if model is None else model.default_output_tokens or model.max_output_tokens


def _closing(wire: Json, said: ChatAnswer) -> Json:
    """What the answer says, besides its text."""
    closing: Json = {"is_truncated": said.finish == "length", "finish_reason": _FINISH[said.finish]}
    for call in said.calls[:1]:
        thoughts = f"需要调用 {call.name}。"
        closing["function_call"] = {"name": call.name, "arguments": call.arguments, "thoughts": thoughts}
    if said.search_results:
        closing["search_info"] = {"search_results": list(said.search_results)}
    if wire.get("logprobs") is True:
        closing["logprobs"] = log_probabilities(said.text, int_of(wire.get("top_logprobs")) or 0)
    return closing
