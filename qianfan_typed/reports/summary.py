"""Summary of a check: one sentence of what it comes to."""

from __future__ import annotations

from collections.abc import Iterator

from qianfan_typed.reports.codes import UNCHECKED
from qianfan_typed.reports.findings import Tally


def summary(tally: Tally) -> str:
    """`3 requests in 1 file, 2 checked: 1 invalid (1 error); not checked: 1 to an unknown model`."""
    left = list(_left(tally))
    counted = f"{_count(tally.seen, tally.thing)} in {_count(tally.files, 'file')}"
    if tally.seen > tally.checked:
        counted += f", {tally.checked:,} checked" if tally.checked else ", none checked"
    known = f", {tally.known:,} known" if tally.known else ""
    hidden = f"; {_count(tally.hidden, 'violation')} not shown" if tally.hidden else ""
    unchecked = f"; not checked: {', '.join(left)}" if left else ""
    return f"{counted}: {_found(tally)}{known}{hidden}{unchecked}"


def left_out(tally: Tally) -> str:
    """`5 requests, 2 checked; not checked: 3 to an unknown model`."""
    checked = f"{tally.checked:,}" if tally.checked else "none"
    return f"{_count(tally.seen, tally.thing)}, {checked} checked; not checked: {', '.join(_left(tally))}"


def _found(tally: Tally) -> str:
    kinds = [(tally.errors, "error"), (tally.warnings, "warning")]
    counted = " and ".join(_count(number, kind) for number, kind in kinds if number)
    if tally.invalid:
        return f"{tally.invalid:,} invalid ({counted})"
    if counted:
        return counted
    if not tally.checked:
        return "nothing was checked"
    return "all valid" if tally.seen == tally.checked and not tally.unread else "all of these valid"


def _left(tally: Tally) -> Iterator[str]:
    """What was not checked, by the reason."""
    for reason, words in UNCHECKED.items():
        number = tally.unchecked[reason]
        if number:
            yield f"{number:,} {words}"
    if tally.unread_files:
        yield f"{_count(len(tally.unread_files), 'file')} wholly or in part"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
