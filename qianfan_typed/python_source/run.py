"""Checks files of source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qianfan_typed.python_source.module_check import check_text
from qianfan_typed.python_source.python_files import source_of
from qianfan_typed.reports.findings import SYNTAX, UNREADABLE, Finding, Shown, Tally


def check_files(files: Iterable[str], shown: Shown, tally: Tally) -> Iterator[Finding]:
    """The findings of files, in order. Every file is checked, whatever the others hold.

    Args:
        files: The files; `-` is standard input.
        shown: Which violations count.
        tally: Is counted up meanwhile.
    """
    for file in files:
        tally.files += 1
        found = _findings(file, shown, tally)
        for finding in found:
            tally.count(finding)
            yield finding
        if not found:
            tally.clean.append(file)


def _findings(file: str, shown: Shown, tally: Tally) -> Sequence[Finding]:
    try:
        text = source_of(file)
        if text is None:
            return ()
        checked = check_text(text, file, shown)
    except OSError as error:
        return [Finding.of_file(UNREADABLE, file, error.strerror or str(error))]
    except SyntaxError as error:
        # Python counts from 1, and says 0 or nothing where it knows no place.
        return [Finding.of_file(SYNTAX, file, f"not Python: {error.msg}", error.lineno or 1, error.offset or 1)]
    tally.checked += checked.requests
    tally.invalid += checked.invalid
    return checked.findings
