"""The catalogue held against a table of models, cell by cell, and against what the table does not list."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from codegen.audit import cells, stated
from codegen.audit.csv_form import Sheet, SheetRow
from codegen.audit.findings import Audited, Decided, Decisions, Finding, contradiction, missing, shown
from codegen.audit.names import plain
from codegen.audit.scope import editions_before
from codegen.plan import resolve
from codegen.spec import Spec

_NEAR = 0.92
"""How alike a name must be to one of the spec's to be shown beside it."""
_NOTHING = "says nothing of it"


Named = Mapping[str, "list[Entry]"]
"""A name without what spellings differ in → the entries that it means."""


@attrs.frozen
class Entry:
    """A model of an operation."""

    operation: resolve.Operation
    group: resolve.Group
    model: resolve.Model
    named: Named = attrs.field(repr=False, eq=False)
    """All entries, to read what a cell says of other models."""

    @property
    def subject_parameter(self) -> resolve.Parameter | None:
        """What the model is asked: messages, input, prompt."""
        subject = self.operation.operation.subject
        return self.group.parameter(subject[0]) if subject else None


@attrs.frozen
class Difference:
    """A fact with what both sides say of it. None: nothing."""

    fact: str
    page: str | None
    spec: object = None


@attrs.frozen
class Unread:
    """A cell that nobody can read."""

    text: str


Compare = Callable[[Entry, str, SheetRow], "Iterator[Difference | Unread]"]


def audit(spec: Spec, operations: list[resolve.Operation], key: str, sheet: Sheet) -> list[Audited]:
    """Every row of a table, and every model that it should have and does not."""
    decided = [one for operation in operations for one in operation.operation.decisions]
    return _Catalogue(spec, operations, key, sheet, Decisions(decided, spec.pages[key].judged)).audited()


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
        named |= _named(entries, self.spec.pages[self.key].names)
        unknown = [column for column in self.sheet.columns if column not in _COLUMNS]
        rows = [self._row(row, named) for row in self.sheet.rows]
        twice = self._twice()
        columns = [missing(one, "column", "a column", "nothing that it could describe", 1) for one in unknown]
        cut = [missing("table", "row", "a row with other cells", "unreadable", line) for line in self.sheet.cut]
        loose = [self._audited(one.line, one.subject, [one]) for one in (*columns, *cut, *twice)]
        return [*rows, *loose, *(one for entry in entries if (one := self._unlisted(entry)) is not None)]

    def _audited(self, line: int, subject: str, findings: Iterable[Finding]) -> Audited:
        return self.decisions.audited(line, subject, findings)

    def _twice(self) -> Iterator[Finding]:
        first: dict[str, int] = {}
        for row in self.sheet.rows:
            before = first.setdefault(plain(row.name), row.line)
            if before != row.line:
                yield contradiction(row.name, "twice", "lists it twice", f"first on line {before}", row.line)

    def _row(self, row: SheetRow, named: Named) -> Audited:
        found = named.get(plain(row.name))
        if found == []:
            return Audited(line=row.line, subject=row.name, open=[], decided=[], foreign=True)
        if found is not None:
            self.listed |= {(entry.operation.api, entry.model.name) for entry in found}
            findings = [one for entry in found for one in _findings(entry, row)]
            return self._audited(row.line, row.name, findings)
        near = _near(plain(row.name), named)
        if self.sheet.kind != "retirements":
            words = f"no such model{f'; near {near}' if near else ''}"
            return self._audited(row.line, row.name, [missing(row.name, "model", "lists it", words, row.line)])
        if near:
            return self._audited(
                row.line, row.name, [shown(row.name, row.name, f"no such model; near {near}", row.line)]
            )
        return Audited(line=row.line, subject=row.name, open=[], decided=[], foreign=True)

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
    return next(iter([*sorted(going_on), *difflib.get_close_matches(name, named, 1, _NEAR)]), None)


def _findings(entry: Entry, row: SheetRow) -> Iterator[Finding]:
    name = entry.model.name
    for column, cell in row.cells.items():
        for one in _COLUMNS[column](entry, cell, row) if column in _COLUMNS else ():
            if isinstance(one, Unread):
                yield shown(name, one.text, f"{entry.operation.api}: {column} in a form that nobody knows", row.line)
            elif one.page is None:
                yield missing(name, one.fact, _NOTHING, f"{entry.operation.api}: {one.spec}", row.line)
            elif one.spec is None:
                yield missing(name, one.fact, one.page, f"{entry.operation.api}: {_NOTHING}", row.line)
            else:
                yield contradiction(name, one.fact, one.page, f"{entry.operation.api}: {one.spec}", row.line)


def _limit(entry: Entry, fact: str, amount: cells.Amount | None) -> Iterator[Difference]:
    spec = stated.limits(entry.model).get(fact)
    if not (spec is None if amount is None else amount.agrees(spec)):
        yield Difference(fact, None if amount is None else amount.text, spec)


def _context(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    amount = cells.amount(cell)
    if amount is None and not cells.says_nothing(cell):
        yield Unread(cell)
        return
    most = cells.amount(row.cells.get("max_input", ""))
    # Where the longest input is not given in tokens, the context is it: a text to embed has no answer beside it.
    by_context = amount is not None and (most is None or most.unit is None)
    yield from _limit(entry, "max_input_tokens" if by_context else "context", amount)


def _max_input(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    amount, asked = cells.amount(cell), entry.subject_parameter
    limits = stated.limits(entry.model)
    if amount is None and not cells.says_nothing(cell):
        yield Unread(cell)
    elif amount is None:
        if cells.says_nothing(row.cells.get("context", "")):
            yield from _limit(entry, "max_input_tokens", None)
    elif amount.unit == "characters":
        length = None if asked is None else asked.field.max_length
        spec = limits.get("max_chars") or (limits.get(length) if isinstance(length, str) else length)
        if not amount.agrees(spec):
            yield Difference("max_chars", amount.text, spec)
    elif amount.unit is None and asked is not None:
        if not amount.agrees(asked.field.max_items):
            yield Difference("max_items", amount.text, asked.field.max_items)
    else:
        yield from _limit(entry, "max_input_tokens", amount)


def _max_output(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    output = cells.output(cell)
    if output is None and not cells.says_nothing(cell):
        yield Unread(cell)
        return
    yield from _limit(entry, "max_output_tokens", output.most if output else None)
    yield from _limit(entry, "default_output_tokens", output.default if output else None)
    if output is not None and output.least is not None:
        yield from _least(entry, output.least)


def _least(entry: Entry, least: int, name: str | None = None) -> Iterator[Difference]:
    """Where a parameter that ends at the most output tokens begins elsewhere. `name`: only that one."""
    for parameter in entry.group.parameters:
        interval = parameter.field.range
        if interval is None or interval.high.value != "max_output_tokens" or name not in (None, parameter.name):
            continue
        if (interval.low.value, interval.low.open) != (least, False):
            yield Difference("least_output_tokens", str(least), f"{parameter.name} {interval.text}")


def _least_cell(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    if cell.isdigit():
        yield from _least(entry, int(cell), "max_completion_tokens")
    elif not cells.says_nothing(cell):
        yield Unread(cell)


def _limit_cell(fact: str) -> Compare:
    def compare(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
        amount = cells.amount(cell)
        if amount is None and not cells.says_nothing(cell):
            yield Unread(cell)
        else:
            yield from _limit(entry, fact, amount)

    return compare


def _rates(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    page, spec = cells.rates(cell), stated.rates(entry.model)
    if page is None:
        yield Unread(cell)
        return
    for rate in dict.fromkeys([*page, *spec]):
        if page.get(rate) != spec.get(rate):
            yield Difference(rate, str(page[rate]) if rate in page else None, spec.get(rate))


def _retired(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    day, spec = cells.day(cell), stated.retirement(entry.model)
    if day is None and not cells.says_nothing(cell):
        yield Unread(cell)
    elif day != (spec.on if spec else None) or (spec is not None and spec.on is None):
        yield Difference("retired", str(day) if day else None, None if spec is None else spec.on or "a day unknown")


def _replacement(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    spec = stated.retirement(entry.model)
    use = spec.use if spec else frozenset[str]()
    page = [_means(entry, word) for word in cell.split() if not cells.says_nothing(word)]
    if not (all(use & names for names in page) and use <= frozenset[str]().union(*page)):
        yield Difference("use", cell if page else None, ", ".join(sorted(use)) or None)


def _means(entry: Entry, name: str) -> frozenset[str]:
    """The names of models that a name in a cell may mean, in lower case."""
    found = entry.named.get(plain(name))
    return frozenset({plain(name)} if found is None else (one.model.name.lower() for one in found))


def _ability(ability: str, parameter: str | None = None) -> Compare:
    def compare(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
        if cell not in ("yes", "no"):
            yield Unread(cell or "an empty cell")
            return
        facts = {ability: ability in entry.model.model.abilities}
        if parameter is not None:
            facts[parameter] = entry.group.parameter(parameter) is not None
        yield from (
            Difference(fact, cell, "yes" if spec else "no") for fact, spec in facts.items() if spec != (cell == "yes")
        )

    return compare


_COLUMNS: dict[str, Compare] = {
    "context": _context,
    "max_input": _max_input,
    "max_output": _max_output,
    "thinking": _limit_cell("thinking"),
    "default_rate": _rates,
    "retires": _retired,
    "retired": _retired,
    "replacement": _replacement,
    "min_completion_tokens": _least_cell,
    "max_completion_tokens": _limit_cell("max_output_tokens"),
    "functions": _ability("functions"),
    "web_search": _ability("search", "web_search"),
}
