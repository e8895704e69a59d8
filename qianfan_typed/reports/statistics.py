"""Statistics: how often each rule is broken, the most frequent first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from qianfan_typed.reports.findings import Finding


def write_statistics(findings: Iterable[Finding], out: TextIO, *, as_json: bool) -> None:
    """Writes a line for each rule, or one JSON document."""
    counts: Counter[tuple[str, str]] = Counter((one.rule or one.code, one.level) for one in findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    if as_json:
        document = [{"rule": rule, "level": level, "count": count} for (rule, level), count in rows]
        out.write(json.dumps({"statistics": document}, indent=2) + "\n")
        return
    width = max((len(f"{count:,}") for _, count in rows), default=0)
    for (rule, level), count in rows:
        out.write(f"{count:>{width},}  {level:<7}  {rule}\n")
