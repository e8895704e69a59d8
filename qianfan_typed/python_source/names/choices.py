"""Choices: what becomes of values of which there is one of several, and which of them is known to come by."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import attrs

from qianfan_typed.python_source.names.values import (
    ChoiceValue,
    ObjectValue,
    SequenceValue,
    Site,
    UnknownItems,
    UnknownValue,
    Value,
    rewritten,
)

MOST_OPTIONS = 16
"""Options of one choice that are looked at."""
_MOST_VARIANTS = 64
"""Of all choices of a request together. Beyond that each choice is looked at by itself."""

Assignment = Mapping[Site, int]
"""Which option of each choice is taken."""


def one_of(node: ast.AST, site: Site, options: Sequence[Value], *, each: bool = True, others: bool = False) -> Value:
    """One of several values. One alone that there is no other beside is that value."""
    if len(options) == 1 and not others:
        return options[0]
    if not options or len(options) > MOST_OPTIONS:
        return UnknownValue(node)
    return doubted(ChoiceValue(node, site, tuple(options), each=True, others=others), 0 if each else 2)


def doubted(value: Value, doubt: int) -> Value:
    """A value as it is behind a condition, which may let some of its options pass and others not.

    Args:
        value: The value.
        doubt: 0: no option is in doubt. 1: those of branches are. 2: those of parameters and settings too.
    """
    if doubt == 0:
        return value

    def change(part: Value) -> Value | None:
        if not isinstance(part, ChoiceValue) or (doubt == 1 and part.site.kind == "default"):
            return None
        options = tuple(doubted(option, doubt) for option in part.options)
        known = not part.others and not any(isinstance(option, UnknownValue) for option in options)
        return attrs.evolve(part, options=options, each=False) if known else UnknownValue(part.node)

    return rewritten(value, change)


def chosen(value: Value, site: Site, index: int | None) -> Value:
    """A value where one option of a choice is taken. None: one that is not known."""

    def change(part: Value) -> Value | None:
        if not isinstance(part, ChoiceValue) or part.site != site:
            return None
        return UnknownValue(part.node) if index is None else chosen(part.options[index], site, index)

    return rewritten(value, change)


def lifted(function: Callable[[Sequence[Value]], Value], values: Sequence[Value], size: int = 1) -> Value:
    """What a function of values without choices gives: a choice where one of them is a choice."""
    choice = next((value for value in values if isinstance(value, ChoiceValue)), None)
    if choice is None:
        return function(values)
    size *= len(choice.options)
    if size > MOST_OPTIONS:
        return UnknownValue(choice.node)
    options = [
        lifted(function, [chosen(value, choice.site, index) for value in values], size)
        for index in range(len(choice.options))
    ]
    return attrs.evolve(choice, options=tuple(options))


def variants(value: Value) -> tuple[list[tuple[Assignment, Value]], frozenset[Site]]:
    """A value without choices, once for each way to choose; and the choices of which each option comes by."""
    sites = _sites(value)
    if not sites:
        return [({}, value)], frozenset()
    sure = frozenset(site for site, each in sites.items() if each)
    found = list(islice(_variants(value, {}), _MOST_VARIANTS + 1))
    if len(found) <= _MOST_VARIANTS:
        return found, sure
    return list(_one_by_one(value, sites)), sure


def _sites(value: Value) -> dict[Site, bool]:
    """The choices in a value, and whether each option of them comes by."""
    found: dict[Site, bool] = {}
    waiting: list[Value | UnknownItems] = [value]
    while waiting:
        match waiting.pop():
            case SequenceValue(items=items):
                waiting += items
            case ObjectValue() as members:
                waiting += members.values()
            case ChoiceValue(site=site, options=options, each=each):
                found[site] = found.get(site, True) and each
                waiting += options
            case _:
                pass
    return found


def _first(value: Value) -> ChoiceValue | None:
    waiting: list[Value | UnknownItems] = [value]
    while waiting:
        match waiting.pop():
            case SequenceValue(items=items):
                waiting += items
            case ObjectValue() as members:
                waiting += members.values()
            case ChoiceValue() as choice:
                return choice
            case _:
                pass
    return None


def _variants(value: Value, taken: Assignment) -> Iterator[tuple[Assignment, Value]]:
    choice = _first(value)
    if choice is None:
        yield taken, value
        return
    for index in range(len(choice.options)):
        yield from _variants(chosen(value, choice.site, index), {**taken, choice.site: index})


def _one_by_one(value: Value, sites: Mapping[Site, bool]) -> Iterator[tuple[Assignment, Value]]:
    """Each option with the other choices left open."""
    for site in sites:

        def closed(part: Value, site: Site = site) -> Value | None:
            return UnknownValue(part.node) if isinstance(part, ChoiceValue) and part.site != site else None

        alone = rewritten(value, closed)
        choice = _first(alone)
        for index in range(0 if choice is None else len(choice.options)):
            yield {site: index}, rewritten(chosen(alone, site, index), closed)
