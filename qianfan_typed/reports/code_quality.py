"""Code Quality: the report that GitLab shows in a merge request."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from qianfan_api.words import told
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.printable import printable, printable_json, printable_path

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def write_code_quality(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    """Writes a list. A fingerprint has no line in it: what moves is not new, nor what is said in another language."""
    alike: Counter[str] = Counter()
    out.write("[")
    for index, finding in enumerate(findings):
        same = "\0".join((finding.file, finding.rule or finding.code, finding.pointer, finding.message))
        alike[same] += 1
        print_ = hashlib.sha256(f"{same}\0{alike[same]}".encode("utf-8", "surrogatepass")).hexdigest()
        row = {
            "description": printable(f"{finding.subject} {told(finding.message)}".strip()),
            "check_name": finding.rule or finding.code,
            "fingerprint": print_,
            "severity": _SEVERITIES[finding.level],
            "location": {"path": printable_path(finding.file), "lines": {"begin": finding.line}},
        }
        out.write(",\n" if index else "\n")
        out.write(printable_json(json.dumps(row, ensure_ascii=False)))
    out.write("\n]\n")
