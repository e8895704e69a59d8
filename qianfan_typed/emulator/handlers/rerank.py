"""Rerank: documents sorted by how many characters they have in common with the query."""

from __future__ import annotations

from collections import Counter

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing, usage
from qianfan_typed.emulator.lenient_json import Json, int_of

_KINDS = {"v1": "reranker_list", "v2": "rerank_list"}


def handle(incoming: Incoming) -> Outgoing:
    """The documents, the best first."""
    query, documents = incoming.text("query"), incoming.texts("documents")
    results: list[Json] = [
        {"document": document, "relevance_score": score(query, document), "index": index}
        for index, document in enumerate(documents)
    ]
    # The sort is stable: of equals the earlier comes first.
    results.sort(key=lambda result: score(query, str(result["document"])), reverse=True)
    most = int_of(incoming.wire.get("top_n"))
    tokens = text.count(query) + sum(map(text.count, documents))
    head = incoming.head(_KINDS[incoming.operation.dialect])
    kept = results if most is None else results[: max(most, 0)]
    return Outgoing(reply={**head, "results": kept, "usage": usage(tokens)})


def score(query: str, document: str) -> float:
    """How much of the query stands in the document: from 0, nothing, to 1, every letter and digit."""
    wanted, there = _characters(query), _characters(document)
    return round((wanted & there).total() / wanted.total(), 6) if wanted else 0.0


def _characters(said: str) -> Counter[str]:
    return Counter(character for character in said.casefold() if character.isalnum())
