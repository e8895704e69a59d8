"""JUnit: the test reports that CI servers read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from qianfan_typed.reports.codes import NOT_CHECKED
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.report_buffer import ReportBuffer


def write_junit(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    """A test for each request, or line of source, that has findings; one for each file that has none."""
    tests = failures = errors = 0
    with ReportBuffer() as body:
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
        body.copy_to(out)
    out.write("  </testsuite>\n</testsuites>\n")


def _test_of(finding: Finding) -> tuple[str, int | None, int | None]:
    return finding.file, finding.record, finding.line if finding.record is None else None


def _failed(file: str, record: int | None, found: list[Finding], kind: str, out: ReportBuffer) -> None:
    name = f"line {found[0].line}" if record is None else f"record {record}, line {found[0].line}"
    text = "\n".join(f"{one.where}: {one.level}: {one.sentence}" for one in found)
    out.write(
        f"    <testcase classname={_attribute(file)} name={_attribute(name)}"
        f' file={_attribute(file)} line="{found[0].line}">\n'
        f"      <{kind} message={_attribute(found[0].sentence)} type={_attribute(found[0].code)}>"
        f"{escape(_printable(text))}</{kind}>\n    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """Without what XML has no way to say."""
    return "".join(one if (one >= " " and one not in "\ufffe\uffff") or one in "\t\n\r" else "�" for one in text)
