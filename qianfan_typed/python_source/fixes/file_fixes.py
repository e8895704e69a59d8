"""Fixes of files: every fix of a module or a notebook, in the file's own encoding and layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qianfan_typed.project.limits import MOST_SECONDS, TimeIsUp, limited
from qianfan_typed.project.rewriting import RewrittenFile
from qianfan_typed.python_source.fixes.notebook_text import with_lines
from qianfan_typed.python_source.fixes.source_fixes import with_fixes
from qianfan_typed.python_source.module_check import other_files
from qianfan_typed.python_source.names.other_files import OtherFiles
from qianfan_typed.python_source.sources.python_files import Source, source_of
from qianfan_typed.reports.findings import ViolationFilter


def fixed_files(
    files: Sequence[str],
    counts: ViolationFilter,
    ignored: Callable[[str], frozenset[str]] = lambda file: frozenset(),
) -> Iterator[RewrittenFile]:
    """The files that have something to fix, with every fix made. Nothing is written.

    Args:
        files: The files; standard input is left out.
        counts: Which violations count.
        ignored: Which rules and codes to leave out of a file.
    """
    others = other_files(files)
    for file in files:
        found = None if file == "-" else _fixed(file, counts.also(ignored(file)), others)
        if found is not None:
            yield found


def _fixed(file: str, counts: ViolationFilter, others: OtherFiles) -> RewrittenFile | None:
    try:
        with limited(MOST_SECONDS):
            source = source_of(file)
            return None if source is None else _fixed_source(source, file, counts, others)
    except (Exception, TimeIsUp):
        return None  # what is wrong with the file, the check says


def _fixed_source(source: Source, file: str, counts: ViolationFilter, others: OtherFiles) -> RewrittenFile | None:
    after, fixes = with_fixes(
        source.text, file, counts, others.seen_from(file), lambda name: others.may_read(file, name)
    )
    if not fixes:
        return None
    whole = source.data.decode(source.encoding)
    if source.cells is not None:
        made = with_lines(whole, source.cells, source.text, after)
        if made is None:
            return None
        after = made
    # Some encodings write in several ways what they read as one.
    if whole.encode(source.encoding) != source.data:
        return None
    return RewrittenFile(file, source.data, after.encode(source.encoding), source.encoding, fixes)
