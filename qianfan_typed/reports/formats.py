"""Formats of reports: for people, programs, code scanning, test reports and GitHub's workflow log.

Findings are written as they come. Where a format's head says how many there are, its body waits in a buffer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Literal, TextIO

import attrs

from qianfan_api.words import told
from qianfan_typed.reports.code_quality import write_code_quality
from qianfan_typed.reports.findings import Finding, FindingLevel, Tally
from qianfan_typed.reports.junit import write_junit
from qianfan_typed.reports.printable import printable, printable_json
from qianfan_typed.reports.report_buffer import ReportBuffer
from qianfan_typed.reports.sarif import Describe, write_sarif
from qianfan_typed.reports.summary import summary

ReportFormat = Literal["text", "json", "sarif", "junit", "github", "gitlab"]


def write(
    findings: Iterable[Finding],
    form: ReportFormat,
    out: TextIO,
    tally: Tally,
    *,
    most: int | None = None,
    describe: Describe | None = None,
) -> None:
    """Writes findings.

    Args:
        findings: Are read to the end, also those that are not written.
        form: How to write them.
        out: Where to.
        tally: What they come to, once they are read.
        most: How many to write. None: all.
        describe: Says what rules are, for formats that list them.
    """
    findings = _at_most(findings, most, tally)
    if form == "sarif" and describe is not None:
        write_sarif(findings, out, tally, describe)
    else:
        _WRITERS[form](findings, out, tally)


def _at_most(findings: Iterable[Finding], most: int | None, tally: Tally) -> Iterator[Finding]:
    """The first findings. The others are counted when the last of these was taken."""
    rest = iter(findings)
    yield from rest if most is None else islice(rest, most)
    tally.hidden += sum(1 for _ in rest)


def _text(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    if out.isatty():
        _coloured(findings, out)
        return
    for finding in findings:
        out.write(f"{finding.where}: {finding.level}: {finding.sentence}\n")


def _coloured(findings: Iterable[Finding], out: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False, soft_wrap=True)
    for finding in findings:
        text = Text.assemble(
            (finding.where, "bold"),
            ": ",
            (finding.level, _COLOURS[finding.level]),
            ": ",
            f"{finding.borrower} " if finding.borrower else "",
            f"{printable(finding.model)} " if finding.model else "",
            (f"{printable(finding.pointer)} " if finding.pointer else "", "cyan"),
            printable(told(finding.message)),
            (f" [{finding.rule or finding.code}]", "dim"),
            (f" ({told(finding.source)})" if finding.source else "", "dim"),
        )
        console.print(text)


_COLOURS: Mapping[FindingLevel, str] = {"error": "red", "warning": "yellow", "note": "blue"}


def _json(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    written = 0
    with ReportBuffer() as body:
        for written, finding in enumerate(findings, 1):
            body.write("\n    " if written == 1 else ",\n    ")
            body.write(printable_json(json.dumps(_members(finding), ensure_ascii=False)))
        counts = {"seen": tally.seen, "checked": tally.checked, "unchecked": tally.reasons(), "invalid": tally.invalid}
        head = "".join(f'  "{name}": {json.dumps(count)},\n' for name, count in counts.items())
        out.write(f'{{\n{head}  "violations": [')
        body.copy_to(out)
    out.write("\n  ]\n}\n" if written else "]\n}\n")


def _members(finding: Finding) -> dict[str, object]:
    """A finding's members, without those that are of notebooks or of YAML alone; its end as a line and a column."""
    members: dict[str, object] = {}
    for name, value in attrs.asdict(finding).items():
        if name == "end":
            members["end_line"], members["end_column"] = finding.end or (None, None)
        elif name == "message":
            members[name] = told(finding.message)
        elif (name, value) not in (("cell", None), ("by_alias", False)):
            members[name] = value
    return members


def _github(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    """Workflow commands: GitHub shows them at their lines, and what the check comes to beside them."""
    for finding in findings:
        command = "notice" if finding.level == "note" else finding.level
        line, column = finding.position
        where = f"file={_property(finding.file)},line={line},col={column}"
        title = _property(finding.rule or finding.code)
        out.write(f"::{command} {where},title={title}::{_data(finding.within + finding.sentence)}\n")
    out.write(f"::notice title=qianfan-typed::{_data(summary(tally))}\n")


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_WRITERS: Mapping[ReportFormat, Callable[[Iterable[Finding], TextIO, Tally], None]] = {
    "text": _text,
    "json": _json,
    "sarif": write_sarif,
    "junit": write_junit,
    "github": _github,
    "gitlab": write_code_quality,
}
