"""JUnit: the test reports that CI servers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Literal, TextIO
from xml.sax.saxutils import escape, quoteattr

from qianfan_typed.reports.codes import NOT_CHECKED
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.printable import printable
from qianfan_typed.reports.report_buffer import ReportBuffer

TestOutcome = Literal["passed", "failure", "error", "skipped"]


def write_junit(findings: Iterable[Finding], out: TextIO, tally: Tally) -> None:
    """A test for each request, or line of source, that has findings; one for each file that has none.

    What could not be checked is skipped, not passed.
    """
    kinds: Counter[TestOutcome] = Counter()
    with ReportBuffer() as body:
        for (file, record, *_), group in groupby(findings, _test_of):
            found = list(group)
            kinds[kind := _outcome(found)] += 1
            _failed(file, record, found, kind, body)
        if tally.hidden:
            kinds["failure"] += 1
            name = f"{tally.hidden:,} violations that are not shown"
            body.write(
                f'    <testcase classname="qianfan-typed" name="{name}">\n'
                f'      <failure message="--max-violations hides them" type="hidden"/>\n    </testcase>\n'
            )
        every = f"name={_attribute('every ' + tally.thing)}"
        for file in tally.clean:
            kinds["passed"] += 1
            body.write(f"    <testcase classname={_attribute(file)} {every}/>\n")
        for file, number in tally.partly:
            kinds["skipped"] += 1
            body.write(f"    <testcase classname={_attribute(file)} {every}>\n")
            body.write(f'      <skipped message="{number:,} not checked"/>\n    </testcase>\n')
        counts = f'tests="{kinds.total()}" failures="{kinds["failure"]}" errors="{kinds["error"]}"'
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n')
        out.write(f'  <testsuite name="qianfan-typed" {counts} skipped="{kinds["skipped"]}">\n    <properties>\n')
        counted = {"seen": tally.seen, "checked": tally.checked, **tally.reasons()}
        for name, number in counted.items():
            out.write(f'      <property name="{name}" value="{number}"/>\n')
        out.write("    </properties>\n")
        body.copy_to(out)
    out.write("  </testsuite>\n</testsuites>\n")


def _test_of(finding: Finding) -> tuple[str, int | None, int | None, int | None]:
    return finding.file, finding.record, finding.cell, finding.line if finding.record is None else None


def _outcome(found: list[Finding]) -> TestOutcome:
    if any(one.rule in NOT_CHECKED for one in found):
        return "error"
    return "skipped" if all(one.level == "note" for one in found) else "failure"


def _failed(file: str, record: int | None, found: list[Finding], kind: TestOutcome, out: ReportBuffer) -> None:
    cell = "" if found[0].cell is None else f"cell {found[0].cell}, "
    name = f"{cell}line {found[0].line}" if record is None else f"record {record}, line {found[0].line}"
    text = "\n".join(f"{one.where}: {one.level}: {one.sentence}" for one in found)
    out.write(
        f"    <testcase classname={_attribute(file)} name={_attribute(name)}"
        f' file={_attribute(file)} line="{found[0].position[0]}">\n'
        f"      <{kind} message={_attribute(found[0].sentence)} type={_attribute(found[0].code)}>"
        f"{escape(text)}</{kind}>\n    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
