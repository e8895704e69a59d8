"""What the commands that check have in common: which paths, what they print where, and how they end."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TextIO

# The rules take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qianfan_typed.project.settings import Project
    from qianfan_typed.reports.findings import Finding, Tally
    from qianfan_typed.reports.formats import ReportFormat

USAGE_ERROR = 2
"""Exit code for what the user can mend: a wrong setting, a port that is taken, an extra that is not installed."""


def say(words: str) -> None:
    """Says something to the user, beside what is printed for programs."""
    print(f"qianfan-typed: {words}", file=sys.stderr)


def give_up(words: str) -> NoReturn:
    """Says why a command cannot go on, and ends it."""
    say(words)
    raise SystemExit(USAGE_ERROR)


def find_project() -> Project:
    """The project that the command runs in. Gives up where its settings are wrong."""
    from qianfan_typed.project import settings

    try:
        return settings.find_project(Path.cwd())
    except settings.ProjectSettingsError as error:
        give_up(str(error))


def chosen(given: Sequence[str] | None, project: Project, setting: Literal["paths", "source"]) -> list[str]:
    """The paths to check: those that the command is given, else those of a setting. Gives up where there are none."""
    paths = list(given or project.paths(setting, Path.cwd()))
    if not paths:
        give_up(
            f"nothing to check: name files, folders or -, or set {setting} in [tool.qianfan-typed] of pyproject.toml"
        )
    return paths


def first(missing: Iterable[Finding], findings: Iterable[Finding], tally: Tally) -> Iterator[Finding]:
    """The paths that lead to nothing, and then what was found at the others."""
    for finding in missing:
        tally.count(finding)
        yield finding
    yield from findings


def write(findings: Iterable[Finding], form: ReportFormat, tally: Tally, most: int | None) -> None:
    """Writes findings to standard output.

    Args:
        findings: Are read to the end, also those that are not written.
        form: How to write them.
        tally: What they come to, once they are read.
        most: How many to write. None: all.
    """
    from qianfan_typed.reports import formats

    out = _output()
    try:
        formats.write(findings, form, out, tally, most=most)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is left in its buffer cannot be written either, and would be tried again at the end.
        sys.stdout = None
        give_up(f"standard output: {error.strerror or error}")


def _output() -> TextIO:
    """Standard output. Reports are UTF-8 whatever the machine's encoding; a terminal shows what it can."""
    # None where whoever started this closed it.
    out: TextIO | None = sys.stdout
    if out is None:
        give_up("standard output is closed")
    wrapped: object = out
    if isinstance(wrapped, io.TextIOWrapper):
        wrapped.reconfigure(encoding=None if out.isatty() else "utf-8", errors="backslashreplace")
    return out


def end(tally: Tally) -> NoReturn:
    """Says what the check comes to, and ends the command."""
    say(_summary(tally))
    raise SystemExit(tally.exit_code)


def _summary(tally: Tally) -> str:
    found = "all valid" if tally.checked else "nothing was checked"
    if tally.invalid:
        kinds = [_count(number, thing) for number, thing in _kinds(tally) if number]
        found = f"{tally.invalid:,} invalid ({' and '.join(kinds)})"
    hidden = f"; {_count(tally.hidden, 'violation')} not shown" if tally.hidden else ""
    unread = f"; {_count(tally.unread, 'problem')} kept something from being checked" if tally.unread else ""
    return f"{_count(tally.checked, tally.thing)} in {_count(tally.files, 'file')}: {found}{hidden}{unread}"


def _kinds(tally: Tally) -> list[tuple[int, str]]:
    return [(tally.errors, "error"), (tally.warnings, "warning")]


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
