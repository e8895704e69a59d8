"""Catalogue: what the package says in another language, from the sentences of `codegen/words/` and those of rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from codegen.plan.phrasing import limit
from codegen.plan.plain_types import called
from codegen.plan.resolved import Group, Operation
from codegen.support.words import said

WORDS = Path(__file__).parent.parent / "words"


@cache
def written(language: str) -> Mapping[str, str]:
    """English → the other language, as it is written by hand: sentences with slots, and whole ones."""
    with (WORDS / f"{language}.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


def as_text(language: str, operations: list[Operation]) -> str:
    """The catalogue as JSON. Sentences of rules, which stand whole in validators and facts, are put together here."""
    known = written(language)
    ready: dict[str, str] = {}
    for operation in operations:
        for sentence in sentences(operation):
            ready.setdefault(str(sentence), said(sentence, known))
        ready.update(_with_numbers(operation, known))
    whole = {**known, **{english: words for english, words in sorted(ready.items()) if english != words}}
    return json.dumps(whole, ensure_ascii=False, indent=0) + "\n"


def sentences(operation: Operation) -> Iterator[str]:
    """The sentences of an operation's rules, and the names of their pages."""
    for group in _groups(operation):
        for rule in group.constraints:
            yield from filter(None, rule.sentences())
            yield rule.basis.words
        for members in ([*group.parameters], *(shape.members.values() for shape in group.shapes.values())):
            yield from (called(one.type) for one in members)
    for edition in operation.editions.every.values():
        yield edition.words
    for model in operation.models:
        if model.retirement is not None:
            yield from model.retirement.sentences()


def _with_numbers(operation: Operation, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Sentences that name a limit of the model, with each model's number."""
    for group in _groups(operation):
        for rule in group.constraints:
            name = getattr(rule, "limit", None)
            for model in group.models if isinstance(name, str) else ():
                number, named = model.limits.get(str(name)), limit(str(name), None)
                if number is not None:
                    english = rule.phrase()
                    words = said(english, known).replace(said(named, known), str(number))
                    yield english.replace(named, str(number)), words


def _groups(operation: Operation) -> list[Group]:
    return [*operation.groups, operation.any_model]
