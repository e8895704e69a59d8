"""`# qianfan: ignore` and `# qianfan: ignore[code, …]`: comments that switch findings off."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Mapping

from qianfan_typed.reports.findings import Finding, is_ignored

_IGNORE = re.compile(r"#\s*qianfan:\s*ignore\b(?:\s*\[([^\]]*)\])?")
_EVERY = "*"


def ignore_comments(text: str) -> Mapping[int, frozenset[str]]:
    """Line → the codes and rules that a comment there switches off; a rule's id stands for all that begin with it."""
    found: dict[int, frozenset[str]] = {}
    if not _IGNORE.search(text):
        return found
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = _IGNORE.search(token.string) if token.type == tokenize.COMMENT else None
            if match is not None:
                codes = [_EVERY] if match[1] is None else [code.strip() for code in match[1].split(",")]
                found[token.start[0]] = frozenset(codes)
    except (tokenize.TokenError, SyntaxError):
        # The parser took it: what follows the place where the tokenizer gives up has no comment to offer.
        pass
    return found


def is_switched_off(comments: Mapping[int, frozenset[str]], lines: Iterable[int], finding: Finding) -> bool:
    """Whether a comment on one of some lines switches a finding off."""
    here = [comments[line] for line in lines if line in comments]
    return any(_EVERY in codes or is_ignored(finding, codes) for codes in here)
