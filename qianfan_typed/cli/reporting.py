"""Reporting: how a command that checks says what it found, and with which exit code it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from qianfan_typed.cli.terminal import give_up, say

# The rules take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from qianfan_typed.cli.options import CheckOptions
    from qianfan_typed.project.baseline import Baseline
    from qianfan_typed.project.settings import Project
    from qianfan_typed.reports.findings import Finding, Tally
    from qianfan_typed.reports.sarif import RuleWords


def report(
    findings: Iterable[Finding], files: Collection[str], tally: Tally, project: Project, options: CheckOptions
) -> NoReturn:
    """Writes findings, says what they come to, and ends the command."""
    path = _path_of_baseline(project, options)
    if options.write_baseline:
        _write_baseline(path, findings, tally)
    known = None if path is None else _read(path)
    _write(findings if known is None else known.new(findings, tally), tally, options)
    if not options.quiet:
        from qianfan_typed.reports.summary import summary

        say(summary(tally))
        gone = 0 if known is None else known.gone(files)
        if gone:
            say(f"{gone:,} of the baseline {'is' if gone == 1 else 'are'} gone: --write-baseline shrinks it")
    code = tally.exit_code
    raise SystemExit(0 if code == 1 and options.exit_zero else code)


def _path_of_baseline(project: Project, options: CheckOptions) -> Path | None:
    if options.baseline is not None:
        return options.baseline
    return None if project.settings.baseline is None else project.folder / project.settings.baseline


def _write_baseline(path: Path | None, findings: Iterable[Finding], tally: Tally) -> NoReturn:
    from qianfan_typed.project.baseline import BaselineError, write_baseline

    if path is None:
        give_up("--write-baseline needs --baseline FILE, or baseline in [tool.qianfan-typed] of pyproject.toml")
    try:
        number = write_baseline(path, findings)
    except BaselineError as error:
        give_up(str(error))
    say(f"{path}: {number:,} known violation{'s' * (number != 1)}")
    raise SystemExit(2 if tally.exit_code == 2 else 0)


def _write(findings: Iterable[Finding], tally: Tally, options: CheckOptions) -> None:
    from qianfan_typed.reports import standard_output

    try:
        standard_output.write_report(
            findings,
            options.output.value,
            tally,
            options.max_violations,
            to=options.output_file,
            statistics=options.statistics,
            describe=_words,
        )
    except standard_output.OutputError as error:
        give_up(str(error))


def _read(path: Path) -> Baseline:
    from qianfan_typed.project.baseline import Baseline, BaselineError

    try:
        return Baseline.read(path)
    except BaselineError as error:
        give_up(str(error))


def _words(rule: str) -> RuleWords:
    from qianfan_typed.facts.rule_names import page_of, words_of
    from qianfan_typed.reports.sarif import RuleWords

    return RuleWords(words_of(rule), page_of(rule))
