"""Check of a unit of work: a file, or a range of one."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import attrs

from qianfan_api.batch_file import BATCH_FILE
from qianfan_api.violations import shown
from qianfan_api.words import phrase, say, wording
from qianfan_typed.payloads.batch_lines import BatchPart
from qianfan_typed.payloads.envelopes import Undecided, fields_of
from qianfan_typed.payloads.forms.held_document import HeldDocument, TextFile, held_documents, in_json, in_yaml
from qianfan_typed.payloads.forms.recognition import Tool, may_be_held, reader_of, unlike
from qianfan_typed.payloads.json_array import ArrayPart
from qianfan_typed.payloads.json_names import DuplicateName, duplicate_names, may_have_duplicates
from qianfan_typed.payloads.json_places import BOM, Lines, Places
from qianfan_typed.payloads.json_text import NOT_JSON, decode, why_not_json
from qianfan_typed.payloads.judge import Judge, OtherKind, Verdict
from qianfan_typed.payloads.units import FileChanged, Unit
from qianfan_typed.project.limits import MOST_SECONDS, TimeIsUp, internal_error, limited
from qianfan_typed.reports.codes import (
    CHANGED,
    DUPLICATE_NAME,
    INTERNAL,
    KIND,
    LIMIT,
    SYNTAX,
    UNDECIDED,
    UNREADABLE,
    Unchecked,
)
from qianfan_typed.reports.findings import OF_THE_NAME, Finding, Span, ViolationFilter

_LEAST_SPEED = 100_000
"""Bytes a second: a third of what YAML takes."""
Locate = Callable[[str, bool], Span]
"""Where a pointer leads: to the member's name, or to its value."""


@attrs.define
class Outcome:
    """What came of a unit. Lines, columns and records count from the unit's beginning."""

    file: str
    lines: int = 0
    """Line ends in it."""
    columns: int = 0
    """Characters behind the last line end."""
    records: int = 0
    checked: int = 0
    unchecked: Counter[Unchecked] = attrs.field(factory=Counter[Unchecked])
    accepted: int = 0
    """Those of the unchecked that are to be left out."""
    invalid: int = 0
    findings: list[Finding] = attrs.field(factory=list[Finding])
    batch: BatchPart = attrs.field(factory=BatchPart)
    """Its lines that are of a batch file."""

    def judge(
        self, judge: Judge, document: object, record: int, locate: Locate, duplicates: Sequence[Finding] = ()
    ) -> None:
        """Notes what is wrong with a document.

        Args:
            judge: Judges it.
            document: Its value.
            record: Its number.
            locate: Says where a member stands.
            duplicates: What is wrong with its text.
        """
        try:
            verdict = judge.verdict(document)
        except Undecided as error:
            self.unchecked["undecided"] += 1
            self.note(UNDECIDED, *locate("", False)[0], wording(error), record)
            return
        except OtherKind as error:
            self.unchecked["other_kind"] += 1
            self.note(KIND, *locate("", False)[0], wording(error), record)
            return
        found = [one for one in duplicates if judge.counts(one)]
        unchecked = None
        if verdict is not None:
            found += _findings(self.file, record, verdict, locate)
            unchecked = verdict.unchecked
        self.invalid += bool(found)
        self.findings += found
        if verdict is None or unchecked is None:
            self.checked += 1
            return
        at, _ = locate(f"{verdict.at}/model", False)
        self.leave(
            Finding.unchecked(unchecked, self.file, at, api=verdict.api, model=verdict.model, record=record), judge
        )

    def leave(self, note: Finding, judge: Judge) -> None:
        """Counts what was seen and not checked, and says it where that is wanted."""
        self.unchecked[cast("Unchecked", note.code)] += 1
        if not judge.counts(note):
            self.accepted += 1
        elif judge.counts.notes:
            self.findings.append(note)

    def note(self, rule: str, line: int, column: int, message: str, record: int | None = None) -> None:
        """Notes why something cannot be checked."""
        self.findings.append(Finding.of_file(rule, self.file, message, line, column, record))

    def unreadable(self, line: int, column: int, message: str) -> None:
        """Notes why the record that is being read is none."""
        self.note(SYNTAX, line, column, message, self.records)


def check_unit(unit: Unit, counts: ViolationFilter, seconds: float | None = None) -> Outcome:
    """Checks a unit. Nothing is raised for what is wrong with it. `seconds`: another limit than MOST_SECONDS."""
    seconds = MOST_SECONDS if seconds is None else seconds
    outcome = Outcome(unit.source.file)
    if unit.problem is not None:
        outcome.note(unit.rule, 1, 1, unit.problem)
        return outcome
    judge = _judge(unit.source.api, unit.source.model, counts.also(unit.source.ignore))
    try:
        text = unit.read()
        with limited(seconds + len(text) / _LEAST_SPEED):
            _check(unit, text, judge, outcome)
    except FileChanged:
        outcome.note(CHANGED, 1, 1, say("it changed while it was read: what follows is not checked"))
    except OSError as error:
        outcome.note(UNREADABLE, 1, 1, error.strerror or str(error))
    except TimeIsUp:
        outcome.note(
            LIMIT,
            1,
            1,
            say("it takes more than {seconds} seconds: what is left of it is not checked", seconds=f"{seconds:g}"),
        )
    except MemoryError:
        outcome.note(LIMIT, 1, 1, say("it takes more memory than there is: what is left of it is not checked"))
    except Exception as error:
        outcome.note(INTERNAL, 1, 1, internal_error(error))
    return outcome


def _check(unit: Unit, text: bytes, judge: Judge, outcome: Outcome) -> None:
    if unit.form == "lines":
        start = len(BOM) if unit.start == 0 and text.startswith(BOM) else 0
        _check_lines(text[start:], start, judge, outcome)
    elif unit.form == "list":
        _check_list(text, unit.parts, judge, outcome)
    elif unit.form == "yaml":
        _check_yaml(text, judge, outcome)
    elif unit.form in ("http", "curl"):
        _check_held(TextFile(text.decode("utf-8-sig", "replace")).documents(unit.form), judge, outcome)
    elif unit.form == "vcr" and text.removeprefix(BOM).lstrip()[:1] != b"{":
        _check_yaml(text, judge, outcome, "vcr")
    elif unit.form in ("postman", "har", "vcr"):
        _check_tool(unit.form, text, judge, outcome)
    elif may_be_held(text) and (read := reader_of(_decoded(text))) is not None:
        _check_held(held_documents(read(_decoded(text)), in_json(text, Lines(text))), judge, outcome)
    elif text.removeprefix(BOM).strip():
        _check_json(text, 0, len(text), Lines(text), judge, outcome)


def _check_tool(tool: Tool, text: bytes, judge: Judge, outcome: Outcome) -> None:
    """Checks the requests in a JSON document that is said to be a tool's."""
    document = _decoded(text)
    read = reader_of(document, tool)
    if read is None:
        outcome.note(KIND, 1, 1, unlike(tool))
    else:
        _check_held(held_documents(read(document), in_json(text, Lines(text))), judge, outcome)


def _decoded(text: bytes) -> object:
    try:
        return decode(text.removeprefix(BOM))
    except NOT_JSON:
        return None


def _check_held(documents: Iterable[HeldDocument], judge: Judge, outcome: Outcome) -> None:
    """Checks the requests in a file of another tool."""
    for held in documents:
        outcome.records += 1
        request = held.request
        if request.elsewhere is not None:
            at = held.origin(request, 0)
            note = Finding.unchecked("unknown_name", outcome.file, at, api=None, model=None, record=outcome.records)
            outcome.leave(
                attrs.evolve(
                    note,
                    message=say("{message}: {value}", message=phrase(note.message), value=shown(request.elsewhere)),
                ),
                judge,
            )
        elif held.problem is not None:
            why, offset = held.problem
            outcome.unchecked["unreadable"] += 1
            outcome.unreadable(*held.origin(request, offset), why)
        else:
            outcome.judge(judge, held.value, outcome.records, held.locate)


@functools.lru_cache(64)
def _judge(api: str | None, model: str | None, counts: ViolationFilter) -> Judge:
    return Judge(api, model, counts)


def _check_lines(data: bytes, start: int, judge: Judge, outcome: Outcome) -> None:
    """`start`: where in its unit the text begins."""
    passes = judge.passer()
    blank = passed = number = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        begun, start = start, start + len(line) + 1
        try:
            document = decode(line)
            fields = fields_of(document)
            if fields is not None and BATCH_FILE.unique in fields and "url" in fields:
                outcome.batch.add(fields, number, number - blank, begun)
            if passes(document) and not may_have_duplicates(line, document):
                passed += 1
                continue
        except NOT_JSON:
            if not line.strip():
                blank += 1
                continue
        _check_line(line, number, number - blank, judge, outcome)
    outcome.checked += passed
    outcome.records = number - blank
    outcome.lines = number - 1


def _check_line(line: bytes, number: int, record: int, judge: Judge, outcome: Outcome) -> None:
    """Says what is wrong with a line."""
    outcome.records = record - 1
    _check_json(line, 0, len(line), Lines(line, number), judge, outcome)


def _check_list(text: bytes, parts: Iterable[ArrayPart], judge: Judge, outcome: Outcome) -> None:
    lines = Lines(text)
    passes = judge.passer()
    for part in parts:
        if part.fault:
            outcome.note(SYNTAX, *lines.at(part.start), say("not JSON: {why}", why=phrase(part.fault)))
            continue
        try:
            document = decode(own := text[part.start : part.end])
            if passes(document) and not may_have_duplicates(own, document):
                outcome.records += 1
                outcome.checked += 1
                continue
        except NOT_JSON:
            pass
        _check_json(text, part.start, part.end, lines, judge, outcome)
    line, column = lines.at(len(text))
    outcome.lines, outcome.columns = line - 1, column - 1


def _check_json(text: bytes, start: int, end: int, lines: Lines, judge: Judge, outcome: Outcome) -> None:
    """Says what is wrong with the value between two offsets."""
    outcome.records += 1
    start += len(BOM) if text[start : start + len(BOM)] == BOM else 0
    part = text[start:end]
    try:
        document = decode(part)
    except NOT_JSON as error:
        why, offset = why_not_json(error, part)
        outcome.unchecked["unreadable"] += 1
        outcome.unreadable(*lines.at(start + offset), why)
        return
    places = Places(text, start)

    def locate(pointer: str, name: bool) -> Span:
        return lines.over(*places.range_of(pointer, name=name))

    duplicates: list[Finding] = []
    if may_have_duplicates(part, document):
        duplicates = [_duplicate(outcome, one, lines) for one in duplicate_names(text, start, end)]
    outcome.judge(judge, document, outcome.records, locate, duplicates)


def _duplicate(outcome: Outcome, name: DuplicateName, lines: Lines) -> Finding:
    message = say("this name stands twice in its object; readers take the one or the other")
    finding = Finding.of_file(DUPLICATE_NAME, outcome.file, message, *lines.at(name.offset), outcome.records)
    return attrs.evolve(finding, pointer=name.pointer)


def _check_yaml(data: bytes, judge: Judge, outcome: Outcome, tool: Tool | None = None) -> None:
    """Checks what stands before a fault; what follows it cannot be read. `tool`: whose document it is said to be."""
    try:
        from qianfan_typed.payloads.yaml_requests import yaml_requests
        from qianfan_typed.payloads.yaml_text import UnreadableYaml
    except ModuleNotFoundError:
        outcome.note(UNREADABLE, 1, 1, say('YAML needs ruamel.yaml: pip install "qianfan-typed[cli]"'))
        return
    passes = judge.passer()
    try:
        for request in yaml_requests(data):
            read = reader_of(request.value, tool)  # whatever the replies in a recording hold
            if tool is not None and read is None:
                outcome.note(KIND, *request.position("", False)[0], unlike(tool))
                return
            if read is not None:
                _check_held(held_documents(read(request.value), in_yaml(request.position)), judge, outcome)
                continue
            outcome.records += 1
            if request.problems:
                outcome.unchecked["unreadable"] += 1
                for problem in request.problems:
                    outcome.unreadable(*problem.position, wording(problem))
            elif passes(request.value):
                outcome.checked += 1
            else:
                known = len(outcome.findings)
                outcome.judge(judge, request.value, outcome.records, request.position)
                for index, one in enumerate(outcome.findings[known:], known):
                    if (one.line, one.column) < request.begin:
                        outcome.findings[index] = attrs.evolve(one, by_alias=True)
    except UnreadableYaml as error:
        outcome.note(SYNTAX, *error.position, wording(error))


def _findings(file: str, record: int, verdict: Verdict, locate: Locate) -> Iterator[Finding]:
    for violation in verdict.violations:
        at = locate(violation.pointer, violation.code in OF_THE_NAME)
        yield Finding.of_request(violation, file, at, api=verdict.api, model=verdict.model, record=record)
