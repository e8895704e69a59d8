"""Views of rules: the list of all, and a page of one: its words, the editions of its page, and examples."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from functools import cache

import attrs

from qianfan_api.violations import Level
from qianfan_api.words import phrase
from qianfan_typed.explorer.rule_examples import RuleExample, examples
from qianfan_typed.facts.explanations import Explanation, OwnExplanation, Row, explain
from qianfan_typed.facts.facts_file import ConstraintFacts, Page, facts
from qianfan_typed.reports.codes import OWN_RULES


@attrs.frozen(kw_only=True)
class RuleLine:
    """A rule in the list."""

    id: str
    api: str
    """Empty: it is of the project's own."""
    at: str
    phrase: str
    level: Level
    page: str
    read: str


@attrs.frozen(kw_only=True)
class EditionView:
    """An edition of a page, and what it says of the rule."""

    title: str
    read: str
    standing: str
    url: str | None
    says: str
    """says, drops (it no longer says so), defers (it points elsewhere), silent (it came before, or is another's)."""


@attrs.frozen(kw_only=True)
class RulePage:
    """All that is known of a rule."""

    id: str
    api: str
    about: str
    rows: tuple[Row, ...]
    editions: tuple[EditionView, ...]
    examples: tuple[RuleExample, ...]


@cache
def rule_lines() -> list[RuleLine]:
    """Every rule that a page states, operation by operation; then the project's own."""
    seen: dict[str, RuleLine] = {}
    for api, of in facts().operations.items():
        for one in of.constraints:
            for id_ in one.ids:
                seen.setdefault(id_, _line(api, id_, one))
    own = [
        RuleLine(id=name, api="", at="", phrase=one.words, level=one.level, page=one.source, read="")
        for name, one in OWN_RULES.items()
    ]
    return [*seen.values(), *own]


def _line(api: str, id_: str, one: ConstraintFacts) -> RuleLine:
    page = facts().pages.get(one.page)
    title = "" if page is None else page.title
    return RuleLine(id=id_, api=api, at=one.at, phrase=phrase(one.phrase), level=one.level, page=title, read=one.read)


@cache
def rule_page(name: str) -> RulePage:
    """A rule. Raises UnknownName."""
    found = explain(name)
    if isinstance(found, OwnExplanation):
        # It is no operation's: all models are one row.
        return RulePage(id=name, api="", about=found.phrase, rows=(), editions=(), examples=())
    assert isinstance(found, Explanation)
    rows = tuple(row for row in found.rows if row.standing.rules)
    rules = [one for one in facts().operations[found.api].constraints if name in one.ids or one.id == name]
    return RulePage(
        id=name,
        api=found.api,
        about=found.about or "",
        rows=rows,
        editions=tuple(_editions(found.api, rules)),
        examples=examples(found.api, name, rules, rows),
    )


def _editions(api: str, rules: list[ConstraintFacts]) -> Iterator[EditionView]:
    pages = facts().pages
    firsts = {pages[one.page].edition_of or one.page for one in rules if one.page}
    own = {one.page for one in rules}
    ids = [one.id.removeprefix(f"{api}.") for one in rules]
    related = [(name, page) for name, page in pages.items() if name in firsts or page.edition_of in firsts]
    for name, page in sorted(related, key=lambda pair: pair[1].read):
        yield EditionView(
            title=page.title,
            read=page.read,
            standing=page.standing,
            url=page.url,
            says=_says(page, ids, name in own),
        )


def _says(page: Page, ids: list[str], own: bool) -> str:
    if _matches(page.drops, ids):
        return "drops"
    if own:
        return "says"
    return "defers" if _matches(page.defers, ids) else "silent"


def _matches(patterns: tuple[str, ...], ids: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(one, pattern) for one in ids for pattern in patterns)
