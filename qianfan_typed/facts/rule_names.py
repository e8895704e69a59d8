"""Names of rules: the ids and codes that there are, to switch findings off by."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

from qianfan_api.violations import did_you_mean, with_hint
from qianfan_api.words import say, told
from qianfan_typed.facts.facts_file import ConstraintFacts, facts
from qianfan_typed.reports.codes import OWN_RULES, REQUEST_RULES


def why_not_a_rule(name: str) -> str | None:
    """Why a name switches nothing off. None: it is a code, a rule's id, or what ids begin with."""
    known = _names()
    if name in known:
        return None
    near = difflib.get_close_matches(name, known, 2)
    hint = did_you_mean(*near) if near else say("qianfan-typed explain OPERATION lists the rules")
    return with_hint(say("{value}: not a rule or code", value=repr(name)), hint)


@cache
def _names() -> frozenset[str]:
    """Every id, what each begins with, and its code."""
    names: set[str] = set()
    for id_ in _ids():
        steps = id_.split(".")
        names.add(steps[-1])
        names.update(".".join(steps[:length]) for length in range(1, len(steps) + 1))
    return frozenset(names)


def _ids() -> Iterator[str]:
    for api, operation in facts().operations.items():
        for one in operation.constraints:
            yield from one.ids
        yield from (f"{api}.{name}" for name in (*REQUEST_RULES, "model.unknown_model", "model.retired"))
    yield from OWN_RULES


def words_of(rule: str) -> str:
    """What a rule says: where in a request, and what must hold there. Empty: not known."""
    own = OWN_RULES.get(rule)
    if own is not None:
        return told(own.words)
    known = _stated().get(rule)
    return "" if known is None else f"{known.at}: {told(known.phrase)}" if known.at else told(known.phrase)


def page_of(rule: str) -> str | None:
    """The address of the page that states a rule. None: it has none, or the rule is the project's own."""
    known = _stated().get(rule)
    page = None if known is None else facts().pages.get(known.page)
    return None if page is None else page.url


@cache
def _stated() -> dict[str, ConstraintFacts]:
    stated: dict[str, ConstraintFacts] = {}
    for operation in facts().operations.values():
        for one in operation.constraints:
            for id_ in one.ids:
                stated.setdefault(id_, one)
    return stated
