"""Formats of reports: for people, programs, code scanning, test reports and GitHub's workflow log.

Findings are written as they come. Where a format's head says how many there are, its body waits in a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Literal, TextIO
from xml.sax.saxutils import escape, quoteattr

import attrs

from qianfan_typed.reports.findings import NOT_CHECKED, Finding, Tally
from qianfan_typed.reports.report_buffer import pour, waiting
from qianfan_typed.reports.sarif import write_sarif

ReportFormat = Literal["text", "json", "sarif", "junit", "github"]


def write(
    findings: Iterable[Finding], form: ReportFormat, out: TextIO, tally: Tally, *, most: int | None = None
) -> None:
    """Writes findings.

    Args:
        findings: Are read to the end, also those that are not written.
        form: How to write them.
        out: Where to.
        tally: What they come to, once they are read.
        most: How many to write. None: all.
    """
    _WRITERS[form](_at_most(findings, most, tally), out, tally)


def _at_most(findings: Iterable[Finding], most: int | None, tally: Tally) -> Iterator[Finding]:
    """The first findings. The others are counted when the last of these was taken."""
    rest = iter(findings)
    yield from rest if most is None else islice(rest, most)
    tally.hidden += sum(1 for _ in rest)


def said(finding: Finding) -> str:
    """A finding in a line, without its place."""
    subject = " ".join(word for word in (finding.model, finding.pointer) if word)
    page = f" ({finding.source})" if finding.source else ""
    return f"{subject + ' ' if subject else ''}{finding.message} [{finding.rule or finding.code}]{page}"


def _text(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    if out.isatty():
        _coloured(findings, out)
        return
    for finding in findings:
        out.write(f"{finding.where}: {finding.level}: {said(finding)}\n")


def _coloured(findings: Iterable[Finding], out: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False, soft_wrap=True)
    for finding in findings:
        text = Text.assemble(
            (finding.where, "bold"),
            ": ",
            (finding.level, "red" if finding.level == "error" else "yellow"),
            ": ",
            f"{finding.model} " if finding.model else "",
            (f"{finding.pointer} " if finding.pointer else "", "cyan"),
            finding.message,
            (f" [{finding.rule or finding.code}]", "dim"),
            (f" ({finding.source})" if finding.source else "", "dim"),
        )
        console.print(text)


def _json(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    with waiting() as body:
        for index, finding in enumerate(findings):
            body.write(",\n    " if index else "\n    ")
            body.write(json.dumps(attrs.asdict(finding), ensure_ascii=False))
        empty = body.tell() == 0
        out.write(f'{{\n  "checked": {tally.checked},\n  "invalid": {tally.invalid},\n  "violations": [')
        pour(body, out)
    out.write("]\n}\n" if empty else "\n  ]\n}\n")


def _github(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    """Workflow commands: GitHub shows them at their lines."""
    for finding in findings:
        where = f"file={_property(finding.file)},line={finding.line},col={finding.column}"
        title = _property(finding.rule or finding.code)
        out.write(f"::{finding.level} {where},title={title}::{_data(said(finding))}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _junit(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    """A test for each request, or line of source, that has findings; one for each file that has none."""
    tests = failures = errors = 0
    with waiting() as body:
        for (file, record, _), group in groupby(findings, _test_of):
            tests += 1
            found = list(group)
            unread = any(one.rule in NOT_CHECKED for one in found)
            errors, failures = errors + unread, failures + (not unread)
            _failed(file, record, found, "error" if unread else "failure", body)
        if tally.hidden:
            tests, failures = tests + 1, failures + 1
            name = f"{tally.hidden:,} violations that are not shown"
            body.write(
                f'    <testcase classname="qianfan-typed" name="{name}">\n'
                f'      <failure message="--max-violations hides them" type="hidden"/>\n    </testcase>\n'
            )
        for file in tally.clean:
            tests += 1
            body.write(f"    <testcase classname={_attribute(file)} name={_attribute('every ' + tally.thing)}/>\n")
        counts = f'tests="{tests}" failures="{failures}" errors="{errors}"'
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n')
        out.write(f'  <testsuite name="qianfan-typed" {counts} skipped="0">\n')
        pour(body, out)
    out.write("  </testsuite>\n</testsuites>\n")


def _test_of(finding: Finding) -> tuple[str, int | None, int | None]:
    return finding.file, finding.record, finding.line if finding.record is None else None


def _failed(file: str, record: int | None, found: list[Finding], kind: str, out: TextIO) -> None:
    name = f"line {found[0].line}" if record is None else f"record {record}, line {found[0].line}"
    text = "\n".join(f"{one.where}: {one.level}: {said(one)}" for one in found)
    out.write(
        f"    <testcase classname={_attribute(file)} name={_attribute(name)}"
        f' file={_attribute(file)} line="{found[0].line}">\n'
        f"      <{kind} message={_attribute(said(found[0]))} type={_attribute(found[0].code)}>"
        f"{escape(_printable(text))}</{kind}>\n    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """Without what XML has no way to say."""
    return "".join(one if (one >= " " and one not in "\ufffe\uffff") or one in "\t\n\r" else "�" for one in text)


_WRITERS: Mapping[ReportFormat, Callable[[Iterable[Finding], TextIO, Tally], None]] = {
    "text": _text,
    "json": _json,
    "sarif": write_sarif,
    "junit": _junit,
    "github": _github,
}
