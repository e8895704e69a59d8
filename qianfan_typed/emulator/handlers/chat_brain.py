"""What the emulator answers: always the same to the same question.

A maker reads its request into a `ChatPrompt`, `answer()` decides, and the maker writes the `ChatAnswer` down.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

import attrs

from qianfan_typed.emulator import json_instance, text
from qianfan_typed.emulator.exchange import Incoming
from qianfan_typed.emulator.handlers.prompted_functions import called_in
from qianfan_typed.emulator.lenient_json import Json, content_text, is_object, objects_of, text_of
from qianfan_typed.emulator.refusals import refused

Finish = Literal["normal", "stop", "length", "call"]
CONTINUE = ("继续", "continue")
"""How a user asks for the rest of an answer that was cut; the first is what the official SDK sends."""

_RESULT_ROLES = ("function", "tool")
_SEARCH_TOKENS = 24
_CITATION = "^[1]^"


@attrs.frozen
class OfferedFunction:
    """A function the model may call."""

    name: str
    parameters: object
    """The JSON Schema of its arguments."""


@attrs.frozen
class FunctionCall:
    """A call of a function. `arguments` is JSON text."""

    id: str
    name: str
    arguments: str


@attrs.frozen(kw_only=True)
class ChatPrompt:
    """A request, read."""

    model: str
    messages: Sequence[Json]
    system: str = ""
    stop: tuple[str, ...] = ()
    most: int | None = None
    """Tokens of the text."""
    most_with_reasoning: int | None = None
    """Tokens of reasoning and text together."""
    most_reasoning: int | None = None
    """Tokens of the reasoning."""
    least: int = 0
    json_text: bool = False
    json_schema: object = None
    """The schema that the text, read as JSON, satisfies."""
    functions: tuple[OfferedFunction, ...] = ()
    must_call: str | None = None
    """The function that the request names."""
    parallel: bool = False
    think: bool = False
    search: bool = False
    cite: bool = False
    fixed_text: str | None = None
    """What to say instead: the emulator's user asked for it."""


@attrs.frozen(kw_only=True)
class ChatAnswer:
    """What to say."""

    text: str
    finish: Finish
    prompt_tokens: int
    text_tokens: int
    reasoning: str = ""
    reasoning_tokens: int = 0
    calls: tuple[FunctionCall, ...] = ()
    search_results: tuple[Json, ...] = ()
    search_tokens: int = 0

    @property
    def completion_tokens(self) -> int:
        """Tokens of reasoning and text."""
        return self.text_tokens + self.reasoning_tokens

    @property
    def tokens(self) -> int:
        """Tokens of all that was read and written."""
        return self.prompt_tokens + self.completion_tokens


def answer(question: ChatPrompt) -> ChatAnswer:
    """The answer to a question."""
    search_tokens = _SEARCH_TOKENS if question.search else 0
    prompt_tokens = _prompt_tokens(question) + search_tokens
    calls = _calls(question) if question.fixed_text is None else ()
    if calls:
        tokens = sum(text.count(call.name) + text.count(call.arguments) for call in calls)
        return ChatAnswer(text="", finish="call", prompt_tokens=prompt_tokens, text_tokens=tokens, calls=calls)
    reasoning, reasoning_tokens = _reasoning(question)
    said, finish, text_tokens = _cut(question, _compose(question), reasoning_tokens)
    return ChatAnswer(
        text=said,
        finish=finish,
        prompt_tokens=prompt_tokens,
        text_tokens=text_tokens,
        reasoning=reasoning,
        reasoning_tokens=reasoning_tokens,
        search_results=_search_results(question) if question.search else (),
        search_tokens=search_tokens,
    )


def _prompt_tokens(question: ChatPrompt) -> int:
    said = [content_text(message.get("content")) for message in question.messages]
    functions = [json.dumps(attrs.asdict(function), ensure_ascii=False) for function in question.functions]
    return sum(text.count(part) for part in (question.system, *said, *functions))


def _last(question: ChatPrompt) -> Json:
    return question.messages[-1] if question.messages else {}


def _last_user_text(messages: Sequence[Json]) -> str:
    asked = [content_text(message.get("content")) for message in messages if message.get("role") == "user"]
    return asked[-1] if asked else ""


def _calls(question: ChatPrompt) -> tuple[FunctionCall, ...]:
    """The calls to make: of the function that must be called, else of those the user names, else of the first.

    After a result there is no further call.
    """
    if not question.functions or _last(question).get("role") in _RESULT_ROLES:
        return ()
    asked = _last_user_text(question.messages)
    if question.must_call is not None:
        chosen = [function for function in question.functions if function.name == question.must_call]
    else:
        named = [function for function in question.functions if function.name and function.name in asked]
        chosen = (named or list(question.functions))[: None if named and question.parallel else 1]
    return tuple(_call(function, asked, number) for number, function in enumerate(chosen))


def _call(function: OfferedFunction, asked: str, number: int) -> FunctionCall:
    arguments = json.dumps(json_instance.arguments(function.parameters), ensure_ascii=False)
    return FunctionCall(text.digest(f"{number}/{function.name}/{asked}", 16), function.name, arguments)


def _reasoning(question: ChatPrompt) -> tuple[str, int]:
    """What the model thinks before it speaks, and its tokens."""
    if not question.think:
        return "", 0
    asked = text.shortened(_last_user_text(question.messages))
    thought = text.tokens(f"用户的最后一条消息是：“{asked}”。模拟器不会思考，所以直接给出固定的回答。")
    limits = [limit for limit in (question.most_reasoning, question.most_with_reasoning) if limit is not None]
    kept = thought[: min(limits)] if limits else thought
    return "".join(kept), len(kept)


def _compose(question: ChatPrompt) -> str:
    """The whole text, before it is cut."""
    if question.fixed_text is not None:
        return question.fixed_text
    if question.json_schema is not None:
        return _json_text(question.json_schema)
    composed = _said(question.messages, question)
    composed = _rest(question) or composed
    if question.json_text:
        return json.dumps({"answer": composed}, ensure_ascii=False)
    number = 1
    while text.count(composed) < question.least:
        composed += f"这是第 {number} 句补充说明。"
        number += 1
    return composed


def _said(messages: Sequence[Json], question: ChatPrompt) -> str:
    """What to say to the last message."""
    last = messages[-1] if messages else {}
    mark = _CITATION if question.search and question.cite else ""
    if last.get("role") in _RESULT_ROLES:
        name = text_of(last.get("name")) or text_of(last.get("tool_call_id"))
        result = text.shortened(content_text(last.get("content")), 400)
        return f"根据 {name or '函数'} 返回的结果：{result}。以上就是对你的问题的回答{mark}。"
    called = called_in(content_text(last.get("content")))
    if called is not None:
        return called
    asked = text.shortened(_last_user_text(messages))
    return (
        f"你好！我收到了你的消息：“{asked}”。这是千帆模拟器代替 {question.model} 作出的回答{mark}。"
        "它不经过任何模型，同样的问题总会得到同样的回答。如果还有别的问题，请继续提问。"
    )


def _rest(question: ChatPrompt) -> str | None:
    """What is left of an answer that was cut, when the user asks for more. None: it is another question."""
    messages = list(question.messages)
    said = ""
    while len(messages) > 2 and content_text(messages[-1].get("content")).strip().lower() in CONTINUE:
        said = content_text(messages[-2].get("content")) + said
        messages = messages[:-2]
        whole = _said(messages, question)
        if said and whole.startswith(said) and whole != said:
            return whole[len(said) :]
    return None


def _json_text(schema: object) -> str:
    try:
        return json.dumps(json_instance.instance(schema), ensure_ascii=False)
    except json_instance.Unsatisfiable:
        return "{}"


def _cut(question: ChatPrompt, composed: str, reasoning_tokens: int) -> tuple[str, Finish, int]:
    """The text within its limits, why it ends, and its tokens."""
    finish: Finish = "normal"
    stopped = text.before_stop(composed, question.stop)
    if stopped is not None:
        composed, finish = stopped, "stop"
    limits = [question.most] if question.most is not None else []
    if question.most_with_reasoning is not None:
        limits.append(max(question.most_with_reasoning - reasoning_tokens, 0))
    pieces = text.tokens(composed)
    if limits and len(pieces) > min(limits):
        pieces, finish = pieces[: min(limits)], "length"
    return "".join(pieces), finish, len(pieces)


def _search_results(question: ChatPrompt) -> tuple[Json, ...]:
    asked = text.shortened(_last_user_text(question.messages), 20)
    return tuple(
        {"index": number, "url": f"https://example.com/search/{number}", "title": f"关于“{asked}”的第 {number} 条结果"}
        for number in (1, 2)
    )


def messages_of(asked: Incoming) -> list[Json]:
    """The conversation of a request. Raises Refused where there is none."""
    messages = objects_of(asked.wire.get("messages"))
    if not messages or asked.wire.get("messages") != messages:
        raise refused(asked.operation.dialect, "message", "/messages must be a list of objects")
    return messages


def functions_of(listed: Sequence[Json]) -> tuple[OfferedFunction, ...]:
    """The functions of a request, as their descriptions list them."""
    return tuple(
        OfferedFunction(text_of(one.get("name")), one.get("parameters")) for one in listed if text_of(one.get("name"))
    )


def named_function(choice: object) -> str | None:
    """The function that a `tool_choice` object names."""
    if not is_object(choice):
        return None
    function = choice.get("function")
    return text_of(function.get("name")) if is_object(function) else text_of(choice.get("name")) or None


def log_probabilities(said: str, top: int) -> Json:
    """How likely each token was: the same made-up numbers for the same token. `top`: how many rivals to list."""
    content: list[Json] = []
    for token in text.tokens(said):
        chance = -(1 + len(token) % 7) / 8
        rivals: list[Json] = [
            {"token": token if rank == 0 else f"{token}{rank}", "logprob": chance - rank} for rank in range(top)
        ]
        content.append({"token": token, "logprob": chance, "top_logprobs": rivals})
    return {"content": content}
