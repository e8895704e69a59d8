"""Fixes of source: what is meant beyond doubt where a literal or a name stands there; each is tried first."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import attrs

from qianfan_api.violations import Violation
from qianfan_typed.python_source.calls.call_finder import CallFinder
from qianfan_typed.python_source.fixes.sole_uses import SoleUses
from qianfan_typed.python_source.fixes.source_text import SourceText
from qianfan_typed.python_source.module_check import check_text, parsed
from qianfan_typed.python_source.names.reading import Elsewhere, nowhere
from qianfan_typed.python_source.names.scopes import Module, read_module
from qianfan_typed.reports.findings import OF_THE_NAME, ViolationFilter

_ORDER = frozenset({"order", "count", "last"})
"""Codes that a right role may bring to light."""
_MOST_FIXES = 200
"""In a round: of those that are not right, each is tried by a check of the module."""


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
    *,
    read_outside: Callable[[str], bool] | None = None,
) -> Iterator[SourceFix]:
    """The fixes of a module; none overlaps another.

    Args:
        text: The source.
        file: What findings call it.
        counts: Which violations count.
        span: A range that they touch. None: wherever they are.
        elsewhere: The values of names that it imports.
        read_outside: Whether another file may read a name of the module: only what changes requests alone is fixed.
            None: everything.

    Raises:
        SyntaxError: It is not Python.
    """
    source, trial = SourceText(text), _Trial(text, file, counts, elsewhere)
    waiting = [
        (fix, rule)
        for fix, rule in sorted(set(_candidates(source, file, counts, elsewhere, read_outside)))[:_MOST_FIXES]
        if span is None or (fix.start <= span[1] and span[0] <= fix.end)
    ]
    right: list[_Candidate] = []
    while waiting:
        apart: list[_Candidate] = []
        for one in waiting:
            if all(_is_apart(one, other) for other in apart[-1:]):
                apart.append(one)
        right = trial.right(right, apart)
        waiting = [one for one in waiting if one not in apart and all(_is_apart(one, other) for other in right)]
    return iter(sorted(fix for fix, _ in right))


def with_fixes(
    text: str,
    file: str,
    counts: ViolationFilter,
    elsewhere: Elsewhere = nowhere,
    read_outside: Callable[[str], bool] = lambda name: False,
) -> tuple[str, int]:
    """A module with every fix that changes requests alone, and how many they are. Raises SyntaxError: no Python."""
    made = 0
    for _ in range(_MOST_ROUNDS):
        fixes = list(source_fixes(text, file, counts, elsewhere=elsewhere, read_outside=read_outside))
        if not fixes:
            break
        for fix in reversed(fixes):
            text = text[: fix.start] + fix.text + text[fix.end :]
        made += len(fixes)
    return text, made


_MOST_ROUNDS = 5


_Candidate: TypeAlias = tuple[SourceFix, str]
"""A fix, and the rule that is broken where it is not made."""


class _Trial:
    """A module that is checked with fixes. Many are tried at once: most are right."""

    def __init__(self, text: str, file: str, counts: ViolationFilter, elsewhere: Elsewhere) -> None:
        self._text, self._file = text, file
        self._findings = partial(check_text, file=file, counts=counts, elsewhere=elsewhere)
        tree = parsed(text, file)
        self._before = Counter(one.rule for one in self._findings(text, tree=tree).findings)
        self._repeated = _repeated(tree)

    def right(self, made: list[_Candidate], more: list[_Candidate]) -> list[_Candidate]:
        """Fixes that are right together, and those of others that are right with them."""
        if not more or self._mends([*made, *more]):
            return [*made, *more]
        if len(more) == 1:
            return made
        half = len(more) // 2
        return self.right(self.right(made, more[:half]), more[half:])

    def _mends(self, made: list[_Candidate]) -> bool:
        """Whether each fix has its rule broken less often, and no rule is broken more often."""
        text = self._text
        for fix, _ in sorted(made, reverse=True):
            text = text[: fix.start] + fix.text + text[fix.end :]
        try:
            tree = parsed(text, self._file)
            after = self._findings(text, tree=tree).findings
        except SyntaxError:
            return False
        if _repeated(tree) > self._repeated:
            return False
        now = Counter(one.rule for one in after)
        if any(one.code not in _ORDER and now[one.rule] > self._before[one.rule] for one in after):
            return False
        mended = Counter(rule for _, rule in made)
        return all(self._before[rule] - now[rule] >= count for rule, count in mended.items())


def _repeated(tree: ast.Module) -> int:
    """How many keywords of calls and keys of dicts stand there again: two names may be meant to be the same."""
    count = 0
    for node in ast.walk(tree):
        names: list[object] = []
        if isinstance(node, ast.Call):
            names = [one.arg for one in node.keywords if one.arg is not None]
        elif isinstance(node, ast.Dict):
            names = [one.value for one in node.keys if isinstance(one, ast.Constant)]
        count += len(names) - len(set(names))
    return count


def _is_apart(one: _Candidate, other: _Candidate) -> bool:
    return one[0].start > other[0].end or other[0].start > one[0].end


def _candidates(
    source: SourceText,
    file: str,
    counts: ViolationFilter,
    elsewhere: Elsewhere,
    read_outside: Callable[[str], bool] | None,
) -> Iterator[_Candidate]:
    module = read_module(parsed(source.text, file))
    calls = list(CallFinder(module, elsewhere).requests())
    uses = None if read_outside is None else SoleUses(module, (called.call for called in calls), read_outside)
    for called in calls:
        for _, found in called.violations():
            if counts(found.violation) and (uses is None or uses.sends(found.node)):
                for fix in _of(source, module, found.violation, found.node):
                    yield fix, found.violation.rule


def _of(source: SourceText, module: Module, violation: Violation, node: ast.AST) -> Iterator[SourceFix]:
    if violation.code in OF_THE_NAME:
        if violation.instead is not None:
            yield from _renamed(source, module, violation.instead, node)
    elif (span := _literal(source, node)) is not None:
        texts = _right_type(source, node) if violation.code == "type" else _instead(source, violation.instead, node)
        yield from (SourceFix(*span, text) for text in texts)


def _renamed(source: SourceText, module: Module, name: str, node: ast.AST) -> Iterator[SourceFix]:
    """A keyword, or a key of a dict, by another name; and with another value, which the right name may ask for."""
    outer, span = module.parents.get(node), source.span(node)
    beside: Sequence[object] = ()
    value: ast.expr | None = None
    if isinstance(node, ast.keyword) and isinstance(outer, ast.Call) and name.isidentifier():
        beside, value, written = [one.arg for one in outer.keywords], node.value, [name]
    elif isinstance(node, ast.Constant):
        written = list(_instead(source, name, node))
        if isinstance(outer, ast.Dict) and node in outer.keys:
            beside = [one.value for one in outer.keys if isinstance(one, ast.Constant)]
            value = outer.values[outer.keys.index(node)]
    else:
        return
    if span is None or name in beside:
        return
    for text in written:
        yield SourceFix(*span, text)
        if value is not None and (behind := _literal(source, value)) is not None:
            between = source.text[span[1] : behind[0]]
            yield from (SourceFix(span[0], behind[1], text + between + right) for right in _right_type(source, value))


def _literal(source: SourceText, node: ast.AST) -> tuple[int, int] | None:
    """Where a literal of one line stands. None: it is none."""
    one_line = isinstance(node, ast.Constant) and node.lineno == node.end_lineno
    return source.span(node) if one_line else None


def _instead(source: SourceText, instead: str | None, node: ast.AST) -> Iterator[str]:
    """Another text as a literal."""
    span = _literal(source, node)
    if span is not None and instead is not None and isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _quoted(instead, source.text[span[0] : span[1]])


def _right_type(source: SourceText, node: ast.AST) -> Iterator[str]:
    """What a literal is as a number, or in a list."""
    span = _literal(source, node)
    if span is None or not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, str):
        number = _scalar(node.value)
        yield f"[{source.text[slice(*span)]}]" if number is None else repr(number)
    elif isinstance(node.value, float) and node.value.is_integer():
        yield repr(int(node.value))


def _quoted(text: str, like: str) -> str:
    """A text as a literal, in the quotes that were there: within an f-string others may end it."""
    quote = like.lstrip("rRuU")[0]
    return f"{quote}{text}{quote}" if text.isprintable() and not set(text) & {"'", '"', "\\"} else repr(text)


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
