"""Syntax that came with later versions of Python: where this one refuses a file, it may be that the file is newer."""

from __future__ import annotations

import re
import sys

from qianfan_api.words import phrase, say

_NEWER: tuple[tuple[tuple[int, int], re.Pattern[str], str], ...] = (
    ((3, 11), re.compile(r"except\s*\*"), "except*"),
    ((3, 11), re.compile(r"\[[^\]]*\*\w"), phrase("a star in square brackets")),
    ((3, 12), re.compile(r"^\s*type\s+\w+.*="), phrase("a type statement")),
    ((3, 12), re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\["), phrase("type parameters")),
    ((3, 12), re.compile(r"""\b[fF][rR]?["']|\b[rR][fF]["']"""), phrase("such an f-string")),
    ((3, 13), re.compile(r"^\s*(?:async\s+)?(?:def|class|type)\s+\w+\s*\[.*="), phrase("defaults of type parameters")),
    ((3, 14), re.compile(r"^\s*except\s+\w[\w.]*\s*,"), phrase("except without brackets")),
    ((3, 14), re.compile(r"""\b[tT][rR]?["']|\b[rR][tT]["']"""), phrase("a t-string")),
    ((3, 15), re.compile(r"^\s*lazy\s+(?:from|import)\b"), phrase("lazy imports")),
)
"""From which version on, how the line looks, and what it is called."""


def newer_syntax(line: str, running: tuple[int, int] = sys.version_info[:2]) -> str:
    """What to add to a syntax error at a line. Empty: nothing in it is newer than the Python that runs."""
    line = line[:1000]
    found = [(version, what) for version, pattern, what in _NEWER if version > running and pattern.search(line)]
    if not found:
        return ""
    version, what = found[0]
    this = ".".join(map(str, running))
    return say(
        "; Python {version} reads {what}, and this is {this}: run the check with the newer one",
        version=".".join(map(str, version)),
        what=phrase(what),
        this=this,
    )
