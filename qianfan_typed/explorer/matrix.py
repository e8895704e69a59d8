"""Matrix of an operation: what each model takes of each parameter, with its range and what it is where left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.validation import ANY_MODEL
from qianfan_api.violations import shown
from qianfan_api.words import phrase, say
from qianfan_typed.explorer.families import families
from qianfan_typed.facts.facts_file import ConstraintFacts, OperationFacts, facts
from qianfan_typed.facts.rules import Subject, stated, subjects

_MOST_VALUES = 3


@attrs.frozen(kw_only=True)
class Cell:
    """A parameter as some models take it."""

    taken: Literal["yes", "no", "disputed"]
    range: str | None = None
    """What it may be: an interval, values, or how many. None: whatever its type is."""
    default: str | None = None
    """What the platform takes where it is left out."""
    required: bool = False
    only_warns: bool = False
    """Whether breaking its range warns, where it would be an error for others."""


@attrs.frozen(kw_only=True)
class Column:
    """A parameter."""

    name: str
    type: str
    doc: str


@attrs.frozen(kw_only=True)
class MatrixRow:
    """A model."""

    model: str
    family: str
    group: str
    retired: bool
    cells: tuple[int, ...]
    """Of each column, which of the matrix's cells it is."""


@attrs.frozen(kw_only=True)
class Matrix:
    """All models of an operation against all its parameters."""

    api: str
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    cells: tuple[Cell, ...]
    """Each that there is, once."""


@cache
def matrix(api: str) -> Matrix:
    """The matrix of an operation. Without models, one row stands for all."""
    of = facts().operations[api]
    names = [name for name, member in of.members.items() if "." not in name and "[" not in name and member.sent]
    taken_by_any = {name for group in of.groups.values() for name in group.takes}
    names = [name for name in names if name in taken_by_any]
    cells: dict[Cell, int] = {}
    rows: list[MatrixRow] = []
    of_family = families(model for catalogue in CATALOGUES.values() for model in catalogue.values())
    by_place = _by_place(of)
    for subject in subjects(of):
        own = tuple(cells.setdefault(_cell(of, by_place, name, subject), len(cells)) for name in names)
        model = CATALOGUES[api].get(subject.name)
        retired = model is not None and model.retired is not None and not model.retired.announced
        row = MatrixRow(
            model=subject.name,
            family=of_family.get(subject.name, ""),
            group=subject.group,
            retired=retired,
            cells=own,
        )
        rows.append(row)
    columns = tuple(Column(name=name, type=of.members[name].type, doc=of.members[name].doc) for name in names)
    return Matrix(api=api, columns=columns, rows=tuple(rows), cells=tuple(cells))


def _by_place(of: OperationFacts) -> Mapping[str, list[ConstraintFacts]]:
    found: dict[str, list[ConstraintFacts]] = {}
    for one in of.constraints:
        found.setdefault(one.at, []).append(one)
    return found


def _cell(of: OperationFacts, by_place: Mapping[str, list[ConstraintFacts]], name: str, subject: Subject) -> Cell:
    held = [one for one in by_place.get(name, ()) if _holds(one, subject)]
    if any(one.kind == "dispute" for one in held):
        return Cell(taken="disputed")
    group = of.groups[subject.group]
    if name not in group.takes:
        return Cell(taken="no")
    ranges = list(_ranges(held, by_place.get(f"{name}[]", ()), subject))
    default: object = group.defaults.get(name)
    model = CATALOGUES[of_api(of)].get(subject.name) if subject.group != ANY_MODEL else None
    if model is not None:
        default = model.defaults.get(name, default)
    levels = {one[1] for one in ranges}
    return Cell(
        taken="yes",
        range=ranges[0][0] if len(ranges) == 1 else ", ".join(words for words, _ in ranges) or None,
        default=None if default is None else shown(default),
        required=any(one.kind == "required" for one in held),
        only_warns=levels == {"warning"},
    )


def of_api(of: OperationFacts) -> str:
    """The operation that facts are of."""
    return next(api for api, known in facts().operations.items() if known is of)


def _holds(one: ConstraintFacts, subject: Subject) -> bool:
    return subject.group in one.groups and (not one.only or subject.name in one.only)


def _ranges(
    held: list[ConstraintFacts], of_items: list[ConstraintFacts] | tuple[ConstraintFacts, ...], subject: Subject
) -> Iterator[tuple[str, str]]:
    """What a value may be, in a few characters, and what it is to be something else."""
    for one in held:
        words = _interval(one, subject) if one.interval else _values(one) if one.kind == "enum" else ""
        if not words and one.kind in ("items", "length", "sides"):
            words = phrase(next((rule.phrase for rule in stated(one, subject)), "").partition(",")[0])
        if words:
            yield words, _level(one, subject)
    for one in of_items:
        if one.kind == "length" and _holds(one, subject):
            each = (say("each {rule}", rule=rule.phrase) for rule in stated(one, subject))
            yield next(each, ""), _level(one, subject)


def _level(one: ConstraintFacts, subject: Subject) -> str:
    """What it is to break a rule, at its strictest: of a limit one side may only warn."""
    return "error" if any(rule.level == "error" for rule in stated(one, subject)) else "warning"


def _interval(one: ConstraintFacts, subject: Subject) -> str:
    """The interval as pages write it; a limit of the model is its number."""
    text = one.interval or ""
    if one.limit is None:
        return text
    most = None if subject.model is None else subject.model.limits.get(one.limit)
    return text.replace(one.limit, "…" if most is None else str(most))


def _values(one: ConstraintFacts) -> str:
    words = [str(value) for value in one.values]
    more = "" if len(words) <= _MOST_VALUES else f" +{len(words) - _MOST_VALUES}"
    return f"{' · '.join(words[:_MOST_VALUES])}{more}"
