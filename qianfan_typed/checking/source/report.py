"""Checks files of source, and says what was found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping

import attrs

from qianfan_typed.checking.findings import Finding, Shown
from qianfan_typed.checking.source.check import check_text
from qianfan_typed.checking.source.files import python_files, source_of


@attrs.frozen(kw_only=True)
class Report:
    """What a check of files found."""

    files: int
    """How many files were looked at."""
    checked: int
    """How many calls send a request or name a model."""
    invalid: int
    """How many of them have findings."""
    findings: tuple[Finding, ...]
    """File by file, in the order of the source."""
    unread: tuple[str, ...]
    """Files that cannot be read or are not Python, and why."""

    @property
    def exit_code(self) -> int:
        """0: nothing was found. 1: something was. 2: a file could not be checked."""
        return 2 if self.unread else 1 if self.findings else 0


def check_paths(paths: Iterable[str], shown: Shown) -> Report:
    """Checks the Python below some paths. Every file is checked, whatever the others hold."""
    files = checked = invalid = 0
    findings: list[Finding] = []
    unread: list[str] = []
    for path in python_files(paths):
        if isinstance(path, OSError):
            unread.append(f"{path.filename}: {path.strerror}")
            continue
        files += 1
        name = path.as_posix()
        try:
            text = source_of(path)
            one = None if text is None else check_text(text, name, shown)
        except OSError as error:
            unread.append(f"{name}: {error.strerror or error}")
        except SyntaxError as error:
            unread.append(f"{name}{'' if error.lineno is None else f':{error.lineno}'}: not Python: {error.msg}")
        else:
            if one is not None:
                checked, invalid = checked + one.requests, invalid + one.invalid
                findings += one.findings
    return Report(files=files, checked=checked, invalid=invalid, findings=tuple(findings), unread=tuple(unread))


def _text(report: Report) -> str:
    return "".join(f"{one.where}: {one.level}: {one.pointer} {_said(one)}\n" for one in report.findings)


def _json(report: Report) -> str:
    findings = [attrs.asdict(one) for one in report.findings]
    whole = {"checked": report.checked, "invalid": report.invalid, "violations": findings}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _github(report: Report) -> str:
    """Workflow commands: GitHub shows them at their lines."""
    return "".join(
        f"::{one.level} file={_escaped(one.file)},line={one.line},col={one.column},title={_escaped(one.rule)}::"
        f"{_escaped(f'{one.pointer} {_said(one)}', of_a_property=False)}\n"
        for one in report.findings
    )


FORMATS: Mapping[str, Callable[[Report], str]] = {"text": _text, "json": _json, "github": _github}


def write(report: Report, output: str) -> None:
    """Findings to standard output, in UTF-8 whatever the terminal's encoding; the rest to standard error."""
    sys.stdout.flush()
    sys.stdout.buffer.write(FORMATS[output](report).encode())
    sys.stdout.flush()
    for problem in report.unread:
        print(f"qianfan-typed: {problem}", file=sys.stderr)
    print(_summary(report), file=sys.stderr)


def _summary(report: Report) -> str:
    found = (
        f"{_count(len(report.findings), 'finding')} in {report.invalid}" if report.findings else "no findings in any"
    )
    return f"{found} of {_count(report.checked, 'call')}, {_count(report.files, 'file')}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _said(finding: Finding) -> str:
    return f"{finding.message} [{finding.code}]" + (f" ({finding.source})" if finding.source else "")


def _escaped(text: str, *, of_a_property: bool = True) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if of_a_property else text
