"""Findings of a check: violations with the place in a file where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Literal

import attrs

from qianfan_api.violations import Level, Violation
from qianfan_api.words import phrase, say, tell, told
from qianfan_typed.reports.codes import NOT_CHECKED, UNCHECKED, Unchecked
from qianfan_typed.reports.printable import printable, printable_path

FindingLevel = Literal["error", "warning", "note"]
"""error and warning as of violations. note: something that was seen and could not be checked; nothing is wrong."""
Position = tuple[int, int]
"""Line and column, from 1, in characters."""
Span = tuple[Position, Position | None]
"""Where something begins, and behind its end. None: where it ends is not known."""

OF_THE_NAME = frozenset({"unsupported", "unknown", "duplicate_name"})
"""Codes that find fault with a member's name, whatever its value: their place is the name's."""


@attrs.frozen(kw_only=True)
class Finding:
    """A violation in a file."""

    file: str
    """The path as it was given, with `/`; `-` is standard input."""
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    end: Position | None = None
    """Behind the end of what is at fault. None: not known, or it is a file as a whole."""
    record: int | None = None
    """Which request of the file, from 1. None: the file as a whole, or source code."""
    by_alias: bool = False
    """Whether what is at fault stands in an earlier request, and this one has it by an alias of YAML."""
    cell: int | None = None
    """Which cell of a notebook, from 1; line and column are within it. None: it is no notebook."""
    api: str | None = None
    """The operation: `v1.chat`. None: the file could not be read so far."""
    model: str | None = None
    """The model as the request or `--model` names it."""
    pointer: str = ""
    """RFC 6901 JSON pointer into the request."""
    code: str
    """What kind of fault: missing, type, range, …"""
    message: str
    """The request's own value first, then what is allowed. English: `told` says it in another language."""
    level: FindingLevel = "error"
    rule: str = ""
    """The rule's id, to switch it off by. Empty: what is wrong is no documented rule."""
    source: str = ""
    """The page that states the rule, and the day it was read."""

    @property
    def where(self) -> str:
        """`file:line:column`, as terminals and editors follow it, or `file:cell 3:line:column`: printable."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{printable_path(self.file)}:{cell}{self.line}:{self.column}"

    @property
    def within(self) -> str:
        """`cell 3, line 1: `, where the lines of the file are not those of its code. Empty: they are."""
        return "" if self.cell is None else tell("cell {cell}, line {line}: ", cell=self.cell, line=self.line)

    @property
    def position(self) -> Position:
        """Line and column of the file. Of a notebook its beginning: nobody looks at the lines of its JSON."""
        return (self.line, self.column) if self.cell is None else (1, 1)

    @property
    def subject(self) -> str:
        """Whose violation it is, as far as that is known: the model, and the pointer into its request."""
        return " ".join(word for word in (self.borrower, self.model, self.pointer) if word)

    @property
    def borrower(self) -> str:
        """Which request it is of, where its place does not show it. Empty: it does."""
        return tell("request {record}, by an alias:", record=self.record) if self.by_alias else ""

    @property
    def sentence(self) -> str:
        """All of it in a line, without its place: printable."""
        page = f" ({told(self.source)})" if self.source else ""
        return printable(f"{self.subject} {told(self.message)} [{self.rule or self.code}]{page}".lstrip())

    @classmethod
    def of_file(
        cls, rule: str, file: str, message: str, line: int = 1, column: int = 1, record: int | None = None
    ) -> Finding:
        """Why a file, or a record of it, could not be checked: one of NOT_CHECKED."""
        code = rule.rpartition(".")[2]
        return cls(file=file, line=line, column=column, record=record, code=code, message=message, rule=rule)

    @classmethod
    def unchecked(
        cls,
        reason: Unchecked,
        file: str,
        place: Position,
        *,
        api: str | None,
        model: str | None,
        record: int | None = None,
    ) -> Finding:
        """That something was seen and not checked, or only against what holds for every model."""
        line, column = place
        return cls(
            file=file,
            line=line,
            column=column,
            record=record,
            api=api,
            model=model,
            code=reason,
            message=say("not checked: {why}", why=phrase(UNCHECKED[reason])),
            level="note",
            rule=f"unchecked.{reason}",
        )

    @classmethod
    def of_request(
        cls,
        violation: Violation,
        file: str,
        span: Span,
        *,
        api: str | None,
        model: str | None,
        record: int | None = None,
    ) -> Finding:
        """A violation at a place."""
        (line, column), end = span
        return cls(
            file=file,
            line=line,
            column=column,
            end=None if end is None or end <= span[0] else end,
            record=record,
            api=api,
            model=model,
            pointer=violation.pointer,
            code=violation.code,
            message=violation.message,
            level=violation.level,
            rule=violation.rule,
            source=violation.source,
        )


@attrs.define
class Tally:
    """What a check comes to. It is full once the findings are all read."""

    thing: str = "request"
    """What is checked, in the singular."""
    strict: bool = False
    """Whether what was seen and not checked counts in the exit code."""
    files: int = 0
    checked: int = 0
    """How many things were checked against all that holds for their model."""
    unchecked: Counter[Unchecked] = attrs.field(factory=Counter[Unchecked])
    """How many were seen and not checked so, by the reason."""
    accepted: int = 0
    """Those of the unchecked whose reason is to be left out: they do not count in the exit code."""
    invalid: int = 0
    """Those of them all that have findings."""
    errors: int = 0
    warnings: int = 0
    unread: int = 0
    """Findings that say why something cannot be read, or is not known for what it is."""
    unread_files: set[str] = attrs.field(factory=set[str])
    """Files that were not read, or not to their end."""
    known: int = 0
    """Violations of the baseline, which count no more."""
    hidden: int = 0
    """Findings that are counted and not shown."""
    clean: list[str] = attrs.field(factory=list[str])
    """Files without a finding, all of whose requests were checked."""
    partly: list[tuple[str, int]] = attrs.field(factory=list[tuple[str, int]])
    """Files without a finding, and how many of their requests were not checked."""

    @property
    def seen(self) -> int:
        """How many things there were, as far as files could be read."""
        return self.checked + self.unchecked.total()

    def reasons(self) -> dict[str, int]:
        """How many were not checked, by the reasons that there were, in the order of their table."""
        return {reason: self.unchecked[reason] for reason in UNCHECKED if self.unchecked[reason]}

    def end_file(self, file: str, found: int, unchecked: int) -> None:
        """Notes a file that has been checked: how many findings it has, and how many requests were not checked."""
        self.files += 1
        if not found and unchecked:
            self.partly.append((file, unchecked))
        elif not found:
            self.clean.append(file)

    @property
    def exit_code(self) -> int:
        """0: nothing is wrong. 1: something is. 2: something could not be checked."""
        if self.unread or (self.strict and self.unchecked.total() > self.accepted):
            return 2
        return 1 if self.errors or self.warnings else 0

    def count(self, finding: Finding) -> None:
        """Counts a finding under its kind."""
        if finding.rule in NOT_CHECKED:
            self.unread += 1
            if finding.record is None:
                self.unread_files.add(finding.file)
        elif finding.level == "error":
            self.errors += 1
        elif finding.level == "warning":
            self.warnings += 1

    def uncount(self, finding: Finding) -> None:
        """Takes back a finding that is known already."""
        self.known += 1
        if finding.level == "error":
            self.errors -= 1
        elif finding.level == "warning":
            self.warnings -= 1


@attrs.frozen
class ViolationFilter:
    """Which violations count."""

    level: Level = "warning"
    """The least level: `error` leaves warnings out."""
    ignore: frozenset[str] = frozenset()
    """Rules and codes to leave out; a rule's id stands for all that begin with it."""
    notes: bool = False
    """Whether what was seen and not checked is said, each at its place. It is counted all the same."""

    def also(self, ignore: frozenset[str]) -> ViolationFilter:
        """The filter of a file in which more is to be left out."""
        return attrs.evolve(self, ignore=self.ignore | ignore) if ignore else self

    def __call__(self, violation: Violation | Finding) -> bool:
        """Whether a violation counts."""
        if violation.level == "note":
            return not (self.ignore and is_ignored(violation, self.ignore))
        if self.level == "error" and violation.level != "error":
            return False
        return not (self.ignore and is_ignored(violation, self.ignore))


def is_ignored(violation: Violation | Finding, ignore: Collection[str]) -> bool:
    """Whether a violation's code or rule, or what its rule's id begins with, is among those to leave out."""
    if violation.code in ignore or violation.rule in ignore:
        return True
    return any(violation.rule.startswith(f"{name}.") for name in ignore)
