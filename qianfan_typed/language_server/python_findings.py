"""Findings in Python while it is written: a module that is no Python yet is checked without what breaks it."""

from __future__ import annotations

import ast
import re

from qianfan_typed.language_server.projects import DocumentSettings
from qianfan_typed.python_source.module_check import check_text, parsed
from qianfan_typed.python_source.sources.python_files import LINE_END, mentions_platform
from qianfan_typed.reports.findings import Finding

_MOST_LINES = 3
"""How many lines are left out to get a module that can be read."""
_INDENT = re.compile(r"[ \t\f]*")


def python_findings(text: str, settings: DocumentSettings) -> list[Finding] | None:
    """What is surely wrong with the requests of a module. None: it cannot be read at all just now."""
    if not mentions_platform(text.encode("utf-8", "surrogatepass")):
        return []
    readable = without_broken_lines(text)
    if readable is None:
        return None
    source, (plain, tree) = settings.source, readable
    return list(check_text(plain, source.file, settings.counts.also(source.ignore), tree=tree).findings)


def without_broken_lines(text: str) -> tuple[str, ast.Module] | None:
    """A module in whose place of broken lines `pass` stands, and its tree; places stay. None: it is still none."""
    for _ in range(_MOST_LINES + 1):
        try:
            return text, parsed(text, "")
        except SyntaxError as error:
            lines = LINE_END.split(text)
            number = (error.lineno or 1) - 1
            if number >= len(lines) or not lines[number].strip() or lines[number].strip() == "pass":
                return None
            start = _before(text, lines, number)
            indent = _INDENT.match(lines[number])
            text = f"{text[:start]}{indent[0] if indent else ''}pass{text[start + len(lines[number]) :]}"
    return None


def _before(text: str, lines: list[str], number: int) -> int:
    """Where a line begins: line ends may be of two characters."""
    at = 0
    for line in lines[:number]:
        at += len(line)
        at += 2 if text[at : at + 2] == "\r\n" else 1
    return at
