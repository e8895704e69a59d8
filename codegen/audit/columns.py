"""Columns of the platform's tables of models: what a cell says, held against what the spec states of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from codegen.audit import cells, stated
from codegen.audit.csv_form import SheetRow
from codegen.audit.names import plain
from codegen.plan import resolve

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


CellCompare = Callable[[Entry, str, SheetRow], "Iterator[Difference | Unread]"]


def _limit(entry: Entry, fact: str, amount: cells.Amount | None) -> Iterator[Difference]:
    spec = stated.limits(entry.model).get(fact)
    if not (spec is None if amount is None else amount.agrees(spec)):
        yield Difference(fact, None if amount is None else amount.text, spec)


def _context(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    amount = cells.amount(cell)
    if amount is None and not cells.says_nothing(cell):
        yield Unread(cell)
        return
    longest = row.cells.get("max_input", "")
    most = cells.amount(longest)
    # Where the longest input is not given in tokens, the context is it: a text to embed has no answer beside it.
    if not cells.says_nothing(longest) and (most is None or most.unit is None):
        yield from _limit(entry, "max_input_tokens", amount)
    else:
        yield from _limit(entry, "context", amount)


def _max_input(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    amount = cells.amount(cell)
    if amount is None and not cells.says_nothing(cell):
        yield Unread(cell)
        return
    for fact, unit, spec in (
        ("max_input_tokens", "tokens", stated.limits(entry.model).get("max_input_tokens")),
        ("max_chars", "characters", _characters(entry)),
        ("max_items", None, entry.subject_parameter.field.max_items if entry.subject_parameter else None),
    ):
        if amount is None and spec is not None:
            yield Difference(fact, None, spec)
        elif amount is not None and amount.unit == unit and not amount.agrees(spec):
            yield Difference(fact, amount.text, spec)


def _characters(entry: Entry) -> int | None:
    """The most characters of what the model is asked: of its prompt, where it has one beside what it works on."""
    asked, limits = entry.group.parameter("prompt") or entry.subject_parameter, stated.limits(entry.model)
    length = None if asked is None else asked.field.max_length
    return limits.get("max_chars") or (limits.get(length) if isinstance(length, str) else length)


def _max_output(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    output = cells.output(cell)
    if output is None and not cells.says_nothing(cell):
        yield Unread(cell)
        return
    yield from _limit(entry, "max_output_tokens", output.most if output else None)
    yield from _limit(entry, "default_output_tokens", output.default if output else None)
    if output is not None and output.least is not None:
        yield from _least(entry, output.least)


def _least(entry: Entry, least: int | None, name: str | None = None) -> Iterator[Difference]:
    """Where a parameter that ends at the most output tokens begins elsewhere. `name`: only that one."""
    for parameter in entry.group.parameters:
        interval = parameter.field.range
        if interval is None or interval.high.value != "max_output_tokens" or name not in (None, parameter.name):
            continue
        if (interval.low.value, interval.low.open) != (least, False):
            page = None if least is None else str(least)
            yield Difference("least_output_tokens", page, f"{parameter.name} {interval.text}")


def _least_cell(entry: Entry, cell: str, row: SheetRow) -> Iterator[Difference | Unread]:
    if not cell.isdigit() and not cells.says_nothing(cell):
        yield Unread(cell)
    else:
        yield from _least(entry, int(cell) if cell.isdigit() else None, "max_completion_tokens")


def _limit_cell(fact: str) -> CellCompare:
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


def _ability(ability: str, parameter: str | None = None) -> CellCompare:
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


COLUMNS: dict[str, CellCompare] = {
    "context": _context,
    "max_input": _max_input,
    "max_output": _max_output,
    "thinking": _limit_cell("max_thinking_tokens"),
    "default_rate": _rates,
    "retires": _retired,
    "retired": _retired,
    "replacement": _replacement,
    "min_completion_tokens": _least_cell,
    "max_completion_tokens": _limit_cell("max_output_tokens"),
    "functions": _ability("functions"),
    "web_search": _ability("search", "web_search"),
}
