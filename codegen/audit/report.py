"""Says what an audit found, and how many rows it read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from codegen.audit.walk import Audited, audit
from codegen.audit.findings import Finding
from codegen.audit.table_form import tables
from codegen.plan.resolve import resolve
from codegen.spec import Spec
from codegen.spec.load import api

_NAMED = 3
"""Models that a line names before it counts the rest."""


class UnknownPageError(Exception):
    """A text that is no page of the spec; the message says how to name one."""


@attrs.frozen(kw_only=True)
class Report:
    """A page's audit."""

    file: str
    page: str
    tables: int
    rows: dict[str, list[Audited]]
    """Operation → its rows."""

    @property
    def open(self) -> list[Finding]:
        """The differences that nobody has decided."""
        return [finding for rows in self.rows.values() for row in rows for finding in row.open]

    @property
    def count(self) -> int:
        """How many rows the page has."""
        return max((sum(row.line > 0 for row in rows) for rows in self.rows.values()), default=0)


def page_of(spec: Spec, text: str, stated: str | None) -> str:
    """The page that a text is: as stated, or by its first line. Raises UnknownPageError."""
    if stated is not None:
        if stated not in spec.pages:
            raise UnknownPageError(f"{stated}: not a page of sources.yaml, which has {', '.join(spec.pages)}")
        return stated
    first = next((line.strip().lstrip("# ").strip() for line in text.splitlines() if line.strip()), "")
    found = [key for key, page in spec.pages.items() if first in (page.title, page.opening)]
    if len(found) != 1:
        raise UnknownPageError(f"it starts with {first!r}, which is no page's title: say which one it is with --as")
    return found[0]


def audited(spec: Spec, path: Path, stated: str | None = None) -> Report:
    """A file held against the operations that its page describes. Raises UnknownPageError."""
    text = path.read_text("utf-8")
    key = page_of(spec, text, stated)
    page = spec.pages[key]
    found = tables(text)
    named = page.audits or [api(one) for one in spec.operations if one.source == key]
    operations = [one for one in spec.operations if found and api(one) in named]
    if found and not operations:
        raise UnknownPageError(f"{key} has tables, but no operation: name some in its `audits`")
    return Report(
        file=path.name,
        page=key,
        tables=len(found),
        rows={api(one): audit(resolve(spec, one), key, page, found) for one in operations},
    )


def lines(reports: Iterable[Report], *, decided: bool = False) -> Iterator[str]:
    """The report in words. `decided`: also what is settled."""
    for report in reports:
        for name, rows in report.rows.items():
            yield f"{report.file} as {report.page}, {name}: {_counts(rows)}"
            for row in rows:
                for finding in row.open:
                    yield from _lines(finding)
                for settled in row.decided if decided else ():
                    yield from _lines(settled.finding, settled.because)
        if not report.rows:
            yield f"{report.file} as {report.page}: {report.tables or 'no'} tables"


def _counts(rows: list[Audited]) -> str:
    read = [row for row in rows if row.line]
    transport = sum(row.transport for row in read)
    kinds = [{finding.kind for finding in row.open} for row in rows]
    covered = sum(not row.open and not row.decided and not row.transport for row in read)
    parts = [
        f"{covered} covered",
        f"{sum(bool(row.decided) and not row.open for row in rows)} differ as decided",
        f"{transport} on headers, tokens and errors",
        f"{sum('missing' in kind for kind in kinds)} missing",
        f"{sum('contradiction' in kind for kind in kinds)} in contradiction",
        f"{sum(kind == {'shown'} for kind in kinds)} to judge",
    ]
    return f"{len(read)} rows: {', '.join(part for part in parts if not part.startswith('0 on'))}"


def _lines(finding: Finding, because: str | None = None) -> Iterator[str]:
    models = finding.models
    if len(models) > _NAMED + 1:
        models = (*models[:_NAMED], f"{len(models) - _NAMED} more")
    where = f"line {finding.line}" if finding.line else "not on the page"
    label = f"decided ({because})" if because else finding.kind
    yield f"  {finding.name}  {label}, {where}{': ' if models else ''}{', '.join(models)}"
    yield f"    page: {finding.page}"
    yield f"    spec: {' '.join(finding.spec.split())}"
