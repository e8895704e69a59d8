"""Checks a snippet, and says what was found in a line each.

The model of most snippets, ERNIE-Speed-8K, is retired: that is left out.
"""

from __future__ import annotations

import textwrap

from qianfan_typed.python_source.module_check import check_text
from qianfan_typed.reports.findings import Finding
from tests.settled import settled

CLIENT = "from qianfan_typed import Qianfan, assistant, function, system, tool, user, validate\nclient = Qianfan()\n"
"""What most snippets start with: their own lines begin at 3."""


def looked_at(text: str) -> list[Finding]:
    """Every finding but the retirement of ERNIE-Speed-8K."""
    findings = check_text(text, "app.py").findings
    return [one for one in findings if not (one.code == "retired" and one.message.startswith("ERNIE-Speed-8K:"))]


def found_in(code: str) -> list[str]:
    """`line:column level api model pointer code message`, of each finding; without the models that take it."""
    return [
        settled(f"{one.line}:{one.column} {one.level} {one.api} {one.model} {one.pointer} {one.code} {one.message}")
        for one in looked_at(textwrap.dedent(code))
    ]


def places(code: str) -> list[str]:
    """`line:column pointer code`, of each finding."""
    return [f"{one.line}:{one.column} {one.pointer} {one.code}" for one in looked_at(textwrap.dedent(code))]


def spots(code: str) -> list[str]:
    """`line pointer code: what stands there`, of each finding."""
    text = textwrap.dedent(code)
    lines = text.split("\n")
    return [f"{one.line} {one.pointer} {one.code}: {lines[one.line - 1][one.column - 1 :]}" for one in looked_at(text)]
