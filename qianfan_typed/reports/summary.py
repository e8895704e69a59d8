"""Summary of a check: one sentence of what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qianfan_api.words import Phrase, phrase, say, tell, told
from qianfan_typed.reports.codes import UNCHECKED
from qianfan_typed.reports.findings import Tally


def summary(tally: Tally) -> str:
    """`3 requests in 1 file, 2 checked: 1 invalid (1 error); not checked: 1 to an unknown model`."""
    left = list(_left(tally))
    counted = say("{things} in {files}", things=_count(tally.seen, tally.thing), files=_count(tally.files, "file"))
    if tally.seen > tally.checked:
        some = say("{counted}, {checked} checked", counted=counted, checked=f"{tally.checked:,}")
        counted = some if tally.checked else say("{counted}, none checked", counted=counted)
    words = say("{counted}: {found}", counted=counted, found=_found(tally))
    if tally.known:
        words = say("{words}, {known} known", words=words, known=f"{tally.known:,}")
    if tally.hidden:
        words = say("{words}; {violations} not shown", words=words, violations=_count(tally.hidden, "violation"))
    if left:
        words = say("{words}; not checked: {left}", words=words, left=", ".join(left))
    return told(words)


def left_out(tally: Tally) -> str:
    """`5 requests, 2 checked; not checked: 3 to an unknown model`."""
    counted, left = _count(tally.seen, tally.thing), ", ".join(_left(tally))
    some = say("{counted}, {checked} checked", counted=counted, checked=f"{tally.checked:,}")
    words = some if tally.checked else say("{counted}, none checked", counted=counted)
    return tell("{words}; not checked: {left}", words=words, left=left)


def _found(tally: Tally) -> str:
    errors, warnings = _count(tally.errors, "error"), _count(tally.warnings, "warning")
    counted = errors if tally.errors else warnings if tally.warnings else ""
    if tally.errors and tally.warnings:
        counted = say("{errors} and {warnings}", errors=errors, warnings=warnings)
    if tally.invalid:
        return say("{count} invalid ({counted})", count=f"{tally.invalid:,}", counted=counted)
    if counted:
        return counted
    if not tally.checked:
        return say("nothing was checked")
    return say("all valid") if tally.seen == tally.checked and not tally.unread else say("all of these valid")


def _left(tally: Tally) -> Iterator[str]:
    """What was not checked, by the reason."""
    for reason, words in UNCHECKED.items():
        number = tally.unchecked[reason]
        if number:
            yield tell("{count} {why}", count=f"{number:,}", why=words)
    if tally.unread_files:
        yield tell("{files} wholly or in part", files=_count(len(tally.unread_files), "file"))


_ONE: Mapping[str, str] = {
    "request": phrase("{count} request"),
    "call": phrase("{count} call"),
    "file": phrase("{count} file"),
    "violation": phrase("{count} violation"),
    "error": phrase("{count} error"),
    "warning": phrase("{count} warning"),
}
_SEVERAL: Mapping[str, str] = {
    "request": phrase("{count} requests"),
    "call": phrase("{count} calls"),
    "file": phrase("{count} files"),
    "violation": phrase("{count} violations"),
    "error": phrase("{count} errors"),
    "warning": phrase("{count} warnings"),
}


def _count(number: int, thing: str) -> Phrase:
    return Phrase((_ONE if number == 1 else _SEVERAL)[thing], {"count": f"{number:,}"})
