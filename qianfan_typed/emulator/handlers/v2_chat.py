"""Chat of V2: OpenAI-shaped replies, streams that end with `[DONE]`."""

from __future__ import annotations

from collections.abc import Iterator

from qianfan_api.catalogue import Model
from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing, usage
from qianfan_typed.emulator.handlers.chat_brain import (
    ChatAnswer,
    ChatPrompt,
    Finish,
    FunctionCall,
    answer,
    functions_of,
    messages_of,
    named_function,
)
from qianfan_typed.emulator.lenient_json import (
    Json,
    content_text,
    int_of,
    is_object,
    object_of,
    objects_of,
    text_of,
    texts_of,
)

_FINISH: dict[Finish, str] = {"stop": "stop", "length": "length", "call": "tool_calls"}
_FILTERED = "content_filter"
_THINKS = "reasoning"
_CACHES = "cache"


def handle(incoming: Incoming) -> Outgoing:
    """Answers a conversation."""
    said = answer(_prompt(incoming))
    return Outgoing(reply=_reply(incoming, said), events=map(Event, _chunks(incoming, said)))


def _prompt(incoming: Incoming) -> ChatPrompt:
    wire, model = incoming.wire, incoming.model
    most = int_of(wire.get("max_completion_tokens"))
    search = object_of(wire.get("web_search"))
    form = object_of(wire.get("response_format"))
    choice = wire.get("tool_choice")
    tools = [object_of(tool.get("function")) for tool in objects_of(wire.get("tools"))]
    return ChatPrompt(
        model=incoming.name,
        messages=messages_of(incoming),
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
        planned=incoming.take_answer(),
    )


def _reply(incoming: Incoming, said: ChatAnswer) -> Json:
    message: Json = {"role": "assistant", "content": said.text}
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
    if said.calls:
        message["tool_calls"] = [_call(call) for call in said.calls]
    ending = {"finish_reason": _ending(incoming, said), "flag": 0, **_unsafe(incoming, said)}
    choice: Json = {"index": 0, "message": message, **ending}
    spent = {"usage": _usage(incoming, said, said.completion_tokens)}
    return {**_head("chat.completion", incoming), "choices": [choice], **spent, **_found(incoming.wire, said)}


def _chunks(incoming: Incoming, said: ChatAnswer) -> Iterator[Json]:
    options = object_of(incoming.wire.get("stream_options"))
    wanted = options.get("include_usage") is True
    running = options.get("chunk_include_usage") is True
    head = _head("chat.completion.chunk", incoming)
    tokens = 0
    for number, choice in enumerate(_choices(incoming, said)):
        delta = object_of(choice["delta"])
        tokens += sum(text.count(text_of(delta.get(part))) for part in ("content", "reasoning_content"))
        spent: Json = {"usage": None} if wanted else {}
        if running:
            so_far = said.completion_tokens if choice["finish_reason"] else min(tokens, said.completion_tokens)
            spent["usage"] = _usage(incoming, said, so_far)
        found = _found(incoming.wire, said) if number == 0 else {}
        yield {**head, "choices": [choice], **spent, **found}
    if wanted:
        yield {**head, "choices": [], "usage": _usage(incoming, said, said.completion_tokens)}


def _choices(incoming: Incoming, said: ChatAnswer) -> Iterator[Json]:
    """The choice of each chunk: the role stands in the first, and the last, without text, says why the text ends."""
    first: Json = {"role": "assistant"} if incoming.forms.role else {}
    if object_of(incoming.wire.get("web_search")).get("enable_status") is True and said.search_results:
        yield {"index": 0, "delta": {**first, "content": ""}, "delta_tag": "search_status", "finish_reason": None}
        first = {}
    for delta in _deltas(said):
        yield {"index": 0, "delta": {**first, **delta}, "finish_reason": None}
        first = {}
    last = {"index": 0, "delta": {**first, "content": ""}, "finish_reason": _ending(incoming, said)}
    yield {**last, **_unsafe(incoming, said)}


def _deltas(said: ChatAnswer) -> Iterator[Json]:
    """What each chunk adds, but for the last."""
    for piece in text.clauses(said.reasoning):
        yield {"content": "", "reasoning_content": piece}
    for piece in text.clauses(said.text):
        yield {"content": piece}
    for number, call in enumerate(said.calls):
        opened = _call(FunctionCall(call.id, call.name, ""))
        yield {"content": "", "tool_calls": [{"index": number, **opened}]}
        for piece in text.clauses(call.arguments, 16):
            yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}


def _ending(incoming: Incoming, said: ChatAnswer) -> str:
    """Why an answer ends."""
    if said.finish_reason is not None:
        return said.finish_reason
    return _FILTERED if _unsafe(incoming, said) else _FINISH.get(said.finish, incoming.forms.natural_end)


def _unsafe(incoming: Incoming, said: ChatAnswer) -> Json:
    """What the content check found in a text. Nothing: it is safe."""
    flag = incoming.flag if said.flag is None else said.flag
    return {} if flag is None else {"flag": flag, "ban_round": -1}


def _schema(form: Json) -> object:
    """The schema asked for: under json_schema itself, or one level deeper with a name beside it, as OpenAI has it."""
    given = object_of(form.get("json_schema"))
    return given["schema"] if is_object(given.get("schema")) else given


def _thinks(wire: Json, model: Model | None) -> bool:
    """Whether the reply has reasoning: as the request says, else as the model does by itself."""
    wanted = wire.get("enable_thinking")
    thinking = object_of(wire.get("thinking")).get("type")
    if thinking is not None:
        return thinking == "enabled"
    if isinstance(wanted, bool):
        return wanted
    if model is None:
        return False
    default = model.defaults.get("enable_thinking")
    return default if isinstance(default, bool) else _THINKS in model.abilities


def _head(kind: str, incoming: Incoming) -> Json:
    return {**incoming.head(kind), "model": incoming.name}


def _call(call: FunctionCall) -> Json:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _found(wire: Json, answer: ChatAnswer) -> Json:
    """The search results, where the request asks to see them."""
    search = object_of(wire.get("web_search"))
    wanted = search.get("enable_trace") is True or search.get("enable_citation") is True
    return {"search_results": list(answer.search_results)} if wanted and answer.search_results else {}


def _usage(incoming: Incoming, said: ChatAnswer, completion_tokens: int) -> Json:
    counted = usage(said.prompt_tokens, completion_tokens)
    details: Json = {"search_tokens": said.search_tokens} if said.search_tokens else {}
    if incoming.model is not None and _CACHES in incoming.model.abilities:
        details["cached_tokens"] = _cached(messages_of(incoming))
    return {**counted, "prompt_tokens_details": details} if details else counted


def _cached(messages: list[Json]) -> int:
    """Tokens of the conversation as far as the model had it before: up to what it said last."""
    last = max((at for at, message in enumerate(messages) if message.get("role") == "assistant"), default=-1)
    return sum(text.count(content_text(message.get("content"))) for message in messages[: last + 1])
