"""Labelling: a label for each line of a CSV file. Killed at any moment, the same command goes on where it was.

python examples/batch_labels.py reviews.csv labels.jsonl
"""

from __future__ import annotations

import sys
from collections import Counter

from qianfan_typed import Limits, Qianfan

ASK = "判断评论的情感，只回答：正面、负面或中性"


def main(reviews: str, labels: str) -> None:
    """Labels the column `text`; the column `id` names the rows."""
    with Qianfan(limits=Limits(rpm=600)) as client:
        report = client.batch(
            reviews,
            labels,
            model="ernie-4.5-turbo-128k",
            messages_from="text",
            id_from="id",
            system=ASK,
            parameters={"temperature": 0.1, "max_completion_tokens": 8},
            workers=16,
        )
    print(report.summary.ok, "of", report.summary.total)
    found = Counter[str]()
    for row in report.rows():
        label = row.reply["choices"][0]["message"]["content"] if row.reply else row.status
        print(row.custom_id, label)
        found[label] += 1
    print(found.most_common(3))


if __name__ == "__main__":
    main(*sys.argv[1:3])
