"""Answers of `/v1/completions`: the text alone, whoever was asked for it."""

from __future__ import annotations

from typing import Any

from qianfan_typed.openai_server.answers import FINISHES, encode, finish_of, usage_of
from qianfan_typed.openai_server.drafts import Json


class TextAnswers:
    """Writes answers of either dialect as texts."""

    def __init__(self, model: str, *, usage: bool) -> None:
        """
        Args:
            model: The model that answers.
            usage: Whether a stream is to end with its usage.
        """
        self._model = model
        self._usage = usage

    def whole(self, reply: Any) -> bytes:
        """The body of a whole answer."""
        return encode({**self._head(reply), "choices": [_choice(reply, _ended(reply))], "usage": usage_of(reply)})

    def pieces(self, piece: Any) -> list[bytes]:
        """The data of the events that a piece becomes."""
        made = list[Json]()
        v2 = hasattr(piece, "choices")
        if not v2 or piece.choices:
            made.append({**self._head(piece), "choices": [_choice(piece, _ended(piece))]})
        if self._usage and (piece.usage is not None if v2 else piece.is_end):
            if made:
                made[0]["usage"] = None
            made.append({**self._head(piece), "choices": [], "usage": usage_of(piece)})
        return [encode(one) for one in made]

    def _head(self, reply: Any) -> Json:
        return {"id": reply.id, "object": "text_completion", "created": reply.created, "model": self._model}


def _choice(reply: Any, ended: str | None) -> Json:
    return {"index": 0, "text": _text(reply), "logprobs": None, "finish_reason": ended}


def _text(reply: Any) -> str:
    """The text of a reply, or of a piece: models that only continue texts have it as `result` alone."""
    text: str = reply.text if hasattr(reply, "text") else reply.result
    return text


def _ended(reply: Any) -> str | None:
    """Why it ended. None: it goes on."""
    if hasattr(reply, "choices"):
        said: str | None = reply.choices[0].finish_reason if reply.choices else None
        return None if said is None else FINISHES.get(said, said)
    return finish_of(reply) if getattr(reply, "is_end", True) else None
