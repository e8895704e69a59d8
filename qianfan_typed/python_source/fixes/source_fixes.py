"""Fixes of source: what is meant beyond doubt where a literal or a name stands there; each is tried first."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import attrs

from qianfan_api.violations import Violation
from qianfan_typed.python_source.calls.call_finder import CallFinder
from qianfan_typed.python_source.fixes.source_text import SourceText
from qianfan_typed.python_source.module_check import check_text, parsed
from qianfan_typed.python_source.names.reading import Elsewhere, nowhere
from qianfan_typed.python_source.names.scopes import read_module
from qianfan_typed.reports.findings import OF_THE_NAME, Finding, ViolationFilter

_ORDER = frozenset({"order", "count", "last"})
"""Codes that a right role may bring to light."""
_MOST_FIXES = 200
"""In a round: each is tried by a check of the module."""


@attrs.frozen(order=True)
class SourceFix:
    """A piece of a module that is replaced: offsets of characters."""

    start: int
    end: int
    text: str


def source_fixes(
    text: str,
    file: str,
    counts: ViolationFilter,
    span: tuple[int, int] | None = None,
    elsewhere: Elsewhere = nowhere,
) -> Iterator[SourceFix]:
    """The fixes of a module that touch a range of it; none overlaps another. None: all.

    Raises:
        SyntaxError: It is not Python.
    """
    source = SourceText(text)
    before = check_text(text, file, counts, elsewhere=elsewhere).findings
    done = -1
    for fix in sorted(set(_candidates(source, file, counts, elsewhere)))[:_MOST_FIXES]:
        touches = span is None or (fix.start <= span[1] and span[0] <= fix.end)
        if touches and fix.start > done and _mends(text, fix, file, counts, before, elsewhere):
            done = fix.end
            yield fix


def with_fixes(text: str, file: str, counts: ViolationFilter, elsewhere: Elsewhere = nowhere) -> tuple[str, int]:
    """A module with every fix made, and how many they are. Raises SyntaxError where it is not Python."""
    made = 0
    for _ in range(_MOST_ROUNDS):
        fixes = list(source_fixes(text, file, counts, elsewhere=elsewhere))
        if not fixes:
            break
        for fix in reversed(fixes):
            text = text[: fix.start] + fix.text + text[fix.end :]
        made += len(fixes)
    return text, made


_MOST_ROUNDS = 5


def _mends(
    text: str,
    fix: SourceFix,
    file: str,
    counts: ViolationFilter,
    before: tuple[Finding, ...],
    elsewhere: Elsewhere,
) -> bool:
    """Whether there is less to find after a fix, and nothing new."""
    try:
        after = check_text(text[: fix.start] + fix.text + text[fix.end :], file, counts, elsewhere=elsewhere).findings
    except SyntaxError:
        return False
    old, new = Counter(one.rule for one in before), Counter(one.rule for one in after if one.code not in _ORDER)
    # A name under which a value of the wrong type stands is right all the same: the next round mends the value.
    return not new - old and (new != old or len(after) < len(before))


def _candidates(source: SourceText, file: str, counts: ViolationFilter, elsewhere: Elsewhere) -> Iterator[SourceFix]:
    for called in CallFinder(read_module(parsed(source.text, file)), elsewhere).requests():
        for _, found in called.violations():
            if counts(found.violation):
                yield from _of(source, found.violation, found.node)


def _of(source: SourceText, violation: Violation, node: ast.AST) -> Iterator[SourceFix]:
    span = source.span(node)
    if span is None:
        return
    if isinstance(node, ast.keyword):
        if violation.code in OF_THE_NAME and violation.instead is not None and violation.instead.isidentifier():
            yield SourceFix(*span, violation.instead)
        return
    if not isinstance(node, ast.Constant) or node.lineno != node.end_lineno:
        return
    written = source.text[span[0] : span[1]]
    if violation.instead is not None and isinstance(node.value, str):
        yield SourceFix(*span, _quoted(violation.instead, written))
    elif violation.code == "type" and isinstance(node.value, str):
        number = _scalar(node.value)
        yield SourceFix(*span, f"[{written}]" if number is None else repr(number))
    elif violation.code == "type" and isinstance(node.value, float) and node.value.is_integer():
        yield SourceFix(*span, repr(int(node.value)))


def _quoted(text: str, like: str) -> str:
    """A text as a literal, in the quotes that were there."""
    plain = text.isprintable() and not set(text) & {"'", '"', "\\"}
    return f"{like[0]}{text}{like[0]}" if plain and like[0] in "\"'" and like[:3] != like[0] * 3 else repr(text)


def _scalar(text: str) -> float | bool | None:
    """The number, or true or false, that a text says. An int is one of these too."""
    word = text.strip().casefold()
    if word in ("true", "false"):
        return word == "true"
    for kind in (int, float):
        try:
            return kind(word) if word.isascii() and word[:1] in "+-0123456789." else None
        except ValueError:
            continue
    return None
