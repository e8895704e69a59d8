"""Trimming: the newest part of a conversation that fits a model's longest input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from qianfan_api.catalogue import Model
from qianfan_api.messages import Message, spoken
from qianfan_api.models import CATALOGUES

_CHATS = ("v2.chat", "v1.chat")


def estimated_tokens(text: str) -> int:
    """How many tokens a text has, more or less: one for each character beyond ASCII, and for every three others."""
    beyond = sum(character > "\x7f" for character in text)
    return beyond + (len(text) - beyond + 2) // 3


def trim(
    messages: Sequence[Message],
    *,
    model: str | Model,
    api: str | None = None,
    system: str | None = None,
    reserve: int = 0,
    count: Callable[[str], int] = estimated_tokens,
) -> list[Message]:
    """The newest messages that fit the model's longest input, in characters and in tokens. Turns are kept whole.

    A turn begins with what the user says. Messages of the role `system` stay, and so does the newest turn, even where
    it alone is too long: sending it says so. Images and videos are not counted.

    Args:
        messages: The conversation, oldest first.
        model: A model's name, or a handle's `model`.
        api: The operation, `v1.chat` or `v2.chat`, where the name alone does not say it.
        system: V1: the parameter `system`, which counts too.
        reserve: Tokens to leave free, for what counts besides: functions, images.
        count: How many tokens a text has. The platform counts with `client.v1.tokenizer`.

    Raises:
        ValueError: The catalogue does not know the model. The nearest names are in the message.
    """
    said = cast("list[Message]", spoken(list(messages)))
    known = model if isinstance(model, Model) else _model(model, api)
    chars, tokens = known.max_chars, known.max_input_tokens or known.context
    head = [message for message in said if message["role"] == "system"]
    used = [_text(message) for message in head] + ([system] if system else [])
    left_chars = None if chars is None else chars - sum(map(len, used))
    left_tokens = None if tokens is None else tokens - reserve - sum(map(count, used))
    kept: list[Message] = []
    for turn in reversed(_turns([message for message in said if message["role"] != "system"])):
        texts = [_text(message) for message in turn]
        if left_chars is not None:
            left_chars -= sum(map(len, texts))
        if left_tokens is not None:
            left_tokens -= sum(map(count, texts))
        if kept and any(left is not None and left < 0 for left in (left_chars, left_tokens)):
            break
        kept = [*turn, *kept]
    return [*head, *kept]


def _model(name: str, api: str | None) -> Model:
    for one in _CHATS if api is None else (api,):
        if name in CATALOGUES[one]:
            return CATALOGUES[one][name]
    near = [close for one in _CHATS for close in CATALOGUES[one].nearest(name)]
    hint = f"nearest: {', '.join(dict.fromkeys(near))}" if near else "nothing looks like it"
    raise ValueError(f"model: {name!r}: not a known model; {hint}")


def _turns(messages: Sequence[Message]) -> list[list[Message]]:
    turns: list[list[Message]] = []
    for message in messages:
        if message["role"] == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _text(message: Message) -> str:
    """All text of a message: what is said, and what is called."""
    content = message.get("content")
    said = content if isinstance(content, str) else "".join(part.get("text") or "" for part in content or [])
    calls: list[object] = [message.get("function_call")]
    calls += [call.get("function") for call in message.get("tool_calls") or []]
    called = [cast("Mapping[str, str | None]", call) for call in calls if call]
    return said + "".join(f"{call.get('name') or ''}{call.get('arguments') or ''}" for call in called)
