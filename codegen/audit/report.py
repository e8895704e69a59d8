"""The report of an audit, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.audit.findings import Audited, Finding
from codegen.audit.pages import Report

_NAMED = 3
"""Models that a line names before it counts the rest."""


def lines(reports: Iterable[Report], *, decided: bool = False) -> Iterator[str]:
    """The report in words. `decided`: also what is settled."""
    for report in reports:
        for name, audited in report.audited.items():
            yield f"{report.file} as {report.page}, {name}: {_counts(audited)}"
            for one in audited:
                for finding in one.open:
                    yield from _lines(finding)
                for settled in one.decided if decided else ():
                    yield from _lines(settled.finding, settled.because)
            for one in audited:
                if one.foreign is not None:
                    yield f"  {one.subject}  not in the spec, line {one.line}: {one.foreign}"
        if not report.audited:
            yield f"{report.file} as {report.page}: no statements"


def _counts(audited: list[Audited]) -> str:
    read = [one for one in audited if one.line]
    foreign = sum(one.foreign is not None for one in read)
    covered = sum(not (one.open or one.decided) for one in read) - foreign
    kinds = [{finding.kind for finding in one.open} for one in audited]
    parts = [
        f"{covered} covered",
        f"{sum(bool(one.decided) and not one.open for one in audited)} differ as decided",
        *([f"{foreign} on models that are not in the spec"] if foreign else []),
        f"{sum('missing' in kind for kind in kinds)} missing",
        f"{sum('contradiction' in kind for kind in kinds)} in contradiction",
        f"{sum(kind == {'shown'} for kind in kinds)} to judge",
    ]
    return f"{len(read)} statements: {', '.join(parts)}"


def _lines(finding: Finding, because: str | None = None) -> Iterator[str]:
    models = finding.models
    if len(models) > _NAMED + 1:
        models = (*models[:_NAMED], f"{len(models) - _NAMED} more")
    where = f"line {finding.line}" if finding.line else "not on the page"
    label = f"decided ({because})" if because else finding.kind
    yield f"  {finding.name}  {label}, {where}{': ' if models else ''}{', '.join(models)}"
    yield f"    page: {finding.page}"
    yield f"    spec: {' '.join(finding.spec.split())}"
