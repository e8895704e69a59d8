"""Answers of chat models: always the same to the same prompt.

A handler reads its request into a `ChatPrompt`, `answer()` decides, and the handler writes the `ChatAnswer` down.
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
from qianfan_typed.emulator.planned_answers import NOTHING_PLANNED, PlannedAnswer
from qianfan_typed.emulator.refusals import refused

Finish = Literal["normal", "stop", "length", "call"]
CONTINUE = ("继续", "continue")
"""How a user asks for the rest of an answer that was cut; the first is what the official SDK sends."""

_CALLED: Finish = "call"
_MEANT: dict[str | None, Finish] = {"length": "length", "stop": "stop"}
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
    planned: PlannedAnswer = NOTHING_PLANNED
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
    finish_reason: str | None = None
    """Why it ends, in the platform's words, where the emulator's user said it."""
    flag: int | None = None
    """What the content check finds, where the emulator's user said it."""

    @property
    def completion_tokens(self) -> int:
        """Tokens of reasoning and text."""
        return self.text_tokens + self.reasoning_tokens


def answer(prompt: ChatPrompt) -> ChatAnswer:
    """The answer to a prompt."""
    functions = [json.dumps(attrs.asdict(function), ensure_ascii=False) for function in prompt.functions]
    read = [prompt.system, *(content_text(message.get("content")) for message in prompt.messages), *functions]
    search_tokens = _SEARCH_TOKENS if prompt.search else 0
    prompt_tokens = sum(map(text.count, read)) + search_tokens
    planned, calls = prompt.planned, _calls(prompt)
    thought = _thought(prompt) if not calls or planned.reasoning is not None else []
    if calls:
        # A text that was planned stands beside calls that were; of an object the one call was made.
        written, finish = text.tokens(planned.text if planned.calls and planned.text else ""), _CALLED
    else:
        written, finish = _cut(prompt, _compose(prompt), len(thought))
    called = sum(text.count(call.name) + text.count(call.arguments) for call in calls)
    return ChatAnswer(
        text="".join(written),
        finish=_MEANT.get(planned.finish_reason, finish),
        finish_reason=planned.finish_reason,
        flag=planned.flag,
        prompt_tokens=prompt_tokens,
        text_tokens=len(written) + called,
        reasoning="".join(thought),
        reasoning_tokens=len(thought),
        calls=calls,
        search_results=_search_results(prompt) if prompt.search and not calls else (),
        search_tokens=0 if calls else search_tokens,
    )


def _asked(messages: Sequence[Json]) -> str:
    """What the user said last."""
    said = [content_text(message.get("content")) for message in messages if message.get("role") == "user"]
    return said[-1] if said else ""


def _calls(prompt: ChatPrompt) -> tuple[FunctionCall, ...]:
    """The calls to make: of the function that must be called, else of those the user names, else of the first.

    After a result there is no further call.
    """
    asked, planned = _asked(prompt.messages), prompt.planned
    if planned.calls:
        return tuple(_call(at, name, arguments, asked) for at, (name, arguments) in enumerate(planned.calls))
    if planned.is_value and planned.text is not None and prompt.must_call is not None:
        return (_call(0, prompt.must_call, planned.text, asked),)
    if planned.text is not None or not prompt.functions or prompt.messages[-1].get("role") in _RESULT_ROLES:
        return ()
    if prompt.must_call is not None:
        chosen = [function for function in prompt.functions if function.name == prompt.must_call]
    else:
        named = [function for function in prompt.functions if function.name in asked]
        chosen = (named or list(prompt.functions))[: None if named and prompt.parallel else 1]
    return tuple(
        _call(at, one.name, json.dumps(json_instance.arguments(one.parameters), ensure_ascii=False), asked)
        for at, one in enumerate(chosen)
    )


def _call(number: int, name: str, arguments: str, asked: str) -> FunctionCall:
    return FunctionCall(text.digest(f"{number}/{name}/{asked}", 16), name, arguments)


def _thought(prompt: ChatPrompt) -> list[str]:
    """The tokens of what the model thinks before it speaks."""
    if prompt.planned.reasoning is not None:
        return text.tokens(prompt.planned.reasoning)
    if not prompt.think:
        return []
    asked = text.shortened(_asked(prompt.messages))
    limits = [limit for limit in (prompt.most_reasoning, prompt.most_with_reasoning) if limit is not None]
    thought = text.tokens(f"用户的最后一条消息是：“{asked}”。模拟器不会思考，所以直接给出固定的回答。")
    return thought[: min(limits, default=None)]


def _compose(prompt: ChatPrompt) -> str:
    """The whole text, before it is cut."""
    if prompt.planned.text is not None:
        return prompt.planned.text
    if prompt.json_schema is not None:
        try:
            return json.dumps(json_instance.instance(prompt.json_schema), ensure_ascii=False)
        except json_instance.Unsatisfiable:
            return "{}"
    composed = _rest(prompt) or _reply(prompt.messages, prompt)
    if prompt.json_text:
        return json.dumps({"answer": composed}, ensure_ascii=False)
    number = 1
    while text.count(composed) < prompt.least:
        composed += f"这是第 {number} 句补充说明。"
        number += 1
    return composed


def _reply(messages: Sequence[Json], prompt: ChatPrompt) -> str:
    """What to say to the last message."""
    last = messages[-1]
    mark = _CITATION if prompt.search and prompt.cite else ""
    if last.get("role") in _RESULT_ROLES:
        name = text_of(last.get("name")) or text_of(last.get("tool_call_id"))
        result = text.shortened(content_text(last.get("content")), 400)
        return f"根据 {name or '函数'} 返回的结果：{result}。以上就是对你的问题的回答{mark}。"
    called = called_in(content_text(last.get("content")))
    if called is not None:
        return called
    return (
        f"你好！我收到了你的消息：“{text.shortened(_asked(messages))}”。"
        f"这是千帆模拟器代替 {prompt.model} 作出的回答{mark}。"
        "它不经过任何模型，同样的问题总会得到同样的回答。如果还有别的问题，请继续提问。"
    )


def _rest(prompt: ChatPrompt) -> str | None:
    """What is left of an answer that was cut, when the user asks for more. None: it is another question."""
    messages, said = list(prompt.messages), ""
    while len(messages) > 2 and content_text(messages[-1].get("content")).strip().lower() in CONTINUE:
        said = content_text(messages[-2].get("content")) + said
        messages = messages[:-2]
        whole = _reply(messages, prompt)
        if said and whole.startswith(said) and whole != said:
            return whole[len(said) :]
    return None


def _cut(prompt: ChatPrompt, composed: str, reasoning_tokens: int) -> tuple[list[str], Finish]:
    """The tokens of the text within its limits, and why it ends."""
    finish: Finish = "normal"
    stopped = text.before_stop(composed, prompt.stop)
    if stopped is not None:
        composed, finish = stopped, "stop"
    limits = [prompt.most] if prompt.most is not None else []
    if prompt.most_with_reasoning is not None:
        limits.append(max(prompt.most_with_reasoning - reasoning_tokens, 0))
    tokens = text.tokens(composed)
    kept = tokens[: min(limits, default=None)]
    return kept, "length" if len(kept) < len(tokens) else finish


def _search_results(prompt: ChatPrompt) -> tuple[Json, ...]:
    asked = text.shortened(_asked(prompt.messages), 20)
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
