"""Embeddings: vectors of texts, the nearer the more two texts have in common."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from functools import lru_cache

from qianfan_api.catalogue import Model
from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing, usage
from qianfan_typed.emulator.lenient_json import Json, is_list, is_object, text_of

DIMENSIONS = 1024
"""Of a vector. The documents state no number."""
SHORT = 384
"""Tokens: a model that takes no more text than this has as many dimensions."""

_PARTS = ("text", "image")
"""What an object in the input has, one of them or both."""
_PLACES = 16
"""On how many dimensions a token weighs."""
_OWN = 0.05
"""How much of a vector comes from the text as a whole: two texts of the same tokens differ."""


def handle(incoming: Incoming) -> Outgoing:
    """A vector for each text."""
    given = incoming.wire.get("input")
    texts = [_text(incoming, item) for item in (given if is_list(given) else [given])]
    if not texts:
        raise incoming.refused("/input must not be empty")
    size = dimensions(incoming.model)
    data: list[Json] = [
        {"object": "embedding", "embedding": vector(incoming.name, one, size), "index": index}
        for index, one in enumerate(texts)
    ]
    tokens = sum(map(text.count, texts))
    reply = {**incoming.head("embedding_list"), "data": data, "usage": usage(tokens)}
    return Outgoing(reply=reply)


def _text(incoming: Incoming, item: object) -> str:
    """What an item of the input says: a text, or an object with a text, an image or both."""
    if isinstance(item, str):
        return item
    if is_object(item) and any(text_of(item.get(part)) for part in _PARTS):
        return json.dumps(item, ensure_ascii=False, sort_keys=True)
    raise incoming.refused("/input must be a string, or a list of strings or of objects with text or image")


def dimensions(model: Model | None) -> int:
    """How long a model's vectors are."""
    limit = None if model is None else model.max_input_tokens
    return SHORT if limit is not None and limit <= SHORT else DIMENSIONS


def vector(model: str, said: str, size: int) -> list[float]:
    """The unit vector of a text: the same for the same text, model and size."""
    # 127.5: no byte makes a zero, so no vector is zero.
    scale = _OWN / (127.5 * math.sqrt(size))
    found = [(byte - 127.5) * scale for byte in hashlib.shake_256(f"{model}/{said}".encode()).digest(size)]
    for token, times in Counter(text.tokens(said.casefold())).items():
        for place, sign in _places(model, token.strip(), size):
            found[place] += sign * math.sqrt(times)
    length = math.hypot(*found)
    return [value / length for value in found]


@lru_cache(maxsize=4096)
def _places(model: str, token: str, size: int) -> tuple[tuple[int, float], ...]:
    """The dimensions on which a token weighs, and which way."""
    drawn = hashlib.shake_256(f"{model}/{token}".encode()).digest(_PLACES * 4)
    numbers = [int.from_bytes(drawn[at : at + 4], "big") for at in range(0, len(drawn), 4)]
    return tuple(((number >> 1) % size, 1.0 if number & 1 else -1.0) for number in numbers)
