"""Checks a snippet, and says what was found in a line each."""

from __future__ import annotations

import textwrap

from qianfan_typed.python_source.module_check import check_text
from tests.settled import settled

CLIENT = "from qianfan_typed import Qianfan, assistant, function, system, tool, user, validate\nclient = Qianfan()\n"
"""What most snippets start with: their own lines begin at 3."""


def found_in(code: str) -> list[str]:
    """`line:column level api model pointer code message`, of each finding; of models that it lists, the first."""
    checked = check_text(textwrap.dedent(code), "app.py")
    return [
        settled(f"{one.line}:{one.column} {one.level} {one.api} {one.model} {one.pointer} {one.code} {one.message}")
        for one in checked.findings
    ]


def places(code: str) -> list[str]:
    """`line:column pointer code`, of each finding."""
    checked = check_text(textwrap.dedent(code), "app.py")
    return [f"{one.line}:{one.column} {one.pointer} {one.code}" for one in checked.findings]


def spots(code: str) -> list[str]:
    """`line pointer code: what stands there`, of each finding."""
    text = textwrap.dedent(code)
    lines = text.split("\n")
    checked = check_text(text, "app.py")
    return [f"{one.line} {one.pointer} {one.code}: {lines[one.line - 1][one.column - 1 :]}" for one in checked.findings]
