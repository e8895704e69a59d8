"""Check of a unit of work: a file, or a range of one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import attrs

from qianfan_api.batch_file import BATCH_FILE
from qianfan_typed.payloads.batch_lines import BatchPart
from qianfan_typed.payloads.envelopes import Undecided, fields_of
from qianfan_typed.payloads.json_places import BOM, Lines, Places
from qianfan_typed.payloads.json_text import NOT_JSON, decode, why_not_json
from qianfan_typed.payloads.judge import Judge, Verdict
from qianfan_typed.payloads.units import Unit
from qianfan_typed.reports.codes import SYNTAX, UNDECIDED, UNREADABLE
from qianfan_typed.reports.findings import OF_THE_NAME, Finding, ViolationFilter

Locate = Callable[[str, bool], tuple[int, int]]
"""Line and column of a pointer; of the member's name, or of its value."""


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
    invalid: int = 0
    findings: list[Finding] = attrs.field(factory=list[Finding])
    batch: BatchPart = attrs.field(factory=BatchPart)
    """Its lines that are of a batch file."""

    def judge(self, judge: Judge, document: object, record: int, locate: Locate) -> None:
        """Notes what is wrong with a document."""
        try:
            verdict = judge.verdict(document)
        except Undecided as error:
            self.note(UNDECIDED, *locate("", False), str(error), record)
            return
        self.checked += 1
        if verdict is not None:
            self.invalid += 1
            self.findings += _findings(self.file, record, verdict, locate)

    def note(self, rule: str, line: int, column: int, message: str, record: int | None = None) -> None:
        """Notes why something cannot be checked."""
        self.findings.append(Finding.of_file(rule, self.file, message, line, column, record))


def check_unit(unit: Unit, counts: ViolationFilter) -> Outcome:
    """Checks a unit. Nothing is raised for what is wrong with it."""
    outcome = Outcome(unit.source.file)
    if unit.problem is not None:
        outcome.note(unit.rule, 1, 1, unit.problem)
        return outcome
    judge = _judge(unit.source.api, unit.source.model, counts)
    try:
        if unit.form == "lines":
            _check_lines(unit, judge, outcome)
        elif unit.form == "list":
            _check_list(unit, judge, outcome)
        elif unit.form == "json":
            text = unit.read()
            _check_json(text, 0, len(text), Lines(text), judge, outcome)
        else:
            _check_yaml(unit.read(), judge, outcome)
    except OSError as error:
        outcome.note(UNREADABLE, 1, 1, error.strerror or str(error))
    return outcome


@functools.lru_cache(64)
def _judge(api: str | None, model: str | None, counts: ViolationFilter) -> Judge:
    return Judge(api, model, counts)


def _check_lines(unit: Unit, judge: Judge, outcome: Outcome) -> None:
    data = unit.read()
    start = len(BOM) if unit.start == 0 and data.startswith(BOM) else 0
    data = data[start:]
    passes = judge.passer()
    blank = passed = number = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        begun, start = start, start + len(line) + 1
        try:
            document = decode(line)
            fields = fields_of(document)
            if fields is not None and BATCH_FILE.unique in fields and "url" in fields:
                outcome.batch.add(fields, number, number - blank, begun)
            if passes(document):
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


def _check_list(unit: Unit, judge: Judge, outcome: Outcome) -> None:
    text = unit.read()
    lines = Lines(text)
    passes = judge.passer()
    for part in unit.parts:
        if part.fault:
            outcome.note(SYNTAX, *lines.at(part.start), f"not JSON: {part.fault}")
            continue
        try:
            if passes(decode(text[part.start : part.end])):
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
        outcome.note(SYNTAX, *lines.at(start + offset), why, outcome.records)
        return
    places = Places(text, start)

    def locate(pointer: str, name: bool) -> tuple[int, int]:
        return lines.at(places.offset_of(pointer, name=name))

    outcome.judge(judge, document, outcome.records, locate)


def _check_yaml(data: bytes, judge: Judge, outcome: Outcome) -> None:
    """Checks what stands before a fault; what follows it cannot be read."""
    try:
        from qianfan_typed.payloads.yaml_requests import yaml_requests
        from qianfan_typed.payloads.yaml_text import UnreadableYaml
    except ModuleNotFoundError:
        outcome.note(UNREADABLE, 1, 1, 'YAML needs ruamel.yaml: pip install "qianfan-typed[cli]"')
        return
    passes = judge.passer()
    try:
        for request in yaml_requests(data):
            outcome.records += 1
            if request.problems:
                for problem in request.problems:
                    outcome.note(SYNTAX, *problem.position, str(problem), outcome.records)
            elif passes(request.value):
                outcome.checked += 1
            else:
                outcome.judge(judge, request.value, outcome.records, request.position)
    except UnreadableYaml as error:
        outcome.note(SYNTAX, *error.position, str(error))


def _findings(file: str, record: int, verdict: Verdict, locate: Locate) -> Iterator[Finding]:
    for violation in verdict.violations:
        at = locate(violation.pointer, violation.code in OF_THE_NAME)
        yield Finding.of_request(violation, file, at, api=verdict.api, model=verdict.model, record=record)
