"""Data sets of prompts and responses, which the platform trains on: each conversation as the request that it would be.

The last response is what a model is to say: it is in no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import attrs

from qianfan_api.registry import PARAMETER_RULES

Fields = Mapping[str, object]
_MESSAGES = "/messages/"


@attrs.frozen
class Conversation:
    """A conversation of a data set."""

    body: Fields
    """The request, as an operation that takes messages would have it."""
    _places: tuple[str, ...]
    """Of each message, the pointer to its text in the document."""
    _system: str
    """The pointer to the text of the parameter `system`."""

    def place(self, pointer: str) -> str:
        """Where in the document stands what a pointer into the request leads to."""
        if pointer == "/system":
            return self._system
        index = pointer.removeprefix(_MESSAGES).partition("/")[0] if pointer.startswith(_MESSAGES) else ""
        return self._places[int(index)] if index.isdecimal() and int(index) < len(self._places) else ""


def is_data_set(document: object) -> bool:
    """Whether a document is a turn of a data set, or a list of them."""
    if isinstance(document, list):
        turns = cast("list[object]", document)
        return bool(turns) and all(map(_is_turn, turns))
    return _is_turn(document) and isinstance(cast("Fields", document)["response"], list)


def conversation(document: object, api: str) -> Conversation | None:
    """The conversation of a document that is a data set's. None: the operation takes no messages."""
    takes = PARAMETER_RULES[api]()
    if "messages" not in takes:
        return None
    several = isinstance(document, list)
    turns = cast("list[Fields]", document if several else [document])
    messages, places = list[object](), list[str]()
    body: dict[str, object] = {"messages": messages}
    system = turns[0].get("system")
    above = "/0" if several else ""
    if system is not None and "system" in takes:
        body["system"] = system
    elif system is not None:
        messages.append({"role": "system", "content": system})
        places.append(f"{above}/system")
    for index, turn in enumerate(turns):
        own = f"/{index}" if several else ""
        messages.append({"role": "user", "content": turn["prompt"]})
        places.append(f"{own}/prompt")
        if index < len(turns) - 1:
            text, below = _first(turn["response"])
            messages.append({"role": "assistant", "content": text})
            places.append(f"{own}/response{below}")
    return Conversation(body, tuple(places), f"{above}/system")


def _first(response: object) -> tuple[object, str]:
    """The first of the responses to a prompt, and the pointer to it: a text, a list of texts, or of lists of them."""
    text, below = response, ""
    while items := _items(text):
        text, below = items[0], f"{below}/0"
    return text, below


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _is_turn(value: object) -> bool:
    return isinstance(value, dict) and "prompt" in value and "response" in value and "messages" not in value
