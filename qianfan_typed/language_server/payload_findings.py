"""Findings in payload files while they are written: records that have not changed are not checked again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import attrs

from qianfan_api.violations import Violation
from qianfan_typed.language_server.outlines import Outline, json_outline
from qianfan_typed.language_server.projects import DocumentSettings
from qianfan_typed.payloads.batch_lines import BatchFileCheck
from qianfan_typed.payloads.envelopes import Undecided
from qianfan_typed.payloads.json_places import Lines, steps
from qianfan_typed.payloads.judge import Judge, OtherKind, Verdict
from qianfan_typed.payloads.unit_check import Outcome, check_unit
from qianfan_typed.payloads.units import PayloadForm, Unit, form_of_file, units_of_text
from qianfan_typed.reports.codes import NOT_CHECKED, ONCE_A_FILE, SYNTAX
from qianfan_typed.reports.findings import OF_THE_NAME, Finding

SLICE = 0.2
"""Seconds of the processor after which a check makes way for what else there is to do, and is gone on with later."""
SECONDS = 2.0
"""How long a piece of a text may take."""
_WHOLE_REQUEST = frozenset({"missing", "order", "count", "last", "first", "need", "empty", "items", "length"})
"""Codes that say nothing of a request which is not written to its end."""
_ITEM = re.compile(rb"^(?=- )|^(?=---)", re.MULTILINE)
_SHARED = re.compile(rb"(?:^|[\s\[{,:-])[&*]\w|^%|^<<|\s<<:", re.MULTILINE)
"""What makes a piece of YAML mean something else on its own: anchors, aliases, merges, directives."""
Piece = tuple[bytes, int]
"""A part of a text that can be checked on its own, and the number of its first line, from 0."""


@attrs.define
class PayloadFindings:
    """The findings of a document, through its changes."""

    settings: DocumentSettings
    _known: dict[bytes, Outcome] = attrs.field(factory=dict[bytes, Outcome], init=False)
    _form: PayloadForm | None = attrs.field(default=None, init=False)

    def findings(self, data: bytes) -> tuple[list[Finding], bool]:
        """What is wrong with a text, and whether that is all; otherwise the next call goes on."""
        source, counts = self.settings.source, self.settings.counts
        if not data.strip():
            return [], True
        form = form_of_file(source, data)
        pieces = list(_pieces(data, form))
        if form != self._form:
            self._form, self._known = form, {}
        deadline = time.process_time() + SLICE
        kept: dict[bytes, Outcome] = {}
        found: list[Finding] = []
        check, whole, batch = BatchFileCheck(), True, form == "lines"
        counts = counts.also(source.ignore)
        for piece, line in pieces:
            outcome = kept.get(piece) or self._known.get(piece)
            unit = Unit(source=source, form=form, data=piece)
            if outcome is None and time.process_time() > deadline:
                whole = False
                continue
            if outcome is None:
                outcome = self._checked(unit)
            kept[piece] = outcome
            own = list(outcome.findings)
            if batch:
                own += [one for one in check.findings(unit, outcome.batch, line) if counts(one)]
            found += [_moved(one, line) for one in own] if line else own
        if not whole:
            self._known |= kept
        else:
            self._known = kept
        if form == "yaml" and len(pieces) > 1 and any(one.rule == SYNTAX for one in found):
            # A piece of it is none, perhaps because it goes on in the next.
            found = self._checked(Unit(source=source, form=form, data=data)).findings
        return list(self._counting(found)), whole

    def _checked(self, unit: Unit) -> Outcome:
        source, counts = self.settings.source, self.settings.counts
        data = unit.data or b""
        if unit.form == "list":
            outcome = Outcome(source.file)
            for one in units_of_text(source, data):
                outcome.findings += check_unit(one, counts, SECONDS).findings
        else:
            outcome = check_unit(unit, counts, SECONDS)
        if unit.form in ("lines", "list", "json") and any(one.rule == SYNTAX for one in outcome.findings):
            judge = Judge(source.api, source.model, counts.also(source.ignore))
            known = {(one.line, one.column, one.rule) for one in outcome.findings}
            half = half_written(data, source.file, judge, told=self.settings.told)
            outcome.findings += [one for one in half if (one.line, one.column, one.rule) not in known]
        return outcome

    def _counting(self, found: list[Finding]) -> Iterator[Finding]:
        """Of what nobody calls a file of requests, only what is wrong with requests is said."""
        said: set[str] = set()
        for one in sorted(found, key=lambda one: (one.line, one.column)):
            if (
                not self.settings.told
                and (one.rule in NOT_CHECKED or one.rule.startswith("file."))
                and not (one.rule == SYNTAX and any(other.api is not None for other in found))
            ):
                continue
            if one.rule in ONCE_A_FILE and one.rule in said:
                continue
            said.add(one.rule)
            yield one


def _moved(finding: Finding, lines: int) -> Finding:
    end = None if finding.end is None else (finding.end[0] + lines, finding.end[1])
    return attrs.evolve(finding, line=finding.line + lines, end=end)


def _pieces(data: bytes, form: PayloadForm) -> Iterator[Piece]:
    if form == "lines":
        for number, line in enumerate(data.split(b"\n")):
            if line.strip():
                yield line, number
    elif form == "yaml" and not _SHARED.search(data):
        begins = [found.start() for found in _ITEM.finditer(data)] or [0]
        begins = [0, *begins[1:]] if data[: begins[0]].strip() == b"" else [0, *begins]
        above = 0
        for start, end in zip(begins, [*begins[1:], len(data)], strict=True):
            yield data[start:end], above
            above += data.count(b"\n", start, end)
    else:
        yield data, 0


# --- what is not JSON yet --------------------------------------------------------------------------------------------


def half_written(data: bytes, file: str, judge: Judge, *, told: bool) -> Iterator[Finding]:
    """What is wrong with the values that a broken text of JSON has already."""
    text = data.decode("utf-8", "surrogatepass")
    root = json_outline(text)
    if root is None:
        return
    lines = Lines(data)
    for record in root.items if root.kind == "list" else [root]:
        if record.kind != "object":
            continue
        try:
            verdict = judge.verdict(record.value())
        except (Undecided, OtherKind):
            continue
        for violation in () if verdict is None else verdict.violations:
            place = _place(record, violation)
            if place is not None and verdict is not None:
                yield _finding(violation, file, verdict, lines, text, place)


def _place(record: Outline, violation: Violation) -> tuple[int, int] | None:
    """Where a violation stands. None: it is none of what is written."""
    value, member = record.find(tuple(steps(violation.pointer)))
    if violation.code in _WHOLE_REQUEST or not violation.pointer:
        return None
    if violation.code in OF_THE_NAME:
        return None if member is None or member.colon is None else (member.start, member.name_end)
    if value is None or not value.closed:
        return None
    return value.start, value.end


def _finding(
    violation: Violation, file: str, verdict: Verdict, lines: Lines, text: str, place: tuple[int, int]
) -> Finding:
    start, end = (len(text[:offset].encode("utf-8", "surrogatepass")) for offset in place)
    span = lines.over(start, end)
    return Finding.of_request(violation, file, span, api=verdict.api, model=verdict.model)
