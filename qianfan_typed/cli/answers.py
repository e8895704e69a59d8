"""Answers: what a model says, thinks and spends, put together from its pieces."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

import attrs

from qianfan_api.catalogue import Model, Price
from qianfan_api.reply import Reply
from qianfan_typed.facts import costs

Kind = Literal["thinking", "text"]


@attrs.define
class Answer:
    """What came of an answer so far. The same for both dialects."""

    text: str = ""
    thinking: str = ""
    finish: str | None = None
    calls: list[dict[str, Any]] = attrs.field(factory=list[dict[str, Any]])
    """Functions that the model wants called."""
    usage: Any = None
    began: float = attrs.field(factory=time.perf_counter)
    first: float | None = None
    """Seconds to the first piece."""
    thought: float | None = None
    """Seconds until the thinking was over. None: it did not think."""

    def add(self, piece: Reply) -> Iterator[tuple[Kind, str]]:
        """Takes a piece, or a whole reply. Gives what it adds."""
        found = cast("Any", piece)
        choice = _choice(found)
        said = None if choice is None else getattr(choice, "delta", None) or choice.message
        thinking = getattr(said, "reasoning_content", None) or ""
        text = found.result if said is None and hasattr(found, "result") else getattr(said, "content", None) or ""
        passed = time.perf_counter() - self.began
        if self.first is None and (thinking or text):
            self.first = passed
        if thinking:
            self.thinking += thinking
            yield "thinking", thinking
        if text:
            if self.thinking and self.thought is None:
                self.thought = passed
            self.text += text
            yield "text", text
        self._note(found, choice, said)

    def _note(self, found: Any, choice: Any, said: Any) -> None:
        finish = getattr(choice if choice is not None else found, "finish_reason", None)
        self.finish = finish or self.finish
        usage = getattr(found, "usage", None)
        # What is no number came that way from the platform: there is nothing to add up.
        if usage is not None and usage.total_tokens and all(isinstance(getattr(usage, one, 0), int) for one in _COUNTS):
            self.usage = usage
        call = getattr(found, "function_call", None)
        if call is not None:
            self.calls.append({"name": call.name, "arguments": call.arguments})
        for one in getattr(said, "tool_calls", None) or ():
            self._add_call(one)

    def _add_call(self, one: Any) -> None:
        """A call of V2, or a piece of one: its arguments come bit by bit."""
        index = getattr(one, "index", None)
        at = len(self.calls) if index is None else index
        while len(self.calls) <= at:
            self.calls.append({"id": "", "name": "", "arguments": ""})
        call = self.calls[at]
        call["id"] = call["id"] or one.id or ""
        if one.function is not None:
            call["name"] += one.function.name or ""
            call["arguments"] += one.function.arguments or ""

    def calls_as_text(self) -> str:
        """The calls, a line each."""
        return "\n".join(json.dumps(call, ensure_ascii=False) for call in self.calls)


def tally(turns: Sequence[Answer], model: Model | None) -> str:
    """Tokens, seconds and cost of an answer and of the turns before it, in a line."""
    counted = [one.usage for one in turns if one.usage is not None]
    parts: list[str] = []
    if counted:
        asked = sum(one.prompt_tokens for one in counted)
        answered = sum(getattr(one, "completion_tokens", 0) for one in counted)
        parts.append(f"tokens: {asked:,} in, {answered:,} out")
    first = "" if turns[0].first is None else f" (first piece after {turns[0].first:.2f} s)"
    parts.append(f"{time.perf_counter() - turns[0].began:.2f} s{first}")
    if len(turns) > 1:
        parts.append(f"{len(turns)} turns")
    if counted and model is not None and model.price is not None:
        price = model.price
        parts.append(f"{sum(cost(price, one) for one in counted):.6f} yuan")
    if turns[-1].finish not in (None, "", "stop", "normal"):
        parts.append(f"ended: {turns[-1].finish}")
    return " · ".join(parts)


_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


def _choice(found: Any) -> Any:
    choices = getattr(found, "choices", None)
    return choices[0] if choices else None


def cost(price: Price, usage: Any) -> float:
    """Yuan that a request cost by the catalogue's prices."""
    details = getattr(usage, "prompt_tokens_details", None)
    cached = 0 if details is None else details.cached_tokens
    answered = getattr(usage, "completion_tokens", 0)
    return costs.cost(price, read=usage.prompt_tokens, written=answered, cached=cached)
