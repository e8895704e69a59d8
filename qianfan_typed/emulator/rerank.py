"""Documents sorted by how many characters they have in common with the query."""

from __future__ import annotations

from collections import Counter

from qianfan_typed.emulator import text
from qianfan_typed.emulator.making import Asked, Made
from qianfan_typed.emulator.wire import Json, int_of


def make_v1(asked: Asked) -> Made:
    """The reply of V1."""
    return _made(asked, "reranker_list")


def make_v2(asked: Asked) -> Made:
    """The reply of V2."""
    return _made(asked, "rerank_list")


def _made(asked: Asked, kind: str) -> Made:
    query, documents = asked.text("query"), asked.texts("documents")
    results: list[Json] = [
        {"document": document, "relevance_score": score(query, document), "index": index}
        for index, document in enumerate(documents)
    ]
    # The sort is stable: of equals the earlier comes first.
    results.sort(key=lambda result: score(query, str(result["document"])), reverse=True)
    most = int_of(asked.wire.get("top_n"))
    tokens = text.count(query) + sum(map(text.count, documents))
    reply: Json = {
        "id": asked.id,
        "object": kind,
        "created": asked.created,
        "results": results if most is None else results[: max(most, 0)],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
    return Made(reply=reply, tokens=tokens)


def score(query: str, document: str) -> float:
    """How much of the query stands in the document: from 0, nothing, to 1, every letter and digit."""
    wanted, there = _characters(query), _characters(document)
    return round((wanted & there).total() / wanted.total(), 6) if wanted else 0.0


def _characters(said: str) -> Counter[str]:
    return Counter(character for character in said.casefold() if character.isalnum())
