"""The catalogue held against a table of models, cell by cell, and against what the table does not list."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

import attrs

from codegen.audit import cells, csv_form, stated
from codegen.audit.columns import COLUMNS, Entry, Named, Unread
from codegen.audit.csv_form import Sheet, SheetRow
from codegen.audit.findings import NOTHING, Audited, Decided, Decisions, Finding, contradiction, missing, shown
from codegen.audit.names import plain
from codegen.audit.scope import editions_before
from codegen.plan import resolve
from codegen.spec import Spec

_NEAR = 0.92
"""How alike a name must be to one of the spec's to be shown beside it."""


def audited(
    spec: Spec, operations: list[resolve.Operation], key: str, sheet: Sheet, decisions: Decisions
) -> list[Audited]:
    """Every row of a table, and every model that it should have and does not."""
    return _Catalogue(spec, operations, key, sheet, decisions).audited()


@attrs.define
class _Catalogue:
    spec: Spec
    operations: list[resolve.Operation]
    key: str
    sheet: Sheet
    decisions: Decisions
    listed: set[tuple[str, str]] = attrs.field(factory=set[tuple[str, str]])
    """Operation and model of the entries that a row is about."""

    def audited(self) -> list[Audited]:
        named: dict[str, list[Entry]] = {}
        entries = [
            Entry(operation, group, model, named)
            for operation in self.operations
            for group in operation.groups
            for model in group.models
        ]
        named |= _named(entries, self.spec.pages[self.key].calls)
        rows = [self._row(row, named) for row in self.sheet.rows]
        twice = self._twice()
        cut = [missing("table", "row", "a row with other cells", "unreadable", line) for line in self.sheet.cut]
        loose = [self._audited(0, one.subject, [one]) for one in (*self._columns(), *cut, *twice)]
        return [*rows, *loose, *(one for entry in entries if (one := self._unlisted(entry)) is not None)]

    def _audited(self, line: int, subject: str, findings: Iterable[Finding]) -> Audited:
        return self.decisions.audited(line, subject, findings)

    def _columns(self) -> Iterator[Finding]:
        known = csv_form.FORMS[self.sheet.kind]
        for column in self.sheet.columns:
            if column not in known:
                yield missing(column, "column", "a column", "nothing that it could describe", 1)
        for column in known:
            if column not in self.sheet.columns:
                yield missing(column, "column", "no such column", "is known to have it", 1)

    def _twice(self) -> Iterator[Finding]:
        first: dict[str, int] = {}
        for row in self.sheet.rows:
            before = first.setdefault(plain(row.name), row.line)
            if before != row.line:
                yield contradiction(row.name, "twice", "lists it twice", f"first on line {before}", row.line)

    def _row(self, row: SheetRow, named: Named) -> Audited:
        found = named.get(plain(row.name))
        if found:
            self.listed |= {(entry.operation.api, entry.model.name) for entry in found}
            findings = [one for entry in found for one in _findings(entry, row)]
            return self._audited(row.line, row.name, findings)
        near = None if found is not None else _near(plain(row.name), named)
        says = ", ".join(f"{column} {cell}" for column, cell in row.cells.items() if not cells.says_nothing(cell))
        if found is not None or (near is None and self.sheet.kind == "retirements"):
            # What the spec never had may end without a word.
            return Audited(line=row.line, subject=row.name, open=[], decided=[], foreign=says)
        words = f"no such model{f'; near {near}' if near else ''}"
        if self.sheet.kind == "retirements":
            return self._audited(row.line, row.name, [shown(row.name, says, words, row.line)])
        return self._audited(row.line, row.name, [missing(row.name, "model", says, words, row.line)])

    def _unlisted(self, entry: Entry) -> Audited | None:
        """A model that the table should list and does not."""
        page = self.spec.pages[self.key]
        editions = {self.key, *editions_before(self.spec.pages, self.key)}
        ended = stated.retirement(entry.model)
        if (entry.operation.api, entry.model.name) in self.listed or not entry.model.callable:
            return None
        if self.sheet.kind == "retirements" and (ended is None or ended.source not in editions):
            return None
        if self.sheet.kind == "abilities" and entry.model.page not in editions:
            return None
        words = f"{entry.operation.api} has it, from {entry.model.page}"
        finding = missing(entry.model.name, "listed", "does not list it", words, 0)
        if self.sheet.kind == "models" and ended is not None and ended.on is not None and ended.on <= page.read:
            settled = [Decided(finding, f"retired on {ended.on}")]
            return Audited(line=0, subject=entry.model.name, open=[], decided=settled)
        return self._audited(0, entry.model.name, [finding])


def _named(entries: Iterable[Entry], page_names: dict[str, list[str]]) -> dict[str, list[Entry]]:
    """The entries by each name that a table may use: their own, their aliases, their versions, and the page's."""
    found: dict[str, dict[tuple[str, str], Entry]] = {}
    for entry in entries:
        for name in (*entry.model.names, *entry.model.model.versions):
            found.setdefault(plain(name), {})[entry.operation.api, entry.model.name] = entry
    named = {name: list(those.values()) for name, those in found.items()}
    means = {
        plain(name): [entry for word in words for entry in named.get(plain(word), [])]
        for name, words in page_names.items()
    }
    return named | means


def _near(name: str, named: Named) -> str | None:
    """The spec's name that a name may be another spelling of: nearly the same, or one goes on where the other ends."""
    going_on = [one for one in named if one.startswith(f"{name}-") or re.match(rf"{re.escape(one)}[-(（]", name)]
    near = [*sorted(going_on, key=len, reverse=True), *difflib.get_close_matches(name, named, 1, _NEAR)]
    return next(iter(near), None)


def _findings(entry: Entry, row: SheetRow) -> Iterator[Finding]:
    name = entry.model.name
    for column, cell in row.cells.items():
        for one in COLUMNS[column](entry, cell, row) if column in COLUMNS else ():
            if isinstance(one, Unread):
                yield shown(name, one.text, f"{entry.operation.api}: {column} in a form that nobody knows", row.line)
            elif one.page is None:
                yield missing(name, one.fact, NOTHING, f"{entry.operation.api}: {one.spec}", row.line)
            elif one.spec is None:
                yield missing(name, one.fact, one.page, f"{entry.operation.api}: {NOTHING}", row.line)
            else:
                yield contradiction(name, one.fact, one.page, f"{entry.operation.api}: {one.spec}", row.line)
