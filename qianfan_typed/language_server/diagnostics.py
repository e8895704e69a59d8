"""Diagnostics: findings as editors show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lsprotocol import types

from qianfan_api.words import told
from qianfan_typed.facts.rule_names import page_of
from qianfan_typed.language_server.open_document import OpenDocument
from qianfan_typed.reports.findings import Finding
from qianfan_typed.reports.printable import printable

MOST = 500
"""Diagnostics that are sent at a time: nobody reads more, and each takes a tenth of a millisecond."""
SOURCE = "qianfan-typed"
_SEVERITIES: Mapping[str, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}


def diagnostics(document: OpenDocument, findings: Sequence[Finding]) -> list[types.Diagnostic]:
    """The findings of a document, the first of them if there are many."""
    return [_diagnostic(document, one) for one in findings[:MOST]]


def _diagnostic(document: OpenDocument, finding: Finding) -> types.Diagnostic:
    rule = finding.rule or finding.code
    page = page_of(rule)
    source = f" ({told(finding.source)})" if finding.source else ""
    subject = f"{finding.subject} " if finding.subject else ""
    return types.Diagnostic(
        range=range_of(document, finding),
        message=printable(f"{subject}{told(finding.message)}{source}"),
        severity=_SEVERITIES[finding.level],
        code=rule,
        code_description=None if page is None else types.CodeDescription(page),
        source=SOURCE,
    )


def range_of(document: OpenDocument, finding: Finding) -> types.Range:
    """Where a finding stands. Of one without an end, the rest of the line or a character."""
    start = document.found_at((finding.line, finding.column))
    if finding.end is not None:
        return types.Range(start, document.found_at(finding.end))
    line = document.lines[start.line]
    return types.Range(start, document.position(start.line, max(len(line.rstrip()), finding.column)))
