"""Summary of a check: one sentence of what it comes to."""

from __future__ import annotations

from qianfan_typed.reports.findings import Tally


def summary(tally: Tally) -> str:
    """`2 requests in 1 file: 1 invalid (1 error)`."""
    found = "all valid" if tally.checked else "nothing was checked"
    if tally.invalid:
        kinds = [(tally.errors, "error"), (tally.warnings, "warning")]
        counted = " and ".join(_count(number, kind) for number, kind in kinds if number)
        found = f"{tally.invalid:,} invalid ({counted})"
    hidden = f"; {_count(tally.hidden, 'violation')} not shown" if tally.hidden else ""
    unread = f"; {_count(tally.unread, 'problem')} kept something from being checked" if tally.unread else ""
    return f"{_count(tally.checked, tally.thing)} in {_count(tally.files, 'file')}: {found}{hidden}{unread}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
