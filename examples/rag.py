"""Retrieval: embeddings find passages, a reranker sorts them, the model answers from the best.

python examples/rag.py "怎么申请发票？"
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qianfan_typed import Qianfan, system, user

PASSAGES = [
    "发票可以在订单完成后的九十天内，在“我的订单”页面申请。",
    "退货须在签收后七天内提出，商品应保持完好。",
    "会员每满一百元积一分，积分在年底清零。",
    "电子发票会发送到您登记的邮箱，通常在一个工作日内。",
]


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of the angle between two vectors."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (sum(a * a for a in one) * sum(b * b for b in other)) ** 0.5


def find(client: Qianfan, question: str, most: int = 3) -> list[str]:
    """The passages nearest to a question, the best first."""
    reply = client.v2.embedding.qwen3_embedding_0_6b.create([*PASSAGES, question])
    *vectors, asked = [one.embedding for one in reply.data]
    near = sorted(range(len(PASSAGES)), key=lambda number: likeness(vectors[number], asked), reverse=True)[:most]
    candidates = [PASSAGES[number] for number in near]
    ranked = client.v2.rerank.qwen3_reranker_0_6b.create(question, candidates, top_n=2)
    return [candidates[one.index] for one in ranked.results]


def main() -> None:
    """Answers a question from the passages."""
    question = sys.argv[1] if len(sys.argv) > 1 else "怎么申请发票？"
    with Qianfan() as client:
        found = find(client, question)
        told = system("只根据以下资料回答：\n" + "\n".join(found))
        reply = client.v2.chat.ernie_4_5_turbo_128k.create([told, user(question)], temperature=0.1)
    for passage in found:
        print("-", passage)
    print(reply.text)


if __name__ == "__main__":
    main()
