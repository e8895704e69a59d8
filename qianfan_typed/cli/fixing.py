"""Fixing: what `--fix` writes, and what `--diff` prints of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from qianfan_typed.cli.terminal import give_up, say

# The rules take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from qianfan_typed.project.rewriting import RewrittenFile


def write_fixes(fixed: Iterable[RewrittenFile]) -> None:
    """Writes every file that has something to fix. Gives up at the end where one cannot be written."""
    from qianfan_typed.project.rewriting import NotWritten

    fixes = files = 0
    faults = list[str]()
    for one in fixed:
        try:
            one.write()
        except NotWritten as error:
            faults.append(f"{one.file}: {error}")
        else:
            fixes, files = fixes + one.fixes, files + 1
    if files:
        say(f"fixed {_counted(fixes, files)}")
    if faults:
        give_up("\n".join(faults))


def end_with_diff(fixed: Iterable[RewrittenFile]) -> NoReturn:
    """Prints what would be written, and ends the command: 0 where nothing would be, else 1."""
    fixes = files = 0
    for one in fixed:
        for line in one.diff():
            print(line)
        fixes, files = fixes + one.fixes, files + 1
    say(f"would fix {_counted(fixes, files)}" if files else "nothing to fix")
    raise SystemExit(1 if files else 0)


def _counted(fixes: int, files: int) -> str:
    return f"{fixes:,} violation{'s' * (fixes != 1)} in {files:,} file{'s' * (files != 1)}"
