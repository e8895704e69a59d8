"""Fixing: what `validate --fix` writes, and what `--diff` prints of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NoReturn

from qianfan_typed.cli.terminal import give_up, say

# The rules take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from qianfan_typed.payloads.fixing import FixedFile
    from qianfan_typed.payloads.units import PayloadFile
    from qianfan_typed.reports.findings import ViolationFilter


def write_fixes(sources: Iterable[PayloadFile], counts: ViolationFilter) -> None:
    """Writes every file that has something to fix. Gives up where one cannot be written."""
    from qianfan_typed.payloads.fixing import NotWritten

    fixes = files = 0
    for one in _fixed(sources, counts):
        try:
            one.write()
        except NotWritten as error:
            give_up(f"{one.file}: {error}")
        fixes, files = fixes + one.fixes, files + 1
    if files:
        say(f"fixed {_counted(fixes, files)}")


def end_with_diff(sources: Iterable[PayloadFile], counts: ViolationFilter) -> NoReturn:
    """Prints what would be written, and ends the command: 0 where nothing would be, else 1."""
    fixes = files = 0
    for one in _fixed(sources, counts):
        for line in one.diff():
            print(line)
        fixes, files = fixes + one.fixes, files + 1
    say(f"would fix {_counted(fixes, files)}" if files else "nothing to fix")
    raise SystemExit(1 if files else 0)


def _fixed(sources: Iterable[PayloadFile], counts: ViolationFilter) -> Iterator[FixedFile]:
    from qianfan_typed.payloads.fixing import fixed_file

    found = (fixed_file(source, counts) for source in sources)
    return (one for one in found if one is not None)


def _counted(fixes: int, files: int) -> str:
    return f"{fixes:,} violation{'s' * (fixes != 1)} in {files:,} file{'s' * (files != 1)}"
