"""SARIF 2.1.0, which GitHub and others show as code scanning alerts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import attrs

from qianfan_api.words import told
from qianfan_typed._version import __version__
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.printable import printable, printable_json
from qianfan_typed.reports.report_buffer import ReportBuffer

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@attrs.frozen
class RuleWords:
    """A rule in words."""

    words: str = ""
    """What must hold. Empty: not known."""
    url: str | None = None
    """The page that states it."""


Describe = Callable[[str], RuleWords]
"""Rule → its words."""


def write_sarif(
    findings: Iterable[Finding], out: TextIO, tally: Tally, describe: Describe = lambda rule: RuleWords()
) -> None:
    """Writes one run."""
    rules: list[dict[str, object]] = []
    places: dict[str, int] = {}
    with ReportBuffer() as body:
        for index, finding in enumerate(findings):
            name = finding.rule or finding.code
            if name not in places:
                places[name] = len(rules)
                rules.append(_rule(name, finding, describe(name)))
            body.write(",\n" if index else "")
            body.write(_dumped(_result(finding, places[name])))
        driver = {"name": "qianfan-typed", "version": __version__, "rules": rules}
        out.write(f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{"tool": {_dumped({"driver": driver})},\n')
        invocation = {"executionSuccessful": not tally.unread, "exitCode": tally.exit_code}
        counts = {"seen": tally.seen, "checked": tally.checked, "unchecked": tally.reasons()}
        out.write(f'"invocations": [{_dumped(invocation)}], "properties": {_dumped(counts)}, ')
        out.write('"columnKind": "unicodeCodePoints", "results": [\n')
        body.copy_to(out)
    out.write("\n]}]}\n")


def _dumped(value: object) -> str:
    return printable_json(json.dumps(value, ensure_ascii=False))


def _rule(name: str, finding: Finding, rule: RuleWords) -> dict[str, object]:
    full = ". ".join(words for words in (rule.words, finding.source) if words)
    described: dict[str, object] = {"id": name, "shortDescription": {"text": rule.words or name}}
    if full:
        described["fullDescription"] = {"text": full}
    if rule.url is not None:
        described["helpUri"] = rule.url
    return described


def _result(finding: Finding, rule: int) -> dict[str, object]:
    line, column = finding.position
    region = {"startLine": line, "startColumn": column}
    if finding.end is not None and finding.cell is None:
        region |= {"endLine": finding.end[0], "endColumn": finding.end[1]}
    place = {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}
    location: dict[str, object] = {"physicalLocation": place}
    if finding.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.pointer, "kind": "member"}]
    more: dict[str, object] = {
        "record": finding.record,
        "api": finding.api,
        "model": finding.model,
        "code": finding.code,
    }
    if finding.cell is not None:
        more |= {"cell": finding.cell, "line": finding.line, "column": finding.column}
    return {
        "ruleId": finding.rule or finding.code,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": printable(f"{finding.within}{f'{finding.subject} {told(finding.message)}'.strip()}")},
        "locations": [location],
        "properties": {name: value for name, value in more.items() if value is not None},
    }


def _uri(file: str) -> str:
    if file == "-":
        return "stdin"
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
