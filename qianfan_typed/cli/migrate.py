"""`qianfan-typed migrate`: programs of the official packages, rewritten to handles. Needs the extra `migrate`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from qianfan_api.words import told
from qianfan_typed.cli.terminal import USAGE_ERROR, give_up, say

# The rules take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from qianfan_typed.migration.files import Migrated, Staying

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def migrate(
    paths: Annotated[list[str], typer.Argument(help="Files and folders of Python, and notebooks.")],
    write: Annotated[bool, typer.Option("--write", help="Change the files. Otherwise they stay as they are.")] = False,
    models: Annotated[
        bool, typer.Option("--models", help="Replace retired models by their successors, where the catalogue has one.")
    ] = False,
) -> None:
    """Rewrites programs of qianfan, and of openai at the platform's address, to typed handles. Notebooks too.

    Standard output gets a unified diff, standard error what stays and why. A call is rewritten where its model is
    literal and every use of its client and its reply can be followed: what the program does stays the same. Give the
    whole project: what other files import stays as they know it.

    Exit code 0: every call is rewritten, or there is none. 1: some stay. 2: a file cannot be read or written.
    """
    try:
        from qianfan_typed.migration.files import migrate_files
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] != "libcst":
            raise
        give_up('migrate needs libcst: pip install "qianfan-typed[cli,migrate]"')
    from qianfan_typed.python_source.sources.python_files import python_files

    if "-" in paths:
        give_up("migrate rewrites files: name files or folders, not -")
    files, missing_paths = python_files(paths)
    counts: Counter[str] = Counter(faults=len(missing_paths))
    for finding in missing_paths:
        say(f"{finding.file}: {told(finding.message)}")
    for found in migrate_files(files, replace=models):
        counts.update(_told(found, write=write))
    say(_summary(counts, write=write))
    raise SystemExit(USAGE_ERROR if counts["faults"] else int(counts["left"] > 0))


def _told(found: Migrated, *, write: bool) -> dict[str, int]:
    """Shows what becomes of a file, and changes it where that is wanted. Gives what is counted."""
    fault = found.fault
    if found.changed:
        _show(found)
        fault = _written(found) if write else None
    if fault is not None:
        say(f"{found.file}: {fault}; it stays as it is")
        return {"faults": 1}
    _list(found.file, "stays: ", found.left)
    _list(found.file, "", found.notes)
    return {"files": int(found.changed), "calls": found.rewritten, "left": len(found.left)}


def _show(found: Migrated) -> None:
    """Prints a diff, with colours at a terminal. Nothing of the file can do anything there."""
    from rich.console import Console
    from rich.text import Text

    from qianfan_typed.project.rewriting import unified_diff

    console = Console(highlight=False, soft_wrap=True)
    for line in unified_diff(found.file, found.before, found.after):
        console.print(Text(line, style=_STYLES.get(line[:1], "")))


def _written(found: Migrated) -> str | None:
    """Writes a file. Gives why it cannot be."""
    from qianfan_typed.migration.files import write
    from qianfan_typed.project.rewriting import NotWritten

    try:
        write(found)
    except NotWritten as error:
        return str(error)
    return None


def _list(file: str, before: str, staying: Sequence[Staying]) -> None:
    from qianfan_typed.reports.printable import printable, printable_path

    for one in staying:
        cell = "" if one.cell is None else f"cell {one.cell}:"
        print(f"{printable_path(file)}:{cell}{one.line}: {before}{printable(one.why)}", file=sys.stderr)


def _summary(counts: Counter[str], *, write: bool) -> str:
    def count(key: str, thing: str) -> str:
        return f"{counts[key]:,} {thing}{'' if counts[key] == 1 else 's'}"

    done = "rewritten" if write else "can be rewritten"
    said = [f"{count('calls', 'call')} in {count('files', 'file')} {done}", f"{count('left', 'call')} left as they are"]
    if counts["faults"]:
        said.append(f"{count('faults', 'file')} not read or written")
    hint = "; --write changes the files" if counts["calls"] and not write else ""
    return f"{', '.join(said)}{hint}"
