"""`# qianfan: ignore` and `# qianfan: ignore[code, …]`: comments that switch findings off."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

import attrs

from qianfan_api.words import say
from qianfan_typed.reports.codes import OWN_RULES, UNKNOWN_CODE, UNUSED
from qianfan_typed.reports.findings import Finding, is_ignored

_IGNORE = re.compile(r"#\s*qianfan:\s*ignore\b(?:\s*\[([^\]]*)\])?")
_EVERY = "*"


@attrs.define
class IgnoreComment:
    """A comment, and what it switches off."""

    line: int
    column: int
    codes: tuple[str, ...]
    """Codes and rules; a rule's id stands for all that begin with it. `*`: whatever there is."""
    used: set[str] = attrs.field(factory=set[str])
    """Those of them that something was switched off by."""

    def takes(self, finding: Finding) -> bool:
        """Whether it switches a finding off."""
        taken = [code for code in self.codes if code == _EVERY or is_ignored(finding, (code,))]
        self.used.update(taken)
        return bool(taken)


class IgnoreComments:
    """The comments of a module."""

    def __init__(self, text: str) -> None:
        self._by_line: dict[int, IgnoreComment] = {one.line: one for one in _comments(text)}

    def switch_off(self, lines: Iterable[int], finding: Finding) -> bool:
        """Whether a comment on one of some lines switches a finding off."""
        here = [self._by_line[line] for line in dict.fromkeys(lines) if line in self._by_line]
        # Every one of them is asked: each is used.
        taken = [comment.takes(finding) for comment in here]
        return any(taken)

    def faults(self, file: str) -> Iterator[Finding]:
        """What is wrong with the comments themselves, once all findings have been shown to them: warnings."""
        for comment in self._by_line.values():
            for code in comment.codes:
                if code not in comment.used:
                    yield _fault(comment, code, file)


def _fault(comment: IgnoreComment, code: str, file: str) -> Finding:
    # The facts take a moment to load: not where every comment has its use.
    from qianfan_typed.facts.rule_names import why_not_a_rule

    why = None if code == _EVERY else why_not_a_rule(code)
    rule = UNUSED
    message: str = say("nothing here is switched off by it")
    if why is not None:
        rule, message = UNKNOWN_CODE, why
    elif code != _EVERY:
        message = say("{code}: {message}", code=code, message=message)
    found = Finding.of_file(rule, file, message, comment.line, comment.column)
    return attrs.evolve(found, level=OWN_RULES[rule].level)


def _comments(text: str) -> Iterator[IgnoreComment]:
    if not _IGNORE.search(text):
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = _IGNORE.search(token.string) if token.type == tokenize.COMMENT else None
            if match is not None:
                codes = [_EVERY] if match[1] is None else [code.strip() for code in match[1].split(",")]
                line, column = token.start
                yield IgnoreComment(line, column + match.start() + 1, tuple(dict.fromkeys(codes)))
    except (tokenize.TokenError, SyntaxError):
        # The parser took it: what follows the place where the tokenizer gives up has no comment to offer.
        pass
